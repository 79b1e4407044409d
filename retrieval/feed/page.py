"""One page of a feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from heapq import nlargest
from typing import Any

import numpy as np

from core.feeds import (
    EXPLORING,
    FEED_PRODUCTS_MAX,
    FORETOLD,
    LEAST_SEEN,
    NEW,
    SEEN,
    SHOPPERS,
    TOGETHER,
    FeedItem,
    FeedQuery,
)
from core.filters import Equals, Filter, all_of
from core.generations import Generation
from core.hits import SIGNALS, Hit
from core.queries import NEWEST, SearchQuery
from core.vectors import FloatArray
from retrieval.columns.cells import Mask, Rows
from retrieval.columns.table import Columns
from retrieval.experiments import ranker_of
from retrieval.feed.cursors import Shown
from retrieval.feed.gathering import (
    Direction,
    Gathered,
    Need,
    directions,
    gather_from_shelves,
    gather_near,
)
from retrieval.feed.liking import likenesses, pull, score_of
from retrieval.feed.mixing import Offer, mixed, reserved_places
from retrieval.feed.pool import Pool, pool_of
from retrieval.feed.reasons import BY_TASTE, About, nearest_liked, reason_of
from retrieval.feed.shelves import Drawn, are_new, drawn, freshness_of_rows, least_seen, newest, popularity_of_rows
from retrieval.feed.shopper import Shopper
from retrieval.feed.varying import categories_of, varied
from retrieval.search.finding import payloads_of
from retrieval.search.ruling import ruling_of
from retrieval.search.timing import StageClock
from retrieval.search.variants import families_of_rows
from retrieval.taste.fitting import fitting_signals
from retrieval.taste.making import hearing_of
from retrieval.taste.tasting import Looks, taste_signals
from retrieval.wiring import Vitrine

# Of what a shopper liked, so much serves as a reason.
_REASONS_MAX = 40
# From here on a pull of taste tells why a product is shown.
_STRONG = 0.3
# With fewer candidates than so many pages, what the shopper knows comes back behind them.
_PLENTY = 2


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidates of one page, and what is known of them.

    Attributes
    ----------
    rows, ids, signals, scores, looks: of the candidates, in one order.
    pulls: (n, directions) of the shopper's taste. new: which may be called new.
    """

    rows: Rows
    ids: list[str]
    signals: Mapping[str, FloatArray]
    scores: FloatArray
    looks: Looks
    pulls: FloatArray
    new: Mask


