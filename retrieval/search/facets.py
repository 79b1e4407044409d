"""The facet stage: fields counted over everything that was found, each as if it were not filtered itself."""

from __future__ import annotations

from collections.abc import Callable

from core.errors import InvalidQuery
from core.facets import Facet, FacetRequest
from core.filters import ATTRIBUTE_PREFIX, Filter
from core.queries import SearchQuery
from retrieval.columns.cells import Rows
from retrieval.columns.counting import facet
from retrieval.columns.table import Coded, Columns
from retrieval.search.own_filters import chosen_values, fields_of, without_field
from retrieval.search.variants import families_of_rows
from retrieval.wiring import Vitrine

RowsUnder = Callable[[Filter | None], Rows]


def weakest_filter(query: SearchQuery) -> Filter | None:
    """The filter without all conditions that are about one counted field alone: what every facet's own one includes."""
    where = query.filter
    for request in query.facets:
        where = without_field(where, request.field)
    return where


def count_facets(columns: Columns, query: SearchQuery, rows: Rows, rows_under: RowsUnder) -> dict[str, Facet]:
    """All facets of a query, by field, in the order they were asked for.

    Parameters
    ----------
    rows: what was found; variants of one another count once for each value that one of them has.
    rows_under: what would be found under another filter; asked once for every facet whose field is filtered.
    """
    filtered = set(fields_of(query.filter))
    facets = {}
    for request in query.facets:
        counted, chosen = rows, chosen_values(query.filter, request.field)
        if request.field in filtered:
            left = without_field(query.filter, request.field)
            counted = rows if left == query.filter else rows_under(left)
        families = families_of_rows(columns, counted) if query.collapse else None
        grouped = None if families is None or not len(families.grouped) else families.of
        facets[request.field] = facet(columns, counted, request, chosen, grouped)
    return facets


def check_facets(v: Vitrine, columns: Columns, requests: tuple[FacetRequest, ...]) -> None:
    """Refuse edges for texts, and a facet on an attribute that no product has ever had; raises `InvalidQuery`."""
    for request in requests:
        if request.edges and isinstance(columns.by_field.get(request.field), Coded):
            raise InvalidQuery(
                "has no numbers",
                field=f"facets.{request.field}.edges",
                value=list(request.edges),
                remedy="Leave edges out",
            )
    unknown = [
        request.field
        for request in requests
        if request.field.startswith(ATTRIBUTE_PREFIX) and request.field not in columns.by_field
    ]
    if not unknown:
        return
    # The last product that had it may be gone.
    known = v.catalog.products.attribute_kinds()
    for name in unknown:
        if name.removeprefix(ATTRIBUTE_PREFIX) not in known:
            raise InvalidQuery(
                "no product has this attribute",
                field="facets",
                value=name,
                remedy=f"Attributes: {', '.join(sorted(known)[:50])}",
            )
