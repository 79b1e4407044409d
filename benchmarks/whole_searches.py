"""Searches with everything that a page asks for, over the bare ones: filters, ten facets, cut-off, variants, reasons.

In this process, over the full index. Half of the queries are titles, half describe ("navy blue shirts"). No query comes
twice, since repeated ones are remembered; both sides take turns and ask as many of either kind. The filter names two
values of the product that the query was made from, so that something is found, and both filtered fields are among the
facets. A facet ignores the filter of its own field, which takes a second search, unless the same words have been
searched for without the filters a moment ago: that is the third side, a person who narrows down what they see.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.context import Context
from benchmarks.full_index import full_index
from benchmarks.measures import Measure, Target, alternated, ratios
from core.facets import FACET_FIELDS, FacetRequest
from core.filters import ATTRIBUTE_PREFIX, And, Equals
from core.queries import OFF, SearchQuery
from core.settings import load_settings
from retrieval.columns.table import Coded, Columns
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, open_vitrine

_FACETS = 10
_FILTERED = 2
# Fewer say how the catalogue was kept rather than what a product is, more tell products apart.
_VALUES_MIN, _VALUES_MAX = 3, 300
_WARM = 20
# They come in turn, and always an even number of them.
_BOTH, _TITLES, _DESCRIPTIONS = slice(None), slice(0, None, 2), slice(1, None, 2)
_OVER_BARE = Target(2.0)


@dataclass(frozen=True, slots=True)
class _Timed:
    """What the searches of one round took: each of them in turn, and by stage, the median of those that had it."""

    took_ms: Sequence[float]
    stages_ms: Mapping[str, float]

    def p50_ms(self, kind: slice = _BOTH) -> float:
        """The median of one kind of queries, or of all."""
        return statistics.median(self.took_ms[kind])


def measure(context: Context) -> list[Measure]:
    """The ratio, and the p50 of each side."""
    with open_vitrine(load_settings({"data_dir": full_index(context)})) as v:
        queries = _queries(v.columns.latest())
        count = context.sized(40, 6)
        v.lexicon.current()
        _timed(v, [(_bare(query), None) for query in _take(queries, _WARM)])
        sides: dict[str, Callable[[int], _Timed]] = {
            "bare": lambda _: _timed(v, [(_bare(query), None) for query in _take(queries, count)]),
            "whole": lambda _: _timed(v, [(query, None) for query in _take(queries, count)]),
            "narrowed": lambda _: _timed(v, [(query, replace(query, filter=None)) for query in _take(queries, count)]),
        }
        took = alternated(context.rounds, sides)
    for side, rounds in took.items():
        stages = ", ".join(f"{name} {took_ms:.1f}" for name, took_ms in rounds[-1].stages_ms.items())
        context.say(f"{side}, medians of its stages in ms: {stages}")
    p50 = {side: [timed.p50_ms() for timed in rounds] for side, rounds in took.items()}
    everything = f"filters, {_FACETS} facets, cut-off, collapse and explain"
    return [
        ratios(f"{everything} over bare, p50", p50["whole"], p50["bare"], _OVER_BARE),
        *(
            ratios(f"the same, {words} alone", _p50s(took["whole"], kind), _p50s(took["bare"], kind))
            for words, kind in (("titles", _TITLES), ("descriptions", _DESCRIPTIONS))
        ),
        Measure("p50 of the bare search", tuple(p50["bare"]), "ms"),
        Measure("p50 with everything", tuple(p50["whole"]), "ms"),
        Measure("p50 with everything, after the same without filters", tuple(p50["narrowed"]), "ms"),
    ]


def _p50s(rounds: Sequence[_Timed], kind: slice) -> list[float]:
    return [timed.p50_ms(kind) for timed in rounds]


def _bare(query: SearchQuery) -> SearchQuery:
    """The same words and the same number of hits, and nothing else."""
    return SearchQuery(text=query.text, limit=query.limit, cutoff=OFF, collapse=False)


def _timed(v: Vitrine, pairs: Sequence[tuple[SearchQuery, SearchQuery | None]]) -> _Timed:
    """Search for the first of each pair; the second, if there is one, was searched for before and is not timed."""
    took_ms, stages = [], dict[str, list[float]]()
    for query, before in pairs:
        if before is not None:
            search(v, before)
        began_s = time.perf_counter()
        answer = search(v, query)
        took_ms.append((time.perf_counter() - began_s) * 1_000)
        for name, stage_ms in answer.took_ms.items():
            stages.setdefault(name, []).append(stage_ms)
    return _Timed(took_ms, {name: statistics.median(values) for name, values in stages.items()})


def _take(queries: Iterator[SearchQuery], count: int) -> list[SearchQuery]:
    return [next(queries) for _ in range(count)]


def _queries(columns: Columns) -> Iterator[SearchQuery]:
    """Different queries, a title and a description in turn, each with a filter that a product fulfils, and facets."""
    described = {
        name: column
        for name, column in columns.by_field.items()
        if isinstance(column, Coded) and _describes(name, column)
    }
    titles = columns.by_field["title"]
    assert isinstance(titles, Coded)
    facets = [name for name in columns.by_field if name in FACET_FIELDS or name.startswith(ATTRIBUTE_PREFIX)]
    # The filtered ones first, so that they are surely among them.
    requests = tuple(FacetRequest(name) for name in sorted(facets, key=lambda name: name not in described)[:_FACETS])
    chance = np.random.default_rng(7)
    seen = {""}
    while True:
        row = int(chance.choice(np.flatnonzero(columns.alive)))
        values = {name: value for name, column in described.items() if (value := _value(column, row))}
        names = [str(name) for name in chance.permutation(list(values))]
        words = [values[name] for name in names[_FILTERED : 2 * _FILTERED]]
        text = _value(titles, row) if len(seen) % 2 else " ".join(words).lower()
        if text not in seen and len(names) >= _FILTERED:
            seen.add(text)
            where = And(tuple(Equals(name, values[name]) for name in names[:_FILTERED]))
            yield SearchQuery(text=text, filter=where, facets=requests, explain=True)


def _describes(name: str, column: Coded) -> bool:
    """Whether it has few different texts, such as colours."""
    if name != "category" and not name.startswith(ATTRIBUTE_PREFIX):
        return False
    values = column.vocabulary.values
    return _VALUES_MIN <= len(values) <= _VALUES_MAX and all(isinstance(value, str) for value in values)


def _value(column: Coded, row: int) -> str:
    codes, _ = column.cells.of(np.array([row]))
    return str(column.vocabulary.values[int(codes[0])]) if len(codes) else ""
