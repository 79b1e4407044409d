"""From scores to lists, from lists to figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core import ranking_metrics as metrics
from core.vectors import FloatArray
from evaluation.profiles.splitting import Histories, Mask, Sparse, Task
from evaluation.retrieval.bootstrap import intervals
from evaluation.scoring import Figure, Rows, interval

NDCG = "ndcg@10"
DEPTHS = (10, 20, 50, 100)
DEPTH = max(DEPTHS)
# Scores of one method that are held in memory at once, and shoppers at most.
_SCORES_MAX = 4_000_000
_BLOCK_MAX = 256

Lists = NDArray[np.int64]


class Scorer(Protocol):
    """A method that has learnt."""

    def scores(self, histories: Histories) -> FloatArray:
        """How much each shopper will like each product, float32 (shoppers, products); -inf: not to be recommended."""


def recommend(scorer: Scorer, task: Task, seed: int) -> Lists:
    """The best products for each shopper of a task, (shoppers, `DEPTH`); -1 where there are fewer.

    Products with one score come in an order drawn by lot, so that the order of the file helps nobody.
    """
    every = np.ones(len(task.histories.ratings.product_ids), dtype=np.bool_)
    return recommend_among(scorer, task, seed, [every])[0]


def recommend_among(scorer: Scorer, task: Task, seed: int, pools: Sequence[Mask]) -> list[Lists]:
    """The same among the products of each pool, (products,), and no others."""
    lists: list[list[Lists]] = [[] for _ in pools]
    for block in blocks(task.histories):
        scores = np.array(scorer.scores(task.histories.part(block)), dtype=np.float32)
        scores[task.excluded[block].nonzero()] = -np.inf
        for made, pool in zip(lists, pools, strict=True):
            places = np.flatnonzero(pool)
            found = best(scores[:, places], DEPTH, seed)
            made.append(np.where(found >= 0, places[found], -1))
    return [np.concatenate(made) for made in lists]


def blocks(histories: Histories) -> Iterator[slice]:
    """Places of shoppers, so few at a time that their scores for all products fit into memory."""
    step = max(1, min(_BLOCK_MAX, _SCORES_MAX // len(histories.ratings.product_ids)))
    for start in range(0, histories.count, step):
        yield slice(start, min(start + step, histories.count))


def best(scores: FloatArray, depth: int, seed: int) -> Lists:
    """The columns with the highest scores of each row, the best first, ties by lot; -1 for those of -inf."""
    shuffled = np.random.default_rng(seed).permutation(scores.shape[1])
    depth_here = min(depth, scores.shape[1])
    mixed = scores[:, shuffled]
    near = np.sort(np.argpartition(-mixed, depth_here - 1, axis=1)[:, :depth_here], axis=1)
    near_scores = np.take_along_axis(mixed, near, axis=1)
    order = np.argsort(-near_scores, axis=1, kind="stable")
    columns = shuffled[np.take_along_axis(near, order, axis=1)]
    found = np.where(np.isneginf(np.take_along_axis(near_scores, order, axis=1)), -1, columns)
    return np.pad(found, ((0, 0), (0, depth - depth_here)), constant_values=-1)


def measured(lists: Lists, wanted: Sparse) -> dict[str, Rows]:
    """Every measure of every shopper, by name: precision, recall, NDCG and hit rate at each of `DEPTHS`."""
    hits = hits_of(lists, wanted)
    counts = np.asarray((wanted != 0).sum(axis=1)).ravel()
    ideal = (np.arange(DEPTH) < np.minimum(counts, DEPTH)[:, None]).astype(np.float64)
    made: dict[str, Rows] = {}
    for k in DEPTHS:
        made[f"precision@{k}"] = metrics.precision(hits, k)
        made[f"recall@{k}"] = metrics.recall(hits, counts, k)
        made[f"ndcg@{k}"] = metrics.ndcg(hits, ideal, k)
        made[f"hit_rate@{k}"] = metrics.hit_rate(hits, k)
    return made


def hits_of(lists: Lists, wanted: Sparse) -> NDArray[np.bool_]:
    """Which of the listed products are wanted, (shoppers, depth)."""
    owners, columns = wanted.nonzero()
    products = wanted.shape[1]
    places = lists + np.arange(len(lists))[:, None] * products
    return np.isin(places, owners.astype(np.int64) * products + columns) & (lists >= 0)


def figures(by_measure: Mapping[str, Rows], seed: int) -> dict[str, Figure]:
    """Means over the shoppers, with their 95 % bootstrap intervals."""
    ends = intervals(by_measure, seed)
    return {name: Figure(float(rows.mean()), *ends[name], None) for name, rows in by_measure.items()}


def ratio(above: Rows, below: Rows, seed: int) -> Figure:
    """One mean over another of the same shoppers, who are drawn together: a paired comparison.

    Infinite where only the other has nothing, NaN where neither has anything.
    """
    value = float(_over(above.mean(keepdims=True), below.mean(keepdims=True))[0])
    low, high = interval(lambda picked: _over(above[picked].mean(axis=1), below[picked].mean(axis=1)), len(above), seed)
    return Figure(value, low, high, None)


def _over(above: Rows, below: Rows) -> Rows:
    without = np.where(above > 0, np.inf, np.nan)
    return np.asarray(np.divide(above, below, out=without, where=below > 0), dtype=np.float64)
