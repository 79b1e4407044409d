from __future__ import annotations

from typing import Any

import pytest

from core.errors import InvalidQuery
from core.examples import EXAMPLES_MAX, Crop, Example
from core.facets import FACETS_MAX, FacetRequest
from core.filters import parse_filter
from core.queries import CURSOR_CHARS_MAX, LIMIT_MAX, SORTS, TEXT_CHARS_MAX, SearchQuery


def test_words_are_tidied() -> None:
    assert SearchQuery(text="  navy \n blue\t").text == "navy blue"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({}, "is empty"),
        ({"text": " \n "}, "is empty"),
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
        ({"images": (Example(b"x"),), "weights": {"image": 0}}, "all zero"),
        ({"text": "x", "images": (Example(b"x"),), "weights": {"image": 0, "text": 0}}, "all zero"),
    ],
)
def test_a_search_that_cannot_be_answered_says_why(arguments: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidQuery, match=reason) as caught:
        SearchQuery(**arguments)
    assert caught.value.field


@pytest.mark.parametrize("limit", [1, LIMIT_MAX])
def test_limits_are_inclusive(limit: int) -> None:
    assert SearchQuery(text="x", limit=limit).limit == limit


def test_examples_know_where_they_stand() -> None:
    query = SearchQuery(images=(Example(b"x"), Example(b"y", place="image")), unlike=(Example(product_id="1"),))
    assert [example.place for example in (*query.images, *query.unlike)] == ["images[0]", "image", "unlike[0]"]


def test_products_among_the_examples_are_known_once() -> None:
    shirt, mug = Example(product_id="shirt"), Example(product_id="mug", crop=Crop(0, 0, 0.5, 0.5))
    query = SearchQuery(images=(shirt, mug, shirt, Example(b"x")), unlike=(Example(product_id="hat"),))
    assert (query.wanted_ids, query.example_ids) == (("shirt", "mug"), ("shirt", "mug", "hat"))


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"unlike": (Example(b"x"),)}, "unlike"),
        ({"unlike": (Example(b"x"),), "filter": parse_filter({"brand": "a"})}, "unlike"),
        ({"images": (Example(b"x"),) * (EXAMPLES_MAX + 1)}, "images"),
        ({"text": "x", "unlike": (Example(b"x"),) * (EXAMPLES_MAX + 1)}, "unlike"),
        ({"images": (Example(product_id="1"),), "unlike": (Example(b"x"), Example(product_id="1"))}, "unlike[1]"),
    ],
    ids=["only unlike", "only unlike under a filter", "too many", "too many unlike", "wanted and unwanted"],
)
def test_examples_that_cannot_be_answered_name_the_field(arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidQuery) as caught:
        SearchQuery(**arguments)
    assert caught.value.field == field


def test_missing_weights_are_one() -> None:
    query = SearchQuery(text="x", images=(Example(b"y"),), weights={"image": 0.25})
    assert (query.weight("text"), query.weight("image"), query.has_image) == (1.0, 0.25, True)


def test_a_weight_of_zero_for_one_part_leaves_the_other() -> None:
    assert SearchQuery(text="x", images=(Example(product_id="1"),), weights={"text": 0}).weight("text") == 0.0


@pytest.mark.parametrize(
    "arguments",
    [{"filter": parse_filter({"brand": "a"})}, {"sort": "newest"}, {"facets": (FacetRequest("brand"),)}],
    ids=str,
)
def test_browsing_needs_a_filter_an_order_or_a_facet(arguments: dict[str, Any]) -> None:
    assert SearchQuery(**arguments).browses
    assert not SearchQuery(text="x", **arguments).browses


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_is_known(sort: str) -> None:
    assert SearchQuery(text="x", sort=sort).sort == sort


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"sort": "best"}, "sort"),
        ({"sort": ""}, "sort"),
        ({"cursor": ""}, "cursor"),
        ({"cursor": "x" * (CURSOR_CHARS_MAX + 1)}, "cursor"),
        ({"facets": (FacetRequest("brand"), FacetRequest("brand", 5))}, "facets"),
        ({"facets": tuple(FacetRequest(f"attributes.{i}") for i in range(FACETS_MAX + 1))}, "facets"),
    ],
    ids=["order", "no order", "cursor", "long cursor", "twice", "too many"],
)
def test_what_cannot_be_listed_names_the_field(arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidQuery) as caught:
        SearchQuery(text="x", **arguments)
    assert caught.value.field == field
