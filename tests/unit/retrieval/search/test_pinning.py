from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import Pin
from retrieval.search.pinning import in_places, pinned_first, places_of


@pytest.mark.parametrize(
    ("positions", "others", "places"),
    [
        ([], 3, []),
        ([1], 0, [0]),
        ([1], 3, [0]),
        ([3], 3, [2]),
        ([9], 3, [3]),
        ([1, 1, 1], 3, [0, 1, 2]),
        ([2, 2, 3], 5, [1, 2, 3]),
        ([7, 8, 9], 1, [1, 2, 3]),
        ([1, 5], 2, [0, 3]),
    ],
)
def test_each_stands_at_its_place_or_the_next_that_is_free(
    positions: list[int], others: int, places: list[int]
) -> None:
    assert places_of(positions, others) == places


@given(st.lists(st.integers(1, 30), max_size=12).map(sorted), st.integers(0, 20))
def test_nothing_is_lost_and_the_others_keep_their_order(positions: list[int], others: int) -> None:
    order = in_places(positions, others)
    assert sorted(order) == list(range(len(positions) + others))
    pinned = len(positions)
    assert [i for i in order if i >= pinned] == list(range(pinned, pinned + others))
    assert [i for i in order if i < pinned] == list(range(pinned))
    for i, position in enumerate(positions):
        place = int(np.flatnonzero(order == i)[0]) + 1
        assert place >= min(position, len(order) - (pinned - 1 - i)) or place == len(order)
        if positions.index(position) == i and (i == 0 or position > positions[i - 1] + i) and position <= others:
            assert place == position


def test_pinned_products_come_first_with_the_places_they_want() -> None:
    order, positions = pinned_first(["a", "b", "c", "d"], [Pin("c", 2), Pin("x", 3), Pin("a", 5)])
    assert list(order) == [2, 0, 1, 3]
    assert positions == [2, 5]
    order, positions = pinned_first(["a", "b"], [])
    assert (list(order), positions) == ([0, 1], [])
