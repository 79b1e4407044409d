"""The long-term profile: a weighted mean of what is wanted, turned away from what is not."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.vectors import FloatArray

Weights = NDArray[np.float64]


def decayed(weights: ArrayLike, ages_s: ArrayLike, half_life_s: float) -> Weights:
    """Weights that halve with every half-life of age: wᵢ · 2^(-ageᵢ / h), float64 (n,).

    Parameters
    ----------
    weights: (n,). ages_s: (n,) seconds, at least 0. half_life_s: above 0.
    """
    return np.asarray(weights, dtype=np.float64) * np.exp2(-np.asarray(ages_s, dtype=np.float64) / half_life_s)


def weighted_mean(vectors: FloatArray, weights: ArrayLike) -> FloatArray | None:
    """Ē = Σ wᵢ·eᵢ / Σ wᵢ, float32 (dim,), not normalised; None where no weight is above 0.

    Parameters
    ----------
    vectors: (n, dim). weights: (n,), at least 0.
    """
    counted = np.asarray(weights, dtype=np.float64)
    heaviest = float(counted.max(initial=0.0))
    if heaviest <= 0:
        return None
    # Over the heaviest, so that weights that decayed for years neither vanish nor overflow together.
    shares = counted / heaviest
    mean: FloatArray = ((shares @ np.asarray(vectors, dtype=np.float64)) / shares.sum()).astype(np.float32)
    return mean


def mean_profile(
    liked: FloatArray,
    liked_weights: ArrayLike,
    disliked: FloatArray | None = None,
    disliked_weights: ArrayLike = (),
    dislikes: float = 0.0,
) -> FloatArray | None:
    """The direction of w_p·Ē_p - w_n·Ē_n with w_p = 1, w_n = `dislikes`: float32 (dim,) of unit length.

    Rocchio 1971, "Relevance feedback in information retrieval", without a query; Ē as `weighted_mean`. None without
    anything liked: dislikes alone say nothing of where to go. Where both cancel each other out, the likes stand.

    Parameters
    ----------
    liked, disliked: (n, dim), (m, dim) of unit length. liked_weights, disliked_weights: (n,), (m,), at least 0.
    """
    positive = weighted_mean(liked, liked_weights)
    if positive is None:
        return None
    negative = None if disliked is None or dislikes == 0 else weighted_mean(disliked, disliked_weights)
    if negative is not None:
        turned = direction(positive - np.float32(dislikes) * negative)
        if turned is not None:
            return turned
    return direction(positive)


def direction(vector: FloatArray) -> FloatArray | None:
    """The vector at unit length; None for one without a direction."""
    length = float(np.linalg.norm(vector))
    # What is left when unit vectors cancel each other out is rounding, and points anywhere.
    return (vector / np.float32(length)).astype(np.float32) if length > 1e-6 else None
