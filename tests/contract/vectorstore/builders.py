"""What the contract suite puts into stores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.filters import Filter
from core.generations import IMAGE, LEXICAL, PHOTOS, TEXT, Generation, View
from core.indexing import Point, ViewQuery
from core.protocols import VectorStore
from core.vectors import FloatArray, ProductVectors, SparseVector, unit_rows

IMAGE_DIM = 32
TEXT_DIM = 24
DATABASE = "database-of-these-tests"


@dataclass(frozen=True)
class Engine:
    """One way to run the store. `open` makes another store on the same data, as another process would."""

    name: str
    open: Callable[[str], VectorStore]


@dataclass(frozen=True)
class Collection:
    """One fresh collection, with what tests do to it all the time."""

    store: VectorStore
    generation: Generation

    @property
    def id(self) -> str:
        return self.generation.id

    def put(self, *points: Point) -> str:
        return self.store.upsert(self.id, points)

    def matching(self, where: Filter | None) -> list[str]:
        """Ids of all points that match, by a query of the image view; `count` has to agree."""
        query = ViewQuery(IMAGE, unit(0), 1_000)
        ids = sorted(hit.product_id for hit in self.store.query(self.id, [query], where, payload=False)[0])
        assert self.store.count(self.id, where) == len(ids)
        return ids

    def payload(self, product_id: str) -> Mapping[str, Any]:
        return self.store.retrieve(self.id, [product_id], payload=True)[product_id].payload


def unit(seed: int, dim: int = IMAGE_DIM) -> FloatArray:
    """A random vector of length one, the same for the same seed."""
    return unit_rows(np.random.default_rng(seed).normal(size=(1, dim)))[0]


def point(product_id: str, version: int = 1, seed: int = 0, **payload: Any) -> Point:
    """A point with an image vector drawn from `seed`."""
    vectors = ProductVectors(dense={IMAGE: unit(seed)})
    return Point(product_id, version, vectors, {"id": product_id, **payload})


def full_point(product_id: str, seed: int) -> Point:
    """A point with everything a point can have."""
    vectors = ProductVectors(
        dense={IMAGE: unit(seed), TEXT: unit(seed + 1, TEXT_DIM)},
        multi={PHOTOS: np.stack([unit(seed + 2), unit(seed + 3)])},
        sparse={LEXICAL: SparseVector.of({seed + 1: 1.5, 4_294_967_295: 0.5})},
    )
    return Point(product_id, 1, vectors, {"id": product_id, "title": f"Product {product_id}"})


def views() -> tuple[View, ...]:
    """An image, a text and a lexical view."""
    return (
        View(IMAGE, IMAGE, IMAGE_DIM, "an encoder", frozenset({"text", "photo", "product"})),
        View(TEXT, TEXT, TEXT_DIM, "another encoder", frozenset({"text", "product"})),
        View(LEXICAL, LEXICAL, 0, "", frozenset({"text"})),
    )
