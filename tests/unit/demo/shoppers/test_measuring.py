from __future__ import annotations

import pytest

from demo.shoppers.measuring import Gap, shares


def test_shares_are_sums_over_sums() -> None:
    # The second shopper has three times as much to gain, and counts three times.
    gaps = [Gap(1.0, 2.0, {"all": 2.0, "none": 1.0}), Gap(0.0, 3.0, {"all": 3.0, "none": 1.0})]
    found = shares(gaps)
    assert found["all"].value == found["all"].low == found["all"].high == 1.0
    assert found["none"].value == pytest.approx(1 / 4)
    assert 0.0 <= found["none"].low < found["none"].high == pytest.approx(1 / 3)
