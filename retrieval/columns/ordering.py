"""The first rows in an order, from any point on, without sorting all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.columns.cells import Rows
from retrieval.columns.table import Columns

# Fewer than these are sorted at once.
_FEW = 2_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page has ended: the key of its last product, and its id, which decides between equal keys.

    Attributes
    ----------
    shown: how many products came before.
    """

    key: float
    product_id: str
    shown: int = 0


def keys_of(columns: Columns, rows: Rows, field: str, *, descending: bool) -> NDArray[np.float64]:
    """What rows are sorted by, the smallest first; infinite where a row has none, so that it comes last either way."""
    numbers, positions = columns.by_field[field].cells.of(rows)
    keys = np.full(len(rows), np.inf)
    keys[positions] = -numbers if descending else numbers
    return keys


def first_rows(columns: Columns, rows: Rows, keys: NDArray[np.float64], limit: int, after: Place | None) -> Rows:
    """Positions in `rows` of the first `limit` behind a place, by key and then by id."""
    places = columns.place[rows]
    candidates = np.arange(len(rows))
    if after is not None:
        same = (keys == after.key) & (places >= columns.first_place_after(after.product_id))
        candidates = np.flatnonzero((keys > after.key) | same)
    if len(candidates) > max(limit, _FEW):
        candidates = _smallest(candidates, keys, places, limit)
    order = np.lexsort((places[candidates], keys[candidates]))
    return candidates[order[:limit]]


def _smallest(candidates: Rows, keys: NDArray[np.float64], places: Rows, limit: int) -> Rows:
    own = keys[candidates]
    largest = np.partition(own, limit - 1)[limit - 1]
    below, equal = candidates[own < largest], candidates[own == largest]
    wanted = limit - len(below)
    if len(equal) > wanted:
        equal = equal[np.argpartition(places[equal], wanted - 1)[:wanted]]
    return np.concatenate([below, equal])
