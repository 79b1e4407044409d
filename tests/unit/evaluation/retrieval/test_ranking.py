"""Rankings over all pairs, with ties and with a product's own row."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from core.vectors import unit_rows
from evaluation.retrieval import ranking
from evaluation.retrieval.ranking import ranked


def _orders(queries: np.ndarray, items: np.ndarray, *, itself: bool) -> np.ndarray:
    return np.concatenate([order for _, order in ranked(queries, items, itself=itself)])


def test_the_nearest_stand_first_and_a_product_never_finds_itself_unless_it_may() -> None:
    angles = np.radians([0.0, 10.0, 30.0, 180.0])
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert _orders(rows, rows, itself=True).tolist() == [[0, 1, 2, 3], [1, 0, 2, 3], [2, 1, 0, 3], [3, 2, 1, 0]]
    assert _orders(rows, rows, itself=False).tolist() == [[1, 2, 3], [0, 2, 3], [1, 0, 3], [2, 1, 0]]


def test_equal_scores_stand_in_the_order_of_the_items_whatever_their_sign() -> None:
    items = np.array([[-1, 0], [0, 1], [0, -1], [1, 0], [0, 1], [-1, 0]], dtype=np.float32)
    query = np.array([[1, 0]] * 6, dtype=np.float32)
    assert _orders(query, items, itself=True)[0].tolist() == [3, 1, 2, 4, 0, 5]
    assert _orders(-query, items, itself=True)[0].tolist() == [0, 5, 1, 2, 4, 3]


def test_rows_that_are_equal_tie_exactly_in_any_size_of_block(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    items = unit_rows(random.normal(size=(40, 24)))[random.integers(0, 40, 300)]
    queries = unit_rows(random.normal(size=(300, 24)))
    whole = _orders(queries, items, itself=False)
    for row in whole:
        for first, second in pairwise(row):
            if (items[first] == items[second]).all():
                assert first < second
    monkeypatch.setattr(ranking, "_PAIRS_AT_ONCE", 2_500)
    assert (np.sort(_orders(queries, items, itself=False), axis=1) == np.sort(whole, axis=1)).all()


def test_the_order_is_that_of_the_cosines() -> None:
    random = np.random.default_rng(5)
    rows = unit_rows(random.normal(size=(60, 16)))
    cosines = rows.astype(np.float64) @ rows.astype(np.float64).T
    order = _orders(rows, rows, itself=True)
    assert (np.diff(np.take_along_axis(cosines, order, axis=1), axis=1) < 1e-6).all()
