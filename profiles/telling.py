"""How much the values of one field tell shoppers apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from profiles.affinities import PRIOR

Floats = NDArray[np.float64]
Counts = NDArray[np.intp]

# No more, so that a crowd that wants anything, robots for the most part, does not silence all others.
_CONCENTRATIONS = np.array([2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200], dtype=np.float64)
# Without any shoppers it is `PRIOR`, give or take a factor of e.
_SPREAD = 1.0


def concentration(sizes: Counts, counts: Counts, shares: Floats) -> float:
    """How much alike shoppers choose: the more, the less a few choices of one say of him.

    What a shopper chooses is drawn from shares of his own, which are drawn from a Dirichlet distribution about the
    usual ones; its concentration is the most likely one a posteriori of a grid (Dirichlet-multinomial; Minka 2000,
    "Estimating a Dirichlet distribution", section 2, with a normal prior on its logarithm). It is the weight that
    `evidence` sets against a shopper's own.

    Parameters
    ----------
    sizes: (shoppers,) how many choices each has made, at least 1.
    counts: (m,) how often a shopper has chosen one value, for each pair of them that occurs, at least 1.
    shares: (m,) how often he would, by the usual shares, above 0 up to 1.

    Returns
    -------
    Between 2, every shopper has his own, and 200, all choose alike.
    """
    choices = np.arange(sizes.max(initial=0))
    drawn = np.cumsum(np.log(_CONCENTRATIONS[:, None] + choices), axis=1)
    likelihood = -drawn[:, sizes - 1].sum(axis=1)
    for again in choices.tolist():
        repeated = shares[counts > again]
        if not len(repeated):
            break
        likelihood += np.log(_CONCENTRATIONS[:, None] * repeated + again).sum(axis=1)
    believed = -0.5 * (np.log(_CONCENTRATIONS / PRIOR) / _SPREAD) ** 2
    return float(_CONCENTRATIONS[int(np.argmax(likelihood + believed))])
