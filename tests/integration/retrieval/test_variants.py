"""Variants that share a place, and hits that are spread out, with every real part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from core.errors import InvalidQuery
from core.examples import Example
from core.facets import FacetRequest, KeywordFacet
from core.filters import parse_filter
from core.hits import VARIANTS_SHOWN
from core.queries import SearchQuery
from retrieval.accepting import accept_products
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, open_vitrine
from tests.indexing import index_all
from tests.shop import record

COLOUR = FacetRequest("attributes.colour")
ALL = SearchQuery(text="blue shoe", limit=100, cutoff="off")


@pytest.fixture
def shop(v: Vitrine) -> Vitrine:
    """Shirts, shoes and bags in four colours each, twice; each kind is one group but for every sixth product."""
    accept_products(v, [record(i, group_id=None if i % 6 == 0 else f"group {i % 3}") for i in range(24)])
    index_all(v)
    return v


def group_of(product: Any) -> str:
    return str(product.get("group_id") or product["id"])


def all_hits(v: Vitrine, query: SearchQuery) -> Iterator[Any]:
    while True:
        answer = search(v, query)
        yield from answer.hits
        if answer.next_cursor is None:
            return
        query = replace(query, cursor=answer.next_cursor)


@pytest.mark.parametrize("asked", [{"text": "blue shoe"}, {"text": "blue shoe", "sort": "price"}, {"sort": "-price"}])
def test_each_group_takes_the_place_of_its_first(shop: Vitrine, asked: dict[str, Any]) -> None:
    query = replace(ALL, **{"text": "", **asked})
    every = search(shop, replace(query, collapse=False)).hits
    firsts = {group_of(hit.product): hit.product_id for hit in reversed(every)}
    answer = search(shop, query)
    assert [hit.product_id for hit in answer.hits] == [h.product_id for h in every if h.product_id in firsts.values()]
    assert answer.total == len(answer.hits) == 4 + 3
    for hit in answer.hits:
        family = [other.product_id for other in every if group_of(other.product) == group_of(hit.product)]
        others = [name for name in family if name != hit.product_id]
        assert hit.variants == len(others)
        assert set(hit.variant_products) <= set(others)
        assert len(hit.variant_products) == min(VARIANTS_SHOWN, len(others))


@pytest.mark.parametrize("sort", ["relevance", "price"])
def test_no_group_comes_twice_on_the_pages_of_one_search(shop: Vitrine, sort: str) -> None:
    groups = [group_of(hit.product) for hit in all_hits(shop, replace(ALL, limit=2, sort=sort))]
    assert len(groups) == len(set(groups)) == 7


def test_a_facet_counts_what_would_be_left_after_choosing_its_value(shop: Vitrine) -> None:
    for query in (replace(ALL, facets=(COLOUR,)), SearchQuery(sort="newest", limit=100, facets=(COLOUR,))):
        facet = search(shop, query).facets[COLOUR.field]
        assert isinstance(facet, KeywordFacet)
        assert len(facet.values) == 4
        for value in facet.values:
            narrowed = replace(query, filter=parse_filter({COLOUR.field: value.value}))
            assert search(shop, narrowed).total == value.count


def test_a_page_is_full_although_the_best_are_variants_of_one_product(v: Vitrine) -> None:
    scarves = [record(i, title=f"blue shoe {i}", group_id="one") for i in range(150)]
    accept_products(v, [*scarves, *(record(200 + i, title=f"blue shoe other {i}") for i in range(8))])
    index_all(v)
    answer = search(v, replace(ALL, limit=6, include_unavailable=True))
    assert len(answer.hits) == 6
    assert answer.next_cursor is not None


def test_a_product_that_is_asked_with_stands_for_its_group(shop: Vitrine) -> None:
    query = SearchQuery(images=(Example(product_id="p1"),), limit=100, cutoff="off")
    assert {group_of(hit.product) for hit in search(shop, query).hits} == {
        *(f"p{i}" for i in (0, 6, 12, 18)),
        "group 0",
        "group 2",
    }
    assert search(shop, replace(query, collapse=False)).total == 23


def test_a_process_without_columns_knows_the_groups(shop: Vitrine) -> None:
    search(shop, replace(ALL, facets=(COLOUR,)))
    with open_vitrine(shop.settings) as other:
        assert other.columns.loaded() is None
        places = [
            [(h.product_id, h.variants, [*h.variant_products]) for h in search(v, ALL).hits] for v in (shop, other)
        ]
        assert places[0] == places[1]
        assert other.columns.loaded() is None


def test_diversity_brings_other_kinds_forward_and_pages_fit(shop: Vitrine) -> None:
    query = replace(ALL, collapse=False, include_unavailable=True)
    plain = [hit.product_id for hit in search(shop, query).hits]
    spread = [hit.product_id for hit in search(shop, replace(query, diversity=0.7)).hits]
    assert sorted(spread) == sorted(plain)
    assert spread[0] == plain[0]

    def kinds(ids: list[str]) -> int:
        return len({int(name[1:]) % 3 for name in ids[:4]})

    assert kinds(spread) > kinds(plain)
    paged = [hit.product_id for hit in all_hits(shop, replace(query, diversity=0.7, limit=5))]
    assert paged == spread


@pytest.mark.parametrize("asked", [{"sort": "price"}, {"text": "", "filter": parse_filter({"category": "shoe"})}])
def test_diversity_needs_an_order_of_relevance(asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidQuery, match="order of relevance"):
        replace(ALL, diversity=0.5, **asked)


@pytest.mark.parametrize("diversity", [-0.1, 1.5, float("nan")])
def test_diversity_lies_between_0_and_1(diversity: float) -> None:
    with pytest.raises(InvalidQuery, match="0 to 1"):
        replace(ALL, diversity=diversity)
