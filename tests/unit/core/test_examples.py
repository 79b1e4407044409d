"""Examples and parts of photos, checked."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidQuery
from core.examples import Crop, Example


@pytest.mark.parametrize(
    ("sides", "field"),
    [
        ((-0.1, 0, 0.5, 0.5), "crop.left"),
        ((0, 1, 0.5, 0.5), "crop.top"),
        ((math.nan, 0, 0.5, 0.5), "crop.left"),
        ((0, 0, 0, 1), "crop.width"),
        ((0, 0, 1, -1), "crop.height"),
        ((0, 0, math.inf, 1), "crop.width"),
        ((0.6, 0, 0.5, 1), "crop.width"),
        ((0, 0.5, 1, 0.6), "crop.height"),
        ((0, 0, 1, 10**400), "crop.height"),
        ((True, 0, 1, 1), "crop.left"),
    ],
    ids=str,
)
def test_a_part_that_is_none_of_a_photo_is_refused(sides: tuple[Any, ...], field: str) -> None:
    with pytest.raises(InvalidQuery) as caught:
        Crop(*sides)
    assert caught.value.field == field
    assert caught.value.remedy


@given(st.integers(2, 1_000), st.data())
def test_thirds_and_sevenths_that_add_up_to_the_whole_are_taken(parts: int, data: st.DataObject) -> None:
    before = data.draw(st.integers(0, parts - 1))
    assert Crop(before / parts, 0, (parts - before) / parts, 1).left == before / parts


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({}, ""),
        ({"photo": b"x", "product_id": "1"}, ""),
        ({"photo": b"x", "weight": 0}, "weight"),
        ({"photo": b"x", "weight": -1.0}, "weight"),
        ({"photo": b"x", "weight": math.nan}, "weight"),
        ({"photo": b"x", "weight": True}, "weight"),
    ],
    ids=str,
)
def test_an_example_needs_one_picture_and_a_weight(arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidQuery) as caught:
        Example(**arguments)
    assert caught.value.field == field


def test_a_part_of_a_product_is_a_picture_and_not_the_product() -> None:
    assert Example(product_id="1").is_product
    assert not Example(product_id="1", crop=Crop(0, 0, 0.5, 0.5)).is_product
    assert not Example(b"x").is_product
