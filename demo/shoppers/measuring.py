"""How much of what shoppers want a shop shows them first, between no order at all and one that knows their tastes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.generations import Generation
from core.profiles import EVENTS_READ_MAX, Profile
from core.queries import SearchQuery
from core.ranking_metrics import dcg
from demo.shoppers.tastes import Market, Product, Shopper, Wish, appeal
from demo.shoppers.visiting import query_for
from evaluation.scoring import Rows, interval
from retrieval.search.candidates import Candidates
from retrieval.search.finding import Finding
from retrieval.search.personal import WINDOW, personalized
from retrieval.search.pipeline import search
from retrieval.search.timing import StageClock
from retrieval.taste.making import folded, profile_for
from retrieval.wiring import Vitrine, answering_generation

NO_PROFILE, MEAN, SESSION, BLEND, RANKER = "no profile", "mean", "session", "blend", "promoted ranker"
Order = Callable[[Sequence[str]], Sequence[str]]
NO_ORDERS: Mapping[str, Order] = {}
_PAGE = 10
_SEED = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """A shopper in the middle of a visit, and what he is about to search for."""

    shopper: Shopper
    wish: Wish
    session_id: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What the orders of one list are worth to one shopper: DCG@10 of how much he wants each product.

    Attributes
    ----------
    none: of no order, on average over all. oracle: of the best one. by_method: of those in between.
    """

    none: float
    oracle: float
    by_method: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Share:
    """The share of the gap that a method closes, with the ends of its 95 % bootstrap interval over shoppers."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Panel:
    """Shoppers who are asked what each order is worth to them. Nothing of it is logged.

    Attributes
    ----------
    products: by id.
    """

    v: Vitrine
    market: Market
    products: Mapping[str, Product]

    def gap(self, asked: Asked, others: Mapping[str, Order] = NO_ORDERS) -> Gap | None:
        """The orders by what is known of him: nothing, his mean profile, this visit's, and both blended.

        All hold the same products: what is relevant to his words and new to him, of the first so many the taste may
        order. None where there is nothing to order.

        Parameters
        ----------
        others: by name, what else puts them in an order.
        """
        generation = answering_generation(self.v)
        profile = profile_for(self.v, generation, asked.shopper.user_id, asked.session_id)
        query = SearchQuery(text=query_for(asked.wish), collapse=False)
        found = self._relevant(generation, query)
        found = found.take(np.flatnonzero([product_id not in _known(profile) for product_id in found.ids]))
        if len(found) < 2:
            return None
        orders: dict[str, Sequence[str]] = {NO_PROFILE: found.ids}
        for name, known in self._variants(generation, asked, profile).items():
            orders[name] = personalized(self.v, generation, query, known, found).ids
        orders |= {name: order(found.ids) for name, order in others.items()}
        worth = self._worth(asked.shopper, found.ids)
        none = float(np.mean(list(worth.values()))) * float(dcg(np.ones((1, len(found))), _PAGE)[0])
        best = sorted(found.ids, key=lambda product_id: -worth[product_id])
        return Gap(none, _dcg(best, worth), {name: _dcg(ids, worth) for name, ids in orders.items()})

    def of_search(self, asked: Asked) -> float:
        """What the search itself is worth to him, as the shop answers it now."""
        user_id, session_id = asked.shopper.user_id, asked.session_id
        known = _known(profile_for(self.v, answering_generation(self.v), user_id, session_id))
        text, limit = query_for(asked.wish), _PAGE + len(known)
        query = SearchQuery(text=text, limit=limit, collapse=False, user_id=user_id, session_id=session_id)
        ids = [hit.product_id for hit in search(self.v, query).hits if hit.product_id not in known]
        return _dcg(ids, self._worth(asked.shopper, ids))

    def _relevant(self, generation: Generation, query: SearchQuery) -> Candidates:
        ranking = Finding(self.v, generation, query, StageClock()).everything()
        if ranking is None:
            answer = search(self.v, replace(query, limit=WINDOW))
            ids = tuple(hit.product_id for hit in answer.hits)
            return Candidates(ids, {}, np.array([hit.score for hit in answer.hits], dtype=np.float32))
        return ranking.found.take(np.arange(min(WINDOW, len(ranking.found))))

    def _variants(self, generation: Generation, asked: Asked, profile: Profile) -> dict[str, Profile]:
        """The profile as each method would have it; of the visit alone, as if he had done nothing before."""
        user_id, session_id = asked.shopper.user_id, asked.session_id
        events = self.v.catalog.events.latest(user_id, EVENTS_READ_MAX)
        visit = [event for event in events if event.session_id == session_id]
        return {
            MEAN: replace(profile, blended=profile.long),
            SESSION: folded(self.v, generation, visit, session_id),
            BLEND: profile,
        }

    def _worth(self, shopper: Shopper, ids: Sequence[str]) -> dict[str, float]:
        return {product_id: appeal(self.market, shopper, self.products[product_id]) for product_id in ids}


def shares(gaps: Sequence[Gap]) -> dict[str, Share]:
    """By method the sum of what it gains over no order, over the sum of what there is to gain."""
    whole = np.array([gap.oracle - gap.none for gap in gaps])
    found = {}
    for name in gaps[0].by_method:
        gained = np.array([gap.by_method[name] - gap.none for gap in gaps])
        low, high = interval(partial(_share, gained, whole), len(gaps), _SEED)
        found[name] = Share(float(gained.sum() / whole.sum()), low, high)
    return found


def _share(gained: Rows, whole: Rows, picked: NDArray[np.intp]) -> Rows:
    return np.asarray(gained[picked].sum(axis=1) / whole[picked].sum(axis=1), dtype=np.float64)


def _known(profile: Profile) -> frozenset[str]:
    """Products he has done something with: to show them again would be no merit."""
    return frozenset(profile.liked) | frozenset(profile.disliked_ids) | profile.hidden


def _dcg(ids: Sequence[str], worth: Mapping[str, float]) -> float:
    return float(dcg(np.array([[worth[product_id] for product_id in ids]]), _PAGE)[0])
