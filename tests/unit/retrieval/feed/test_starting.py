"""Which products tell tastes apart."""

from __future__ import annotations

import numpy as np

from core.vectors import FloatArray, unit_rows
from retrieval.feed.starting import representatives


def crowds(*sizes: int) -> FloatArray:
    """Groups of products around directions of their own."""
    lot = np.random.default_rng(3)
    rows = [np.eye(8)[group] + lot.normal(0, 0.05, 8) for group, size in enumerate(sizes) for _ in range(size)]
    return unit_rows(np.array(rows))


def test_every_kind_is_told_by_one_however_many_it_has() -> None:
    vectors = crowds(50, 5, 5, 5)
    chosen = representatives(vectors, np.zeros(65, dtype=np.float32), 4)
    assert sorted(int(row) for row in np.searchsorted([50, 55, 60], chosen, side="right")) == [0, 1, 2, 3]


def test_the_most_popular_near_the_middle_stands_for_its_kind() -> None:
    weights = np.zeros(20, dtype=np.float32)
    weights[[3, 12]] = 1.0
    assert set(representatives(crowds(10, 10), weights, 2).tolist()) == {3, 12}


def test_few_products_are_all_taken_the_most_popular_first() -> None:
    weights = np.array([0.0, 2.0, 1.0], dtype=np.float32)
    assert representatives(crowds(1, 1, 1), weights, 5).tolist() == [1, 2, 0]


def test_products_that_look_the_same_fill_what_is_missing_once_each() -> None:
    same = np.tile(crowds(1), (6, 1))
    assert len(set(representatives(same, np.zeros(6, dtype=np.float32), 4).tolist())) == 4
    nothing = np.zeros((6, 8), dtype=np.float32)
    assert len(set(representatives(nothing, np.zeros(6, dtype=np.float32), 4).tolist())) == 4
