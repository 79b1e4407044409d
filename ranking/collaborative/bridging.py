"""From what a product is about to what it would mean to shoppers, for products that nobody has met yet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.vectors import FloatArray

_EVENTS_COUNTED_MAX = 5


def bridged_factors(
    contents: FloatArray, factors: FloatArray, events: NDArray[np.integer], regularisation: float
) -> FloatArray:
    """Item factors as the contents foretell them, float32 (products, factors), of met products and of new ones alike.

    Weighted ridge regression of the factors of met products on their contents (Gantner et al. 2010, "Learning
    attribute-to-feature mappings for cold-start recommendations", the linear mapping); a product counts by its
    events, at most five: more make its factors no surer, and new products are like the rare rather than the popular.

    Parameters
    ----------
    contents: (products, features). factors: (products, factors) of a model such as ALS.
    events: (products,) how often each was met. regularisation: above 0.
    """
    known = events > 0
    features = np.hstack([contents, np.ones((len(contents), 1))]).astype(np.float64)
    weighted = features[known] * np.minimum(events[known, None], _EVENTS_COUNTED_MAX)
    gram = weighted.T @ features[known] + regularisation * np.eye(features.shape[1])
    weights = np.linalg.solve(gram, weighted.T @ factors[known])
    return np.asarray(features @ weights, dtype=np.float32)
