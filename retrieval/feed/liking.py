"""How much products are to a shopper's taste, and the score that a feed goes by: arithmetic on arrays.

The weights are chosen by hand, but for those of facts (docs/decisions/0014-feeds.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.vectors import FloatArray
from retrieval.search.fusion import PRODUCT
from retrieval.taste.fitting import ATTRIBUTES, affinity
from retrieval.taste.tasting import Looks, standard

# Beside taste, which counts 1 once it is certain.
_POPULARITY, _FRESHNESS = 0.3, 0.1
_TOGETHER, _SHOPPERS, _FORETOLD = 0.4, 0.3, 0.4
# One spread of the evidence of brands, categories and attributes, which is for and against.
_FACTS = 0.2
_DISLIKE, _FATIGUE = 0.5, 0.15
# With so many events taste counts half of what it does when it is certain.
_HALF_CERTAIN_EVENTS = 1.0
# Shown more often than this without a click, a product falls no further.
FATIGUE_MAX = 5.0
# How many products a direction of weight 1 pulls at least half as strongly as the nearest, and one of weight 0.
_REACH, _REACH_MIN = 12.0, 3.0


def likenesses(looks: Looks, several: Sequence[Mapping[str, FloatArray]]) -> FloatArray:
    """Cosines between products and directions, the views weighed together as where products ask for products.

    Parameters
    ----------
    looks: by view, (n, dim) of unit length, rows of zeros where a product has none. several: (dim,) by view, each.

    Returns
    -------
    float32 (n, m), NaN where no view has both.
    """
    count = len(next(iter(looks.values()), ()))
    total = np.zeros((count, len(several)), dtype=np.float32)
    weights = np.zeros((count, len(several)), dtype=np.float32)
    for view, rows in looks.items():
        at = [i for i, one in enumerate(several) if view in one]
        if at:
            weight = (PRODUCT.get(view, 1.0) * rows.any(axis=1, keepdims=True)).astype(np.float32)
            total[:, at] += weight * (rows @ np.stack([several[i][view] for i in at]).T)
            weights[:, at] += weight
    unknown: FloatArray = np.full_like(total, np.nan)
    return np.divide(total, weights, out=unknown, where=weights > 0)


def pull(cosines: FloatArray, weights: Sequence[float]) -> FloatArray:
    """How strongly each direction pulls each product, above 0 up to 1, 0 where nothing is known: float32 (n, m).

    k / (k + rank), the nearest product having rank 0, with a k that grows with the direction's weight. Ranks, because
    directions lie more or less close to the products about them: the closest would fill a page alone.

    Parameters
    ----------
    cosines: (n, m), NaN where nothing is known. weights: (m,), above 0 up to 1.
    """
    known = np.isfinite(cosines)
    order = np.argsort(np.where(known, -cosines, np.inf), axis=0, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(len(cosines))[:, None], axis=0)
    reach = _REACH_MIN + (_REACH - _REACH_MIN) * np.asarray(weights, dtype=np.float32)
    pulls: FloatArray = np.where(known, reach / (reach + ranks), 0.0).astype(np.float32)
    return pulls


def score_of(taste: FloatArray, signals: Mapping[str, FloatArray], events: int) -> FloatArray:
    """What the order goes by; float32 (n,), finite.

    Parameters
    ----------
    taste: (n,) the strongest pull on each product; it counts the more, the more is known of the shopper.
    signals: of all candidates of one page.
    events: how many the shopper's profile was made of.
    """
    certain = events / (events + _HALF_CERTAIN_EVENTS)
    score: FloatArray = (certain * taste).astype(np.float32)
    if ATTRIBUTES in signals:
        score += np.float32(_FACTS * certain) * standard(affinity(signals))
    score += _POPULARITY * _shares(signals["popularity"]) + _FRESHNESS * signals["freshness"]
    score += _TOGETHER * _shares(signals["together"]) + _SHOPPERS * _shares(signals["shoppers"])
    if "foretold" in signals:
        score += _FORETOLD * _shares(signals["foretold"])
    if "dislike" in signals:
        score -= _DISLIKE * _push(signals["dislike"], signals["interest"])
    score -= _FATIGUE * np.minimum(signals["fatigue"], FATIGUE_MAX)
    return score


def _push(dislike: FloatArray, interest: FloatArray) -> FloatArray:
    """How much nearer each product is to what is disliked than to what is wanted, 0 to 1: one of another colour, say.

    In spreads of the likeness to what is disliked. Where nothing is wanted, nearer than products are as a rule.
    """
    known = np.isfinite(dislike)
    spread = float(dislike[known].std()) if known.any() else 0.0
    if spread <= 0:
        return np.zeros_like(dislike)
    wanted = np.where(np.isfinite(interest), interest, np.median(dislike[known]))
    push: FloatArray = np.clip(np.where(known, dislike - wanted, 0.0) / spread, 0.0, 1.0).astype(np.float32)
    return push


def _shares(values: NDArray[np.float32]) -> FloatArray:
    """As shares of the largest."""
    largest = float(values.max(initial=0.0))
    return values / np.float32(largest) if largest > 0 else np.zeros_like(values)
