"""The fit against answers that are known in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.relevance import sigmoid
from core.vectors import FloatArray
from retrieval.relevance.fitting import fit


def rows(*numbers: float) -> FloatArray:
    return np.array(numbers, dtype=np.float32)[:, None]


def test_without_a_penalty_a_table_of_four_gives_its_log_odds() -> None:
    # Of those with x = 0 one in four is relevant, of those with x = 1 three in four.
    features = rows(0, 0, 0, 0, 1, 1, 1, 1)
    labels = np.array([1, 0, 0, 0, 1, 1, 1, 0], dtype=np.bool_)
    model = fit(features, labels, np.ones(8, dtype=np.float32), 1e-9)
    assert model.bias == pytest.approx(math.log(1 / 3), abs=1e-6)
    assert model.weights == pytest.approx((math.log(9),), abs=1e-6)


def test_a_row_that_counts_twice_is_as_good_as_two() -> None:
    labels = np.array([0, 1, 1, 0], dtype=np.bool_)
    once = fit(rows(0, 0.5, 1, 1), labels, np.array([1, 2, 1, 1], dtype=np.float32), 0.1)
    twice = fit(rows(0, 0.5, 0.5, 1, 1), np.insert(labels, 1, True), np.ones(5, dtype=np.float32), 0.1)
    assert (*once.weights, once.bias) == pytest.approx((*twice.weights, twice.bias), abs=1e-6)


def test_what_can_be_told_apart_completely_still_has_finite_weights() -> None:
    model = fit(rows(-1, -1, 1, 1), np.array([0, 0, 1, 1], dtype=np.bool_), np.ones(4, dtype=np.float32), 0.01)
    assert 0 < model.weights[0] < 100
    assert model.bias == pytest.approx(0, abs=1e-6)


def test_a_feature_that_tells_nothing_counts_nothing() -> None:
    features = np.array([[0, 1], [1, 1], [0, -1], [1, -1]], dtype=np.float32)
    model = fit(features, np.array([0, 1, 0, 1], dtype=np.bool_), np.ones(4, dtype=np.float32), 0.1)
    assert model.weights[0] > 1
    assert model.weights[1] == pytest.approx(0, abs=1e-9)


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.003, 0.05, 1.0]), st.integers(1, 6))
def test_no_step_in_any_direction_makes_a_fit_better(seed: int, l2: float, count: int) -> None:
    chance = np.random.default_rng(seed)
    features = chance.normal(0, 3, (60, count)).astype(np.float32)
    labels = chance.random(60) < sigmoid(features.sum(axis=1))
    weights = chance.random(60).astype(np.float32)
    model = fit(features, labels, weights, l2)
    p = 1 / (1 + np.exp(-(features.astype(float) @ np.array(model.weights) + model.bias)))
    # The slope of the penalised likelihood, by the book; at its maximum it is flat.
    slope = features.T.astype(float) @ (weights * (p - labels)) + l2 * np.array(model.weights)
    assert slope == pytest.approx(np.zeros(count), abs=1e-4)
    assert float((weights * (p - labels)).sum()) + l2 / 1_000 * model.bias == pytest.approx(0, abs=1e-4)


def test_a_feature_that_has_to_rise_is_left_out_where_it_would_fall() -> None:
    falling = np.array([[0, 1], [1, 1], [0, 2], [1, 0]], dtype=np.float32)
    labels, alike = np.array([1, 1, 0, 1], dtype=np.bool_), np.ones(4, dtype=np.float32)
    free = fit(falling, labels, alike, 0.1)
    assert free.weights[1] < 0 < free.weights[0]
    held = fit(falling, labels, alike, 0.1, rising=(0, 1))
    without = fit(falling[:, :1], labels, alike, 0.1)
    assert held.weights == pytest.approx((without.weights[0], 0.0))
    assert held.bias == pytest.approx(without.bias)


def test_a_feature_that_rises_by_itself_stays_as_it_is() -> None:
    features, labels = rows(0, 0.5, 1, 1), np.array([0, 1, 1, 0], dtype=np.bool_)
    assert fit(features, labels, np.ones(4, dtype=np.float32), 0.1, rising=(0,)) == fit(
        features, labels, np.ones(4, dtype=np.float32), 0.1
    )
