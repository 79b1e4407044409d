"""A search from the query to the answer: looking for something, or browsing."""

from __future__ import annotations

from core.errors import InvalidFilter
from core.filters import ATTRIBUTE_PREFIX, Filter
from core.hits import SearchAnswer
from core.queries import SearchQuery
from retrieval.ids import new_id
from retrieval.search.browsing import browse
from retrieval.search.cursors import read_cursor, write_cursor
from retrieval.search.finding import Finding
from retrieval.search.own_filters import fields_of
from retrieval.search.timing import StageClock
from retrieval.wiring import Vitrine, serving_generation


def search(v: Vitrine, query: SearchQuery) -> SearchAnswer:
    """Answer one query over the serving generation.

    Raises
    ------
    InvalidQuery, InvalidFilter, InvalidPhoto: what was asked cannot be answered, and why.
    NotFound: the product that was asked with does not exist.
    """
    clock = StageClock()
    with clock.stage("total"):
        with clock.stage("generation"):
            generation = serving_generation(v)
            check_attributes(v, query.filter)
            after = read_cursor(query, generation.id)
        finding = None if query.browses else Finding(v, generation, query, clock)
        listing = browse(v, query, after, clock) if finding is None else finding.page(after)
        following = listing.following
        cursor = None if following is None else write_cursor(query, generation.id, following)
    return SearchAnswer(
        listing.hits,
        new_id("q"),
        clock.took_ms,
        listing.total,
        listing.relation,
        cursor,
        listing.facets,
        None if finding is None else finding.wanted.did_you_mean,
        None if finding is None else finding.wanted.searched_for,
    )


def check_attributes(v: Vitrine, where: Filter | None) -> None:
    """Refuse a filter on an attribute that no product has ever had; raises `InvalidFilter`."""
    named = {name.removeprefix(ATTRIBUTE_PREFIX) for name in fields_of(where) if name.startswith(ATTRIBUTE_PREFIX)}
    if not named:
        return
    known = v.catalog.products.attribute_kinds()
    unknown = sorted(named - known.keys())
    if unknown:
        raise InvalidFilter(
            "no product has this attribute",
            field="filter",
            value=f"{ATTRIBUTE_PREFIX}{unknown[0]}",
            remedy=f"Attributes: {', '.join(sorted(known)[:50])}",
        )
