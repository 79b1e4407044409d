"""Searching over HTTP by several pictures, by parts of them, away from others, and several times at once."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from core.examples import Crop, Example
from core.queries import SearchQuery
from retrieval.search.batch import QUERIES_MAX
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine
from tests.integration.api.conftest import Client
from tests.shop import photo

ENCODED = base64.b64encode(photo("blue", "shoe", seed=1)).decode()
BOX = {"left": 0.1, "top": 0.2, "width": 0.8, "height": 0.7}
PHOTO = {"base64": ENCODED}


def posted(client: Client, **body: Any) -> Any:
    answer = client.post("/v1/search", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(client: Client, status: int = 422, **body: Any) -> Any:
    # Written by the standard library, which sends NaN.
    headers = {"content-type": "application/json"}
    answer = client.post("/v1/search", content=json.dumps(body), headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def ids(answer: Any) -> list[str]:
    return [hit["id"] for hit in answer["hits"]]


def test_examples_find_what_the_use_case_finds(client: Client, v: Vitrine) -> None:
    body = {
        "text": "shoe",
        "images": [PHOTO | {"crop": BOX, "weight": 2}, {"product_id": "p5"}],
        "unlike": [{"product_id": "p3"}, PHOTO],
        "limit": 5,
    }
    query = SearchQuery(
        text="shoe",
        images=(Example(base64.b64decode(ENCODED), crop=Crop(0.1, 0.2, 0.8, 0.7), weight=2), Example(product_id="p5")),
        unlike=(Example(product_id="p3"), Example(base64.b64decode(ENCODED))),
        limit=5,
    )
    assert ids(posted(client, **body)) == [hit.product_id for hit in search(v, query).hits]


def test_one_image_is_short_for_a_list_of_one(client: Client) -> None:
    one = PHOTO | {"crop": BOX}
    assert ids(posted(client, image=one)) == ids(posted(client, images=[one]))


def test_a_form_takes_a_part_of_its_photo(client: Client) -> None:
    files = {"image": ("p.jpg", base64.b64decode(ENCODED), "image/jpeg")}
    uploaded = client.post("/v1/search/image", files=files, data={"crop": json.dumps(BOX)}).json()
    assert uploaded["hits"] == posted(client, image=PHOTO | {"crop": BOX})["hits"]
    for crop, field in (
        ("{", "crop"),
        ('{"left": 0}', "crop.top"),
        (json.dumps(BOX | {"width": 2}), "image.crop.width"),
    ):
        answer = client.post("/v1/search/image", files=files, data={"crop": crop})
        assert answer.status_code == 422
        assert answer.json()["field"] == field


def test_similar_products_can_be_changed_in_words_and_away_from_others(client: Client) -> None:
    params = {"text": "in blue", "unlike": ["p3", "p6"], "limit": 50, "weights": '{"text": 2}'}
    similar = client.get("/v1/products/p0/similar", params=params).json()
    sent = posted(
        client,
        text="in blue",
        images=[{"product_id": "p0"}],
        unlike=[{"product_id": "p3"}, {"product_id": "p6"}],
        weights={"text": 2},
        limit=50,
    )
    assert ids(similar) == ids(sent)
    assert not {"p0", "p3", "p6"} & set(ids(similar))
    refused = client.get("/v1/products/p0/similar", params={"weights": '{"text": -1}'})
    assert refused.json()["field"] == "weights.text"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"unlike": [{"product_id": "p1"}]}, "unlike"),
        ({"image": PHOTO, "images": [PHOTO]}, "image"),
        ({"images": [PHOTO] * 9}, "images"),
        ({"text": "a", "unlike": [PHOTO] * 9}, "unlike"),
        ({"images": [PHOTO, {}]}, "images[1]"),
        ({"images": [PHOTO, PHOTO | {"product_id": "p1"}]}, "images[1]"),
        ({"images": [{"base64": "not base64!"}]}, "images[0].base64"),
        ({"images": [PHOTO | {"weight": 0}]}, "images[0].weight"),
        ({"images": [PHOTO | {"weight": float("nan")}]}, "images[0].weight"),
        ({"images": [PHOTO | {"weight": "2"}]}, "images[0].weight"),
        ({"images": [PHOTO, PHOTO | {"crop": BOX | {"left": 0.3}}]}, "images[1].crop.width"),
        ({"images": [PHOTO | {"crop": BOX | {"height": 0}}]}, "images[0].crop.height"),
        ({"images": [PHOTO | {"crop": BOX | {"top": float("nan")}}]}, "images[0].crop.top"),
        ({"images": [PHOTO | {"crop": {"left": 0, "top": 0, "width": 1}}]}, "images[0].crop.height"),
        ({"images": [PHOTO | {"crop": BOX | {"right": 1}}]}, "images[0].crop.right"),
        ({"text": "a", "unlike": [PHOTO, PHOTO | {"crop": BOX | {"left": -1}}]}, "unlike[1].crop.left"),
        ({"image": PHOTO | {"crop": BOX | {"left": -1}}}, "image.crop.left"),
        ({"images": [{"product_id": "p1"}], "unlike": [{"product_id": "p1"}]}, "unlike[0]"),
        ({"images": [{"base64": base64.b64encode(b"hello").decode()}]}, "images[0]"),
        ({"images": PHOTO}, "images"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(client: Client, body: dict[str, Any], field: str) -> None:
    assert refused(client, **body)["field"] == field


@pytest.mark.parametrize("product_id", ["nowhere", " ", "x" * 1_000])
def test_a_product_that_is_not_there_is_named_with_its_place(client: Client, product_id: str) -> None:
    for part in ("images", "unlike"):
        body = {"text": "shirt", part: [{"product_id": "p1"}, {"product_id": product_id}]}
        assert refused(client, 404, **body)["field"] == f"{part}[1]"
    answer = client.get("/v1/products/p1/similar", params={"unlike": ["p2", product_id]})
    assert (answer.status_code, answer.json()["field"]) == (404, "unlike[1]")


def batched(client: Client, queries: Any, status: int = 200) -> Any:
    headers = {"content-type": "application/json"}
    answer = client.post("/v1/search/batch", content=json.dumps({"queries": queries}), headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_one_bad_search_does_not_spoil_the_others(client: Client) -> None:
    good: list[dict[str, Any]] = [
        {"text": "blue shoe", "limit": 2, "explain": True},
        {"images": [PHOTO, {"product_id": "p2"}], "limit": 3},
        {"sort": "price", "limit": 2},
    ]
    bad: list[Any] = [
        {"text": "a", "limit": 0},
        {"images": [{"product_id": "nowhere"}]},
        {"text": "a", "limt": 5},
        {"text": "a", "unlike": [PHOTO | {"weight": float("nan")}]},
        "shoe",
        None,
        {},
    ]
    queries = [query for i in range(max(len(good), len(bad))) for query in (*good[i : i + 1], *bad[i : i + 1])]
    answers = batched(client, queries)["answers"]
    assert len(answers) == len(queries)
    refusals = []
    for query, answer in zip(queries, answers, strict=True):
        if query in good:
            assert answer["status"] == 200
            assert answer["answer"]["hits"] == posted(client, **query)["hits"]
            assert "problem" not in answer
        else:
            assert "answer" not in answer
            assert answer["problem"]["status"] == answer["status"]
            refusals.append((answer["status"], answer["problem"].get("field")))
    assert refusals == [
        (422, "limit"), (404, "images[0]"), (422, "limt"), (422, "unlike[0].weight"), (422, "body"), (422, "body"),
        (422, "query"),
    ]  # fmt: skip


def test_a_batch_has_bounds(client: Client) -> None:
    assert batched(client, [])["answers"] == []
    assert len(batched(client, [{"text": "shoe", "limit": 1}] * QUERIES_MAX)["answers"]) == QUERIES_MAX
    assert batched(client, [{"text": "shoe"}] * (QUERIES_MAX + 1), 422)["field"] == "queries"
    assert batched(client, {"text": "shoe"}, 422)["field"] == "queries"
