"""Metrics against values computed by hand, and what has to hold of them for any ranking."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from core import ranking_metrics as metrics

# Gains 3, 2, 3, 0, 1, 2: the worked example of the usual lecture on NDCG.
GAINS = np.array([[3, 2, 3, 0, 1, 2]])


def test_dcg_by_hand() -> None:
    # 3/1 + 2/1.58496 + 3/2 + 0 + 1/2.58496 + 2/2.80735
    assert metrics.dcg(GAINS, 6) == pytest.approx([6.861127], abs=1e-6)
    assert metrics.dcg(GAINS, 1) == pytest.approx([3.0])


def test_ndcg_by_hand() -> None:
    # The ideal order 3, 3, 2, 2, 1, 0 has 3 + 1.892789 + 1 + 0.861353 + 0.386853 = 7.140995.
    assert metrics.ndcg(GAINS, GAINS, 6) == pytest.approx([0.960808], abs=1e-6)
    # An item that was never returned counts in the ideal: 3 + 1.892789 + 1.5 + 0.861353 + 0.773706 + 0.356207.
    ideal = np.array([[3, 2, 3, 0, 1, 2, 3]])
    assert metrics.ndcg(GAINS, ideal, 6) == pytest.approx([6.861127 / 8.384055], abs=1e-6)


def test_binary_metrics_by_hand() -> None:
    found = np.array([[0, 1, 0, 1], [1, 0, 0, 0], [0, 0, 0, 0]])
    assert metrics.hit_rate(found, 1).tolist() == [0, 1, 0]
    assert metrics.hit_rate(found, 2).tolist() == [1, 1, 0]
    assert metrics.precision(found, 4).tolist() == [0.5, 0.25, 0]
    assert metrics.recall(found, np.array([4, 1, 0]), 4).tolist() == [0.5, 1.0, 0.0]
    assert metrics.reciprocal_rank(found).tolist() == [0.5, 1.0, 0.0]


def test_precision_counts_missing_items_as_irrelevant() -> None:
    assert metrics.precision(np.array([[1, 1]]), 10).tolist() == [0.2]


def test_nothing_relevant_scores_zero_and_never_nan() -> None:
    nothing = np.zeros((2, 5))
    for values in (metrics.ndcg(nothing, nothing, 5), metrics.recall(nothing, np.zeros(2, dtype=int), 5)):
        assert values.tolist() == [0, 0]


def test_nothing_returned_scores_zero() -> None:
    empty = np.zeros((2, 0))
    assert metrics.ndcg(empty, np.ones((2, 3)), 5).tolist() == [0, 0]
    assert metrics.hit_rate(empty, 5).tolist() == [0, 0]
    assert metrics.reciprocal_rank(empty).tolist() == [0, 0]


@pytest.mark.parametrize("k", [0, -1])
def test_a_depth_below_one_is_an_error(k: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        metrics.dcg(GAINS, k)


RANKINGS = arrays(np.int64, array_shapes(min_dims=2, max_dims=2, max_side=8), elements=st.integers(0, 4))
DEPTHS = st.integers(1, 10)


@given(RANKINGS, DEPTHS)
def test_all_metrics_lie_between_zero_and_one(gains: Any, k: int) -> None:
    relevant = (gains > 0).sum(axis=1)
    for values in (
        metrics.ndcg(gains, gains, k),
        metrics.hit_rate(gains, k),
        metrics.precision(gains, k),
        metrics.recall(gains, relevant, k),
        metrics.reciprocal_rank(gains),
    ):
        assert values.shape == (len(gains),)
        assert values.dtype == np.float64
        assert ((values >= 0) & (values <= 1 + 1e-12)).all()


@given(RANKINGS, DEPTHS)
def test_the_best_order_is_perfect_and_the_order_of_the_ideal_does_not_matter(gains: Any, k: int) -> None:
    best = -np.sort(-gains, axis=1)
    assert metrics.ndcg(best, gains, k) == pytest.approx((gains.max(axis=1) > 0).astype(float))
    assert metrics.ndcg(gains, gains[:, ::-1], k) == pytest.approx(metrics.ndcg(gains, gains, k))


@given(RANKINGS, st.integers(1, 7))
def test_looking_deeper_never_finds_less(gains: Any, k: int) -> None:
    relevant = (gains > 0).sum(axis=1)
    assert (metrics.recall(gains, relevant, k + 1) >= metrics.recall(gains, relevant, k)).all()
    assert (metrics.hit_rate(gains, k + 1) >= metrics.hit_rate(gains, k)).all()
    assert (metrics.dcg(gains, k + 1) >= metrics.dcg(gains, k)).all()


@given(RANKINGS, DEPTHS)
def test_a_batch_is_scored_as_its_rows_are(gains: Any, k: int) -> None:
    alone = [metrics.ndcg(row[None, :], row[None, :], k)[0] for row in gains]
    assert metrics.ndcg(gains, gains, k) == pytest.approx(alone)


def test_average_precision_counts_every_relevant_item_also_those_that_are_not_listed() -> None:
    relevance = np.array([[1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0], [1, 1, 0, 0]])
    relevant = np.array([2, 2, 3, 2])
    expected = [(1 / 1 + 2 / 3) / 2, (1 / 4) / 2, 0.0, 1.0]
    np.testing.assert_allclose(metrics.average_precision(relevance, relevant), expected)
    np.testing.assert_array_equal(metrics.average_precision(np.zeros((2, 0)), np.array([0, 1])), [0.0, 0.0])
