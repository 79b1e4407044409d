"""Listing products by filter and order alone: nothing is encoded, and the vector store is not asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.filters import Filter
from core.hits import EXACT, Hit
from core.queries import POPULAR, RELEVANCE, SearchQuery
from retrieval.columns.cells import Rows
from retrieval.columns.filtering import matching
from retrieval.columns.ordering import Place
from retrieval.search.cursors import RankPlace
from retrieval.search.facets import check_facets, count_facets
from retrieval.search.listing import Listing, sorted_page
from retrieval.search.pinning import pinned_page
from retrieval.search.recall import conditions
from retrieval.search.ruling import NO_RULING, Ruling
from retrieval.search.timing import StageClock
from retrieval.search.variants import alone, families_of_rows, variants_of, with_shown_variants, with_variants
from retrieval.wiring import Vitrine


def browse(
    v: Vitrine, query: SearchQuery, after: Place | RankPlace | None, clock: StageClock, ruling: Ruling = NO_RULING
) -> Listing:
    """One page of the products that fulfil the filter, with those that are not indexed yet, as the catalogue has them.

    Their score is 0: none is more relevant than another.

    Parameters
    ----------
    ruling: what the shop's rules do to it.
    """
    with clock.stage("columns"):
        columns = v.columns.current()
        check_facets(v, columns, query.facets)

    def rows_under(where: Filter | None) -> Rows:
        return np.flatnonzero(matching(columns, conditions(replace(query, filter=where), ruling.where)))

    with clock.stage("filter"):
        rows = rows_under(query.filter)
    with clock.stage("sort"):
        families = families_of_rows(columns, rows) if query.collapse else alone(len(rows))
        place = after if isinstance(after, Place) else None
        ordering = v.popularity.added_to(columns) if query.sort == POPULAR else columns
        if ruling.pins and query.sort == RELEVANCE:
            page = pinned_page(columns, rows, families, query, place, ruling.pins)
        else:
            page = sorted_page(ordering, rows, families, query, place)
    with clock.stage("facets"):
        facets = count_facets(columns, query, rows, rows_under)
    with clock.stage("payloads"):
        ids = [columns.ids[row] for row in rows[page.positions]]
        variants = variants_of(families, page.positions, lambda position: columns.ids[rows[position]])
        products = v.catalog.products.get_many(with_shown_variants(ids, variants))
        payloads = {name: product.payload() for name, product in products.items()}
        hits = [Hit(name, 0.0, {}, payloads[name]) for name in ids if name in payloads]
    shown = with_variants(hits, variants, payloads)
    if query.explain:
        shown = ruling.explained(shown, {})
    return Listing(shown, page.total, EXACT, page.following, facets)
