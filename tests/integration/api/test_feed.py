"""Feeds over HTTP: pages, explanations, the start, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from retrieval.accepting import accept_products
from retrieval.wiring import Vitrine
from tests.integration.api.conftest import PRODUCTS, Client
from tests.shop import record


def feed(client: Client, user_id: str = "newcomer", **query: Any) -> Any:
    answer = client.get(f"/v1/users/{user_id}/feed", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(page: Any) -> list[str]:
    return [item["id"] for item in page["items"]]


def test_the_pages_of_a_feed_show_every_product_once(client: Client) -> None:
    page = feed(client, limit=5)
    shown = ids(page)
    while page["next"] is not None:
        page = feed(client, limit=5, cursor=page["next"])
        shown += ids(page)
    assert len(shown) == len(set(shown))
    assert {f"p{number}" for number in range(PRODUCTS)} <= set(shown)


def test_a_product_comes_as_in_a_search_and_with_explain_its_reason(client: Client) -> None:
    plain, told = feed(client, limit=20), feed(client, limit=3, explain=True)
    # Other tests leave products without photos.
    first = next(item for item in plain["items"] if item["product"]["photos"])
    assert first["product"]["photos"][0]["url"].startswith(f"/v1/products/{first['id']}/photos/0?v=")
    assert set(first) == {"id", "product"}
    for item in told["items"]:
        assert item["reason"]["text"]
        assert 0 < item["propensity"] <= 1
        assert {"popularity", "freshness"} <= item["signals"].keys()


def test_a_filter_leaves_out_everything_else(client: Client) -> None:
    page = feed(client, filter='{"category": "bag"}', limit=100)
    assert {item["product"]["category"] for item in page["items"]} == {"bag"}
    assert page["next"] is None


def test_the_start_shows_products_of_several_kinds(client: Client, v: Vitrine) -> None:
    # These wait to be indexed, and cannot be shown yet.
    accept_products(v, [record(number) for number in range(70, 76)])
    answer = client.get("/v1/start", params={"limit": 4})
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    assert len({item["id"] for item in items}) == 4
    assert len({item["product"]["category"] for item in items}) > 1
    assert client.get("/v1/start", params={"filter": '{"category": "shoe"}'}).json()["items"]
    v.catalog.products.delete([f"p{number}" for number in range(70, 76)])


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/v1/users/u/feed", {"limit": 0}, "limit"),
        ("/v1/users/u/feed", {"limit": 101}, "limit"),
        ("/v1/users/u/feed", {"cursor": "made-up"}, "cursor"),
        ("/v1/users/u/feed", {"filter": "{"}, "filter"),
        ("/v1/users/u/feed", {"filter": '{"attributes.smell": "sweet"}'}, "filter"),
        (f"/v1/users/{'u' * 10_000}/feed", {}, "user_id"),
        ("/v1/users/%00/feed", {}, "user_id"),
        ("/v1/users/u/feed", {"session_id": "s" * 201}, "session_id"),
        ("/v1/start", {"limit": 0}, "limit"),
    ],
)
def test_what_cannot_be_is_refused_by_name(client: Client, path: str, query: dict[str, Any], field: str) -> None:
    refused = client.get(path, params=query)
    assert (refused.status_code, refused.json()["field"]) == (422, field), refused.text


def test_a_cursor_of_another_shopper_or_filter_is_refused(client: Client) -> None:
    cursor = feed(client, limit=2)["next"]
    for path, query in (
        ("/v1/users/somebody-else/feed", {"cursor": cursor}),
        ("/v1/users/newcomer/feed", {"cursor": cursor, "filter": '{"category": "bag"}'}),
    ):
        refused = client.get(path, params=query)
        assert (refused.status_code, refused.json()["field"]) == (422, "cursor")
