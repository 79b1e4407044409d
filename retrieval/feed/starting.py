"""Pick what you like: products that tell tastes apart, for a shopper of whom nothing is known.

Of what is popular, or new where nothing is, the products that stand for a kind of their own: clusters of looks, each
told by the most popular product near its middle. Likes of them are ordinary events.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from core.feeds import POPULAR, START_LIMIT, FeedAnswer, FeedItem, Reason, check_limit
from core.filters import Equals, Filter, all_of
from core.generations import IMAGE, Generation
from core.hits import Hit
from core.vectors import FloatArray, unit_rows
from retrieval.columns.cells import Rows
from retrieval.feed.cursors import Shown
from retrieval.feed.gathering import dense_views
from retrieval.feed.pool import Pool, pool_of
from retrieval.feed.shelves import freshness_of_rows, newest, popular, popularity_of_rows
from retrieval.ids import new_id
from retrieval.search.finding import payloads_of
from retrieval.search.own_filters import check_attributes
from retrieval.search.timing import StageClock
from retrieval.wiring import Vitrine, answering_generation

# Tastes are told apart among so many products; those beyond them hardly anybody wants.
_CANDIDATES = 400
_ROUNDS = 8
# Of a cluster's products those at least so near to its middle may stand for it, as a share of the nearest one's cosine.
_NEAR = 0.95
_EMPTY = Shown(0)


def start(v: Vitrine, limit: int = START_LIMIT, where: Filter | None = None, now: datetime | None = None) -> FeedAnswer:
    """Products to like or not, as different from each other as the shop has them.

    Parameters
    ----------
    limit: 1 to 100. where: which products may be shown.
    now: the present moment; default: this machine's.

    Raises
    ------
    InvalidQuery: a limit out of range.
    InvalidFilter: a filter on an attribute that no product has ever had.
    CatalogUnavailable, StoreError
    """
    check_limit(limit)
    clock = StageClock()
    moment = now or datetime.now(UTC)
    with clock.stage("total"):
        generation = answering_generation(v)
        check_attributes(v.catalog, where)
        columns = v.popularity.settled(v.columns.current())
        pool = pool_of(columns, all_of(Equals("available", True), where), _EMPTY)
        rows = _candidates(pool)
        with clock.stage("looks"):
            looks = _looks(v, generation, [columns.ids[row] for row in rows.tolist()])
            seen = np.flatnonzero(looks.any(axis=1))
            if len(seen) >= limit:
                # The others wait to be indexed, or have no photo to show.
                rows, looks = rows[seen], looks[seen]
        ids = [columns.ids[row] for row in rows.tolist()]
        popularity = popularity_of_rows(columns, rows, moment)
        with clock.stage("choose"):
            chosen = representatives(looks, popularity, limit)
        payloads = payloads_of(v, generation, [ids[at] for at in chosen.tolist()])
        freshness = freshness_of_rows(columns, rows, moment)
    items = tuple(
        FeedItem(
            Hit(
                ids[at],
                float(popularity[at]),
                {"popularity": float(popularity[at]), "freshness": float(freshness[at])},
                payloads[ids[at]],
            ),
            Reason(POPULAR, "to tell us what you like"),
            1.0,
        )
        for at in chosen.tolist()
        if ids[at] in payloads
    )
    return FeedAnswer(items, new_id("q"), generation=generation.id, took_ms=clock.took_ms)


def representatives(vectors: FloatArray, weights: FloatArray, count: int) -> Rows:
    """Positions of so many products that are unlike each other and stand for many: the middles of clusters.

    Gonzalez 1985, "Clustering to minimize the maximum intercluster distance", for where to begin: the heaviest, then
    always the farthest from all before; then k-means on the sphere (Dhillon and Modha 2001). Of each cluster the
    heaviest of those near its middle is taken, in the order in which the clusters began.

    Parameters
    ----------
    vectors: (n, dim) of unit length, rows of zeros where there is none. weights: (n,), at least 0.
    """
    if len(vectors) <= count:
        return np.argsort(-weights, kind="stable")
    middles = vectors[_farthest(vectors, weights, count)]
    for _ in range(_ROUNDS):
        own = (vectors @ middles.T).argmax(axis=1)
        sums = np.zeros_like(middles)
        np.add.at(sums, own, vectors)
        moved = unit_rows(sums)
        middles = np.where(moved.any(axis=1, keepdims=True), moved, middles)
    likeness = vectors @ middles.T
    own = likeness.argmax(axis=1)
    chosen: list[int] = []
    for cluster in range(count):
        members = np.flatnonzero(own == cluster)
        if len(members):
            near = likeness[members, cluster]
            best = members[near >= _NEAR * near.max()] if near.max() > 0 else members
            chosen.append(int(best[np.argmax(weights[best])]))
    missing = count - len(chosen)
    others = [at for at in np.argsort(-weights, kind="stable").tolist() if at not in set(chosen)]
    return np.array([*chosen, *others[:missing]], dtype=np.intp)


def _farthest(vectors: FloatArray, weights: FloatArray, count: int) -> list[int]:
    chosen = [int(np.argmax(weights))]
    nearest = vectors @ vectors[chosen[0]]
    nearest[chosen[0]] = np.inf
    while len(chosen) < count:
        chosen.append(int(np.argmin(nearest)))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
        nearest[chosen[-1]] = np.inf
    return chosen


def _candidates(pool: Pool) -> Rows:
    rows = np.concatenate([popular(pool, _CANDIDATES), newest(pool, _CANDIDATES)])
    once = rows[np.sort(np.unique(rows, return_index=True)[1])]
    return pool.left(once)[:_CANDIDATES]


def _looks(v: Vitrine, generation: Generation, ids: list[str]) -> FloatArray:
    """What people tell products apart by at a glance: their photos, or their words where the shop has no photos."""
    views = dense_views(generation)
    view = IMAGE if IMAGE in views else next(iter(views))
    return v.looks.of(v.store, generation, ids)[view]
