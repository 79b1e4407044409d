"""Listing products by filter and order alone: nothing is encoded, and the vector store is not asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.filters import Filter
from core.hits import EXACT, Hit
from core.queries import SearchQuery
from retrieval.columns.cells import Rows
from retrieval.columns.filtering import matching
from retrieval.columns.ordering import Place
from retrieval.search.cursors import RankPlace
from retrieval.search.facets import check_facets, count_facets
from retrieval.search.listing import Listing, sorted_page
from retrieval.search.recall import conditions
from retrieval.search.timing import StageClock
from retrieval.wiring import Vitrine


def browse(v: Vitrine, query: SearchQuery, after: Place | RankPlace | None, clock: StageClock) -> Listing:
    """One page of the products that fulfil the filter, with those that are not indexed yet, as the catalogue has them.

    Their score is 0: none is more relevant than another.
    """
    with clock.stage("columns"):
        columns = v.columns.current()
        check_facets(v, columns, query.facets)

    def rows_under(where: Filter | None) -> Rows:
        return np.flatnonzero(matching(columns, conditions(replace(query, filter=where))))

    with clock.stage("filter"):
        rows = rows_under(query.filter)
    with clock.stage("sort"):
        positions, following = sorted_page(columns, rows, query, after if isinstance(after, Place) else None)
    with clock.stage("facets"):
        facets = count_facets(columns, query, rows, rows_under)
    with clock.stage("payloads"):
        ids = [columns.ids[row] for row in rows[positions]]
        products = v.catalog.products.get_many(ids)
        hits = tuple(Hit(name, 0.0, {}, products[name].payload()) for name in ids if name in products)
    return Listing(hits, len(rows), EXACT, following, facets)
