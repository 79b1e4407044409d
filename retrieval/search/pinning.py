"""Products at places of their own, among others in their order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.queries import SearchQuery
from core.rules import Pin
from retrieval.columns.cells import Rows
from retrieval.columns.ordering import Place, first_rows
from retrieval.columns.table import Columns
from retrieval.search.listing import SortedPage, keys_and_firsts
from retrieval.search.variants import Families

_BEFORE_ALL = Place(float("-inf"), "")


def places_of(positions: Sequence[int], others: int) -> list[int]:
    """Where pinned products stand, counted from 0, among so many others.

    Each stands at its position, or at the next one that is free; where there are too few others, at the end.

    Parameters
    ----------
    positions: the places that are wanted, from 1, rising.
    """
    places: list[int] = []
    for before, position in enumerate(positions):
        taken = places[-1] + 1 if places else 0
        places.append(min(max(position - 1, taken), others + before))
    return places


def in_places(positions: Sequence[int], others: int) -> Rows:
    """The order of pinned products, followed by so many others, in which each pinned one has its place."""
    pinned = np.zeros(len(positions) + others, dtype=np.bool_)
    pinned[places_of(positions, others)] = True
    order: Rows = np.empty(len(pinned), dtype=np.intp)
    order[pinned] = np.arange(len(positions))
    order[~pinned] = np.arange(len(positions), len(pinned))
    return order


def pinned_first(ids: Sequence[str], pins: Sequence[Pin]) -> tuple[Rows, list[int]]:
    """Positions of the pinned among some products, then of all others in their order; and the places they want."""
    at = {product_id: i for i, product_id in enumerate(ids)} if pins else {}
    there = [pin for pin in pins if pin.product_id in at]
    first = np.array([at[pin.product_id] for pin in there], dtype=np.intp)
    others = np.ones(len(ids), dtype=np.bool_)
    others[first] = False
    return np.concatenate([first, np.flatnonzero(others)]), [pin.position for pin in there]


def pinned_page(
    columns: Columns, rows: Rows, families: Families, query: SearchQuery, after: Place | None, pins: Sequence[Pin]
) -> SortedPage:
    """One page of rows in the order of a query, but for those that are pinned.

    Parameters
    ----------
    rows: rising.
    """
    pinned, wanted = _among(columns, rows, families, pins)
    keys, kept = keys_and_firsts(columns, rows, families, query)
    kept = kept[~np.isin(families.of[kept], families.of[pinned])]
    places = np.array(places_of(wanted, len(kept)), dtype=np.intp)
    after = _BEFORE_ALL if after is None else after
    end = after.shown + query.limit
    here = np.flatnonzero((places >= after.shown) & (places < end))
    room = query.limit - len(here)
    # One more than there is room for tells whether there is another page.
    others = kept[first_rows(columns, rows[kept], keys[kept], room + 1, after)]
    goes_on = len(others) > room or bool((places >= end).any())
    others = others[:room]
    order = in_places([int(place) - after.shown + 1 for place in places[here]], len(others))
    page = np.concatenate([pinned[here], others])[order]
    following = None
    if goes_on:
        key, name = (
            (float(keys[others[-1]]), columns.ids[rows[others[-1]]]) if len(others) else (after.key, after.product_id)
        )
        following = Place(key, name, after.shown + len(page))
    return SortedPage(page, len(kept) + len(pinned), following)


def _among(columns: Columns, rows: Rows, families: Families, pins: Sequence[Pin]) -> tuple[Rows, list[int]]:
    """Positions in `rows` of those that are pinned, one of each family, and the places they want."""
    found, known = columns.rows_of([pin.product_id for pin in pins])
    at = np.searchsorted(rows, found)
    there = np.flatnonzero(np.isin(found, rows))
    pinned = at[there]
    _, first = np.unique(families.of[pinned], return_index=True)
    first.sort()
    return pinned[first], [pins[i].position for i in known[there][first]]
