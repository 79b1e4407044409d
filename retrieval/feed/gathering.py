"""Candidates for one page, from every source that has any; each remembers who brought it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core.feeds import INTEREST, LONG, NEW, POPULAR, SESSION
from core.filters import Equals, Filter
from core.generations import Generation
from core.indexing import ViewQuery
from core.profiles import Profile
from core.vectors import FloatArray
from retrieval.columns.cells import Rows
from retrieval.feed.pool import Pool
from retrieval.feed.shelves import newest, popular, touched_of
from retrieval.search.fusion import PRODUCT
from retrieval.taste.tasting import Looks
from retrieval.wiring import Vitrine

# Products that each direction of taste brings in each view, and each order of the shop's products.
_PER_DIRECTION, _PER_SHELF, _PER_CATEGORY = 16, 32, 8
_INTERESTS_MAX, _CATEGORIES_MAX = 3, 3
# What a shopper has seen lies nearest to his taste, so that much more has to be looked for.
_BESIDES_MAX = 300
# Where so large a share of all products may be shown, the engine need not ask of each whether it may: that takes it
# as long again as the search itself.
_MOST = 0.5


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
class Need:
    """How much is looked for.

    Attributes
    ----------
    count: products of the page.
    known: how many the shopper knows already, which lie nearest to his taste.
    """

    count: int
    known: int

    @property
    def each(self) -> int:
        """How many products one thing that the shopper is after shall bring."""
        return max(_PER_DIRECTION, self.count // 2)


@dataclass(frozen=True, slots=True)
class Direction:
    """One thing that the shopper is after.

    Attributes
    ----------
    vectors: by view, float32 (dim,) of unit length.
    weight: how much of all that he wants it is, above 0 up to 1.
    """

    source: str
    vectors: Mapping[str, FloatArray]
    weight: float = 1.0


def dense_views(generation: Generation) -> dict[str, str]:
    """By name of the view, the vector of the engine that products are compared by."""
    return {view.name: view.vector for view in generation.views if not view.lexical}


def directions(profile: Profile, looks_of: Callable[[Sequence[str]], Looks]) -> list[Direction]:
    """Where the shopper's taste points to: this visit; and each interest, or all he likes if there is but one.

    Parameters
    ----------
    looks_of: the vectors of products, by id.
    """
    found = [Direction(SESSION, profile.session)] if profile.session else []
    several = profile.interests[:_INTERESTS_MAX]
    if len(several) < 2:
        return [*found, Direction(LONG, profile.long)] if profile.long else found
    looks = looks_of([interest.product_id for interest in several])
    for at, interest in enumerate(several):
        vectors = {view: rows[at] for view, rows in looks.items() if rows[at].any()}
        if vectors:
            found.append(Direction(INTEREST, vectors, interest.weight))
    return found


def gather_near(
    v: Vitrine, generation: Generation, wanted: Sequence[Direction], pool: Pool, need: Need, gathered: Gathered
) -> None:
    """What lies near to the shopper's taste: one call of the engine for all directions.

    An interest is looked for in the view alone that tells most, the others in all: every view costs a query.
    """
    views = dense_views(generation)
    asked = [(one, view) for one in wanted for view in _asked_views(one) if view in views]
    if not asked:
        return
    enough = need.each + len(pool.shown)
    limit = enough + min(_BESIDES_MAX, need.known)
    queries = [ViewQuery(views[view], one.vectors[view], limit) for one, view in asked]
    for (one, _), rows in zip(asked, _nearest(v, generation, queries, pool, enough), strict=True):
        gathered.add(pool.left(rows)[: need.each], one.source)


def _nearest(v: Vitrine, generation: Generation, queries: Sequence[ViewQuery], pool: Pool, enough: int) -> list[Rows]:
    """The rows of the pool that each query finds, best first.

    Parameters
    ----------
    enough: where fewer were found, only those that may be shown are looked for.
    """
    share = len(pool.rows) / max(1, int(pool.columns.alive.sum()))
    if share < _MOST:
        return _found(v, generation, queries, pool, pool.where)
    found = _found(v, generation, [replace(one, limit=math.ceil(one.limit / share)) for one in queries], pool, None)
    # What lies nearest may be just what must not be shown.
    short = [at for at, rows in enumerate(found) if len(rows) < enough]
    anew = _found(v, generation, [queries[at] for at in short], pool, pool.where)
    for at, rows in zip(short, anew, strict=True):
        found[at] = rows
    return found


def _found(
    v: Vitrine, generation: Generation, queries: Sequence[ViewQuery], pool: Pool, where: Filter | None
) -> list[Rows]:
    answers = v.store.query(generation.id, queries, where, payload=False) if queries else []
    return [pool.rows_of([point.product_id for point in points]) for points in answers]


def gather_from_shelves(pool: Pool, profile: Profile, need: Need, gathered: Gathered) -> None:
    """What is popular, in the categories that the shopper likes and in all; and what is new."""
    touched = touched_of(pool)
    gathered.add(popular(touched, max(_PER_SHELF, need.count)), POPULAR)
    for category in liked_categories(profile):
        gathered.add(popular(touched.within(Equals("category", category)), _PER_CATEGORY), POPULAR)
    gathered.add(newest(pool, max(_PER_SHELF, need.count)), NEW)


def liked_categories(profile: Profile) -> tuple[str, ...]:
    """The categories that the shopper likes most."""
    liked = [one.value for one in profile.affinities if one.field == "category" and one.score > 0]
    return tuple(liked[:_CATEGORIES_MAX])


def _asked_views(one: Direction) -> list[str]:
    if one.source != INTEREST:
        return list(one.vectors)
    return [max(one.vectors, key=lambda view: PRODUCT.get(view, 0.0))]
