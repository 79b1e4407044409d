"""Ranking metrics over batches of ranked lists, in pure numpy.

Every function takes `relevance`: shape (queries, depth), the gain of each returned item in rank order (0 = irrelevant).
They return one float64 per query, shape (queries,). Järvelin and Kekäläinen 2002 for NDCG; Manning, Raghavan and
Schütze 2008, chapter 8, for the others.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatRows = NDArray[np.float64]
Gains = NDArray[np.floating] | NDArray[np.integer] | NDArray[np.bool_]


def dcg(relevance: Gains, k: int) -> FloatRows:
    """Discounted cumulative gain at k: the sum of gain / log2(rank + 1)."""
    gains = _top(relevance, k)
    discounts = 1.0 / np.log2(np.arange(2, gains.shape[1] + 2))
    return np.asarray((gains * discounts).sum(axis=1), dtype=np.float64)


def ndcg(
    relevance: Gains,
    ideal: Gains,
    k: int,
) -> FloatRows:
    """DCG over that of the best possible list; `ideal` holds all gains of a query, in any order, padded with 0.

    A query for which nothing is relevant scores 0.
    """
    best = dcg(np.flip(np.sort(np.asarray(ideal, dtype=np.float64), axis=1), axis=1), k)
    return _ratio(dcg(relevance, k), best)


def hit_rate(relevance: Gains, k: int) -> FloatRows:
    """1 where at least one of the first k is relevant. Published retrieval papers call this Recall@k."""
    return np.asarray((_top(relevance, k) > 0).any(axis=1), dtype=np.float64)


def precision(relevance: Gains, k: int) -> FloatRows:
    """Relevant items among the first k, over k."""
    return np.asarray((_top(relevance, k) > 0).sum(axis=1) / k, dtype=np.float64)


def recall(relevance: Gains, relevant: NDArray[np.integer], k: int) -> FloatRows:
    """Relevant items among the first k, over all `relevant` ones of the query (shape (queries,)), or 0."""
    found = (_top(relevance, k) > 0).sum(axis=1).astype(np.float64)
    return _ratio(found, relevant.astype(np.float64))


def reciprocal_rank(relevance: Gains) -> FloatRows:
    """One over the rank of the first relevant item, 0 if there is none."""
    hits = np.asarray(relevance, dtype=np.float64) > 0
    if hits.shape[1] == 0:
        return np.zeros(len(hits), dtype=np.float64)
    rank = hits.argmax(axis=1) + 1.0
    return np.asarray(np.where(hits.any(axis=1), 1.0 / rank, 0.0), dtype=np.float64)


def average_precision(relevance: Gains, relevant: NDArray[np.integer]) -> FloatRows:
    """Mean over all `relevant` items of a query (shape (queries,)) of the precision at the rank of each, or 0.

    One that is not among the first `depth` adds nothing, so lists that hold every item give the whole figure.
    """
    hits = np.asarray(relevance, dtype=np.bool_)
    rows, ranks = np.nonzero(hits)
    # Of each hit: how many of its list are as good or better placed.
    first = np.searchsorted(rows, np.arange(len(hits)))
    placed = np.arange(len(rows)) - first[rows] + 1
    sums = np.asarray(np.bincount(rows, placed / (ranks + 1.0), len(hits)), dtype=np.float64)
    return _ratio(sums, relevant.astype(np.float64))


def _ratio(numerator: FloatRows, denominator: FloatRows) -> FloatRows:
    result: FloatRows = np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)
    return result


def _top(relevance: Gains, k: int) -> FloatRows:
    if k < 1:
        raise ValueError(f"k must be at least 1, is {k}")
    return np.asarray(relevance, dtype=np.float64)[:, :k]
