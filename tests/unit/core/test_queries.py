from __future__ import annotations

from typing import Any

import pytest

from core.errors import InvalidQuery
from core.queries import LIMIT_MAX, TEXT_CHARS_MAX, SearchQuery


def test_words_are_tidied() -> None:
    assert SearchQuery(text="  navy \n blue\t").text == "navy blue"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({}, "is empty"),
        ({"text": " \n "}, "is empty"),
        ({"photo": b"x", "product_id": "1"}, "not both"),
        ({"text": "x" * (TEXT_CHARS_MAX + 1)}, "longer than 4000"),
        ({"text": "\ud800"}, "Unicode"),
        ({"text": "x", "limit": 0}, "between 1 and 1000"),
        ({"text": "x", "limit": -1}, "between 1 and 1000"),
        ({"text": "x", "limit": 10**9}, "between 1 and 1000"),
        ({"text": "x", "limit": True}, "between 1 and 1000"),
        ({"text": "x", "limit": 1.5}, "between 1 and 1000"),
        ({"text": "x", "weights": {"sound": 1}}, "unknown part"),
        ({"text": "x", "weights": {"text": -1}}, "at least 0"),
        ({"text": "x", "weights": {"text": float("nan")}}, "at least 0"),
        ({"text": "x", "weights": {"text": float("inf")}}, "at least 0"),
        ({"text": "x", "weights": {"text": 10**400}}, "at least 0"),
        ({"text": "x", "weights": {"text": "1"}}, "at least 0"),
        ({"text": "x", "weights": {"text": 0}}, "all zero"),
        ({"photo": b"x", "weights": {"image": 0}}, "all zero"),
        ({"text": "x", "photo": b"x", "weights": {"image": 0, "text": 0}}, "all zero"),
    ],
)
def test_a_search_that_cannot_be_answered_says_why(arguments: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidQuery, match=reason) as caught:
        SearchQuery(**arguments)
    assert caught.value.field


@pytest.mark.parametrize("limit", [1, LIMIT_MAX])
def test_limits_are_inclusive(limit: int) -> None:
    assert SearchQuery(text="x", limit=limit).limit == limit


def test_missing_weights_are_one() -> None:
    query = SearchQuery(text="x", photo=b"y", weights={"image": 0.25})
    assert (query.weight("text"), query.weight("image"), query.has_image) == (1.0, 0.25, True)


def test_a_weight_of_zero_for_one_part_leaves_the_other() -> None:
    assert SearchQuery(text="x", product_id="1", weights={"text": 0}).weight("text") == 0.0
