from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.numbers import is_finite_number


@pytest.mark.parametrize("value", [True, None, "1", 1j, float("nan"), float("inf"), 10**400, -(10**400), b"1"])
def test_these_are_no_finite_numbers(value: Any) -> None:
    assert not is_finite_number(value)


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**1000), 2**1000))
def test_what_passes_can_be_made_a_float(value: float) -> None:
    assert is_finite_number(value)
    float(value)
