"""Facets, totals and pages over a shop that changes meanwhile, with every real part."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from core.errors import InvalidQuery
from core.examples import Example
from core.facets import FacetRequest, KeywordFacet
from core.filters import parse_filter
from core.queries import SearchQuery
from retrieval.accepting import accept_products
from retrieval.deleting import delete_product
from retrieval.editing import patch_product
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, answering_generation, open_vitrine
from tests.indexing import index_all
from tests.integration.retrieval.paging import pages
from tests.shop import record

COLOUR, CATEGORY = FacetRequest("attributes.colour"), FacetRequest("category")


@pytest.fixture
def shop(v: Vitrine) -> Vitrine:
    accept_products(v, [record(i) for i in range(24)])
    index_all(v)
    return v


def answers_with(v: Vitrine, generation_id: str) -> None:
    """Return when this process answers with that generation."""
    until_s = time.monotonic() + 30
    while answering_generation(v).id != generation_id:
        assert time.monotonic() < until_s
        time.sleep(0.01)


def counts(v: Vitrine, query: SearchQuery, facet: FacetRequest) -> dict[Any, int]:
    found = search(v, query).facets[facet.field]
    assert isinstance(found, KeywordFacet)
    return {value.value: value.count for value in found.values}


@pytest.mark.parametrize("asked", [{"text": "blue shoe"}, {"text": "blue shoe", "sort": "price"}, {"sort": "-price"}])
def test_pages_show_what_was_there_once_while_products_stream_in(shop: Vitrine, asked: dict[str, Any]) -> None:
    seen: list[str] = []
    for i, page in enumerate(pages(shop, SearchQuery(limit=5, **asked))):
        seen += page
        accept_products(shop, [record(100 + 2 * i), record(101 + 2 * i, price=0.5)])
        index_all(shop)
    assert len(seen) == len(set(seen))
    assert {f"p{i}" for i in range(24)} <= set(seen)


def test_another_process_goes_on_behind_what_was_shown(shop: Vitrine) -> None:
    query = SearchQuery(text="blue shoe", limit=8)
    whole = [hit.product_id for hit in search(shop, replace(query, limit=24)).hits]
    first = search(shop, query)
    with open_vitrine(shop.settings) as other:
        second = search(other, replace(query, cursor=first.next_cursor))
    assert [hit.product_id for hit in (*first.hits, *second.hits)] == whole[:16]


def test_a_product_deleted_between_two_pages_is_left_out(shop: Vitrine) -> None:
    walk = pages(shop, SearchQuery(text="blue shoe", limit=12))
    first = next(walk)
    gone = next(f"p{i}" for i in range(24) if f"p{i}" not in first)
    delete_product(shop, gone)
    index_all(shop)
    second = next(walk)
    assert gone not in second
    assert len({*first, *second}) == 23


def test_a_cursor_of_an_index_that_no_longer_serves_is_refused(shop: Vitrine) -> None:
    from core.generations import READY, Generation
    from retrieval.wiring import serving_generation

    query = SearchQuery(sort="price", limit=2)
    cursor = search(shop, query).next_cursor
    views = serving_generation(shop).views
    shop.catalog.generations.add(Generation("g-next", shop.catalog.shop, views, status=READY))
    shop.catalog.generations.serve("g-next")
    answers_with(shop, "g-next")
    with pytest.raises(InvalidQuery, match="no longer serves"):
        search(shop, replace(query, cursor=cursor))


@pytest.mark.parametrize("asked", [{"text": "blue shoe"}, {"images": (Example(product_id="p3"),)}, {"sort": "newest"}])
def test_facets_are_exact_counts_over_what_was_found(shop: Vitrine, asked: dict[str, Any]) -> None:
    query = SearchQuery(limit=100, facets=(COLOUR, CATEGORY), cutoff="off", **asked)
    answer = search(shop, query)
    assert answer.total == len(answer.hits)
    assert counts(shop, query, CATEGORY) == Counter(hit.product["category"] for hit in answer.hits)
    assert counts(shop, query, COLOUR) == Counter(hit.product["attributes"]["colour"] for hit in answer.hits)


@pytest.mark.parametrize("asked", [{"text": "blue shoe"}, {"sort": "newest"}], ids=str)
def test_a_filtered_facet_counts_as_if_it_were_not_filtered(shop: Vitrine, asked: dict[str, Any]) -> None:
    where = parse_filter({"attributes.colour": "red", "category": ["shoe", "bag"]})
    query = SearchQuery(limit=100, filter=where, facets=(COLOUR, CATEGORY), **asked)
    for facet, left in ((COLOUR, {"category": ["shoe", "bag"]}), (CATEGORY, {"attributes.colour": "red"})):
        weaker = replace(query, filter=parse_filter(left), facets=(facet,))
        assert counts(shop, query, facet) == counts(shop, weaker, facet)


def test_counts_follow_changes_at_once(shop: Vitrine) -> None:
    query = SearchQuery(text="shoe", facets=(COLOUR,), cutoff="off")
    before = counts(shop, query, COLOUR)
    accept_products(shop, [record(50, colour="violet", title="violet shoe")])
    index_all(shop)
    assert counts(shop, query, COLOUR) == before | {"violet": 1}
    delete_product(shop, "p50")
    shop.columns.latest()
    assert counts(shop, query, COLOUR) == before


def test_browsing_shows_products_before_they_are_indexed(v: Vitrine) -> None:
    accept_products(v, [record(1), record(2, available=False)])
    assert list(pages(v, SearchQuery(sort="newest"))) == [["p1"]]
    assert search(v, SearchQuery(sort="newest", include_unavailable=True)).total == 2
    patch_product(v, "p1", {"price": 5})
    v.columns.latest()
    (hit,) = search(v, SearchQuery(filter=parse_filter({"price": 5}))).hits
    assert (hit.product_id, hit.score, hit.signals, hit.product["price"]) == ("p1", 0.0, {}, 5.0)
