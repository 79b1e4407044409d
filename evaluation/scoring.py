"""From answers to figures: each measure of each query, its mean with an interval, and the best that could be reached.

Ranked lists are measured as in `core.ranking_metrics`. Intervals are percentile bootstrap intervals (Efron and
Tibshirani 1993, chapter 13): queries are drawn with replacement, and 95 % of the means lie between the two ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core import ranking_metrics as metrics
from evaluation.queries import DEPTH, Answered, JudgedQuery, QuerySet

Rows = NDArray[np.float64]

NDCG, RECALL_10, RECALL_100, MRR = "ndcg@10", "recall@10", "recall@100", "mrr"
FOUND_PRECISION, FOUND_RECALL, NOTHING = "found_precision", "found_recall", "nothing"
AT_MOST_3, HITS = "at_most_3", "hits"

MEANINGS: Mapping[str, str] = {
    NDCG: "normalised discounted cumulative gain of the first ten",
    RECALL_10: "share of the right products among the first ten",
    RECALL_100: "share of the right products among the first hundred",
    MRR: "one over the rank of the first right product",
    FOUND_PRECISION: "share of right products among all that is called found; 0 where nothing is",
    FOUND_RECALL: "share of the right products that is called found",
    NOTHING: "share of queries for which nothing is found",
    AT_MOST_3: "share of queries with at most three hits",
    HITS: "hits, at least; of a view alone, those that were asked for",
}
RESAMPLES = 1_000
_HITS_ALLOWED = 3
_LIST_ONLY = (NDCG, RECALL_10, RECALL_100, MRR)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one system over one set.

    Attributes
    ----------
    low, high: ends of the 95 % bootstrap interval.
    ceiling: the best mean that any system could reach; None where more is not better.
    """

    value: float
    low: float
    high: float
    ceiling: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """What one system reached in one set, query by query: by measure, a row of numbers in the order of the queries."""

    by_measure: Mapping[str, Rows]
    ceilings: Mapping[str, Rows]


def score(asked: QuerySet, answers: Sequence[Answered]) -> Scores:
    """All measures that make sense for the set and the system; answers in the order of the queries."""
    if asked.expects_nothing:
        return _scores_of_nothing(answers)
    relevance = np.stack([_gains(asked, judged, got) for judged, got in zip(asked.queries, answers, strict=True)])
    relevant = np.array([1 if asked.as_one else len(judged.relevant) for judged in asked.queries])
    ideal = (np.arange(DEPTH) < np.minimum(relevant, DEPTH)[:, None]).astype(np.float64)
    measured = _list_measures(relevance, ideal, relevant)
    ceilings = dict(_expected(asked) if asked.as_one else _list_measures(ideal, ideal, relevant))
    totals = np.array([got.total for got in answers], dtype=np.float64)
    measured |= {NOTHING: (totals == 0).astype(np.float64), HITS: totals}
    found = [got.found for got in answers if got.found is not None]
    if all(judged.wants_all for judged in asked.queries) and len(found) == len(answers):
        measured |= _found_measures(asked, found)
        ceilings |= {FOUND_PRECISION: np.ones(len(found)), FOUND_RECALL: np.ones(len(found))}
    return Scores(measured, ceilings)


def figures(scores: Scores, seed: int) -> dict[str, Figure]:
    """Means, intervals and ceilings by measure."""
    made = {}
    for name, rows in scores.by_measure.items():
        low, high = interval(partial(_means, rows), len(rows), seed)
        ceiling = scores.ceilings.get(name)
        made[name] = Figure(float(rows.mean()), low, high, None if ceiling is None else float(ceiling.mean()))
    return made


def interval(statistic: Callable[[NDArray[np.intp]], Rows], queries: int, seed: int) -> tuple[float, float]:
    """The 95 % bootstrap interval of a statistic.

    Parameters
    ----------
    statistic: of drawn queries, shape (resamples, queries), one number per resample.
    """
    picked = np.random.default_rng(seed).integers(0, queries, (RESAMPLES, queries))
    values = statistic(picked)
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    # Ratios to nothing are infinite, and nothing lies between two of them.
    low, high = np.percentile(known, (2.5, 97.5), method="nearest")
    return float(low), float(high)


def _means(rows: Rows, picked: NDArray[np.intp]) -> Rows:
    means: Rows = rows[picked].mean(axis=1)
    return means


def _gains(asked: QuerySet, judged: JudgedQuery, got: Answered) -> Rows:
    """1 for each right product in the order of the answer; where one stands for all, for the first of them alone."""
    gains = np.zeros(DEPTH)
    for place, product_id in enumerate(got.ids):
        if product_id in judged.relevant:
            gains[place] = 1.0
            if asked.as_one:
                break
    return gains


def _list_measures(relevance: Rows, ideal: Rows, relevant: NDArray[np.integer]) -> dict[str, Rows]:
    return {
        NDCG: metrics.ndcg(relevance, ideal, 10),
        RECALL_10: metrics.recall(relevance, relevant, 10),
        RECALL_100: metrics.recall(relevance, relevant, 100),
        MRR: metrics.reciprocal_rank(relevance),
    }


def _found_measures(asked: QuerySet, found: Sequence[frozenset[str]]) -> dict[str, Rows]:
    right = np.array([len(judged.relevant & ids) for judged, ids in zip(asked.queries, found, strict=True)], float)
    counts = np.array([len(ids) for ids in found], dtype=np.float64)
    relevant = np.array([len(judged.relevant) for judged in asked.queries], dtype=np.float64)
    precision = np.divide(right, counts, out=np.zeros_like(right), where=counts > 0)
    return {
        FOUND_PRECISION: precision,
        FOUND_RECALL: right / relevant,
    }


def _expected(asked: QuerySet) -> dict[str, Rows]:
    """What a system could expect at best that knows how likely each product is meant, and orders them by that."""
    means: dict[str, list[float]] = {name: [] for name in _LIST_ONLY}
    for judged in asked.queries:
        likely = np.array(judged.ranks[:DEPTH])
        ranks = np.arange(1, len(likely) + 1, dtype=np.float64)
        means[NDCG].append(float((likely / np.log2(ranks + 1))[:10].sum()))
        means[RECALL_10].append(float(likely[:10].sum()))
        means[RECALL_100].append(float(likely.sum()))
        means[MRR].append(float((likely / ranks).sum()))
    return {name: np.array(rows) for name, rows in means.items()}


def _scores_of_nothing(answers: Sequence[Answered]) -> Scores:
    counts = np.array([got.total for got in answers], dtype=np.float64)
    at_most = (counts <= _HITS_ALLOWED).astype(np.float64)
    return Scores({AT_MOST_3: at_most, HITS: counts}, {AT_MOST_3: np.ones_like(counts)})
