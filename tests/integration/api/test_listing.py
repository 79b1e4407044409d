"""Facets, orders, totals and pages over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.api.conftest import Client

# Other tests of the session add products of their own; these have nothing to do with them.
OURS = {"attributes.colour": ["red", "blue", "green", "black"], "id": [f"p{i}" for i in range(12)]}


def posted(client: Client, **body: Any) -> dict[str, Any]:
    answer = client.post("/v1/search", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def ids(answer: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in answer["hits"]]


def refused(client: Client, **body: Any) -> dict[str, Any]:
    answer = client.post("/v1/search", json=body)
    assert answer.status_code == 422, answer.text
    return dict(answer.json())


def test_facets_ignore_the_filter_on_their_own_field(client: Client) -> None:
    where = {"id": OURS["id"], "category": "shirt"}
    answer = posted(client, filter=where, facets=["category", "attributes.colour", "price"], limit=1)
    assert answer["total"] == 4
    assert answer["total_relation"] == "exact"
    assert answer["facets"]["category"] == {
        "kind": "keyword",
        "values": [{"value": name, "count": 4} for name in ("bag", "shirt", "shoe")],
        "more": 0,
    }
    assert sum(value["count"] for value in answer["facets"]["attributes.colour"]["values"]) == 4
    price = answer["facets"]["price"]
    assert (price["kind"], price["min"], price["max"], price["count"]) == ("number", 0.0, 9.0, 4)
    assert sum(item["count"] for item in price["bins"]) == 4
    assert set(price["bins"][0]) == {"from", "to", "count"}


def test_numbers_are_counted_between_edges_of_ones_own(client: Client) -> None:
    facets = [{"field": "price", "edges": [12, 15.5]}]
    price = posted(client, filter={"id": OURS["id"]}, facets=facets)["facets"]["price"]
    assert [(one["from"], one["to"]) for one in price["bins"]] == [(None, 12), (12, 15.5), (15.5, None)]
    assert sum(one["count"] for one in price["bins"]) == price["count"] == len(OURS["id"])


def test_facets_of_words_count_what_was_found(client: Client) -> None:
    answer = posted(client, text="blue shoe", filter=OURS, facets=["category"], limit=3)
    assert answer["total"] == 12
    assert {value["value"]: value["count"] for value in answer["facets"]["category"]["values"]} == {
        "bag": 4,
        "shirt": 4,
        "shoe": 4,
    }


def test_a_facet_may_be_searched_and_cut(client: Client) -> None:
    facets = [{"field": "attributes.colour", "limit": 1}, {"field": "category", "query": "SH"}]
    found = posted(client, filter={"id": OURS["id"]}, facets=facets)["facets"]
    assert found["attributes.colour"]["values"] == [{"value": "black", "count": 3}]
    assert found["attributes.colour"]["more"] == 3
    assert [value["value"] for value in found["category"]["values"]] == ["shirt", "shoe"]


@pytest.mark.parametrize(("sort", "first"), [("price", "p0"), ("-price", "p11"), ("newest", "p0"), ("oldest", "p0")])
def test_browsing_is_sorted(client: Client, sort: str, first: str) -> None:
    answer = posted(client, filter={"id": OURS["id"]}, sort=sort)
    assert ids(answer)[0] == first
    assert answer["next"] is None


def test_what_was_found_is_sorted_too(client: Client) -> None:
    answer = posted(client, text="blue shoe", filter=OURS, sort="-price", limit=3)
    assert ids(answer) == ["p11", "p10", "p9"]
    assert answer["hits"][0]["score"] != 0


@pytest.mark.parametrize("asked", [{"text": "blue shoe"}, {"text": "blue shoe", "sort": "price"}, {"sort": "newest"}])
def test_pages_show_every_product_once(client: Client, asked: dict[str, Any]) -> None:
    whole = ids(posted(client, filter=OURS, limit=50, **asked))
    seen: list[str] = []
    cursor = None
    while True:
        answer = posted(client, filter=OURS, limit=5, cursor=cursor, **asked)
        seen += ids(answer)
        cursor = answer["next"]
        if cursor is None:
            break
    assert seen == whole
    assert len(set(seen)) == 12


def test_similar_products_take_the_same_options(client: Client) -> None:
    params: dict[str, Any] = {
        "filter": '{"category": "shoe"}',
        "facets": ["category", '{"field": "attributes.colour", "limit": 1}'],
        "sort": "price",
        "limit": 2,
    }
    first = client.get("/v1/products/p1/similar", params=params).json()
    assert ids(first) == ["p4", "p7"]
    assert set(first["facets"]) == {"category", "attributes.colour"}
    second = client.get("/v1/products/p1/similar", params=params | {"cursor": first["next"]}).json()
    assert ids(second)[0] == "p10"


def test_an_uploaded_picture_takes_the_same_options(client: Client) -> None:
    from tests.shop import photo

    form = {"facets": '["category"]', "sort": "price", "limit": "3"}
    answer = client.post("/v1/search/image", files={"image": photo("blue", "shoe")}, data=form).json()
    assert answer["hits"][0]["product"].get("price") == 0.0
    assert answer["facets"]["category"]["kind"] == "keyword"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "query"),
        ({"text": "x", "facets": ["colour"]}, "facets"),
        ({"text": "x", "facets": ["title"]}, "facets"),
        ({"text": "x", "facets": ["created_at"]}, "facets"),
        ({"text": "x", "facets": ["attributes.nobody"]}, "facets"),
        ({"text": "x", "facets": ["brand", "brand"]}, "facets"),
        ({"text": "x", "facets": [f"attributes.a{i}" for i in range(21)]}, "facets"),
        ({"text": "x", "facets": [{"field": "brand", "limit": 0}]}, "facets.brand.limit"),
        ({"text": "x", "facets": [{"field": "brand", "sort": 0}]}, "facets[0].sort"),
        ({"text": "x", "facets": [{"field": "price", "edges": [5, 5]}]}, "facets.price.edges"),
        ({"text": "x", "facets": [{"field": "price", "edges": ["5"]}]}, "facets[0].edges[0]"),
        ({"text": "x", "facets": [{"field": "brand", "edges": [5]}]}, "facets.brand.edges"),
        ({"text": "x", "facets": "brand"}, "facets"),
        ({"text": "x", "sort": "best"}, "sort"),
        ({"text": "x", "cursor": ""}, "cursor"),
        ({"text": "x", "cursor": "nonsense"}, "cursor"),
        ({"sort": "price", "cursor": "x" * 5_000}, "cursor"),
    ],
)
def test_what_cannot_be_listed_names_the_field(client: Client, body: dict[str, Any], field: str) -> None:
    problem = refused(client, **body)
    assert problem["field"] == field
    assert problem["detail"]


def test_a_cursor_is_of_one_query(client: Client) -> None:
    cursor = posted(client, filter=OURS, sort="price", limit=2)["next"]
    assert "another query" in refused(client, filter=OURS, sort="-price", limit=2, cursor=cursor)["detail"]
    assert "is no cursor" in refused(client, filter=OURS, sort="price", cursor=cursor[:-1] + "A" * 3)["detail"]
    assert ids(posted(client, filter=OURS, sort="price", limit=1, cursor=cursor, facets=["brand"])) == ["p2"]
