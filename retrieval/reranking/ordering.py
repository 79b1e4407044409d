"""The first hits of a search in the order of a ranker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.hits import Hit
from core.vectors import FloatArray
from ranking.ranker import Ranker
from retrieval.search.candidates import Candidates
from retrieval.search.diversity import WINDOW
from retrieval.search.personal import Boosting


def reranked(found: Candidates, ranker: Ranker, boosted: Boosting | None = None) -> Candidates:
    """Hits, best first, the first `WINDOW` of them in the ranker's order; the others keep theirs.

    Scores stay what hits are ordered by: the ranker's are stretched to the range that the scores of these hits had.

    Parameters
    ----------
    boosted: what the shop's rules do to the ranker's scores; rules have the last word.
    """
    window = min(WINDOW, len(found))
    if window < 2:
        return found
    first = found.take(np.arange(window))
    scored = replace(first, scores=_stretched(ranker.score(first.signals, window), first.scores)).ranked(window)
    if boosted is not None:
        scored = replace(boosted(scored), scores=scored.scores)
    return scored.and_also(found.take(np.arange(window, len(found))))


def with_contributions(hits: Sequence[Hit], ranker: Ranker) -> tuple[Hit, ...]:
    """Hits with what each feature adds to the score that the ranker gives them."""
    if not hits:
        return ()
    names = {name for hit in hits for name in hit.signals}
    signals = {name: np.array([hit.signals.get(name, np.nan) for hit in hits], dtype=np.float32) for name in names}
    rows = ranker.contributions(signals, len(hits)).tolist()
    return tuple(
        replace(hit, contributions=dict(zip(ranker.features, row, strict=True)))
        for hit, row in zip(hits, rows, strict=True)
    )


def _stretched(scores: FloatArray, like: FloatArray) -> FloatArray:
    low, high = float(like.min()), float(like.max())
    least, most = float(scores.min()), float(scores.max())
    if most == least:
        # A ranker without an opinion leaves the order as it is.
        return like
    stretched: FloatArray = (low + (high - low) * ((scores - least) / (most - least))).astype(np.float32)
    return stretched
