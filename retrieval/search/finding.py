"""Looking for words, a picture or a product: encode, recall, fuse, then count, sort and cut the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from core.facets import Facet
from core.filters import AnyOf, Filter, all_of
from core.generations import Generation
from core.hits import AT_LEAST, EXACT, Hit
from core.profiles import NO_PROFILE, Profile
from core.queries import OFF, POPULAR, RELEVANCE, SearchQuery
from ranking.ranker import Ranker
from retrieval.columns.cells import Mask, Rows
from retrieval.columns.filtering import matching
from retrieval.columns.ordering import Place
from retrieval.columns.table import Columns
from retrieval.reranking.ordering import reranked, with_contributions
from retrieval.reranking.signals import NOBODY, Asking, with_product_signals
from retrieval.rules import NO_RULES, Rules
from retrieval.search.candidates import Candidates
from retrieval.search.cursors import RankPlace, query_digest
from retrieval.search.diversity import spread_candidates
from retrieval.search.encode import QueryVectors, encode_query
from retrieval.search.facets import check_facets, count_facets, weakest_filter
from retrieval.search.fusion import fuse, view_weights
from retrieval.search.listing import Listing, sorted_page
from retrieval.search.personal import not_hidden, personalized, with_reasons, without_hidden
from retrieval.search.pinning import in_places, pinned_first
from retrieval.search.rankings import Ranking, new_ranking
from retrieval.search.recall import conditions, recall
from retrieval.search.recent import Found, Key
from retrieval.search.relevance import Judge, judge_for
from retrieval.search.rescoring import asks_by_photos, rescored
from retrieval.search.ruling import Ruling, ruling_of
from retrieval.search.timing import StageClock
from retrieval.search.variants import (
    Families,
    alone,
    families_of_ids,
    families_of_rows,
    variants_of,
    with_shown_variants,
    with_variants,
)
from retrieval.search.wanted import Wanted, wanted
from retrieval.taste.making import hearing_of
from retrieval.wiring import Vitrine

# Where relevant products fill less than half of a search's depth, those beyond it are none.
_SPARSE = 0.5
_DEEPER = 4
_DEPTH_MAX = 10_000


@dataclass(frozen=True, slots=True)
class _Looked:
    """What looking for something has come to.

    Attributes
    ----------
    relevant: best first, as the shop's rules want it.
    relation: whether that is all there is: `exact`, or `at_least`.
    found: everything that any view has found, relevant or not.
    depth: how many of each view.
    """

    relevant: Candidates
    relation: str
    found: Candidates
    depth: int


@dataclass
class Finding:
    """One search for something, and what its stages share.

    Parameters
    ----------
    rules: of the shop, of which those for this query count.
    profile: of the shopper who asks.
    ranker: orders the first hits.
    """

    v: Vitrine
    generation: Generation
    query: SearchQuery
    clock: StageClock
    rules: Rules = NO_RULES
    profile: Profile = NO_PROFILE
    ranker: Ranker | None = None
    _columns: Columns | None = field(default=None, init=False)

    def page(self, after: Place | RankPlace | None) -> Listing:
        """One page, counted and sorted as the query says."""
        counts = bool(self.query.facets) or self.query.sort != RELEVANCE
        if counts or self.ruling.boosts:
            self._load_columns()
        ranking = self._ranking(after)
        following: Place | RankPlace | None
        if self.query.sort == RELEVANCE:
            page, following = ranking.page(after if isinstance(after, RankPlace) else None, self.query.limit)
            page = not_hidden(page, self.profile.hidden)
            total = len(ranking.shown)
            if following is not None:
                self.v.rankings.keep(ranking)
        else:
            with self.clock.stage("sort"):
                page, total, following = self._sorted(ranking.found, after if isinstance(after, Place) else None)
        facets = self._facets(ranking.found) if self.query.facets else {}
        return Listing(self._hits(page, ranking.found), total, ranking.relation, following, facets)

    def everything(self) -> Ranking | None:
        """All that is relevant, best first, looked for as deeply as it takes; None where nothing ends the hits."""
        if not self._cuts:
            return None
        looked = self._look(self.query.filter, "recall", thorough=True)
        return new_ranking(looked.relevant, looked.relevant, looked.relation)

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

    @cached_property
    def ruling(self) -> Ruling:
        """What the shop's rules do to this search, and that nothing is found which the shopper has hidden."""
        return without_hidden(ruling_of(self.rules, self.query, self.wanted.query.text), self.profile)

    def _ranking(self, after: Place | RankPlace | None) -> Ranking:
        """All that was found, best first: as it was kept with the first page, or made now."""
        kept = self.v.rankings.get(after.ranking) if isinstance(after, RankPlace) else None
        if kept is not None and isinstance(after, RankPlace) and kept.reaches(after.shown + self.query.limit):
            return kept
        shown = after.shown if isinstance(after, RankPlace) else 0
        looked = self._narrowed() or self._look(self.query.filter, "recall", thorough=after is not None, shown=shown)
        ordered, relation = looked.relevant, looked.relation
        if self._columns is not None:
            self._remember(self.query.filter, Found(ordered.ids, relation))
            # What has been deleted may still be in the index for a moment; it must not be counted.
            ordered = ordered.take(self._rows_of(ordered.ids)[1])
        if self.query.sort == RELEVANCE and self.profile is not NO_PROFILE:
            with self.clock.stage("taste"):
                boosted = self._boosted if self.ruling.boosts else None
                ordered = personalized(self.v, self.generation, self.query, self.profile, ordered, boosted)
        found = ordered if kept is None else kept.found.followed_by(ordered)
        if self.query.sort == RELEVANCE:
            with self.clock.stage("rank"):
                found = self._learned(found, anew=kept is None)
        with self.clock.stage("arrange"):
            arranged = self._arranged(found) if self.query.sort == RELEVANCE else found
        return new_ranking(found, arranged, relation)

    def _learned(self, found: Candidates, *, anew: bool) -> Candidates:
        """With what is known of the products, and in the order of the ranker; an order that goes on stays as it is."""
        needed = self.ranker is not None or self.query.explain
        columns = self._columns or (self.v.columns.current() if needed else self.v.columns.loaded())
        found = with_product_signals(found, columns, self.v.popularity.scores(), self._asking())
        if self.ranker is None or not anew:
            return found
        return reranked(found, self.ranker, self._boosted if self.ruling.boosts else None)

    def _asking(self) -> Asking:
        if self.profile is NO_PROFILE:
            return NOBODY
        return Asking(self.profile, self._together(), self._foretold(), hearing_of(self.v))

    def _together(self) -> dict[str, float]:
        """How much others want products together with what the shopper wants."""
        liked = self.profile.liked
        others = self.v.together.current().beside(liked, self.query.user_id) if liked else {}
        return {product_id: strength for product_id, (strength, _) in others.items()}

    def _foretold(self) -> dict[str, float] | None:
        """How much what all shoppers want foretells what this one will, by the ranker in service."""
        if self.ranker is None or self.ranker.foretelling is None:
            return None
        others = self.ranker.foretelling.beside(self.profile.liked)
        return {product_id: strength for product_id, (strength, _) in others.items()}

    def _boosted(self, found: Candidates) -> Candidates:
        return self.ruling.boosted(found, self._fulfilling(found))

    def _arranged(self, found: Candidates) -> Candidates:
        """What takes a place among the hits, in the order of the places."""
        order, places = pinned_first(found.ids, self.ruling.pins)
        if places:
            found = found.take(order)
        if self.query.collapse:
            firsts = self._families(found.ids).firsts()
            places = [places[first] for first in firsts if first < len(places)]
            found = found.take(firsts)
        if self.query.diversity:
            found = self._spread(found, len(places))
        return found.take(in_places(places, len(found) - len(places))) if places else found

    def _spread(self, found: Candidates, pinned: int) -> Candidates:
        """The candidates with more variety, but for the first so many."""
        others = found.take(np.arange(pinned, len(found)))
        if len(others) < 2:
            return found
        spread = pinned + spread_candidates(self.v, self.generation, self.query, others)
        return found.take(np.concatenate([np.arange(pinned), spread, np.arange(pinned + len(spread), len(found))]))

    def _families(self, ids: Sequence[str]) -> Families:
        columns = self._columns if self._columns is not None else self.v.columns.loaded()
        return families_of_ids(self.v, columns, ids)

    def _hits(self, page: Candidates, found: Candidates) -> tuple[Hit, ...]:
        with self.clock.stage("payloads"):
            variants = self._variants(page, found) if self.query.collapse else {}
            payloads = payloads_of(self.v, self.generation, with_shown_variants(page.ids, variants))
            ranks = found.ranks(page) if self.query.explain else ()
            hits = with_variants(page.hits(payloads, ranks), variants, payloads)
            return self._explained(page, hits) if self.query.explain else hits

    def _explained(self, page: Candidates, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        boosted = self.ruling.boosted_by(page.ids, self._fulfilling(page)) if self.ruling.boosts else {}
        explained = with_reasons(self.ruling.explained(hits, boosted), self.profile)
        return explained if self.ranker is None else with_contributions(explained, self.ranker)

    def _variants(self, page: Candidates, found: Candidates) -> dict[str, tuple[str, ...]]:
        families = self._families(found.ids)
        if not len(families.grouped):
            return {}
        places = {product_id: position for position, product_id in enumerate(found.ids)}
        positions = np.array([places[product_id] for product_id in page.ids], dtype=np.intp)
        return variants_of(families, positions, found.ids.__getitem__)

    def _look(self, where: Filter | None, stage: str, *, thorough: bool = False, shown: int = 0) -> _Looked:
        """Look for everything relevant under a filter; deeper while there may be more and all is wanted.

        Where nothing ends the hits, all products would be wanted: there it looks only behind what has been shown.
        """
        vectors, query = self._vectors, replace(self.wanted.query, filter=where)
        looked_for = replace(self.wanted, query=query)
        counts = thorough or self._columns is not None
        # One more than is shown tells whether there is another page.
        enough = _DEPTH_MAX if counts and self._cuts else shown + query.limit + 1
        depth = max(self.v.settings.search_depth, query.limit + 1)
        while True:
            with self.clock.stage(stage):
                found = recall(self.v, self.generation, looked_for, vectors, depth, self.ruling.where)
            if asks_by_photos(query):
                with self.clock.stage("photos"):
                    found = rescored(self.v, self.generation, vectors, found)
            with self.clock.stage("fusion"):
                ordered, is_all = self._ordered(found, found, depth)
            is_all = is_all or len(found) < depth or (self._cuts and len(ordered) < _SPARSE * depth)
            if is_all or depth >= _DEPTH_MAX or self._places(ordered) >= enough:
                return _Looked(self._ruled(ordered, looked_for), EXACT if is_all else AT_LEAST, found, depth)
            depth = min(_DEPTH_MAX, depth * _DEEPER)

    def _narrowed(self) -> _Looked | None:
        """What is relevant under the query's filter, out of what has to be found without it for the facets.

        None where facets need no such search, or it may have missed something: then that has to be looked for.
        """
        query, weakest = self.query, weakest_filter(self.query)
        if not self._cuts or weakest == query.filter or asks_by_photos(query) or self._recent(weakest) is not None:
            return None
        wide = self._look(weakest, "facet_recall")
        self._remember(weakest, Found(wide.relevant.ids, wide.relation))
        with self.clock.stage("fusion"):
            fulfils = self._fulfilling(wide.found)(conditions(query, self.ruling.where))
            ordered, is_all = self._ordered(wide.found.take(np.flatnonzero(fulfils)), wide.found, wide.depth)
        if not is_all or not len(ordered):
            return None
        return _Looked(self._ruled(ordered, self.wanted), EXACT, wide.found, wide.depth)

    def _places(self, found: Candidates) -> int:
        return len(self._families(found.ids)) if self.query.collapse else len(found)

    def _ordered(self, some: Candidates, found: Candidates, depth: int) -> tuple[Candidates, bool]:
        """What is relevant of some of what was found, best first, and whether surely nothing is that was not found."""
        admitted, judge = self._admitted(some), self._judge
        if judge is None:
            return fuse(admitted, self.v.settings.fusion, view_weights(self.query)).ranked(len(admitted)), False
        judged = judge.judged(admitted)
        kept = judge.kept(judged)
        return kept.ranked(len(kept)), judge.is_all(judged, found, depth)

    def _admitted(self, everything: Candidates) -> Candidates:
        """Without what is not wanted, and without variants of what was asked with."""
        found = self.wanted.without_unwanted(everything)
        asked_with = self.query.wanted_ids
        if self.query.collapse and asked_with:
            own = self._families((*found.ids, *asked_with))
            found = found.take(own.without_those_of_the_last(len(asked_with)))
        return found

    def _ruled(self, ordered: Candidates, looked_for: Wanted) -> Candidates:
        """What was found, as the shop's rules want it, and with those pinned products that were not."""
        ruling = self.ruling
        if ruling.boosts:
            ordered = self._boosted(ordered)
        found_ids = frozenset(ordered.ids) if ruling.pins else frozenset()
        missing = tuple(pin.product_id for pin in ruling.pins if pin.product_id not in found_ids)
        if not missing:
            return ordered
        besides = all_of(AnyOf("id", missing), ruling.where)
        with self.clock.stage("pins"):
            found = recall(self.v, self.generation, looked_for, self._vectors, len(missing), besides)
        found = self._admitted(found)
        if self._judge is not None:
            found = self._judge.judged(found)
        elif len(ordered):
            # Scores of fused views count among what was found together only.
            found = replace(found, scores=np.full(len(found), ordered.scores.min(), dtype=np.float32))
        return ordered.and_also(found)

    def _fulfilling(self, found: Candidates) -> Callable[[Filter | None], Mask]:
        """Tells which of some candidates fulfil a filter."""
        rows, known = self._rows_of(found.ids)

        def fulfilling(where: Filter | None) -> Mask:
            fulfils = np.zeros(len(found), dtype=np.bool_)
            fulfils[known] = matching(self._load_columns(), where)[rows]
            return fulfils

        return fulfilling

    @cached_property
    def _judge(self) -> Judge | None:
        return judge_for(self.v, self.generation, self.wanted.query)

    @property
    def _cuts(self) -> bool:
        return self._judge is not None and self.query.cutoff != OFF

    def _sorted(self, found: Candidates, after: Place | None) -> tuple[Candidates, int, Place | None]:
        rows, known = self._rows_of(found.ids)
        columns = self._load_columns()
        families = families_of_rows(columns, rows) if self.query.collapse else alone(len(rows))
        ordering = self.v.popularity.added_to(columns) if self.query.sort == POPULAR else columns
        page = sorted_page(ordering, rows, families, self.query, after)
        return found.take(known[page.positions]), page.total, page.following

    def _facets(self, found: Candidates) -> dict[str, Facet]:
        rows, _ = self._rows_of(found.ids)
        weakest = weakest_filter(self.query)

        def rows_under(where: Filter | None) -> Rows:
            """One search without any of the filters serves all facets, as long as it has found all that is relevant."""
            found = self._found(weakest)
            if found.relation != EXACT and where != weakest:
                found = self._found(where)
            wide, _ = self._rows_of(found.ids)
            fulfils = matching(self._load_columns(), conditions(replace(self.query, filter=where), self.ruling.where))
            # What was found itself belongs there, too, though it may lie deeper than that search has looked.
            return np.union1d(rows, wide[fulfils[wide]])

        with self.clock.stage("facets"):
            return count_facets(self._load_columns(), self.query, rows, rows_under)

    def _found(self, where: Filter | None) -> Found:
        """What is relevant under another filter than the query's."""
        found = self._recent(where)
        if found is None:
            looked = self._look(where, "facet_recall")
            found = self._remember(where, Found(looked.relevant.ids, looked.relation))
        return found

    def _recent(self, where: Filter | None) -> Found | None:
        return self.v.recent.get(self._key(where))

    def _remember(self, where: Filter | None, found: Found) -> Found:
        self.v.recent.keep(self._key(where), found)
        return found

    def _key(self, where: Filter | None) -> Key:
        # How it is sorted does not change what is found, so no search but this need have sorted it so.
        # Nor does whose taste it is, but for what he has hidden.
        asked = replace(self.query, filter=where, sort=RELEVANCE, user_id="", session_id="", personalize=None)
        hidden = ",".join(sorted(self.profile.hidden))
        return f"{query_digest(asked, self.ruling.digest)}{hidden}", self.generation.id, self._load_columns().change

    def _load_columns(self) -> Columns:
        """The products in memory; a plain search does without them."""
        if self._columns is None:
            with self.clock.stage("columns"):
                self._columns = self.v.columns.current()
                check_facets(self.v, self._columns, self.query.facets)
        return self._columns

    def _rows_of(self, ids: Sequence[str]) -> tuple[Rows, Rows]:
        columns = self._load_columns()
        if not columns.row_of.keys() >= set(ids):
            # The index may be ahead of what is in memory.
            columns = self._columns = self.v.columns.latest()
        return columns.rows_of(ids)


def payloads_of(v: Vitrine, generation: Generation, product_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """What a result list shows, by product id; products that are gone are left out."""
    stored = v.store.retrieve(generation.id, product_ids, payload=True)
    return {product_id: point.payload for product_id, point in stored.items()}
