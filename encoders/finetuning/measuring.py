"""How well vectors retrieve: what tells when to stop, and whether it was worth it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core import ranking_metrics as metrics
from core.vectors import FloatArray
from encoders.finetuning.products import NO_LABEL, Codes

DEPTH = 10
TEXT_TO_IMAGE, IMAGE_TO_IMAGE = "text-to-image.ndcg@10", "image-to-image.ndcg@10"
ITEM_TO_ITEM, EXACT = "item-to-item.ndcg@10", "exact.recall@10"
MEANINGS: Mapping[str, str] = {
    TEXT_TO_IMAGE: "NDCG@10 of the photos nearest to a title, a hit being one of its label",
    IMAGE_TO_IMAGE: "NDCG@10 of the photos nearest to another product's photo, by label",
    ITEM_TO_ITEM: "NDCG@10 of the products nearest to another product, by label",
    EXACT: "share of titles whose own photo, or that of one of the same title, is among the nearest ten",
}
_BLOCK = 512

Rows = NDArray[np.float64]
Scores = Mapping[str, Rows]


def by_label(queries: FloatArray, items: FloatArray, labels: Codes, *, itself: bool) -> Rows:
    """NDCG@10 of every query that has a label and something to find: float64 (queries,).

    Parameters
    ----------
    queries, items: row i of both is one product. itself: whether a product may find itself.
    """
    sizes = np.bincount(labels[labels != NO_LABEL], minlength=1)
    relevant = np.where(labels == NO_LABEL, 0, sizes[labels]) - (not itself)
    asked = np.flatnonzero((labels != NO_LABEL) & (relevant > 0))
    gains = [
        labels[nearest] == labels[part][:, None] for part, nearest in _nearest(queries, items, asked, itself=itself)
    ]
    if not gains:
        return np.zeros(0)
    ideal = np.arange(DEPTH)[None, :] < np.minimum(relevant[asked], DEPTH)[:, None]
    return metrics.ndcg(np.concatenate(gains), ideal, DEPTH)


def exact(texts: FloatArray, photos: FloatArray, titles: Sequence[str]) -> Rows:
    """1 for every title that finds a photo of its own among ten: float64 (titles,)."""
    code = {title: at for at, title in enumerate(dict.fromkeys(titles))}
    codes = np.array([code[title] for title in titles])
    asked = np.arange(len(codes))
    gains = [codes[nearest] == codes[part][:, None] for part, nearest in _nearest(texts, photos, asked, itself=True)]
    return metrics.hit_rate(np.concatenate(gains), DEPTH)


def means(scores: Scores) -> dict[str, float]:
    """The mean of every measure that has queries."""
    return {name: float(rows.mean()) for name, rows in scores.items() if len(rows)}


def single_score(scores: Scores) -> float:
    """One number for all measures: the mean of their means."""
    return float(np.mean(list(means(scores).values())))


def difference(before: Rows, after: Rows, seed: int) -> tuple[float, float]:
    """Ends of the 95 % paired bootstrap interval of the mean difference (Efron and Tibshirani 1993, chapter 13)."""
    change = after - before
    chance = np.random.default_rng(seed)
    drawn = [change[chance.integers(0, len(change), len(change))].mean() for _ in range(1_000)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(low), float(high)


def in_blocks(embed: Callable[[list[int]], FloatArray], rows: Codes) -> FloatArray:
    """The vectors of some rows, embedded a block at a time."""
    parts = [embed([int(row) for row in rows[start : start + _BLOCK]]) for start in range(0, len(rows), _BLOCK)]
    return np.concatenate(parts)


def _nearest(queries: FloatArray, items: FloatArray, asked: Codes, *, itself: bool) -> list[tuple[Codes, Codes]]:
    """Rows of the ten nearest items to each asked query, a block of queries at a time; ties by the items' order."""
    found = []
    for start in range(0, len(asked), _BLOCK):
        part = asked[start : start + _BLOCK]
        scores = queries[part] @ items.T
        if not itself:
            scores[np.arange(len(part)), part] = -np.inf
        found.append((part, np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]))
    return found
