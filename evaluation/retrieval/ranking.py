"""Who is nearest to whom, over all pairs: exact, in blocks, with equal scores in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.vectors import FloatArray

# Pairs in one block: some hundred megabytes, however many products there are.
_PAIRS_AT_ONCE = 4_000_000
_PLACE_BITS = 32

Order = NDArray[np.int64]


def ranked(queries: FloatArray, items: FloatArray, *, itself: bool) -> Iterator[tuple[slice, Order]]:
    """For each query all items, the nearest by cosine first; equal scores stand in the order of the items.

    Parameters
    ----------
    queries, items: unit rows about the same products, float32 (n, dim).
    itself: whether a product may find itself; without, its own row is left out of its list.

    Yields
    ------
    Which queries, and their items: int64 (queries, n) or (queries, n - 1).
    """
    # Equal rows are multiplied once, since a product of matrices may round them differently in different columns.
    distinct, column = np.unique(items, axis=0, return_inverse=True)
    alike = len(distinct) < len(items)
    count = len(items)
    step = max(1, _PAIRS_AT_ONCE // max(count, 1))
    for start in range(0, len(queries), step):
        rows = slice(start, min(start + step, len(queries)))
        keys = _sortable((queries[rows] @ distinct.T)[:, column] if alike else queries[rows] @ items.T)
        if not itself:
            own = np.arange(rows.start, rows.stop)
            keys[own - rows.start, own] = np.iinfo(np.int64).max
        keys.sort(axis=1)
        order = keys & ((1 << _PLACE_BITS) - 1)
        yield rows, order if itself else order[:, :-1]


def _sortable(scores: FloatArray) -> Order:
    """Score and place of an item as one number: smaller is better, and no two are equal.

    The bits of a float order as those of a whole number do, once the negative ones are turned round (Herf 2001).
    """
    # Adding nothing makes minus zero a plain zero.
    bits = (scores + np.float32(0)).view(np.int32)
    ordered = bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))
    keys: Order = np.negative(ordered, dtype=np.int64)
    keys <<= _PLACE_BITS
    keys |= np.arange(scores.shape[1], dtype=np.int64)
    return keys
