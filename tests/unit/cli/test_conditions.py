"""Filters and weights as they are typed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cli.conditions import parse_conditions, parse_weights
from core.errors import InvalidFilter, InvalidQuery
from core.filters import And, AnyOf, Equals, NoneOf, Range


def _kinds() -> Mapping[str, str]:
    return {"year": "number", "size": "keyword", "organic": "bool", "odd": "mixed"}


def _never() -> Mapping[str, str]:
    raise AssertionError("no condition names an attribute")


def test_no_condition_is_no_filter() -> None:
    assert parse_conditions([], _never) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("category=Shirts", Equals("category", "Shirts")),
        ("brand=A=B", Equals("brand", "A=B")),
        ("price<50", Range("price", lt=50.0)),
        ("price >= 9.5", Range("price", gte=9.5)),
        ("available=true", Equals("available", True)),
        ("brand!=Acme", NoneOf("brand", ("Acme",))),
        ("id=15970", Equals("id", "15970")),
        ('{"category": ["A", "B"]}', AnyOf("category", ("A", "B"))),
    ],
)
def test_a_condition_means_what_it_says(typed: str, meant: object) -> None:
    assert parse_conditions([typed], _never) == meant


@pytest.mark.parametrize(
    ("typed", "value"),
    [("year=2012", 2012), ("size=38", "38"), ("organic=true", True), ("odd=7", 7), ("odd=seven", "seven")],
)
def test_a_value_is_compared_in_the_kind_of_its_attribute(typed: str, value: object) -> None:
    field, _, _ = typed.partition("=")
    assert parse_conditions([f"attributes.{typed}"], _kinds) == Equals(f"attributes.{field}", value)  # type: ignore[arg-type]


def test_several_conditions_all_have_to_hold() -> None:
    assert parse_conditions(["category=Shirts", "price<50"], _never) == And(
        (Equals("category", "Shirts"), Range("price", lt=50.0))
    )


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("nonsense", "price<50"),
        ("{broken", "not JSON"),
        ("colour=Blue", "attributes.colour"),
        ("price=cheap", "number"),
    ],
)
def test_what_is_no_condition_is_refused_with_a_remedy(typed: str, says: str) -> None:
    with pytest.raises(InvalidFilter, match=says):
        parse_conditions([typed], _kinds)


def test_weights_are_read_by_part() -> None:
    assert parse_weights(" text=1, image=0.5 ") == {"text": 1.0, "image": 0.5}
    assert parse_weights("") == {}


@pytest.mark.parametrize("typed", ["text", "text=much", "text=nan", "=1=2"])
def test_weights_that_are_no_numbers_are_refused(typed: str) -> None:
    with pytest.raises(InvalidQuery, match=r"text=1,image=0\.5"):
        parse_weights(typed)
