"""What is wanted soon after what: products by products, counted along each shopper's events in order of time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# So many events later counts half as much.
_HALVED_AFTER = 8.0
# Beyond it one event has nothing to do with another.
WINDOW = 20
# Counts of so many events are added to what a product was seen, so that what was seen once says little.
_SHRINKAGE = 5.0


def fit_following(
    shoppers: NDArray[np.integer], products: NDArray[np.integer], liked: NDArray[np.bool_], product_count: int
) -> Any:
    """CSR (from, to) of how often a product is liked soon after another was met, per time the other was met.

    Each pair within `WINDOW` events of one shopper counts 2^(-(distance - 1) / 8); the sums are divided by the number
    of events of the first plus 5, so that rare ones say little.

    Parameters
    ----------
    shoppers, products: (n,) one row per event, each shopper's rows together and in order of time.
    liked: (n,) whether the product was liked in it.
    """
    from scipy.sparse import coo_matrix

    size = (product_count, product_count)
    total = coo_matrix(size).tocsr()
    for distance in range(1, WINDOW + 1):
        before, after = slice(None, -distance), slice(distance, None)
        together = (shoppers[before] == shoppers[after]) & liked[after]
        weights = np.full(int(together.sum()), 2.0 ** (-(distance - 1) / _HALVED_AFTER))
        places = (products[before][together], products[after][together])
        total = total + coo_matrix((weights, places), shape=size).tocsr()
    met = np.bincount(products, minlength=product_count)
    return total.multiply(1.0 / (met[:, None] + _SHRINKAGE)).tocsr()
