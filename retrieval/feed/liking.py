"""What is known of some products for one shopper, as signals; and the score that a feed goes by.

All of it is arithmetic on arrays. The weights are chosen by hand.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.generations import IMAGE, TEXT
from core.vectors import FloatArray

# How much each view tells of whether two products are alike, as for products that are searched by.
VIEW_WEIGHTS: Mapping[str, float] = {TEXT: 1.0, IMAGE: 0.5}

# Beside taste, which counts 1 once it is certain.
_POPULARITY, _FRESHNESS, _TOGETHER, _SHOPPERS = 0.3, 0.1, 0.4, 0.3
_DISLIKE, _FATIGUE = 0.5, 0.15
# With so many events taste counts half of what it does when it is certain.
_HALF_CERTAIN_EVENTS = 1.0
# Shown more often than this without a click, a product falls no further.
FATIGUE_MAX = 5.0

Looks = Mapping[str, FloatArray]


def likeness(looks: Looks, wanted: Mapping[str, FloatArray]) -> FloatArray:
    """Cosine between products and one direction, the views weighed together; float32 (n,), NaN where no view has both.

    Parameters
    ----------
    looks: by view, (n, dim) of unit length, rows of zeros where a product has none. wanted: by view, (dim,).
    """
    return _together({name: looks[name] @ vector for name, vector in wanted.items() if name in looks}, looks)


def nearest_likeness(looks: Looks, several: Mapping[str, FloatArray]) -> FloatArray:
    """As `likeness`, with the nearest of several directions in each view; (m, dim) each."""
    nearest = {
        name: (looks[name] @ rows.T).max(axis=1) for name, rows in several.items() if name in looks and len(rows)
    }
    return _together(nearest, looks)


def score_of(signals: Mapping[str, FloatArray], events: int) -> FloatArray:
    """What the order goes by, from the signals of all candidates of one page; float32 (n,), finite.

    Taste is stretched to the range from 0 to 1 over the candidates, since cosines of one encoder lie closer together
    than those of another; and it counts the more, the more is known of the shopper.

    Parameters
    ----------
    events: how many the shopper's profile was made of.
    """
    count = len(next(iter(signals.values())))
    score = np.zeros(count, dtype=np.float32)
    score += _stretched_to_one(signals["popularity"]) * _POPULARITY + signals["freshness"] * _FRESHNESS
    certain = events / (events + _HALF_CERTAIN_EVENTS)
    score += certain * _stretched(signals["taste"])
    score -= _DISLIKE * _stretched(signals["dislike"])
    return score


def _together(by_view: Mapping[str, FloatArray], looks: Looks) -> FloatArray:
    count = len(next(iter(looks.values()), ()))
    total = np.zeros(count, dtype=np.float32)
    weights = np.zeros(count, dtype=np.float32)
    for name, values in by_view.items():
        weight = VIEW_WEIGHTS.get(name, 1.0) * looks[name].any(axis=1)
        total += (weight * values).astype(np.float32)
        weights += weight.astype(np.float32)
    return np.divide(total, weights, out=np.full(count, np.nan, dtype=np.float32), where=weights > 0)


def _stretched(values: FloatArray) -> FloatArray:
    """From 0 for the smallest to 1 for the largest; 0 where there is none, or all are the same."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    if high <= low:
        return np.zeros_like(values)
    stretched: FloatArray = np.nan_to_num((values - np.float32(low)) / np.float32(high - low))
    return stretched


def _stretched_to_one(values: FloatArray) -> FloatArray:
    """As shares of the largest; 0 where there is none."""
    plain: FloatArray = np.nan_to_num(values)
    largest = float(plain.max(initial=0.0))
    return plain / np.float32(largest) if largest > 0 else np.zeros_like(plain)
