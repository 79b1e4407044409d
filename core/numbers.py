"""What counts as a number in data from outside."""

from __future__ import annotations

import math
from typing import TypeGuard

_FLOAT_LIMIT = 2**1023


def is_finite_number(value: object) -> TypeGuard[int | float]:
    """Whether this is a number that a float can hold: no boolean, NaN, infinity, or whole number beyond all floats."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < _FLOAT_LIMIT if isinstance(value, int) else math.isfinite(value)
