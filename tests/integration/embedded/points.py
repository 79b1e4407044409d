"""A small generation and points for it."""

from __future__ import annotations

import numpy as np

from core.generations import Generation, View
from core.indexing import Point, ViewQuery
from core.vectors import FloatArray, ProductVectors, SparseVector, unit_rows

DIM = 16
DATABASE = "database-of-these-tests"


def generation(generation_id: str = "g1", dim: int = DIM) -> Generation:
    views = (
        View("image", "image", dim, "an encoder", frozenset({"text", "photo"})),
        View("lexical", "lexical", 0, "", frozenset({"text"})),
    )
    return Generation(generation_id, "default", views)


def vector(seed: int) -> FloatArray:
    row: FloatArray = unit_rows(np.random.default_rng(seed).normal(size=(1, DIM)))[0]
    return row


def point(number: int, version: int = 1) -> Point:
    vectors = ProductVectors(
        dense={"image": vector(number)}, sparse={"lexical": SparseVector.of({number % 10: 1.0, 50 + number % 7: 0.5})}
    )
    return Point(str(number), version, vectors, {"id": str(number), "price": float(number), "version": version})


def points(start: int, stop: int, version: int = 1) -> list[Point]:
    return [point(number, version) for number in range(start, stop)]


def query(seed: int, limit: int = 10) -> ViewQuery:
    return ViewQuery("image", vector(seed), limit)
