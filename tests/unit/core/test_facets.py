from __future__ import annotations

import math
from typing import Any

import pytest

from core.errors import InvalidQuery
from core.facets import EDGES_MAX, FACET_FIELDS, SEARCH_CHARS_MAX, VALUES, VALUES_MAX, FacetRequest, parse_facets


def test_a_facet_is_a_field_or_an_object_with_options() -> None:
    assert parse_facets(
        [
            "brand",
            {"field": "price", "limit": 5},
            {"field": "price", "edges": [-1, 2.5]},
            {"field": "attributes.a b", "query": "x"},
        ]
    ) == (
        FacetRequest("brand", VALUES, ""),
        FacetRequest("price", 5),
        FacetRequest("price", edges=(-1, 2.5)),
        FacetRequest("attributes.a b", query="x"),
    )


@pytest.mark.parametrize("field", FACET_FIELDS)
def test_every_field_that_products_share_has_a_facet(field: str) -> None:
    assert FacetRequest(field).field == field


@pytest.mark.parametrize(
    ("value", "field", "reason"),
    [
        ("brand", "facets", "must be a list"),
        ({"field": "brand"}, "facets", "must be a list"),
        ([7], "facets", "must be a field or an object"),
        ([{}], "facets.field", "must be a text"),
        ([{"field": 7}], "facets.field", "must be a text"),
        ([{"field": "brand", "size": 3}], "facets", "unknown key"),
        ([{"field": "brand", "query": 3}], "facets.brand.query", "must be a text"),
        ([{"field": "brand", "query": "x" * (SEARCH_CHARS_MAX + 1)}], "facets.brand.query", "longer than"),
        ([{"field": "brand", "limit": 0}], "facets.brand.limit", "between 1"),
        ([{"field": "brand", "limit": VALUES_MAX + 1}], "facets.brand.limit", "between 1"),
        ([{"field": "brand", "limit": 2.5}], "facets.brand.limit", "between 1"),
        ([{"field": "brand", "limit": True}], "facets.brand.limit", "between 1"),
        ([{"field": "price", "edges": 25}], "facets.price.edges", "must be a list of numbers"),
        ([{"field": "price", "edges": "25"}], "facets.price.edges", "must be a list of numbers"),
        ([{"field": "price", "edges": [25, "x"]}], "facets.price.edges", "must be rising numbers"),
        ([{"field": "price", "edges": [True]}], "facets.price.edges", "must be rising numbers"),
        ([{"field": "price", "edges": [25, 25]}], "facets.price.edges", "must be rising numbers"),
        ([{"field": "price", "edges": [1, math.inf]}], "facets.price.edges", "must be rising numbers"),
        ([{"field": "price", "edges": [math.nan]}], "facets.price.edges", "must be rising numbers"),
        ([{"field": "price", "edges": list(range(EDGES_MAX + 1))}], "facets.price.edges", "more than 100"),
        (["id"], "facets", "has no facet"),
        (["title"], "facets", "has no facet"),
        (["group_id"], "facets", "has no facet"),
        (["created_at"], "facets", "has no facet"),
        (["brnd"], "facets", "Did you mean brand"),
        (["colour"], "facets", r"attributes\.colour"),
        (["attributes."], "facets", "unknown field"),
        ([""], "facets", "unknown field"),
    ],
    ids=str,
)
def test_what_cannot_be_counted_says_why(value: Any, field: str, reason: str) -> None:
    with pytest.raises(InvalidQuery, match=reason) as caught:
        parse_facets(value)
    assert caught.value.field == field
