from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.errors import InvalidVector
from core.vectors import SparseVector, unit_rows


def test_rows_are_scaled_and_zeros_stay() -> None:
    scaled = unit_rows(np.array([[3.0, 4.0], [0.0, 0.0], [-2.0, 0.0]]))
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled, [[0.6, 0.8], [0, 0], [-1, 0]], atol=1e-7)


@given(arrays(np.float32, (3, 4), elements=st.floats(-(2.0**100), 2.0**100, width=32, allow_subnormal=False)))
def test_every_row_has_length_one_or_zero(matrix: Any) -> None:
    lengths = np.linalg.norm(unit_rows(matrix).astype(np.float64), axis=1)
    expected = (matrix != 0).any(axis=1).astype(float)
    np.testing.assert_allclose(lengths, expected, atol=1e-5)


def sparse(indices: Any, values: Any) -> SparseVector:
    return SparseVector(np.array(indices, dtype=np.uint32), np.array(values, dtype=np.float32))


@pytest.mark.parametrize(
    ("indices", "values", "reason"),
    [
        ([1, 2], [1.0], "differ in length"),
        ([], [1.0], "differ in length"),
        ([[1]], [[1.0]], "differ in length"),
        ([2, 1], [1.0, 1.0], "strictly increasing"),
        ([1, 1], [1.0, 1.0], "strictly increasing"),
        ([1], [np.nan], "not finite"),
        ([1], [np.inf], "not finite"),
    ],
)
def test_term_weights_that_would_ruin_an_index_are_refused(indices: Any, values: Any, reason: str) -> None:
    with pytest.raises(InvalidVector, match=reason):
        sparse(indices, values)


def test_term_weights_have_their_types() -> None:
    with pytest.raises(InvalidVector, match="uint32"):
        SparseVector(np.array([1]), np.array([1.0], dtype=np.float32))  # type: ignore[arg-type]


@given(st.dictionaries(st.integers(0, 2**32 - 1), st.floats(0, 100, width=32), max_size=20))
def test_weights_in_any_order_become_sorted(weights: dict[int, float]) -> None:
    vector = SparseVector.of(weights)
    assert len(vector) == len(weights)
    assert dict(zip(vector.indices.tolist(), vector.values.tolist(), strict=True)) == weights
