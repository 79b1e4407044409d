"""Searching over HTTP, over real products, with the real parts."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import pytest

from core.generations import IMAGE
from core.queries import SearchQuery
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine
from tests.integration.api.conftest import PRODUCTS, Client
from tests.shop import photo


def post(client: Client, body: object, path: str = "/v1/search") -> Any:
    return client.post(path, json=body)


def problem(answer: Any, status: int = 422) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    return body


def test_words_find_what_the_use_case_finds(client: Client, v: Vitrine) -> None:
    answer = post(client, {"text": "red shirt", "limit": 3})
    assert answer.status_code == 200
    body = answer.json()
    expected = search(v, SearchQuery(text="red shirt", limit=3))
    assert [hit["id"] for hit in body["hits"]] == [hit.product_id for hit in expected.hits]
    assert [hit["score"] for hit in body["hits"]] == pytest.approx([hit.score for hit in expected.hits])
    assert body["query_id"]
    assert {"encode", "recall", "fusion", "total"} <= body["took_ms"].keys()


def test_a_hit_shows_the_product_with_addresses_of_its_photos(client: Client) -> None:
    (hit,) = post(client, {"text": "red shirt number 0", "limit": 1}).json()["hits"]
    assert hit["product"]["title"] == "red shirt number 0"
    assert "signals" not in hit
    assert client.get(hit["product"]["photos"][0]["url"]).status_code == 200


def test_signals_are_shown_when_asked_for_and_unknown_ones_are_null(client: Client, v: Vitrine) -> None:
    body = post(client, {"text": "red shirt", "limit": PRODUCTS, "explain": True}).json()
    expected = {hit.product_id: hit for hit in search(v, SearchQuery(text="red shirt", limit=PRODUCTS)).hits}
    assert any(None in hit["signals"].values() for hit in body["hits"])
    for hit in body["hits"]:
        for name, value in expected[hit["id"]].signals.items():
            assert hit["signals"][name] == (None if math.isnan(value) else pytest.approx(value, abs=1e-5))


def test_a_photo_finds_the_product_it_shows(client: Client) -> None:
    encoded = base64.b64encode(photo("blue", "shoe", seed=1)).decode()
    for image in (encoded, f"data:image/jpeg;base64,{encoded}"):
        body = post(client, {"image": {"base64": image}, "limit": 1}).json()
        assert body["hits"][0]["id"] == "p1"


def test_an_uploaded_photo_finds_the_same_as_one_in_json(client: Client) -> None:
    data = photo("green", "bag", seed=2)
    fields = {
        "text": "bag",
        "limit": "3",
        "filter": '{"price": {"lt": 9}}',
        "weights": '{"text": 0.2}',
        "explain": "true",
    }
    uploaded = client.post("/v1/search/image", files={"image": ("p.jpg", data, "image/jpeg")}, data=fields).json()
    sent = {
        "text": "bag",
        "image": {"base64": base64.b64encode(data).decode()},
        "limit": 3,
        "filter": {"price": {"lt": 9}},
        "weights": {"text": 0.2},
        "explain": True,
    }
    assert uploaded["hits"] == post(client, sent).json()["hits"]
    assert len(uploaded["hits"]) == 3


def test_a_product_serves_as_the_picture_and_is_not_its_own_hit(client: Client) -> None:
    found = {hit["id"] for hit in post(client, {"image": {"product_id": "p1"}, "limit": 100}).json()["hits"]}
    assert "p1" not in found
    assert {"p0", "p5"} <= found


def test_similar_products_obey_filter_limit_and_explain(client: Client) -> None:
    answer = client.get(
        "/v1/products/p1/similar", params={"limit": 2, "filter": '{"category": "shoe"}', "explain": "true"}
    )
    hits = answer.json()["hits"]
    assert len(hits) == 2
    assert {hit["product"]["category"] for hit in hits} == {"shoe"}
    assert all(IMAGE in hit["signals"] for hit in hits)


def test_half_a_surrogate_pair_in_the_words_is_searched_without_it(client: Client) -> None:
    answer = client.post(
        "/v1/search", content=b'{"text": "red \\ud83d shirt"}', headers={"content-type": "application/json"}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("limit", [0, -1, 10**9, 10**30])
def test_a_limit_out_of_range_is_refused(client: Client, limit: int) -> None:
    body = problem(post(client, {"text": "shirt", "limit": limit}))
    assert body["field"] == "limit"
    assert body["remedy"]
    assert problem(client.get(f"/v1/products/p1/similar?limit={limit}"))["field"] == "limit"
    assert problem(client.get(f"/v1/products?limit={limit}"))["field"] == "limit"


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "  \n"}, {"text": None}])
def test_a_search_for_nothing_is_refused(client: Client, body: dict[str, Any]) -> None:
    assert problem(post(client, body))["field"] == "query"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "a", "limt": 5}, "limt"),
        ({"text": "a", "limit": "5"}, "limit"),
        ({"text": "a" * 5_000}, "text"),
        ({"text": "a", "weights": {"text": -1}}, "weights.text"),
        ({"text": "a", "weights": {"words": 1}}, "weights"),
        ({"text": "a", "weights": {"text": 0}}, "weights"),
        ({"text": "a", "filter": {"colr": "red"}}, "filter"),
        ({"text": "a", "filter": {"attributes.nobody-has-this": "L"}}, "filter"),
        ({"text": "a", "filter": {"price": {"near": 5}}}, "filter.price"),
        ({"text": "a", "filter": {"price": "cheap"}}, "filter.price"),
        ({"text": "a", "filter": []}, "filter"),
        ({"image": {}}, "image"),
        ({"image": {"base64": "AAAA", "product_id": "p1"}}, "image"),
        ({"image": {"base64": "not base64!"}}, "image.base64"),
        ({"image": {"base64": base64.b64encode(b"hello").decode()}}, "image"),
        ({"image": {"path": "/etc/passwd"}}, "image.path"),
        ({"image": "/etc/passwd"}, "image"),
        ({"image": {"base64": "file:///etc/passwd"}}, "image.base64"),
    ],
)
def test_a_wrong_value_is_named(client: Client, body: dict[str, Any], field: str) -> None:
    found = problem(post(client, body))
    assert found["field"] == field
    assert found["detail"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"limt": "5"}, "limt"),
        ({"limit": "many"}, "limit"),
        ({"limit": "0"}, "limit"),
        ({"filter": "{"}, "filter"),
        ({"filter": '{"colr": 1}'}, "filter"),
        ({"weights": "[1]"}, "weights"),
        ({"weights": '{"text": "much"}'}, "weights.text"),
    ],
)
def test_a_wrong_form_field_is_named(client: Client, fields: dict[str, str], field: str) -> None:
    answer = client.post("/v1/search/image", files={"image": ("p.jpg", photo(), "image/jpeg")}, data=fields)
    assert problem(answer)["field"] == field


def test_an_upload_that_is_no_photo_is_refused(client: Client) -> None:
    for data in (b"", b"%PDF-1.7", photo()[:300]):
        answer = client.post("/v1/search/image", files={"image": ("p.jpg", data, "image/jpeg")})
        assert problem(answer)["field"] == "image"


def test_a_form_without_a_photo_is_refused(client: Client) -> None:
    assert problem(client.post("/v1/search/image", files={"text": (None, "shirt")}))["field"] == "image"
    assert problem(client.post("/v1/search/image", files={"image": (None, "/etc/passwd")}))["field"] == "image"


def test_a_broken_form_is_a_bad_request(client: Client) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    for content in (b"--y\r\n", b"--x\r\nContent-Disposition: form-data; name=", b"nonsense"):
        problem(client.post("/v1/search/image", content=content, headers=headers), 400)


def test_an_unknown_product_is_not_found(client: Client) -> None:
    problem(post(client, {"image": {"product_id": "nowhere"}}), 404)
    problem(client.get("/v1/products/nowhere/similar"), 404)


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_body_that_is_not_announced_as_json_is_refused(client: Client, content_type: str) -> None:
    headers = {"content-type": content_type} if content_type else {}
    body = problem(client.post("/v1/search", content=b'{"text": "a"}', headers=headers), 415)
    assert "application/json" in body["remedy"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 5_000])
def test_what_is_no_json_is_a_bad_request(client: Client, content: bytes) -> None:
    problem(client.post("/v1/search", content=content, headers={"content-type": "application/json"}), 400)


def test_a_filter_nested_too_deeply_is_refused(client: Client) -> None:
    body = '{"text": "a", "filter": ' + '{"not": ' * 300 + "{}" + "}" * 301
    answer = client.post("/v1/search", content=body, headers={"content-type": "application/json"})
    assert problem(answer)["field"].startswith("filter.not")
    similar = client.get("/v1/products/p1/similar", params={"filter": json.dumps({"not": 5})})
    assert problem(similar)["field"] == "filter.not"
