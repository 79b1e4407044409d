from __future__ import annotations

from typing import Any

import pytest

from core.filters import parse_filter
from retrieval.search.own_filters import chosen_values, fields_of, without_field


@pytest.mark.parametrize(
    ("where", "left"),
    [
        ({"brand": "a"}, None),
        ({"brand": "a", "price": {"lt": 5}}, {"price": {"lt": 5}}),
        ({"and": [{"brand": "a", "price": {"lt": 5}}, {"brand": "b"}]}, {"price": {"lt": 5}}),
        ({"brand": {"any_of": ["a"], "exists": True}}, None),
        ({"or": [{"brand": "a"}, {"brand": "b"}]}, None),
        ({"not": {"brand": "a"}}, None),
        ({"or": [{"brand": "a"}, {"price": 1}]}, {"or": [{"brand": "a"}, {"price": 1}]}),
        ({"price": 1}, {"price": 1}),
    ],
    ids=str,
)
def test_conditions_on_the_field_alone_go_and_others_stay(where: dict[str, Any], left: dict[str, Any] | None) -> None:
    assert without_field(parse_filter(where), "brand") == (None if left is None else parse_filter(left))


def test_no_filter_stays_none() -> None:
    assert without_field(None, "brand") is None
    assert list(fields_of(None)) == []


@pytest.mark.parametrize(
    ("where", "values"),
    [
        ({"brand": "a"}, ("a",)),
        ({"brand": ["a", "b"], "price": 1}, ("a", "b")),
        ({"or": [{"brand": "b"}, {"brand": ["a", "b"]}]}, ("b", "a")),
        ({"brand": {"none_of": ["a"]}}, ()),
        ({"not": {"brand": "a"}}, ()),
        ({"price": 1}, ()),
    ],
    ids=str,
)
def test_chosen_values_are_those_let_through_by_name(where: dict[str, Any], values: tuple[str, ...]) -> None:
    assert chosen_values(parse_filter(where), "brand") == values
