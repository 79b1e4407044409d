"""A generation and points for shards that are rebuilt, and a builder that waits."""

from __future__ import annotations

import threading

import numpy as np

from core.generations import Generation, View
from core.vectors import FloatArray, unit_rows
from vectorstore.embedded.builder import Builder
from vectorstore.embedded.rows import PointRow

DIM = 16
COUNT = 600
VIEWS = (
    View("image", "image", DIM, "pocket", frozenset({"text", "photo"})),
    View("lexical", "lexical", 0, "", frozenset({"text"})),
)
GENERATION = Generation("g1", "default", VIEWS)
VECTORS: FloatArray = unit_rows(np.random.default_rng(7).normal(size=(4 * COUNT, DIM)))


class HeldBuilder(Builder):
    """Has copied the shard, and does not go on before it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.copied, self.go = threading.Event(), threading.Event()

    def finish(self) -> bool:
        self.copied.set()
        assert self.go.wait(60)
        return super().finish()


def row(number: int, version: int = 1) -> PointRow:
    photos = VECTORS[[number, 2 * COUNT + number]]
    words = [np.array([number % 10, 20 + number % 3], np.uint32), np.array([1.0, 0.5], np.float32)]
    vectors = {"image": VECTORS[number], "photos": photos}
    return PointRow(str(number), version, vectors, {"lexical": words}, {"n": number, "version": version})


def rows(start: int, stop: int, version: int = 1) -> list[PointRow]:
    return [row(number, version) for number in range(start, stop)]
