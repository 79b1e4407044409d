"""How likely shoppers are to look at each position: the examination of the position-based model.

A product is clicked where it is looked at and wanted: P(click) = θ(position)·γ(query, product) (Craswell et al. 2008;
Chuklin, Markov and de Rijke 2015, section 3.3). Both are estimated from counts of clicks by turns, each as the clicks
there are over the clicks that the other lets expect: the maximum of the Poisson likelihood. Only pairs that were seen
at several positions have a say in θ, as in intervention harvesting (Agarwal et al. 2019, "Estimating Position Bias
without Intrusive Interventions"); what a ranker puts on top because it is wanted is not taken for what is looked at.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Codes = NDArray[np.intp]

# Further down, all positions count as this one.
POSITIONS = 50
# A weight of more than ten would let one lucky click at the bottom decide.
EXAMINED_MIN = 0.1
# What is supposed before anything is known, θ = (position + 1)^-0.5, weighs as much as this many clicks.
_SUPPOSED_POWER = -0.5
_SUPPOSED_CLICKS = 5.0
_ROUNDS = 300
_SETTLED = 1e-4


def examined(positions: Codes, clicked: NDArray[np.bool_], pairs: Codes) -> Numbers:
    """θ of each of the first positions, 1 for the best looked at, never rising; float64 (POSITIONS,).

    What was never seen at two positions leaves θ as it is supposed to be.

    Parameters
    ----------
    positions: (n,) from 0. clicked: (n,). pairs: (n,) the number of each row's pair of query and product.
    """
    supposed = np.arange(1.0, POSITIONS + 1.0) ** _SUPPOSED_POWER
    at = np.minimum(positions, POSITIONS - 1)
    cells, cell_of = np.unique(pairs * POSITIONS + at, return_inverse=True)
    shown = np.bincount(cell_of, minlength=len(cells)).astype(np.float64)
    clicks = np.bincount(cell_of, clicked, minlength=len(cells))
    place = cells % POSITIONS
    _, pair = np.unique(cells // POSITIONS, return_inverse=True)
    telling = ((np.bincount(pair) > 1) & (np.bincount(pair, clicks) > 0))[pair]
    place, shown, clicks = place[telling], shown[telling], clicks[telling]
    _, pair = np.unique(pair[telling], return_inverse=True)
    clicks_at, clicks_on = np.bincount(place, clicks, POSITIONS), np.bincount(pair, clicks)
    theta = supposed
    for _ in range(_ROUNDS):
        before = theta
        gamma = clicks_on / np.bincount(pair, shown * theta[place])
        expected = np.bincount(place, shown * gamma[pair], POSITIONS)
        theta = (clicks_at + _SUPPOSED_CLICKS * supposed) / (expected + _SUPPOSED_CLICKS)
        theta = theta / theta[0]
        if np.abs(theta - before).max() < _SETTLED:
            break
    return _falling(theta, np.asarray(expected + _SUPPOSED_CLICKS, dtype=np.float64))


def inverse_propensities(
    theta: Numbers, positions: Codes, chances: Numbers, examined_min: float = EXAMINED_MIN
) -> Numbers:
    """What an act at each position counts for: 1 / (θ·chance), at most 1 / `examined_min`; float64 (n,).

    Parameters
    ----------
    chances: (n,) how likely each row was to be shown where chance had a hand in it, else 1.
    """
    seen = theta[np.minimum(positions, POSITIONS - 1)] * chances
    return np.asarray(1.0 / np.clip(seen, examined_min, 1.0), dtype=np.float64)


def _falling(theta: Numbers, weights: Numbers) -> Numbers:
    """The nearest numbers that never rise from one position to the next, over the first of them."""
    from sklearn.isotonic import isotonic_regression

    fallen = isotonic_regression(theta, sample_weight=weights, increasing=False)
    return np.asarray(fallen / fallen[0], dtype=np.float64)
