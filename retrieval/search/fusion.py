"""Fourth stage: the scores of several views become one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from core.generations import IMAGE, LEXICAL, TEXT
from core.vectors import FloatArray
from retrieval.search.candidates import Candidates

RRF_K = 60
VIEW_WEIGHTS: Mapping[str, float] = {TEXT: 1.0, IMAGE: 0.5, LEXICAL: 0.25}


def fuse(found: Candidates, method: str) -> Candidates:
    """Score the candidates by the views together; with a single view its own score stands.

    Parameters
    ----------
    method: `weighted` or `rrf`.
    """
    if len(found) == 0:
        return found
    if len(found.signals) == 1:
        (scores,) = found.signals.values()
        return replace(found, scores=scores)
    return replace(found, scores=_METHODS[method](found.signals))


def weighted(signals: Mapping[str, FloatArray]) -> FloatArray:
    """Weighted sum of standard scores.

    Each view is centred and scaled over the candidates, so that views with other ranges count alike before they are
    weighted. A product without a score in a view counts there as the worst candidate.
    """
    total = np.zeros(len(next(iter(signals.values()))), dtype=np.float32)
    for name, scores in signals.items():
        known = np.isfinite(scores)
        if not known.any():
            continue
        worst = 0.0 if name == LEXICAL else float(scores[known].min())
        filled = np.where(known, scores, worst)
        spread = float(filled.std())
        if spread > 0:
            total += VIEW_WEIGHTS.get(name, 1.0) * (filled - filled.mean()) / spread
    return total


def rrf(signals: Mapping[str, FloatArray]) -> FloatArray:
    """Reciprocal rank fusion, each view weighted: Σ w / (k + rank), ranks from 1.

    Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
    Methods", with their k = 60. A product without a score in a view gets nothing from it.
    """
    total = np.zeros(len(next(iter(signals.values()))), dtype=np.float32)
    for name, scores in signals.items():
        known = np.flatnonzero(np.isfinite(scores))
        ranks = np.empty(len(known), dtype=np.float32)
        ranks[np.argsort(-scores[known], kind="stable")] = np.arange(1, len(known) + 1)
        total[known] += VIEW_WEIGHTS.get(name, 1.0) / (RRF_K + ranks)
    return total


_METHODS: Mapping[str, Callable[[Mapping[str, FloatArray]], FloatArray]] = {"weighted": weighted, "rrf": rrf}
