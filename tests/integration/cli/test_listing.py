"""Browsing, counting, sorting and paging on the command line."""

from __future__ import annotations

from tests.integration.cli.conftest import COLOURS, KINDS, Vitrine


def test_browsing_needs_a_filter_or_an_order_alone(shop: Vitrine) -> None:
    found = shop("search", "--filter", "category=Dress", "--sort=-price", "--json").data
    assert [hit["id"] for hit in found["hits"]] == [f"dress-{colour}" for colour in reversed(list(COLOURS))]
    assert (found["total"], found["total_relation"], found["next"]) == (len(COLOURS), "exact", None)
    assert shop("search", "--sort", "price", "--json").data["total"] == len(KINDS) * len(COLOURS)
    assert shop("search").code != 0


def test_facets_are_shown_with_their_counts(shop: Vitrine) -> None:
    arguments = ("search", "--filter", "category=Dress", "--facet", "category", "--facet", "price")
    shown = " ".join(shop(*arguments).out.split())
    for kind in KINDS:
        assert f"{kind} {len(COLOURS)} █" in shown
    assert "10 to 11 1 █" in shown
    facets = shop(*arguments, "--json").data["facets"]
    assert {value["value"]: value["count"] for value in facets["category"]["values"]} == dict.fromkeys(
        KINDS, len(COLOURS)
    )
    assert (facets["price"]["min"], facets["price"]["count"]) == (10.0, len(COLOURS))


def test_numbers_are_counted_between_edges_of_ones_own(shop: Vitrine) -> None:
    request = '{"field": "price", "edges": [11, 12.5]}'
    arguments = ("search", "--filter", "category=Dress", "--facet", request)
    assert "below 11 1 █" in " ".join(shop(*arguments).out.split())
    bins = shop(*arguments, "--json").data["facets"]["price"]["bins"]
    assert [(one["from"], one["to"]) for one in bins] == [(None, 11), (11, 12.5), (12.5, None)]
    assert sum(one["count"] for one in bins) == len(COLOURS)
    refused = shop("search", "red shirt", "--facet", '{"field": "category", "edges": [1]}')
    assert "facets.category.edges" in refused.err
    assert "has no numbers" in refused.err


def test_a_facet_may_be_given_as_json(shop: Vitrine) -> None:
    request = '{"field": "category", "limit": 1}'
    shown = shop("search", "red shirt", "--facet", request).out
    assert f"{len(KINDS) - 1} more" in shown
    broken = shop("search", "red shirt", "--facet", "{")
    assert broken.code != 0
    assert "is not JSON" in broken.err
    assert "Did you mean category?" in shop("search", "red shirt", "--facet", "categry").err


def test_the_next_page_is_named_and_goes_on_where_this_one_ends(shop: Vitrine) -> None:
    whole = [hit["id"] for hit in shop("search", "red shirt", "--json", "--limit", "50").data["hits"]]
    first = shop("search", "red shirt", "--limit", "4")
    assert f"4 of {len(whole)} hits" in first.err
    cursor = first.err.partition("--cursor ")[2].split()[0]
    second = shop("search", "red shirt", "--limit", "50", "--cursor", cursor, "--json").data
    assert [hit["id"] for hit in second["hits"]] == whole[4:]
    assert second["next"] is None


def test_products_like_one_take_the_same_options(shop: Vitrine) -> None:
    arguments = (
        "similar",
        "dress-red",
        "--filter",
        "category=Dress",
        "--sort",
        "price",
        "--facet",
        "attributes.colour",
    )
    found = shop(*arguments, "--json").data
    assert "dress-red" not in [hit["id"] for hit in found["hits"]]
    prices = [hit["product"]["price"] for hit in found["hits"]]
    assert prices == sorted(prices)
    assert found["facets"]["attributes.colour"]["kind"] == "keyword"
