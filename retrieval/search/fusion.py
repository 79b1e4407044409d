"""Fourth stage: the scores of several views become one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from core.generations import FUSED, IMAGE, LEXICAL, TEXT
from core.queries import SearchQuery
from core.vectors import FloatArray
from retrieval.search.candidates import Candidates

RRF_K = 60

Weights = Mapping[str, float]

# Measured on held-out products; see docs/decisions/0005-fusion.md, and 0008-examples.md where a picture takes part.
WORDS: Weights = {TEXT: 1.0, IMAGE: 0.25, LEXICAL: 0.5}
# A view of whole products has learnt what is alike, photos and words together; how much it counts is judgement.
PRODUCT: Weights = {TEXT: 1.0, IMAGE: 0.5, FUSED: 1.0}
# The image view holds words and picture in one vector, the other views know the words alone.
WORDS_AND_PICTURE: Weights = {TEXT: 0.5, IMAGE: 1.0, LEXICAL: 0.5}


def view_weights(query: SearchQuery) -> Weights:
    """How much each view counts for this query, by view name.

    With a picture in play the views of words count by the share of the words in the query's own weights.
    """
    if not query.has_image or query.weight("image") == 0:
        return WORDS
    if not query.text or query.weight("text") == 0:
        return PRODUCT
    strongest = max(query.weight("text"), query.weight("image"))
    words = query.weight("text") / strongest
    return {name: weight if name == IMAGE else weight * words for name, weight in WORDS_AND_PICTURE.items()}


def fuse(found: Candidates, method: str, weights: Weights) -> Candidates:
    """Score the candidates by the views together; with a single view its own score stands.

    Parameters
    ----------
    method: `weighted` or `rrf`.
    weights: of the views, by name; a view that is not named counts 1.
    """
    if len(found) == 0:
        return found
    signals = found.deciding
    if len(signals) == 1:
        (scores,) = signals.values()
        return replace(found, scores=scores)
    return replace(found, scores=_METHODS[method](signals, _where_words_fail(signals, weights)))


def _where_words_fail(signals: Mapping[str, FloatArray], weights: Weights) -> Weights:
    """Where no product has any of the words, what it looks like counts as much as what else is said of it."""
    if LEXICAL not in weights or np.isfinite(signals.get(LEXICAL, np.float32(np.nan))).any():
        return weights
    return {**weights, IMAGE: max(weights[IMAGE], weights[TEXT])}


def weighted(signals: Mapping[str, FloatArray], weights: Weights) -> FloatArray:
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
            total += weights.get(name, 1.0) * (filled - filled.mean()) / spread
    return total


def rrf(signals: Mapping[str, FloatArray], weights: Weights) -> FloatArray:
    """Reciprocal rank fusion, each view weighted: Σ w / (k + rank), ranks from 1.

    Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
    Methods", with their k = 60. A product without a score in a view gets nothing from it.
    """
    total = np.zeros(len(next(iter(signals.values()))), dtype=np.float32)
    for name, scores in signals.items():
        known = np.flatnonzero(np.isfinite(scores))
        ranks = np.empty(len(known), dtype=np.float32)
        ranks[np.argsort(-scores[known], kind="stable")] = np.arange(1, len(known) + 1)
        total[known] += weights.get(name, 1.0) / (RRF_K + ranks)
    return total


_METHODS: Mapping[str, Callable[[Mapping[str, FloatArray], Weights], FloatArray]] = {"weighted": weighted, "rrf": rrf}
