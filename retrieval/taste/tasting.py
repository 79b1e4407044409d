"""How much products are to a shopper's taste, as signals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.profiles import Profile
from core.vectors import FloatArray
from retrieval.search.fusion import PRODUCT

TASTE, TASTE_LONG, TASTE_SESSION, DISLIKE = "taste", "taste_long", "taste_session", "dislike"

# By view name, float32 (n, dim) of unit length, one row per product; a row of zeros where it has no such vector.
Looks = Mapping[str, FloatArray]


def taste_signals(profile: Profile, looks: Looks) -> dict[str, FloatArray]:
    """The signals `taste`, `taste_long`, `taste_session` and `dislike` of some products, as far as there are any.

    A cosine per view, the views weighed as where products ask for products; of what is disliked the nearest counts.
    """
    wanted = {TASTE: profile.blended, TASTE_LONG: profile.long, TASTE_SESSION: profile.session}
    signals = {
        name: _together(looks, {view: looks[view] @ vector for view, vector in vectors.items() if view in looks})
        for name, vectors in wanted.items()
        if vectors
    }
    if profile.disliked:
        nearest = {view: (looks[view] @ rows.T).max(axis=1) for view, rows in profile.disliked.items() if view in looks}
        signals[DISLIKE] = _together(looks, nearest)
    return signals


def preference(signals: Mapping[str, FloatArray], fitting: FloatArray, dislikes: float) -> FloatArray:
    """What of some products is to be preferred, in standard scores over them: by their looks and words, and by facts.

    Looks and words count as much as one spread of them, taste less `dislikes` times dislike. Facts count by how much
    is known: hardly anything after one click, and more than all looks after ten of a kind.

    Parameters
    ----------
    signals: of taste, (n,) each. fitting: (n,) nats, see `affinity`.

    Returns
    -------
    float32 (n,), finite, of mean 0; 0 for those of which nothing is known.
    """
    count = len(fitting)
    wanted = standard(signals.get(TASTE, np.zeros(count, dtype=np.float32)))
    refused = standard(signals.get(DISLIKE, np.zeros(count, dtype=np.float32)))
    return standard(standard(wanted - np.float32(dislikes) * refused) + fitting)


def standard(values: FloatArray) -> FloatArray:
    """Centred, and over their spread: float32 (n,); 0 where there is none, or all are the same."""
    known = np.isfinite(values)
    if not known.any():
        return np.zeros_like(values)
    spread = float(values[known].std())
    centred = np.where(known, values - values[known].mean(), 0.0)
    scores: FloatArray = (centred / spread if spread > 1e-9 else np.zeros_like(centred)).astype(np.float32)
    return scores


def _together(looks: Looks, by_view: Mapping[str, FloatArray]) -> FloatArray:
    count = len(next(iter(looks.values()), ()))
    total, weights = np.zeros(count, dtype=np.float32), np.zeros(count, dtype=np.float32)
    for view, cosines in by_view.items():
        weight = np.float32(PRODUCT.get(view, 1.0)) * looks[view].any(axis=1).astype(np.float32)
        total += weight * cosines
        weights += weight
    return np.divide(total, weights, out=np.full(count, np.nan, dtype=np.float32), where=weights > 0)
