"""Candidates for one page, from every source that has any; each remembers who brought it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.feeds import INTEREST, LONG, NEW, POPULAR, SESSION
from core.filters import Equals
from core.generations import Generation
from core.indexing import StoredPoint, ViewQuery
from core.profiles import Profile
from core.vectors import FloatArray
from retrieval.columns.cells import Rows
from retrieval.feed.pool import Pool
from retrieval.feed.shelves import newest, popular
from retrieval.wiring import Vitrine

# Products that each direction of taste brings, and each order of the shop's products.
_PER_DIRECTION, _PER_SHELF, _PER_CATEGORY = 60, 80, 20
_INTERESTS_MAX, _CATEGORIES_MAX = 4, 3
# What a shopper has seen lies nearest to his taste, so that much more has to be looked for.
_BESIDES_MAX = 300


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rows by the sources that brought them, in the order they came; the first source tells why it is shown."""

    sources: dict[int, list[str]] = field(default_factory=dict)

    def add(self, rows: Rows, source: str) -> None:
        """Take in what a source has brought."""
        for row in rows.tolist():
            self.sources.setdefault(row, []).append(source)

    @property
    def rows(self) -> Rows:
        """All rows, each once."""
        return np.fromiter(self.sources, dtype=np.intp, count=len(self.sources))


@dataclass(frozen=True, slots=True)
class Direction:
    """One thing that the shopper is after, as one view sees it: float32 (dim,) of unit length."""

    source: str
    view: str
    vector: FloatArray


def dense_views(generation: Generation) -> dict[str, str]:
    """By name of the view, the vector of the engine that products are compared by."""
    return {view.name: view.vector for view in generation.views if not view.lexical}


def directions(v: Vitrine, generation: Generation, profile: Profile) -> list[Direction]:
    """Where the shopper's taste points to: this visit; and each interest, or all he likes if there is but one."""
    several = _interests(v, generation, profile)
    found = [*_pointing(SESSION, profile.session), *(several or _pointing(LONG, profile.long))]
    views = dense_views(generation)
    return [direction for direction in found if direction.view in views]


def stacked(some: Sequence[Direction]) -> dict[str, FloatArray]:
    """Directions by view, float32 (n, dim)."""
    by_view: dict[str, list[FloatArray]] = {}
    for one in some:
        by_view.setdefault(one.view, []).append(one.vector)
    return {view: np.stack(vectors) for view, vectors in by_view.items()}


def gather_near(
    v: Vitrine, generation: Generation, wanted: Sequence[Direction], pool: Pool, besides: int, gathered: Gathered
) -> None:
    """What lies near to the shopper's taste: one call of the engine for all directions.

    Parameters
    ----------
    besides: how many products the shopper knows already, which lie nearest of all.
    """
    if not wanted:
        return
    views = dense_views(generation)
    limit = _PER_DIRECTION + len(pool.shown) + min(_BESIDES_MAX, besides)
    queries = [ViewQuery(views[one.view], one.vector, limit) for one in wanted]
    found = v.store.query(generation.id, queries, pool.where, payload=False)
    for one, points in zip(wanted, found, strict=True):
        gathered.add(pool.of_ids([point.product_id for point in points])[:_PER_DIRECTION], one.source)


def gather_from_shelves(pool: Pool, profile: Profile, count: int, gathered: Gathered) -> None:
    """What is popular, in the categories that the shopper likes and in all; and what is new."""
    gathered.add(popular(pool, max(_PER_SHELF, count)), POPULAR)
    for category in liked_categories(profile):
        gathered.add(popular(pool.within(Equals("category", category)), _PER_CATEGORY), POPULAR)
    gathered.add(newest(pool, max(_PER_SHELF, count)), NEW)


def liked_categories(profile: Profile) -> tuple[str, ...]:
    """The categories that the shopper likes most."""
    liked = [one.value for one in profile.affinities if one.field == "category" and one.score > 0]
    return tuple(liked[:_CATEGORIES_MAX])


def looks_of(
    generation: Generation, stored: Mapping[str, StoredPoint], product_ids: Sequence[str]
) -> dict[str, FloatArray]:
    """Vectors of products by view, float32 (n, dim); rows of zeros where there is none."""
    looks = {}
    for view in generation.views:
        if view.lexical:
            continue
        rows = np.zeros((len(product_ids), view.dim), dtype=np.float32)
        for at, product_id in enumerate(product_ids):
            point = stored.get(product_id)
            if point is not None and view.vector in point.vectors:
                rows[at] = point.vectors[view.vector]
        looks[view.name] = rows
    return looks


def _pointing(source: str, vectors: Mapping[str, FloatArray]) -> Iterable[Direction]:
    return (Direction(source, view, vector) for view, vector in vectors.items())


def _interests(v: Vitrine, generation: Generation, profile: Profile) -> list[Direction]:
    """One for each of the weightiest interests and each view, told by their medoids; none where there is but one."""
    medoids = [interest.product_id for interest in profile.interests[:_INTERESTS_MAX]]
    if len(medoids) < 2:
        return []
    views = dense_views(generation)
    stored = v.store.retrieve(generation.id, medoids, vectors=list(views.values()))
    return [
        Direction(INTEREST, view, stored[medoid].vectors[vector])
        for medoid in medoids
        if medoid in stored
        for view, vector in views.items()
        if vector in stored[medoid].vectors
    ]
