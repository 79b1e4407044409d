"""One page of what was found, before it becomes an answer; and how sorted products are cut into pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.facets import Facet
from core.hits import Hit
from core.queries import NEWEST, RELEVANCE, SearchQuery
from retrieval.columns.cells import Rows
from retrieval.columns.ordering import Place, first_rows, keys_of
from retrieval.columns.table import Columns
from retrieval.search.cursors import RankPlace

# What each order sorts by, and whether the largest comes first.
_KEYS: Mapping[str, tuple[str, bool]] = {
    "price": ("price", False),
    "-price": ("price", True),
    "newest": ("created_at", True),
    "oldest": ("created_at", False),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """The hits of one page.

    Attributes
    ----------
    total, relation: how many products were found in all, and whether that is exact.
    following: where the next page begins; None on the last.
    """

    hits: tuple[Hit, ...]
    total: int
    relation: str
    following: Place | RankPlace | None
    facets: Mapping[str, Facet] = field(default_factory=dict)


def sorted_page(columns: Columns, rows: Rows, query: SearchQuery, after: Place | None) -> tuple[Rows, Place | None]:
    """Positions in `rows` of one page in the order of the query, and where the page after it begins."""
    name, descending = _KEYS[NEWEST if query.sort == RELEVANCE else query.sort]
    keys = keys_of(columns, rows, name, descending=descending)
    positions = first_rows(columns, rows, keys, query.limit + 1, after)
    if len(positions) <= query.limit:
        return positions, None
    positions = positions[: query.limit]
    last = positions[-1]
    return positions, Place(float(keys[last]), columns.ids[rows[last]])
