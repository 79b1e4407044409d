"""Rules in a drawn shop that has learnt what is relevant: what they do to the cut-off, and it to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from core.facets import FacetRequest, KeywordFacet
from core.filters import parse_filter
from core.hits import EXACT
from core.queries import SearchQuery
from core.rules import rule_of
from core.settings import load_settings
from demo.catalogue import drawn_products
from retrieval.accepting import accept_products
from retrieval.relevance.calibrating import calibrate_when_due
from retrieval.rules import RuleShelf, put_rules
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, open_vitrine, serving_generation
from tests.indexing import index_all

CATEGORY = FacetRequest("category")


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vitrine]:
    chosen = {"data_dir": tmp_path_factory.mktemp("drawn"), "engine_idle_exit_s": 1.0}
    with open_vitrine(load_settings(chosen)) as v:
        accept_products(v, list(drawn_products(150)))
        index_all(v)
        assert calibrate_when_due(v, serving_generation(v))
        yield v


@pytest.fixture
def shop(calibrated: Vitrine) -> Iterator[Vitrine]:
    """The same with no rules, which it reads at every look."""
    shelf = RuleShelf(calibrated.catalog, calibrated.rules.analyzer, count(step=10).__next__)
    yield replace(calibrated, rules=shelf)
    for rule in calibrated.catalog.rules.all():
        calibrated.catalog.rules.delete(rule.id)


@pytest.fixture
def query(shop: Vitrine) -> SearchQuery:
    """For the most frequent category; some products are found, not all."""
    facet = search(shop, SearchQuery(sort="newest", facets=(CATEGORY,))).facets["category"]
    assert isinstance(facet, KeywordFacet)
    return SearchQuery(text=str(facet.values[0].value), limit=100, include_unavailable=True)


def put(v: Vitrine, **actions: Any) -> None:
    put_rules(v.catalog, v.rules.analyzer, [rule_of("r", {"when": "always", **actions})])


def ids(v: Vitrine, query: SearchQuery) -> list[str]:
    return [hit.product_id for hit in search(v, query).hits]


def irrelevant(v: Vitrine, query: SearchQuery, colours: Collection[object] = ()) -> str:
    """A product that the cut-off keeps out, of one of some colours if any are named."""
    answer = search(v, replace(query, limit=1_000, cutoff="off", text="product"))
    relevant = ids(v, query)
    return next(
        hit.product_id
        for hit in reversed(answer.hits)
        if hit.product_id not in relevant and (not colours or hit.product["attributes"].get("colour") in colours)
    )


def test_a_pin_passes_the_cut_off_alone(shop: Vitrine, query: SearchQuery) -> None:
    before = search(shop, query)
    outside = irrelevant(shop, query)
    put(shop, pin={outside: 2})
    after = search(shop, replace(query, explain=True))
    others = [hit.product_id for hit in before.hits]
    assert [hit.product_id for hit in after.hits] == [others[0], outside, *others[1:]]
    assert (after.total, after.total_relation) == (before.total + 1, EXACT)
    assert after.hits[1].signals.keys() == after.hits[0].signals.keys()
    assert after.hits[1].signals["relevance"] < after.hits[0].signals["relevance"]


def test_a_pin_stands_where_nothing_else_is_found(shop: Vitrine) -> None:
    nothing = SearchQuery(text="xylophone")
    name = ids(shop, SearchQuery(sort="newest"))[0]
    assert search(shop, nothing).total == 0
    put(shop, pin={name: 3})
    answer = search(shop, nothing)
    assert ([hit.product_id for hit in answer.hits], answer.total) == ([name], 1)


def test_a_boost_reaches_all_that_is_relevant_and_nothing_else(shop: Vitrine, query: SearchQuery) -> None:
    before = search(shop, replace(query, collapse=False))
    assert before.total > 5
    last = before.hits[-1].product_id
    put(shop, boost=[{"filter": {"id": [last, irrelevant(shop, query)]}, "factor": 100}])
    shallow = replace(shop, settings=shop.settings.model_copy(update={"search_depth": 4}))
    first = search(shallow, replace(query, collapse=False, limit=3))
    assert first.hits[0].product_id == last
    assert first.total == before.total
    assert set(ids(shop, replace(query, collapse=False))) == {hit.product_id for hit in before.hits}


@pytest.mark.parametrize("sort", ["relevance", "price"])
def test_pages_with_pins_and_boosts_are_the_whole(shop: Vitrine, query: SearchQuery, sort: str) -> None:
    outside, query = irrelevant(shop, query), replace(query, sort=sort)
    before = ids(shop, query)
    put(shop, pin={outside: 4, before[-1]: 9}, boost=[{"filter": {"price": {"gt": 50}}, "factor": 3}])
    whole = ids(shop, query)
    assert set(whole) == {*before, outside}
    if sort == "relevance":
        assert (whole[3], whole[8]) == (outside, before[-1])
    paged: list[str] = []
    cursor = None
    while True:
        answer = search(shop, replace(query, limit=4, cursor=cursor))
        paged += [hit.product_id for hit in answer.hits]
        cursor = answer.next_cursor
        if cursor is None:
            break
    assert paged == whole
    assert answer.total == len(whole)


def test_a_facet_counts_what_would_be_left_after_choosing_its_value(shop: Vitrine, query: SearchQuery) -> None:
    counted = replace(query, facets=(FacetRequest("attributes.colour"),))
    before = search(shop, counted).facets["attributes.colour"]
    assert isinstance(before, KeywordFacet)
    # Of a colour of which nothing else is relevant the best product would be shown beside the pinned one.
    pinned = irrelevant(shop, query, [value.value for value in before.values])
    put(shop, pin={pinned: 1}, hide={"price": {"gt": 100}})
    open_facet = search(shop, counted).facets["attributes.colour"]
    assert isinstance(open_facet, KeywordFacet)
    assert len(open_facet.values) > 1
    for value in open_facet.values:
        chosen = search(shop, replace(counted, filter=parse_filter({"attributes.colour": value.value})))
        assert chosen.total == value.count
        assert chosen.facets["attributes.colour"] == open_facet
