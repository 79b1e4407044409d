"""Products over HTTP: taken in, listed, shown, changed, deleted, with the real catalogue and index."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image

from retrieval.wiring import Vitrine
from tests.integration.api.conftest import PRODUCTS, Client
from tests.shop import photo

WorkOff = Callable[[], int]


def add(client: Client, *products: Any) -> dict[str, Any]:
    answer = client.post("/v1/products", json={"products": list(products)})
    assert answer.status_code == 202, answer.text
    body: dict[str, Any] = answer.json()
    return body


def encoded(data: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(data).decode()}


def test_an_accepted_product_is_stored_found_and_shown(client: Client, work_off: WorkOff, wakes: list[str]) -> None:
    work_off()
    body = add(
        client, {"id": "new-1", "title": "Purple umbrella", "price": 12, "season": "rain", "photos": [encoded(photo())]}
    )
    assert (body["accepted"], body["unchanged"], body["rejected"]) == (1, 0, [])
    assert wakes == ["woken"]
    shown = client.get("/v1/products/new-1").json()
    assert shown["index"]["state"] == "pending"
    assert shown["version"] == 1
    assert shown["product"]["attributes"] == {"season": "rain"}
    assert work_off() == 1
    assert client.get("/v1/products/new-1").json()["index"] == {"state": "indexed", "error": None, "attempts": 0}
    hits = client.post("/v1/search", json={"text": "purple umbrella", "limit": 1}).json()["hits"]
    assert hits[0]["id"] == "new-1"


def test_a_second_time_the_same_is_unchanged(client: Client) -> None:
    product = {"id": "same-1", "title": "Grey cap"}
    add(client, product)
    again = add(client, product)
    assert (again["accepted"], again["unchanged"]) == (0, 1)


def test_bad_records_are_reported_and_the_others_go_on(client: Client) -> None:
    good = {"id": "good-1", "title": "Good"}
    body = add(
        client,
        {"id": "bad-1"},
        good,
        "no object",
        {"id": "bad-2", "title": "x", "price": -1},
        {"id": "good-1", "title": "Twice"},
        {"id": "bad-3", "title": "a\u0001b"},
        {"id": "bad-4", "title": "x" * 1_000_000},
        {"id": "bad-5", "title": "x", "photos": ["https://shop.example/a.jpg"]},
        {"id": "bad-6", "title": "x", "photos": [encoded(b"no photo")]},
        {"id": "bad-7", "title": "x", "currency": "euro"},
        {"id": "bad-8", "title": "x", "attributes": {"deep": {"er": 1}}},
    )
    assert body["accepted"] == 1
    assert [(r["index"], r["field"]) for r in body["rejected"]] == [
        (0, "title"),
        (2, "product"),
        (3, "price"),
        (4, "id"),
        (5, "title"),
        (6, "title"),
        (7, "photos[0]"),
        (8, "photos[0]"),
        (9, "currency"),
        (10, "attributes.deep"),
    ]
    assert all(r["reason"] for r in body["rejected"])
    assert body["rejected"][2] | {"reason": ""} == {
        "index": 3,
        "id": "bad-2",
        "field": "price",
        "value": "-1",
        "reason": "",
    }
    assert client.get("/v1/products/good-1").json()["product"]["title"] == "Good"


def test_values_that_json_should_not_hold_spoil_their_own_record_only(client: Client) -> None:
    content = (
        b'{"products": [{"id": "nan-1", "title": "a", "price": NaN}, {"id": "half-1", "title": "\\ud83d"},'
        b' {"id": "\\ud83d", "title": "a"}, {"id": "whole-1", "title": "ok"}]}'
    )
    answer = client.post("/v1/products", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 202
    body = answer.json()
    assert body["accepted"] == 1
    assert [r["field"] for r in body["rejected"]] == ["price", "title", "id"]
    assert client.get(f"/v1/jobs/{body['job_id']}").json()["rejected"] == 3


def test_a_deeply_nested_attribute_spoils_its_own_record_only(client: Client) -> None:
    deep = "[" * 400 + "]" * 400
    content = f'{{"products": [{{"id": "d1", "title": "a", "x": {deep}}}, {{"id": "d2", "title": "b"}}]}}'
    answer = client.post("/v1/products", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 202
    assert [r["index"] for r in answer.json()["rejected"]] == [0]


@pytest.mark.parametrize(
    "place", ["/etc/passwd", "file:///etc/passwd", "../../etc/passwd", {"path": "/etc/passwd"}, {"url": "file:///x"}, 5]
)
def test_no_file_of_the_server_is_read_because_a_request_names_it(client: Client, v: Vitrine, place: Any) -> None:
    body = add(client, {"id": "spy-1", "title": "Spy", "photos": [place]})
    assert body["accepted"] == 0
    assert body["rejected"][0]["field"] == "photos[0]"
    assert client.get("/v1/products/spy-1").status_code == 404


def test_more_than_a_thousand_at_once_are_refused(client: Client) -> None:
    answer = client.post("/v1/products", json={"products": [{"id": str(i), "title": "x"} for i in range(1_001)]})
    assert answer.status_code == 422
    assert answer.json()["field"] == "products"
    assert client.get("/v1/products/1000").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"), [({}, "products"), ({"products": {}}, "products"), ({"products": [], "x": 1}, "x"), ([], "body")]
)
def test_a_batch_of_another_shape_is_refused(client: Client, body: Any, field: str) -> None:
    answer = client.post("/v1/products", json=body)
    assert answer.status_code == 422
    assert answer.json()["field"] == field


def test_an_empty_batch_is_a_finished_job(client: Client) -> None:
    body = add(client)
    assert client.get(f"/v1/jobs/{body['job_id']}").json()["done"]


@pytest.mark.parametrize(
    "product_id", ["a/b", "ü ñ", "100%", "a?b#c", "../../etc/passwd", "photos", "a%2Fb", "similar", "日本"]
)
def test_an_id_may_hold_anything_that_is_percent_encoded(client: Client, product_id: str) -> None:
    add(client, {"id": product_id, "title": f"Thing {product_id}", "photos": [encoded(photo())]})
    path = f"/v1/products/{quote(product_id, safe='')}"
    shown = client.get(path)
    assert shown.json()["product"]["id"] == product_id
    assert client.get(shown.json()["product"]["photos"][0]["url"]).status_code == 200
    assert client.patch(path, json={"price": 1}).json()["product"]["price"] == 1
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_pages_show_every_product_once_in_the_order_of_ids(client: Client) -> None:
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = client.get("/v1/products", params={"limit": 5, "cursor": cursor}).json()
        assert len(page["products"]) <= 5
        seen += [entry["product"]["id"] for entry in page["products"]]
        cursor = page["next_cursor"]
    assert seen == sorted(set(seen))
    assert {f"p{i}" for i in range(PRODUCTS)} <= set(seen)


@pytest.mark.parametrize("cursor", ["!", "____", "ü"])
def test_a_made_up_cursor_is_refused(client: Client, cursor: str) -> None:
    answer = client.get("/v1/products", params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["field"] == "cursor"


def test_a_change_is_stored_merged_and_passed_on(client: Client, work_off: WorkOff, wakes: list[str]) -> None:
    add(client, {"id": "patch-1", "title": "Patched", "photos": [encoded(photo())], "colour": "red"})
    work_off()
    wakes.clear()
    changed = client.patch("/v1/products/patch-1", json={"price": 3.5, "available": False, "attributes": {"size": "L"}})
    assert changed.status_code == 200
    assert changed.json()["version"] == 2
    assert changed.json()["product"]["attributes"] == {"colour": "red", "size": "L"}
    assert wakes == ["woken"]


def test_a_change_that_touches_neither_words_nor_photos_encodes_nothing(client: Client, work_off: WorkOff) -> None:
    work_off()
    add(client, {"id": "patch-2", "title": "Patched again", "photos": [encoded(photo())]})
    assert work_off() == 1
    client.patch("/v1/products/patch-2", json={"price": 3.5, "available": False})
    assert work_off() == 0
    assert client.get("/v1/products/patch-2").json()["index"]["state"] == "indexed"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"id": "other"}, "id"),
        ({"price": "much"}, "price"),
        ({"title": None}, "title"),
        ({"photos": ["/etc/passwd"]}, "photos[0]"),
        ({"photos": False}, "photos"),
        ({"photos": 0}, "photos"),
        ({"photos": {}}, "photos"),
        ({"photos": ""}, "photos"),
        ({"attributes": 5}, "attributes"),
    ],
)
def test_a_wrong_change_is_refused_and_changes_nothing(client: Client, changes: dict[str, Any], field: str) -> None:
    before = client.get("/v1/products/p3").json()
    answer = client.patch("/v1/products/p3", json=changes)
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert client.get("/v1/products/p3").json() == before


@pytest.mark.parametrize("nothing", [None, []])
def test_photos_are_cleared_by_null_and_by_an_empty_list(client: Client, nothing: Any) -> None:
    add(client, {"id": "bare-1", "title": "Cap", "photos": [encoded(photo())]})
    changed = client.patch("/v1/products/bare-1", json={"photos": nothing})
    assert changed.status_code == 200
    assert changed.json()["product"]["photos"] == []


def test_a_refused_record_takes_its_id_from_no_good_one(client: Client) -> None:
    records = [{"id": "twice-1", "title": "Cap", "price": "much"}, {"id": "twice-1", "title": "Cap", "price": 5}]
    body = add(client, *records, records[1])
    assert body["accepted"] == 1
    assert [(r["index"], r["field"]) for r in body["rejected"]] == [(0, "price"), (2, "id")]


def test_an_unknown_product_is_not_found(client: Client) -> None:
    for answer in (
        client.get("/v1/products/nowhere"),
        client.patch("/v1/products/nowhere", json={"price": 1}),
        client.delete("/v1/products/nowhere"),
        client.get("/v1/products/nowhere/photos/0"),
        client.get("/v1/products/p1/photos/1"),
        client.get("/v1/products/%00"),
    ):
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_deleted_product_is_found_no_more(client: Client, work_off: WorkOff) -> None:
    add(client, {"id": "gone-1", "title": "Turquoise sombrero"})
    work_off()
    assert client.delete("/v1/products/gone-1").status_code == 204
    assert client.delete("/v1/products/gone-1").status_code == 404
    work_off()
    hits = client.post("/v1/search", json={"text": "turquoise sombrero", "limit": 1000}).json()["hits"]
    assert "gone-1" not in [hit["id"] for hit in hits]


def test_a_photo_comes_in_the_size_asked_for_and_only_once(client: Client) -> None:
    big = photo(size=(600, 800))
    add(client, {"id": "photo-1", "title": "Photographed", "photos": [encoded(big), encoded(photo("blue"))]})
    small = client.get("/v1/products/photo-1/photos/0?size=160")
    assert small.headers["content-type"] == "image/webp"
    with Image.open(io.BytesIO(small.content)) as image:
        assert image.size == (120, 160)
    original = client.get("/v1/products/photo-1/photos/0")
    assert original.content == big
    assert original.headers["content-type"] == "image/jpeg"
    assert original.headers["x-content-type-options"] == "nosniff"
    assert original.headers["etag"] != small.headers["etag"]
    for tag in (small.headers["etag"], f'"other", W/{small.headers["etag"]}', "*"):
        again = client.get("/v1/products/photo-1/photos/0?size=160", headers={"if-none-match": tag})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == small.headers["etag"]
    assert client.get("/v1/products/photo-1/photos/1").content == photo("blue")


def test_an_address_that_names_the_content_may_be_kept_for_good_and_another_may_not(client: Client) -> None:
    product = client.get("/v1/products/p0").json()["product"]
    pinned = client.get(product["photos"][0]["url"])
    assert hashlib.sha256(pinned.content).hexdigest() == product["photos"][0]["digest"]
    assert "immutable" in pinned.headers["cache-control"]
    assert "immutable" not in client.get("/v1/products/p0/photos/0?v=0000").headers["cache-control"]


@pytest.mark.parametrize(("query", "field"), [("size=161", "size"), ("size=99999", "size"), ("size=../x", "size")])
def test_only_a_few_sizes_are_made(client: Client, query: str, field: str) -> None:
    answer = client.get(f"/v1/products/p0/photos/0?{query}")
    assert answer.status_code == 422
    assert answer.json()["field"] == field


@pytest.mark.parametrize("position", ["-1", "99999999999999999999", "x", "0.5"])
def test_a_position_where_no_photo_can_be_is_not_found(client: Client, position: str) -> None:
    assert client.get(f"/v1/products/p0/photos/{position}").status_code == 404
