"""From vectors to figures, query by query.

Measures are those of `core.ranking_metrics` over the whole ranking. NDCG@10 is that of the published figures: the
discounted gain of the ten that were found over that of ten hits, whether there are ten or not. Where one right answer
is all that is wanted it is that of the first one over a hit at the first place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import ranking_metrics as metrics
from evaluation.retrieval.protocols import Protocol
from evaluation.retrieval.ranking import ranked
from evaluation.scoring import Rows

RECALL_1, RECALL_5, RECALL_10 = "recall@1", "recall@5", "recall@10"
MRR, NDCG, MAP = "mrr", "ndcg@10", "map"
PRECISION_1, PRECISION_5, PRECISION_10 = "precision@1", "precision@5", "precision@10"

MEANINGS: Mapping[str, str] = {
    RECALL_1: "share of queries whose first hit is right",
    RECALL_5: "share of queries with a right one among the first five",
    RECALL_10: "share of queries with a right one among the first ten",
    MRR: "one over the rank of the first right one, in the mean",
    NDCG: "gain of the ten found, less for lower ranks, over that of ten hits",
    MAP: "mean over all right ones of the share of right ones down to each",
    PRECISION_1: "share of right ones among the first one",
    PRECISION_5: "share of right ones among the first five",
    PRECISION_10: "share of right ones among the first ten",
}
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """What a protocol came to.

    Attributes
    ----------
    by_metric: one figure for each query, float64 (n,).
    ceilings: the best that any system could reach, likewise.
    nearest: for each query the first hits, as places in `protocol.rows`: int64 (n, at most 10).
    """

    protocol: Protocol
    by_metric: Mapping[str, Rows]
    ceilings: Mapping[str, Rows]
    nearest: NDArray[np.int64]


def measured(protocol: Protocol) -> Measured:
    """Ask every query of a protocol."""
    sizes = np.bincount(protocol.right)[protocol.right]
    relevant = sizes if protocol.itself else sizes - 1
    figures, nearest = [], []
    for rows, order in ranked(protocol.queries, protocol.items, itself=protocol.itself):
        hits = protocol.right[order] == protocol.right[rows, None]
        nearest.append(order[:, :DEPTH].copy())
        figures.append(_known_item(hits) if protocol.known_item else _by_label(hits, relevant[rows]))
    by_metric = {name: np.concatenate([block[name] for block in figures]) for name in figures[0]}
    return Measured(protocol, by_metric, _ceilings(protocol, relevant), np.concatenate(nearest))


def _by_label(hits: NDArray[np.bool_], relevant: NDArray[np.integer]) -> dict[str, Rows]:
    first = hits[:, :DEPTH]
    return {
        **_first_found(hits),
        NDCG: metrics.ndcg(first, np.ones((len(first), DEPTH)), DEPTH),
        MAP: metrics.average_precision(hits, relevant),
        PRECISION_1: metrics.precision(first, 1),
        PRECISION_5: metrics.precision(first, 5),
        PRECISION_10: metrics.precision(first, 10),
    }


def _known_item(hits: NDArray[np.bool_]) -> dict[str, Rows]:
    found = _first_found(hits)
    rank = np.divide(1.0, found[MRR], out=np.full(len(hits), np.inf), where=found[MRR] > 0)
    return {**found, NDCG: np.where(rank <= DEPTH, 1.0 / np.log2(rank + 1.0), 0.0)}


def _first_found(hits: NDArray[np.bool_]) -> dict[str, Rows]:
    first = hits[:, :DEPTH]
    return {
        RECALL_1: metrics.hit_rate(first, 1),
        RECALL_5: metrics.hit_rate(first, 5),
        RECALL_10: metrics.hit_rate(first, 10),
        MRR: metrics.reciprocal_rank(hits),
    }


def _ceilings(protocol: Protocol, relevant: NDArray[np.integer]) -> dict[str, Rows]:
    """The best possible list; of products that the question does not tell apart, any may be meant."""
    if not protocol.known_item:
        return _by_label(np.arange(DEPTH) < relevant[:, None], np.minimum(relevant, DEPTH))
    meant = protocol.meant.astype(np.float64)
    ranks = np.arange(1, protocol.meant.max() + 1, dtype=np.float64)
    reciprocal, gain = np.cumsum(1.0 / ranks), np.cumsum(np.where(ranks <= DEPTH, 1.0 / np.log2(ranks + 1.0), 0.0))
    recalls = {name: np.minimum(k, meant) / meant for name, k in ((RECALL_1, 1), (RECALL_5, 5), (RECALL_10, 10))}
    return {**recalls, MRR: reciprocal[protocol.meant - 1] / meant, NDCG: gain[protocol.meant - 1] / meant}
