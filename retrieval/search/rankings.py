"""Orders by relevance that are kept for a while, so that the pages of one search do not shift against each other.

Scores count within one answer only: a product that arrives changes those of all the others. A later page therefore goes
on in the order that the first was cut from. Where that is gone, in another process or after a while, the order is made
anew and goes on behind the products shown last.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np

from core.hits import EXACT
from retrieval.search.candidates import Candidates
from retrieval.search.cursors import RankPlace

# An id with its scores takes some hundred bytes.
_PRODUCTS_MAX = 400_000
# How many of the products shown last a cursor names: the order goes on behind the latest of them that is still there.
_REMEMBERED = 3


@dataclass(frozen=True, slots=True)
class Ranking:
    """All candidates of one search, best first.

    Attributes
    ----------
    found: all that is relevant. shown: those of them that take a place among the hits, in the order of the places.
    relation: of their number to the number of relevant products, `exact` or `at_least`.
    """

    name: str
    found: Candidates
    shown: Candidates
    relation: str

    def reaches(self, count: int) -> bool:
        """Whether so many products can be shown from it and one is left over, or there are no more."""
        return self.relation == EXACT or count < len(self.shown)

    def page(self, after: RankPlace | None, limit: int) -> tuple[Candidates, RankPlace | None]:
        """The products behind a place, and where the page after them begins; None when there is none."""
        start = 0 if after is None else self._start(after)
        end = min(start + limit, len(self.shown))
        page = self.shown.take(np.arange(start, end))
        if end == len(self.shown):
            return page, None
        return page, RankPlace(end, self.shown.ids[max(0, end - _REMEMBERED) : end], self.name)

    def _start(self, after: RankPlace) -> int:
        if after.ranking == self.name:
            return after.shown
        places = {product_id: i for i, product_id in enumerate(self.shown.ids)}
        known = (places[product_id] + 1 for product_id in reversed(after.last) if product_id in places)
        return min(next(known, after.shown), len(self.shown))


def new_ranking(found: Candidates, shown: Candidates, relation: str) -> Ranking:
    """An order under a name of its own."""
    return Ranking(secrets.token_hex(6), found, shown, relation)


@dataclass
class KeptRankings:
    """The rankings used last, up to a number of products in all of them. Thread-safe."""

    products_max: int = _PRODUCTS_MAX
    _kept: OrderedDict[str, Ranking] = field(default_factory=OrderedDict)
    _products: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, ranking: Ranking) -> None:
        """Keep an order under its name; once more changes nothing."""
        with self._lock:
            if ranking.name in self._kept:
                return
            self._kept[ranking.name] = ranking
            self._products += len(ranking.found)
            while self._products > self.products_max and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._products -= len(dropped.found)

    def get(self, name: str) -> Ranking | None:
        """The ranking of that name, if it is still here."""
        with self._lock:
            ranking = self._kept.get(name)
            if ranking is not None:
                self._kept.move_to_end(name)
            return ranking
