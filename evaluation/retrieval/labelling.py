"""Labels told from what was found: what is taken for what, and what an encoder that knows names calls a photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.retrieval.bootstrap import intervals
from evaluation.retrieval.judging import JudgedProducts
from evaluation.retrieval.measuring import Measured
from evaluation.retrieval.protocols import IMAGE_TO_IMAGE, ITEM_TO_ITEM, TEXT_TO_TEXT, Encoded
from evaluation.scoring import Figure

ACCURACY_1, ACCURACY_5 = "accuracy@1", "accuracy@5"
# Above so many labels nobody reads what is taken for what, and the counts would not fit into memory.
LABELS_MAX = 2_000
# Products compared with all names at once.
_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True)
class Confusion:
    """What each product is taken for.

    Attributes
    ----------
    by: how the label was told, for people.
    counts: products of a label (row) that were taken for another (column): int64 (labels, labels).
    """

    by: str
    counts: NDArray[np.int64]

    def worst(self, count: int) -> list[tuple[int, int, int]]:
        """Label, what it is taken for, and how often, the most frequent first."""
        wrong = self.counts.copy()
        np.fill_diagonal(wrong, 0)
        order = np.argsort(-wrong, axis=None, kind="stable")[:count]
        pairs = zip(*np.unravel_index(order, wrong.shape), strict=True)
        return [(int(row), int(column), int(wrong[row, column])) for row, column in pairs if wrong[row, column]]


@dataclass(frozen=True, slots=True)
class ZeroShot:
    """Photos labelled with the name that is nearest to them, without any example.

    Attributes
    ----------
    figures: by metric.
    confusion: of products with a photo.
    """

    figures: Mapping[str, Figure]
    confusion: Confusion


def confusion(found: Mapping[str, Measured], judged: JudgedProducts) -> Confusion | None:
    """By the label of the first hit, by photo if there is one; None with too many labels or no hits."""
    if len(judged.labels.names) > LABELS_MAX:
        return None
    for name in (IMAGE_TO_IMAGE, ITEM_TO_ITEM, TEXT_TO_TEXT):
        if name in found:
            one = found[name]
            labels = judged.labels.codes[one.protocol.rows]
            return Confusion(f"the first hit, {name}", _counts(labels, labels[one.nearest[:, 0]], judged))
    return None


def zero_shot(encoded: Encoded, judged: JudgedProducts, seed: int) -> ZeroShot | None:
    """What photos are called; None where photos and names share no space, or with too many labels."""
    photos, names = encoded.photos, encoded.label_queries
    if photos is None or names is None or len(names) > LABELS_MAX:
        return None
    rows = np.flatnonzero(~np.isnan(photos[:, 0]))
    labels = judged.labels.codes[rows]
    guesses = _nearest_names(photos, names, rows)
    hits = guesses == labels[:, None]
    by_metric = {ACCURACY_1: hits[:, 0].astype(np.float64), ACCURACY_5: hits[:, :5].any(axis=1).astype(np.float64)}
    ends = intervals(by_metric, seed)
    figures = {name: Figure(float(own.mean()), *ends[name], 1.0) for name, own in by_metric.items()}
    return ZeroShot(figures, Confusion("the nearest name", _counts(labels, guesses[:, 0], judged)))


def _nearest_names(photos: NDArray[np.float32], names: NDArray[np.float32], rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """The five nearest labels of each photo, best first."""
    parts = [
        np.argsort(-(photos[rows[start : start + _AT_ONCE]] @ names.T), axis=1, kind="stable")[:, :5]
        for start in range(0, len(rows), _AT_ONCE)
    ]
    return np.concatenate(parts)


def _counts(labels: NDArray[np.int64], taken_for: NDArray[np.integer], judged: JudgedProducts) -> NDArray[np.int64]:
    size = len(judged.labels.names)
    return np.bincount(labels * size + taken_for, minlength=size * size).reshape(size, size).astype(np.int64)
