"""One page of what was found, before it becomes an answer; and how sorted products are cut into pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.facets import Facet
from core.hits import Hit
from core.queries import NEWEST, POPULAR, RELEVANCE, SearchQuery
from retrieval.columns.cells import Rows
from retrieval.columns.ordering import Place, first_rows, keys_of
from retrieval.columns.table import Columns
from retrieval.popularity import POPULARITY
from retrieval.search.cursors import RankPlace
from retrieval.search.variants import Families

# What each order sorts by, and whether the largest comes first.
_KEYS: Mapping[str, tuple[str, bool]] = {
    "price": ("price", False),
    "-price": ("price", True),
    "newest": ("created_at", True),
    "oldest": ("created_at", False),
    POPULAR: (POPULARITY, True),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """The hits of one page.

    Attributes
    ----------
    total, relation: how many places there are on all pages, and whether that is exact.
    following: where the next page begins; None on the last.
    """

    hits: tuple[Hit, ...]
    total: int
    relation: str
    following: Place | RankPlace | None
    facets: Mapping[str, Facet] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SortedPage:
    """One page of rows in the order of a query.

    Attributes
    ----------
    positions: in the rows that were to be sorted, in order.
    total: how many places there are on all pages.
    following: where the next page begins; None on the last.
    """

    positions: Rows
    total: int
    following: Place | None


def sorted_page(
    columns: Columns, rows: Rows, families: Families, query: SearchQuery, after: Place | None
) -> SortedPage:
    """One page of rows; of each family the row that comes first."""
    keys, kept = keys_and_firsts(columns, rows, families, query)
    positions = kept[first_rows(columns, rows[kept], keys[kept], query.limit + 1, after)]
    if len(positions) <= query.limit:
        return SortedPage(positions, len(kept), None)
    positions = positions[: query.limit]
    last = positions[-1]
    shown = len(positions) + (0 if after is None else after.shown)
    return SortedPage(positions, len(kept), Place(float(keys[last]), columns.ids[rows[last]], shown))


def keys_and_firsts(
    columns: Columns, rows: Rows, families: Families, query: SearchQuery
) -> tuple[NDArray[np.float64], Rows]:
    """What rows are sorted by, and positions of the row of each family that comes first."""
    name, descending = _KEYS[NEWEST if query.sort == RELEVANCE else query.sort]
    keys = keys_of(columns, rows, name, descending=descending)
    return keys, families.firsts(keys, columns.place[rows])
