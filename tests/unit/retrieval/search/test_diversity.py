from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vectors import FloatArray, unit_rows
from retrieval.search.diversity import spread_out


def written_out(scores: FloatArray, vectors: FloatArray, diversity: float) -> list[int]:
    """The definition, one product at a time."""
    cosines = vectors @ vectors.T
    likeness = (cosines - cosines.min()) / (cosines.max() - cosines.min())
    relevance = (scores - scores.min()) / (scores.max() - scores.min())
    order = [int(np.argmax(relevance))]
    while len(order) < len(scores):
        left = [i for i in range(len(scores)) if i not in order]
        gains = [(1 - diversity) * relevance[i] - diversity * max(likeness[i][j] for j in order) for i in left]
        order.append(left[int(np.argmax(gains))])
    return order


@given(st.integers(2, 12), st.floats(0, 1), st.integers(0, 1000))
def test_it_is_the_published_rule(count: int, diversity: float, seed: int) -> None:
    chance = np.random.default_rng(seed)
    scores = chance.standard_normal(count).astype(np.float32)
    vectors = unit_rows(chance.standard_normal((count, 4)).astype(np.float32))
    order = spread_out(scores, vectors, diversity)
    assert sorted(order.tolist()) == list(range(count))
    assert order.tolist() == written_out(scores, vectors, np.float32(diversity).item())


def test_none_is_the_order_of_the_scores() -> None:
    scores = np.array([0.2, 0.9, 0.5], dtype=np.float32)
    assert spread_out(scores, np.eye(3, dtype=np.float32), 0.0).tolist() == [1, 2, 0]


@pytest.mark.parametrize("diversity", [0.5, 1.0])
def test_a_near_double_of_the_best_comes_later(diversity: float) -> None:
    scores = np.array([1.0, 0.99, 0.6, 0.0], dtype=np.float32)
    vectors = unit_rows(np.array([[1, 0], [1, 0.01], [0, 1], [0.5, 1]], dtype=np.float32))
    order = spread_out(scores, vectors, diversity).tolist()
    assert order[:2] == [0, 2]


def test_equal_scores_and_equal_pictures_keep_their_order() -> None:
    same = np.ones((3, 2), dtype=np.float32) / np.sqrt(np.float32(2))
    assert spread_out(np.ones(3, dtype=np.float32), same, 0.5).tolist() == [0, 1, 2]