@dataclass
class Page:
    """One page, and what its stages share."""

    v: Vitrine
    generation: Generation
    query: FeedQuery
    shopper: Shopper
    shown: Shown
    clock: StageClock
    _gathered: Gathered = field(default_factory=Gathered, init=False)

    def items(self) -> tuple[tuple[FeedItem, ...], Shown | None]:
        """The products of the page, and all that is shown by then; None for the latter where nothing is left."""
        places = min(self.query.limit, FEED_PRODUCTS_MAX - len(self.shown))
        with self.clock.stage("sources"):
            drawn_by_lot = self._gather(places + 1)
        with self.clock.stage("score"):
            scored = self._scored()
        with self.clock.stage("arrange"):
            offers = self._arranged(scored, drawn_by_lot, places + 1)
        page, goes_on = offers[:places], len(offers) > places and len(self.shown) + places < FEED_PRODUCTS_MAX
        rows = np.array([offer.row for offer in page], dtype=np.intp)
        shown = self.shown.and_also(self._pool.family_names(rows)) if goes_on else None
        return self._told(page, scored), shown

    @cached_property
    def _columns(self) -> Columns:
        return self.v.popularity.settled(self.v.columns.current())

    @cached_property
    def _where(self) -> Filter | None:
        """What every product has to fulfil: being available, the query's filter, and what the shop's rules say."""
        browsing = SearchQuery(filter=self.query.filter, sort=NEWEST)
        ruled = ruling_of(self.v.rules.current(), browsing, "").where
        return all_of(Equals("available", True), self.query.filter, ruled)

    @cached_property
    def _everything(self) -> Pool:
        """All that may be shown at all."""
        return pool_of(self._columns, self._where, self.shown).without(self.shopper.gone)

    @cached_property
    def _pool(self) -> Pool:
        """The same without what the shopper knows."""
        return self._everything.without(self.shopper.known)

    @cached_property
    def _lot(self) -> np.random.Generator:
        return np.random.default_rng([self.shown.seed, len(self.shown)])

    def _gather(self, count: int) -> dict[str, Drawn]:
        """Candidates from all sources; returns those that have a share of the places by right."""
        pool, profile, gathered = self._pool, self.shopper.profile, self._gathered
        need = Need(count, len(self.shopper.known))
        gather_near(self.v, self.generation, self._directions, pool, need, gathered)
        gathered.add(pool.of_ids(_strongest(self._beside, need.each)), TOGETHER)
        gathered.add(pool.of_ids(_strongest(self._like_minded, need.each)), SHOPPERS)
        gathered.add(pool.of_ids(_strongest(self._foretold or {}, need.each)), FORETOLD)
        gather_from_shelves(pool, profile, need, gathered)
        own = reserved_places(len(self.shown), count)
        by_lot = {
            LEAST_SEEN: least_seen(pool, own[LEAST_SEEN], self._lot),
            EXPLORING: drawn(pool, own[EXPLORING], self._lot),
        }
        for source, some in by_lot.items():
            gathered.add(some.rows, source)
        if len(gathered.sources) < _PLENTY * count:
            gathered.add(newest(self._everything.besides(pool), count), SEEN)
        return by_lot

    @cached_property
    def _beside(self) -> dict[str, tuple[float, str]]:
        liked = self.shopper.profile.liked
        return self.v.together.current().beside(liked, self.query.user_id) if liked else {}

    @property
    def _brought_by(self) -> dict[str, dict[str, tuple[float, str]]]:
        """By source, what each product goes with."""
        return {TOGETHER: self._beside, FORETOLD: self._foretold or {}}

    @cached_property
    def _like_minded(self) -> dict[str, float]:
        liked = self.shopper.profile.liked
        return self.v.together.current().of_like_minded(liked, self.query.user_id) if liked else {}

    @cached_property
    def _foretold(self) -> dict[str, tuple[float, str]] | None:
        """What goes with all that he likes, as the ranker in service has learnt; None where it has not."""
        arm = self.v.experiments.arm_of(self.query.user_id)
        ranker = ranker_of(self.v.rankers, self.generation, arm)
        if ranker is None or ranker.foretelling is None:
            return None
        return ranker.foretelling.beside(self.shopper.profile.liked)

    @cached_property
    def _directions(self) -> list[Direction]:
        return directions(self.shopper.profile, self._looks)

    def _looks(self, product_ids: Sequence[str]) -> Looks:
        return self.v.looks.of(self.v.store, self.generation, product_ids)

    def _scored(self) -> Scored:
        rows, profile = self._gathered.rows, self.shopper.profile
        ids = [self._columns.ids[row] for row in rows.tolist()]
        looks = self._looks(ids)
        cosines = likenesses(looks, [one.vectors for one in self._directions])
        pulls = pull(cosines, [one.weight for one in self._directions])
        signals = {
            **taste_signals(profile, looks),
            **fitting_signals(self._columns, ids, profile, hearing_of(self.v)),
            "interest": np.fmax.reduce(cosines, axis=1, initial=np.nan),
            "together": np.array([self._beside.get(name, (0.0, ""))[0] for name in ids], dtype=np.float32),
            "shoppers": np.array([self._like_minded.get(name, 0.0) for name in ids], dtype=np.float32),
            "popularity": popularity_of_rows(self._columns, rows, self.shopper.now),
            "fatigue": np.array([self.shopper.tired_of.get(name, 0) for name in ids], dtype=np.float32),
            "freshness": freshness_of_rows(self._columns, rows, self.shopper.now),
        }
        if self._foretold is not None:
            foretold = [self._foretold.get(name, (0.0, ""))[0] for name in ids]
            signals["foretold"] = np.array(foretold, dtype=np.float32)
        scores = score_of(pulls.max(axis=1, initial=0.0), signals, profile.events)
        return Scored(rows, ids, signals, scores, looks, pulls, are_new(self._columns, rows, self.shopper.now))

    def _arranged(self, scored: Scored, by_lot: Mapping[str, Drawn], count: int) -> tuple[Offer, ...]:
        """The page's products in their places."""
        families = families_of_rows(self._columns, scored.rows).of.tolist()
        rows = scored.rows.tolist()
        offers = {row: Offer(row, family) for row, family in zip(rows, families, strict=True)}
        order = varied(scored.scores, scored.looks, categories_of(self._columns, scored.rows), count)
        ordered = [rows[at] for at in order.tolist()]
        first = {row: self._gathered.sources[row][0] for row in rows}
        earned = [row for row in ordered if first[row] not in (LEAST_SEEN, EXPLORING, SEEN)]
        known = [row for row in ordered if first[row] == SEEN]
        certain = {offers[row].family for row in earned[:count]}
        reserved = {
            source: [
                replace(offers[row], source=source, propensity=1.0 if offers[row].family in certain else chance)
                for row, chance in zip(some.rows.tolist(), some.propensities.tolist(), strict=True)
            ]
            for source, some in by_lot.items()
        }
        reserved[NEW] = [replace(offers[row], source=NEW) for row in self._new(scored)]
        return mixed((offers[row] for row in (*earned, *known)), reserved, len(self.shown), count)

    def _new(self, scored: Scored) -> list[int]:
        """Rows of products that are new indeed, those that fit the shopper best first."""
        new = [
            at for at, row in enumerate(scored.rows.tolist()) if scored.new[at] and NEW in self._gathered.sources[row]
        ]
        return [int(scored.rows[at]) for at in sorted(new, key=lambda at: -float(scored.scores[at]))]

    def _told(self, page: Sequence[Offer], scored: Scored) -> tuple[FeedItem, ...]:
        """The page's products with what is shown of them, and why each is there."""
        place_of = {row: at for at, row in enumerate(scored.rows.tolist())}
        places = np.array([place_of[offer.row] for offer in page], dtype=np.intp)
        with self.clock.stage("payloads"):
            payloads = payloads_of(self.v, self.generation, [scored.ids[at] for at in places.tolist()])
        with self.clock.stage("reasons"):
            looks = {view: rows[places] for view, rows in scored.looks.items()}
            liked_ids = list(self.shopper.acts)[:_REASONS_MAX]
            nearest = nearest_liked(looks, self._looks(liked_ids), liked_ids)
            return tuple(
                self._item(offer, int(at), scored, payloads[scored.ids[at]], about)
                for offer, at, about in zip(page, places, nearest, strict=True)
                if scored.ids[at] in payloads
            )

    def _item(self, offer: Offer, at: int, scored: Scored, payload: Mapping[str, Any], about: str | None) -> FeedItem:
        signals = {name: float(values[at]) for name, values in scored.signals.items() if name in SIGNALS}
        hit = Hit(scored.ids[at], float(scored.scores[at]), signals, payload)
        source = offer.source or self._source(offer.row, at, scored)
        if source in self._brought_by:
            about = self._brought_by[source][hit.product_id][1]
        brought = None if about is None else About(about, self.shopper.acts.get(about, ""))
        reason = reason_of(source, offer.row, self._columns, brought, is_new=bool(scored.new[at]))
        return FeedItem(hit, reason, offer.propensity)

    def _source(self, row: int, at: int, scored: Scored) -> str:
        """What brought a product that has earned its place: a strong pull of taste, or whoever else knew it."""
        pulls, sources = scored.pulls[at], self._gathered.sources[row]
        if pulls.max(initial=0.0) >= _STRONG and sources[0] != SEEN:
            return self._directions[int(pulls.argmax())].source
        return next((source for source in sources if source not in BY_TASTE), sources[0])


def _strongest(scores: Mapping[str, Any], count: int) -> list[str]:
    return nlargest(count, scores, key=lambda name: (scores[name], name))
