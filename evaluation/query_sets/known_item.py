"""Known-item queries: somebody who has a product in mind types its title, more or less well."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import comb

from core.products import Product
from core.queries import TEXT_CHARS_MAX, SearchQuery
from evaluation.queries import DEPTH, JudgedQuery, QuerySet
from evaluation.query_sets.misspelling import misspelt
from evaluation.query_sets.synonyms import synonyms
from evaluation.wording import IMPORTED
from words.analysis import Analyzer

CLEAN, TYPO = "known_item", "known_item_typo"
_WORDS_MIN = 3
_DROPPED_SHARE = 1 / 3
_SWAPPED_PAIRS = 2

_MEANINGS: Mapping[str, str] = {
    CLEAN: "a title as it stands: that product",
    TYPO: "the same titles with one typing error: that product",
    "known_item_dropped": "the same titles with a third of the words left out: that product",
    "known_item_swapped": "the same titles with words in another order: that product",
    "known_item_synonym": "those of the titles that have a word with a synonym, with the synonym: that product",
}


@dataclass(frozen=True, slots=True)
class _Titles:
    """Titles that differ, by the words they have.

    Attributes
    ----------
    ids: of all products with a title, by its words; identical titles count as one.
    having: by term, the titles that have it.
    words: all words of the catalogue.
    """

    ids: Mapping[tuple[str, ...], frozenset[str]]
    having: Mapping[str, frozenset[tuple[str, ...]]]
    words: frozenset[str]

    def ranks(self, text: str, analyzer: Analyzer) -> tuple[float, ...]:
        """How likely each title was meant by words that `_dropped` has left, most likely first.

        A title fits that has all of the words and would have been left as many. The more words it has, the more ways
        there were to leave others; the more products have it, the likelier it was drawn.
        """
        terms = set(analyzer.terms(text).words)
        fitting = frozenset.intersection(*(self.having[term] for term in terms)) if terms else frozenset(self.ids)
        left = len(analyzer.surface(text))
        weights = [len(self.ids[key]) / comb(len(key), left) for key in fitting if _kept(len(key)) == left]
        return tuple(weight / sum(weights) for weight in sorted(weights, reverse=True)) or (1.0,)


def known_item_sets(products: Sequence[Product], analyzer: Analyzer, count: int, seed: int) -> list[QuerySet]:
    """One set for each way to type a title; the first two have the same products in the same order."""
    titles = _titles(products, analyzer)
    items = _items(products, titles, count, seed)
    changes: Mapping[str, Callable[[str, random.Random], str | None]] = {
        CLEAN: _as_it_stands,
        TYPO: lambda title, chance: misspelt(title, titles.words, chance),
        "known_item_dropped": _dropped,
        "known_item_swapped": _swapped,
        "known_item_synonym": _with_synonym,
    }
    sets = []
    for name, change in changes.items():
        judged = []
        for item in items:
            text = change(item.title, random.Random(f"{name} {seed} {item.id}"))
            if text is not None:
                ranks = titles.ranks(text, analyzer) if change is _dropped else (1.0,)
                relevant = titles.ids[tuple(analyzer.surface(item.title))]
                query = SearchQuery(text=text, limit=DEPTH, include_unavailable=True)
                judged.append(JudgedQuery(text, query, relevant, ranks=ranks))
        sets.append(QuerySet(name, _MEANINGS[name], IMPORTED, tuple(judged), as_one=True))
    return [made for made in sets if made.queries]


def _titles(products: Sequence[Product], analyzer: Analyzer) -> _Titles:
    ids: dict[tuple[str, ...], set[str]] = defaultdict(set)
    having: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    words: set[str] = set()
    for product in products:
        key = tuple(analyzer.surface(product.title))
        ids[key].add(product.id)
        words.update(analyzer.surface(product.passage()))
        for term in analyzer.terms(product.title).words:
            having[term].add(key)
    return _Titles(
        {key: frozenset(found) for key, found in ids.items()},
        {term: frozenset(keys) for term, keys in having.items()},
        frozenset(words),
    )


def _items(products: Sequence[Product], titles: _Titles, count: int, seed: int) -> list[Product]:
    """Products with different titles of three words and more, in which a word can be misspelt."""
    shuffled = list(products)
    random.Random(f"known item {seed}").shuffle(shuffled)
    items: dict[str, Product] = {}
    for product in shuffled:
        if len(items) == count:
            break
        title = product.title
        if len(title.split()) < _WORDS_MIN or len(title) >= TEXT_CHARS_MAX or title.lower() in items:
            continue
        if misspelt(title, titles.words, random.Random(f"{TYPO} {seed} {product.id}")) is not None:
            items[title.lower()] = product
    return list(items.values())


def _as_it_stands(title: str, chance: random.Random) -> str:
    del chance
    return title


def _kept(words: int) -> int:
    """How many words are left of so many."""
    return max(2, words - max(1, round(_DROPPED_SHARE * words)))


def _dropped(title: str, chance: random.Random) -> str:
    words = title.split()
    return " ".join(words[i] for i in sorted(chance.sample(range(len(words)), _kept(len(words)))))


def _swapped(title: str, chance: random.Random) -> str:
    words = title.split()
    for _ in range(_SWAPPED_PAIRS):
        i, j = chance.sample(range(len(words)), 2)
        words[i], words[j] = words[j], words[i]
    return " ".join(words)


def _with_synonym(title: str, chance: random.Random) -> str | None:
    known = synonyms()
    words = title.split()
    places = [i for i, word in enumerate(words) if word.lower() in known]
    if not places:
        return None
    place = chance.choice(places)
    words[place] = chance.choice(known[words[place].lower()])
    return " ".join(words)
