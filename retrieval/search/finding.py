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
from core.queries import OFF, RELEVANCE, SearchQuery
from retrieval.columns.cells import Rows
from retrieval.columns.filtering import matching
from retrieval.columns.ordering import Place
from retrieval.columns.table import Columns
from retrieval.search.candidates import Candidates
from retrieval.search.cursors import RankPlace, query_digest
from retrieval.search.encode import QueryVectors, encode_query
from retrieval.search.facets import check_facets, count_facets, weakest_filter
from retrieval.search.fusion import fuse, view_weights
from retrieval.search.listing import Listing, sorted_page
from retrieval.search.rankings import Ranking, new_ranking
from retrieval.search.recall import conditions, recall
from retrieval.search.recent import Found, Key
from retrieval.search.relevance import Judge, judge_for
from retrieval.search.timing import StageClock
from retrieval.search.wanted import Wanted, wanted
from retrieval.wiring import Vitrine

# Where relevant products fill less than half of a search's depth, those beyond it are none.
_SPARSE = 0.5
_DEEPER = 10
_DEPTH_MAX = 10_000


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
            ranks = ranking.ordered.ranks(page) if self.query.explain else ()
            hits = page.hits(payloads_of(self.v, self.generation, page.ids), ranks)
        return Listing(hits, len(ranking.ordered), ranking.relation, following, facets)

    def everything(self) -> Ranking | None:
        """All that is relevant, best first, looked for as deeply as it takes; None where nothing ends the hits."""
        if not self._cuts:
            return None
        return new_ranking(*self._relevant(self.query.filter, "recall", thorough=True))

    @cached_property
    def _vectors(self) -> QueryVectors:
        """What is looked for; a later page may do without."""
        looked_for = self.wanted
        with self.clock.stage("encode"):
            return encode_query(self.v, self.generation, looked_for.query, looked_for.lexical)

    @cached_property
    def wanted(self) -> Wanted:
        """What is looked for, in the words of the catalogue."""
        with self.clock.stage("words"):
            return wanted(self.v, self.query)

    def _ranking(self, after: Place | RankPlace | None) -> Ranking:
        """All that was found, best first: as it was kept with the first page, or made now."""
        kept = self.v.rankings.get(after.ranking) if isinstance(after, RankPlace) else None
        if kept is not None and isinstance(after, RankPlace) and kept.reaches(after.shown + self.query.limit):
            return kept
        shown = after.shown if isinstance(after, RankPlace) else 0
        ordered, relation = self._relevant(self.query.filter, "recall", thorough=after is not None, shown=shown)
        if self._columns is not None:
            self._remember(self.query.filter, Found(ordered.ids, relation))
            # What has been deleted may still be in the index for a moment; it must not be counted.
            ordered = ordered.take(self._rows_of(ordered.ids)[1])
        return new_ranking(ordered if kept is None else kept.ordered.followed_by(ordered), relation)

    def _relevant(
        self, where: Filter | None, stage: str, *, thorough: bool = False, shown: int = 0
    ) -> tuple[Candidates, str]:
        """Everything relevant under a filter, best first; looks deeper while there may be more and all is wanted.

        Where nothing ends the hits, all products would be wanted: there it looks only behind what has been shown.
        """
        vectors, query = self._vectors, replace(self.wanted.query, filter=where)
        looked_for = replace(self.wanted, query=query)
        counts = thorough or self._columns is not None
        deepest = _DEPTH_MAX if counts and self._cuts else min(_DEPTH_MAX, shown + query.limit + 1)
        # One more than is shown tells whether there is another page.
        depth = max(self.v.settings.search_depth, query.limit + 1)
        while True:
            with self.clock.stage(stage):
                found = recall(self.v, self.generation, looked_for, vectors, depth)
            with self.clock.stage("fusion"):
                ordered = self._ordered(found)
            if len(found) < depth or (self._cuts and len(ordered) < _SPARSE * depth):
                return ordered, EXACT
            if depth >= deepest:
                return ordered, AT_LEAST
            depth = min(deepest, depth * _DEEPER)

    def _ordered(self, everything: Candidates) -> Candidates:
        found = self.wanted.without_unwanted(everything)
        judge = self._judge
        if judge is None:
            return fuse(found, self.v.settings.fusion, view_weights(self.query)).ranked(len(found))
        return judge.kept(judge.judged(found).ranked(len(found)))

    @cached_property
    def _judge(self) -> Judge | None:
        return judge_for(self.v, self.generation, self.wanted.query)

    @property
    def _cuts(self) -> bool:
        return self._judge is not None and self.query.cutoff != OFF

    def _sorted(self, ordered: Candidates, after: Place | None) -> tuple[Candidates, Place | None]:
        rows, known = self._rows_of(ordered.ids)
        positions, following = sorted_page(self._load_columns(), rows, self.query, after)
        return ordered.take(known[positions]), following

    def _facets(self, ordered: Candidates) -> dict[str, Facet]:
        rows, _ = self._rows_of(ordered.ids)
        weakest = weakest_filter(self.query)

        def rows_under(where: Filter | None) -> Rows:
            """One search without any of the filters serves all facets, as long as it has found all that is relevant."""
            found = self._found(weakest)
            if found.relation != EXACT and where != weakest:
                found = self._found(where)
            wide, _ = self._rows_of(found.ids)
            fulfils = matching(self._load_columns(), conditions(replace(self.query, filter=where)))
            # What was found itself belongs there, too, though it may lie deeper than that search has looked.
            return np.union1d(rows, wide[fulfils[wide]])

        with self.clock.stage("facets"):
            return count_facets(self._load_columns(), self.query, rows, rows_under)

    def _found(self, where: Filter | None) -> Found:
        """What is relevant under another filter than the query's."""
        found = self.v.recent.get(self._key(where))
        if found is None:
            ordered, relation = self._relevant(where, "facet_recall")
            found = self._remember(where, Found(ordered.ids, relation))
        return found

    def _remember(self, where: Filter | None, found: Found) -> Found:
        self.v.recent.keep(self._key(where), found)
        return found

    def _key(self, where: Filter | None) -> Key:
        # How it is sorted does not change what is found, so no search but this need have sorted it so.
        asked = replace(self.query, filter=where, sort=RELEVANCE)
        return query_digest(asked), self.generation.id, self._load_columns().change

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
