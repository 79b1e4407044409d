"""Looking for words, a picture or a product: encode, recall, fuse, then count, sort and cut the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from core.facets import Facet
from core.filters import Filter
from core.generations import Generation
from core.hits import AT_LEAST, EXACT
from core.queries import RELEVANCE, SearchQuery
from retrieval.columns.cells import Rows
from retrieval.columns.ordering import Place
from retrieval.columns.table import Columns
from retrieval.search.candidates import Candidates
from retrieval.search.cursors import RankPlace
from retrieval.search.encode import QueryVectors, encode_query
from retrieval.search.facets import check_facets, count_facets
from retrieval.search.fusion import fuse, view_weights
from retrieval.search.listing import Listing, sorted_page
from retrieval.search.rankings import Ranking, new_ranking
from retrieval.search.recall import recall
from retrieval.search.timing import StageClock
from retrieval.wiring import Vitrine


@dataclass
class Finding:
    """One search for something, and what its stages share."""

    v: Vitrine
    generation: Generation
    query: SearchQuery
    clock: StageClock
    _columns: Columns | None = field(default=None, init=False)

    def page(self, after: Place | RankPlace | None) -> Listing:
        """One page, counted and sorted as the query says."""
        counts = bool(self.query.facets) or self.query.sort != RELEVANCE
        if counts:
            self._load_columns()
        ranking = self._ranking(after)
        following: Place | RankPlace | None
        if self.query.sort == RELEVANCE:
            page, following = ranking.page(after if isinstance(after, RankPlace) else None, self.query.limit)
            if following is not None:
                self.v.rankings.keep(ranking)
        else:
            with self.clock.stage("sort"):
                page, following = self._sorted(ranking.ordered, after if isinstance(after, Place) else None)
        facets = self._facets(ranking.ordered) if self.query.facets else {}
        with self.clock.stage("payloads"):
            hits = page.hits(payloads_of(self.v, self.generation, page.ids))
        return Listing(hits, len(ranking.ordered), ranking.relation, following, facets)

    @cached_property
    def _vectors(self) -> QueryVectors:
        """What is looked for; a later page may do without."""
        with self.clock.stage("encode"):
            return encode_query(self.v, self.generation, self.query)

    def _ranking(self, after: Place | RankPlace | None) -> Ranking:
        """All that was found, best first: as it was kept with the first page, or made now."""
        kept = self.v.rankings.get(after.ranking) if isinstance(after, RankPlace) else None
        if kept is not None:
            return kept
        found = self._found(self.query.filter, "recall")
        with self.clock.stage("fusion"):
            ordered = fuse(found, self.v.settings.fusion, view_weights(self.query)).ranked(len(found))
        if self._columns is not None:
            # What has been deleted may still be in the index for a moment; it must not be counted.
            ordered = ordered.take(self._rows_of(ordered.ids)[1])
        depth = max(self.v.settings.search_depth, self.query.limit)
        return new_ranking(ordered, AT_LEAST if len(found) >= depth else EXACT)

    def _found(self, where: Filter | None, stage: str) -> Candidates:
        vectors = self._vectors
        with self.clock.stage(stage):
            return recall(self.v, self.generation, replace(self.query, filter=where), vectors)

    def _sorted(self, ordered: Candidates, after: Place | None) -> tuple[Candidates, Place | None]:
        rows, known = self._rows_of(ordered.ids)
        positions, following = sorted_page(self._load_columns(), rows, self.query, after)
        return ordered.take(known[positions]), following

    def _facets(self, ordered: Candidates) -> dict[str, Facet]:
        rows, _ = self._rows_of(ordered.ids)

        def rows_under(where: Filter | None) -> Rows:
            # What was found fulfils the weaker filter, too, though it may lie deeper than the search looks there.
            return np.union1d(rows, self._rows_of(self._found(where, "facet_recall").ids)[0])

        with self.clock.stage("facets"):
            return count_facets(self._load_columns(), self.query, rows, rows_under)

    def _load_columns(self) -> Columns:
        """The products in memory; a plain search does without them."""
        if self._columns is None:
            with self.clock.stage("columns"):
                self._columns = self.v.columns.current()
                check_facets(self.v, self._columns, self.query.facets)
        return self._columns

    def _rows_of(self, ids: Sequence[str]) -> tuple[Rows, Rows]:
        columns = self._load_columns()
        if any(product_id not in columns.row_of for product_id in ids):
            # The index may be ahead of what is in memory.
            columns = self._columns = self.v.columns.latest()
        return columns.rows_of(ids)


def payloads_of(v: Vitrine, generation: Generation, product_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """What a result list shows, by product id; products that are gone are left out."""
    stored = v.store.retrieve(generation.id, product_ids, payload=True)
    return {product_id: point.payload for product_id, point in stored.items()}
