from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidFilter
from core.filters import (
    FIELD_KINDS,
    And,
    AnyOf,
    Equals,
    Exists,
    NoneOf,
    Not,
    Or,
    Range,
    all_of,
    field_kind,
    parse_filter,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, And(())),
        ({"category": "Shirts"}, Equals("category", "Shirts")),
        ({"category": ["Shirts", "Tops"]}, AnyOf("category", ("Shirts", "Tops"))),
        ({"category": {"eq": "Shirts"}}, Equals("category", "Shirts")),
        ({"category": {"any_of": ["Shirts"]}}, AnyOf("category", ("Shirts",))),
        ({"brand": {"none_of": ["Acme"]}}, NoneOf("brand", ("Acme",))),
        ({"price": 10}, Equals("price", 10)),
        ({"price": {"gte": 10, "lt": 50}}, Range("price", gte=10.0, lt=50.0)),
        ({"id": 15970}, Equals("id", "15970")),
        ({"available": True}, Equals("available", True)),
        ({"attributes.colour": {"exists": True}}, Exists("attributes.colour")),
        ({"attributes.colour": {"exists": False}}, Exists("attributes.colour", present=False)),
        ({"attributes.screen size": 6.1}, Equals("attributes.screen size", 6.1)),
        ({"attributes.organic": [True, "yes", 1]}, AnyOf("attributes.organic", (True, "yes", 1))),
        ({"created_at": "2026-11-20T12:00:00Z"}, Range("created_at", gte=NOON, lte=NOON)),
        ({"created_at": {"gt": "2026-11-20T13:00:00+01:00"}}, Range("created_at", gt=NOON)),
        ({"created_at": {"lt": "2026-11-20"}}, Range("created_at", lt=datetime(2026, 11, 20, tzinfo=UTC))),
        ({"brand": "A", "price": 1}, And((Equals("brand", "A"), Equals("price", 1)))),
        ({"and": [{"brand": "A"}]}, And((Equals("brand", "A"),))),
        ({"or": [{"brand": "A"}, {"brand": "B"}]}, Or((Equals("brand", "A"), Equals("brand", "B")))),
        ({"or": []}, Or(())),
        ({"not": {"brand": "A"}}, Not(Equals("brand", "A"))),
        ({"price": {"gt": 1, "exists": True}}, And((Exists("price"), Range("price", gt=1.0)))),
    ],
)
def test_the_language_reads_as_documented(written: dict[str, Any], expected: object) -> None:
    assert parse_filter(written) == expected


@pytest.mark.parametrize(
    ("written", "field", "reason"),
    [
        ("brand=Acme", "filter", "must be an object"),
        (None, "filter", "must be an object"),
        ([], "filter", "must be an object"),
        ({"colour": "blue"}, "filter", "unknown field"),
        ({"Brand": "A"}, "filter", "Did you mean brand"),
        ({"attributes.": 1}, "filter", "unknown field"),
        ({'attributes.a"b': 1}, "filter", "unknown field"),
        ({"attributes.a[0]": 1}, "filter", "unknown field"),
        ({"brand": {"like": "A%"}}, "filter.brand", "unknown operator"),
        ({"brand": {}}, "filter.brand", "no operator"),
        ({"brand": None}, "filter.brand", "must be a text"),
        ({"brand": True}, "filter.brand", "must be a text"),
        ({"brand": []}, "filter.brand", "empty list"),
        ({"brand": {"any_of": "Acme"}}, "filter.brand.any_of", "must be a list"),
        ({"brand": {"none_of": []}}, "filter.brand.none_of", "empty list"),
        ({"brand": ["A", 1.5]}, "filter.brand[1]", "must be a text"),
        ({"brand": {"gt": "A"}}, "filter.brand.gt", "range does not fit a keyword"),
        ({"brand": {"exists": "yes"}}, "filter.brand.exists", "true or false"),
        ({"price": "10"}, "filter.price", "must be a number"),
        ({"price": True}, "filter.price", "must be a number"),
        ({"price": float("nan")}, "filter.price", "must be a number"),
        ({"price": {"gt": float("inf")}}, "filter.price.gt", "must be a number"),
        ({"price": {"gt": 10**400}}, "filter.price.gt", "must be a number"),
        ({"price": 10**400}, "filter.price", "must be a number"),
        ({"attributes.n": 10**400}, "filter.attributes.n", "must be a text, number"),
        ({"attributes.n": {"a": 1}}, "filter.attributes.n", "unknown operator"),
        ({"available": "yes"}, "filter.available", "true or false"),
        ({"available": {"gt": 0}}, "filter.available.gt", "range does not fit a bool"),
        ({"created_at": {"gt": "soon"}}, "filter.created_at.gt", "moment"),
        ({"created_at": {"gt": 5}}, "filter.created_at.gt", "moment"),
        ({"created_at": ["2026-11-20"]}, "filter.created_at", "takes gt"),
        ({"created_at": {"gt": "0001-01-01T00:00:00+14:00"}}, "filter.created_at.gt", "moment"),
        ({"and": {"brand": "A"}}, "filter.and", "list of filters"),
        ({"or": "brand"}, "filter.or", "list of filters"),
        ({"or": [{"brand": "A"}, 7]}, "filter.or[1]", "must be an object"),
        ({"not": [{"brand": "A"}]}, "filter.not", "must be an object"),
        ({"or": [{"not": {"price": "x"}}]}, "filter.or[0].not.price", "must be a number"),
        ({"brand": [str(i) for i in range(10_001)]}, "filter.brand", "10"),
    ],
)
def test_a_mistake_is_named_where_it_stands(written: object, field: str, reason: str) -> None:
    with pytest.raises(InvalidFilter) as caught:
        parse_filter(written)
    assert caught.value.field == field
    assert reason in str(caught.value)


def test_nesting_ends_before_the_stack_does() -> None:
    deep: dict[str, Any] = {"brand": "A"}
    for _ in range(5_000):
        deep = {"not": deep}
    with pytest.raises(InvalidFilter, match="nested deeper than 16"):
        parse_filter(deep)


def test_fields_have_their_documented_kinds() -> None:
    for name, kind in FIELD_KINDS.items():
        assert field_kind(name) == kind
    assert field_kind("attributes.anything at all") == "any"


def test_filters_together_hold_where_all_of_them_do() -> None:
    cheap, ours = Range("price", lt=5), Equals("brand", "Acme")
    assert all_of(cheap, None, ours) == And((cheap, ours))
    assert all_of(None, ours) == ours
    assert all_of(None) is None


JSON_LIKE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["and", "or", "not", "brand", "price", "available", "created_at", "attributes.x", "eq", "gt"]
            )
            | st.text(max_size=5),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@given(JSON_LIKE)
def test_any_json_is_a_filter_or_an_error_of_ours(value: object) -> None:
    with suppress(InvalidFilter):
        assert parse_filter(value) is not None
