"""The few figures that say whether a search is good: one system beside another, query by query."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.generations import TEXT
from evaluation.query_sets.known_item import CLEAN, TYPO
from evaluation.query_sets.making import ATTRIBUTE, ATTRIBUTE_WORDS_OUT, OUT_OF_CATALOGUE
from evaluation.scoring import AT_MOST_3, MRR, NDCG, NOTHING, Rows, Scores, interval
from evaluation.systems import BM25, HYBRID

# By set, by system.
AllScores = Mapping[str, Mapping[str, Scores]]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure.

    Attributes
    ----------
    low, high: ends of the 95 % bootstrap interval; both sides of a ratio are drawn together.
    target: what it has to reach; with `at_most`, what it must not exceed.
    """

    name: str
    meaning: str
    value: float
    low: float
    high: float
    target: float
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether the target is reached."""
        return self.value <= self.target if self.at_most else self.value >= self.target


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A measure before it is computed.

    Attributes
    ----------
    rows: figures query by query, all of the same queries.
    combine: their means to the one figure; also of many resamples at once.
    """

    name: str
    meaning: str
    target: float
    rows: Sequence[Rows]
    combine: Callable[..., Rows]
    at_most: bool = False


def measures(scores: AllScores, seed: int) -> list[Measure]:
    """All figures whose sets and systems are there."""
    wanted = [
        _over_best_view(scores),
        _over_bm25(scores, "attribute_over_bm25", ATTRIBUTE, NDCG, 1.6),
        _over_words(scores),
        _over_bm25(scores, "known_item_over_bm25", CLEAN, MRR, 1.0),
        _typo_gap_closed(scores),
        _says_nothing(scores),
        _cut_to_nothing(scores),
    ]
    return [_computed(one, seed) for one in wanted if one is not None]


def facets_exact(rows: Rows, seed: int) -> Measure:
    """The share of queries whose facets count exactly what was found."""
    meaning = "attribute queries: every count of every facet equal to that over the products of all pages"
    return _computed(_Wanted("facet_counts_exact", meaning, 1.0, (rows,), _itself), seed)


def _computed(wanted: _Wanted, seed: int) -> Measure:
    value = wanted.combine(*(rows.mean() for rows in wanted.rows))
    low, high = interval(
        lambda picked: wanted.combine(*(rows[picked].mean(axis=1) for rows in wanted.rows)), len(wanted.rows[0]), seed
    )
    return Measure(wanted.name, wanted.meaning, float(value), low, high, wanted.target, wanted.at_most)


def _over_best_view(scores: AllScores) -> _Wanted | None:
    ours = _rows(scores, ATTRIBUTE, HYBRID, NDCG)
    views = {
        name: made.by_measure[NDCG] for name, made in scores.get(ATTRIBUTE, {}).items() if name not in (HYBRID, BM25)
    }
    if ours is None or not views:
        return None
    best = max(views, key=lambda name: views[name].mean())
    meaning = f"attribute queries over titles, NDCG@10: hybrid over the best single view, {best}"
    return _Wanted("attribute_over_best_view", meaning, 1.02, (ours, views[best]), _ratio)


def _over_bm25(scores: AllScores, name: str, asked: str, measure: str, target: float) -> _Wanted | None:
    ours, theirs = _rows(scores, asked, HYBRID, measure), _rows(scores, asked, BM25, measure)
    if ours is None or theirs is None:
        return None
    return _Wanted(name, f"set {asked}, {measure.upper()}: hybrid over BM25", target, (ours, theirs), _ratio)


def _over_words(scores: AllScores) -> _Wanted | None:
    ours = _rows(scores, ATTRIBUTE_WORDS_OUT, HYBRID, NDCG)
    words = {name: _rows(scores, ATTRIBUTE_WORDS_OUT, name, NDCG) for name in (BM25, TEXT)}
    known = {name: rows for name, rows in words.items() if rows is not None}
    if ours is None or not known:
        return None
    best = max(known, key=lambda name: known[name].mean())
    meaning = f"attribute queries with these words kept out, NDCG@10: hybrid over the better of words, {best}"
    return _Wanted("words_out_over_words", meaning, 1.15, (ours, known[best]), _ratio)


def _typo_gap_closed(scores: AllScores) -> _Wanted | None:
    ours, theirs = _rows(scores, TYPO, HYBRID, MRR), _rows(scores, TYPO, BM25, MRR)
    unharmed = _rows(scores, CLEAN, BM25, MRR)
    if ours is None or theirs is None or unharmed is None or len(unharmed) != len(ours):
        return None
    meaning = "titles with one typing error, MRR: share of what the error costs BM25 that hybrid wins back"
    return _Wanted(
        "typo_gap_closed",
        meaning,
        0.7,
        (ours, theirs, unharmed),
        lambda typo, plain, clean: _ratio(typo - plain, clean - plain),
    )


def _says_nothing(scores: AllScores) -> _Wanted | None:
    rows = _rows(scores, OUT_OF_CATALOGUE, HYBRID, AT_MOST_3)
    if rows is None:
        return None
    return _Wanted("nothing_for_what_is_not_sold", "out of catalogue: at most three hits", 0.85, (rows,), _itself)


def _cut_to_nothing(scores: AllScores) -> _Wanted | None:
    found = [
        rows
        for name in scores
        if name != OUT_OF_CATALOGUE and (rows := _rows(scores, name, HYBRID, NOTHING)) is not None
    ]
    if not found:
        return None
    meaning = "queries for what is sold, all sets: nothing found"
    return _Wanted("wrongly_cut_to_nothing", meaning, 0.02, (np.concatenate(found),), _itself, at_most=True)


def _rows(scores: AllScores, asked: str, system: str, measure: str) -> Rows | None:
    made = scores.get(asked, {}).get(system)
    return None if made is None else made.by_measure.get(measure)


def _ratio(above: Rows, below: Rows) -> Rows:
    """Infinite where only the other side has nothing, NaN where there is nothing to compare at all."""
    above, below = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    without = np.where(above > 0, np.inf, np.nan)
    result: Rows = np.divide(above, below, out=without, where=below > 0)
    return result


def _itself(mean: Rows) -> Rows:
    return mean
