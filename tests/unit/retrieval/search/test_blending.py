"""The arithmetic of several vectors that ask together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vectors import FloatArray, unit_rows
from retrieval.search.blending import Part, blended, repelled

DIM = 4
NUMBERS = st.floats(-1, 1, width=32).filter(lambda number: abs(number) > 1e-3)
VECTORS = st.lists(NUMBERS, min_size=DIM, max_size=DIM).map(lambda row: unit_rows(np.array([row]))[0])
WEIGHTS = st.floats(1e-30, 1e30)
PARTS = st.lists(st.builds(Part, VECTORS, WEIGHTS), min_size=1, max_size=8)
EAST, NORTH = np.eye(2, dtype=np.float32)


def length(vector: FloatArray) -> float:
    return float(np.linalg.norm(vector))


def test_nothing_blends_to_nothing() -> None:
    assert blended([]) is None


@given(VECTORS, WEIGHTS)
def test_one_vector_stays_what_it_is_whatever_its_weight(vector: FloatArray, weight: float) -> None:
    np.testing.assert_allclose(blended([Part(vector, weight)]), vector, atol=1e-6)


@given(PARTS)
def test_a_blend_has_length_one(parts: list[Part]) -> None:
    vector = blended(parts)
    assert vector is not None
    assert length(vector) == pytest.approx(1.0, abs=1e-5)


@given(st.lists(st.builds(Part, VECTORS, st.floats(0.1, 10)), min_size=1, max_size=8), st.floats(0.01, 100))
def test_only_the_proportions_of_weights_count(parts: list[Part], factor: float) -> None:
    total = sum(part.weight * part.vector for part in parts)
    scaled = blended([Part(part.vector, part.weight * factor) for part in parts])
    if length(np.asarray(total)) > 0.1:
        np.testing.assert_allclose(scaled, blended(parts), atol=1e-4)
        np.testing.assert_allclose(scaled, np.asarray(total) / length(np.asarray(total)), atol=1e-4)


def test_the_heavier_vector_draws_more() -> None:
    vector = blended([Part(EAST, 3.0), Part(NORTH, 4.0)])
    np.testing.assert_allclose(vector, [0.6, 0.8], atol=1e-6)


def test_of_vectors_that_cancel_out_the_last_stands() -> None:
    np.testing.assert_array_equal(blended([Part(EAST, 1.0), Part(-EAST, 1.0)]), -EAST)


def test_half_of_what_is_unwanted_is_qdrants_average_vector() -> None:
    average = 2 * EAST - NORTH
    np.testing.assert_allclose(repelled(EAST, [Part(NORTH, 1.0)], 0.5), average / length(average), atol=1e-6)


@given(VECTORS, PARTS, st.floats(0, 2))
def test_what_is_repelled_has_length_one(wanted: FloatArray, unwanted: list[Part], strength: float) -> None:
    assert length(repelled(wanted, unwanted, strength)) == pytest.approx(1.0, abs=1e-4)


@given(VECTORS, VECTORS, WEIGHTS, st.floats(0.01, 2))
def test_what_is_unwanted_comes_no_nearer(
    wanted: FloatArray, unwanted: FloatArray, weight: float, strength: float
) -> None:
    away = repelled(wanted, [Part(unwanted, weight)], strength)
    assert float(away @ unwanted) <= float(wanted @ unwanted) + 1e-4


@given(VECTORS)
def test_nothing_unwanted_changes_nothing(wanted: FloatArray) -> None:
    np.testing.assert_array_equal(repelled(wanted, []), wanted)


def test_what_is_wanted_and_unwanted_stays_wanted() -> None:
    np.testing.assert_array_equal(repelled(EAST, [Part(EAST, 2.0)], 1.0), EAST)
