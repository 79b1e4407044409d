"""Suggestions while a person types, over 100,000 titles in this process.

The titles are those of the products, and as many more of words exchanged between them until there are enough. What is
typed is the beginning of a title, of any length; every fifth has two letters swapped. Beside it the least that
suggestions could be: the titles sorted, and the first eight from where a bare bisection finds the beginning. That one
knows no typing errors, no words in another order, and no categories.
"""

from __future__ import annotations

import random
import statistics
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence

from benchmarks.context import Context
from benchmarks.measures import Measure, Target, alternated, percentile, ratios
from words.analysis import Analyzer
from words.dictionary import everyday_words
from words.lexicon import Lexicon, LexiconBuilder

TITLES = 100_000
LIMIT = 8
_P50_MS = Target(5.0)
_ERRORS_SHARE = 0.2


def measure(context: Context) -> list[Measure]:
    """Building the words, and suggesting beside a bare bisection."""
    chance = random.Random(5)
    titles = _titles(context, chance)
    analyzer = Analyzer()
    everyday = everyday_words(analyzer.language)
    began_s = time.perf_counter()
    lexicon = _lexicon(titles, analyzer, everyday)
    build_s = time.perf_counter() - began_s
    ordered = sorted(title.lower() for title in titles)

    def bare(typed: str) -> object:
        start = bisect_left(ordered, typed.lower())
        return ordered[start : start + LIMIT]

    def full(typed: str) -> object:
        return lexicon.suggester.suggest(typed, LIMIT)

    for typed in _typed(titles, chance, 200):
        full(typed)
    count = context.sized(1_000, 50)
    inputs = [_typed(titles, chance, count) for _ in range(context.rounds)]
    took_ms = alternated(
        context.rounds,
        {"full": lambda number: _timed(full, inputs[number]), "bare": lambda number: _timed(bare, inputs[number])},
    )
    p50s = {name: [statistics.median(of_round) for of_round in of_side] for name, of_side in took_ms.items()}
    shown = f"{len(titles):,} titles"
    return [
        Measure(f"reading {shown} into vocabulary, spelling and suggestions", (build_s,), "s"),
        Measure(f"p50 of a suggestion over {shown}", tuple(p50s["full"]), "ms", _P50_MS),
        Measure("p95 of the same", tuple(percentile(of_round, 0.95) for of_round in took_ms["full"]), "ms"),
        Measure("p50 of a bare bisection", tuple(p50s["bare"]), "ms"),
        ratios("suggestion over bare bisection, p50", p50s["full"], p50s["bare"]),
    ]


def _titles(context: Context, chance: random.Random) -> list[str]:
    real = context.products.titles()
    words = [word for title in real for word in title.split()]
    titles = dict.fromkeys(real)
    wanted = context.sized(TITLES, 2_000)
    while len(titles) < wanted:
        made = chance.choice(real).split()
        for _ in range(2):
            made[chance.randrange(len(made))] = chance.choice(words)
        titles[" ".join(made)] = None
    return list(titles)[:wanted]


def _lexicon(titles: Sequence[str], analyzer: Analyzer, everyday: frozenset[str]) -> Lexicon:
    builder = LexiconBuilder(analyzer, everyday)
    for number, title in enumerate(titles):
        builder.add(str(number), {"title": title}, {})
    return builder.build()


def _typed(titles: Sequence[str], chance: random.Random, count: int) -> list[str]:
    found = []
    for title in chance.sample(titles, count):
        typed = title[: chance.randint(1, len(title))]
        if len(typed) > 3 and chance.random() < _ERRORS_SHARE:
            at = chance.randrange(1, len(typed) - 1)
            typed = typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :]
        found.append(typed)
    return found


def _timed(suggest: Callable[[str], object], inputs: Sequence[str]) -> list[float]:
    took_ms = []
    for typed in inputs:
        began_s = time.perf_counter()
        suggest(typed)
        took_ms.append((time.perf_counter() - began_s) * 1_000)
    return took_ms
