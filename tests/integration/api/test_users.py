"""Shoppers over HTTP: what is known of them, guests who sign in, and shoppers who want to be forgotten."""

from __future__ import annotations

import sqlite3
from itertools import count
from typing import Any

import pytest

from retrieval.wiring import Vitrine
from tests.integration.api.conftest import Client

_numbers = count()


@pytest.fixture
def shopper() -> str:
    return f"someone/{next(_numbers)}"


def address(user_id: str, rest: str = "") -> str:
    return f"/v1/users/{user_id.replace('/', '%2F')}{rest}"


def did(client: Client, user_id: str, kind: str, *product_ids: str, **more: Any) -> None:
    events = [
        {"id": f"users-{next(_numbers)}", "user_id": user_id, "type": kind, "product_id": name, **more}
        for name in product_ids
    ]
    assert client.post("/v1/events", json={"events": events}).json()["accepted"] == len(events)


def profile(client: Client, user_id: str) -> Any:
    answer = client.get(address(user_id, "/profile"))
    assert answer.status_code == 200, answer.text
    return answer.json()


def search(client: Client, user_id: str, **more: Any) -> Any:
    asked = {"text": "bag", "user_id": user_id, "cutoff": "off", "limit": 100, **more}
    answer = client.post("/v1/search", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_profile_tells_in_words_and_pictures_what_is_known(client: Client, shopper: str) -> None:
    # p0, p4 and p8 are red, green or blue in turn; p1 and p5 share a colour.
    did(client, shopper, "like", "p1", "p5", "p9")
    did(client, shopper, "dislike", "p2")
    did(client, shopper, "hide", "p6")
    shown = profile(client, shopper)
    assert (shown["user_id"], shown["events"]) == (shopper, 5)
    first = shown["likes"][0]
    assert (first["field"], first["value"], first["liked"]) == ("attributes.colour", "blue", 3)
    assert {one["value"] for one in shown["dislikes"]} >= {"green"}
    assert sum(one["weight"] for one in shown["interests"]) == pytest.approx(1.0)
    assert shown["interests"][0]["product"]["photos"][0]["url"].startswith("/v1/products/")
    assert [one["id"] for one in shown["disliked"]] == ["p6", "p2"]
    assert shown["hidden"] == ["p6"]
    assert {one["id"] for one in shown["liked"]} == {"p1", "p5", "p9"}
    assert shown["prices"] == {"low": 1.0, "middle": 5.0, "high": 9.0}


def test_of_somebody_unknown_nothing_is_known(client: Client) -> None:
    shown = profile(client, "nobody")
    assert (shown["events"], shown["interests"], shown["likes"], shown["prices"]) == (0, [], [], None)


@pytest.mark.parametrize("name", ["u" * 10_000, "%00", "%20"])
def test_a_name_that_nobody_can_have_is_refused(client: Client, name: str) -> None:
    for answer in (
        client.get(f"/v1/users/{name}/profile"),
        client.delete(f"/v1/users/{name}"),
        client.post(f"/v1/users/{name}/merge", json={"guest_id": "guest"}),
    ):
        assert (answer.status_code, answer.json()["field"]) == (422, "user_id")
    refused = client.post(
        "/v1/events", json={"events": [{"user_id": "u" * 10_000, "type": "view", "product_id": "p1"}]}
    )
    assert refused.json()["rejected"][0]["field"] == "user_id"


def test_a_search_answers_with_taste_and_reasons(client: Client, shopper: str) -> None:
    did(client, shopper, "like", "p1", "p5", "p9")
    found = search(client, shopper, explain=True)
    assert all({"taste", "taste_long", "taste_session"} <= hit["signals"].keys() for hit in found["hits"])
    reasons = {hit["id"]: hit.get("why", []) for hit in found["hits"]}
    assert "colour blue: like 3 products you liked or looked at" in reasons["p5"]
    assert "colour blue: like 3 products you liked or looked at" not in reasons["p2"]
    plain = search(client, "another", explain=True)
    assert all("why" not in hit and "taste" not in hit["signals"] for hit in plain["hits"])
    alike = client.get("/v1/products/p2/similar", params={"user_id": shopper, "personalize": 1, "explain": True}).json()
    assert all("taste" in hit["signals"] for hit in alike["hits"])
    refused = client.post("/v1/search", json={"text": "bag", "personalize": 0.5})
    assert (refused.status_code, refused.json()["field"]) == (422, "personalize")


def test_a_guest_who_signs_in_keeps_what_he_did(client: Client, shopper: str) -> None:
    guest = f"guest of {shopper}"
    did(client, guest, "like", "p1", "p5")
    did(client, shopper, "like", "p9")
    merged = client.post(address(shopper, "/merge"), json={"guest_id": guest})
    assert (merged.status_code, merged.json()["events"]) == (200, 2)
    assert profile(client, guest)["events"] == 0
    assert {one["id"] for one in profile(client, shopper)["liked"]} == {"p1", "p5", "p9"}
    assert client.post(address(shopper, "/merge"), json={"guest_id": guest}).json()["events"] == 0
    himself = client.post(address(shopper, "/merge"), json={"guest_id": shopper})
    assert (himself.status_code, himself.json()["field"]) == (422, "guest_id")


def test_an_erased_shopper_is_found_nowhere(client: Client, v: Vitrine, shopper: str) -> None:
    popular = v.catalog.events.popularity()
    did(client, shopper, "purchase", "p1", "p5", session_id=f"visit of {shopper}")
    did(client, shopper, "hide", "p2")
    did(client, shopper, "impression", "p3")
    assert "p2" not in {hit["id"] for hit in search(client, shopper)["hits"]}
    profile(client, shopper)
    erased = client.delete(address(shopper))
    assert (erased.status_code, erased.json()["events"], erased.json()["impressions"] >= 1) == (200, 4, True)
    after = search(client, "", limit=12)
    assert "p2" in {hit["id"] for hit in after["hits"]}
    assert v.catalog.events.popularity() == pytest.approx(popular)
    assert profile(client, shopper)["events"] == 0
    v.impressions.flush()
    database = sqlite3.connect(v.settings.data_dir / "catalog.db")
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    named = [
        table for table in tables if any(shopper in str(row) for row in database.execute(f'SELECT * FROM "{table}"'))
    ]
    database.close()
    assert named == []
    assert client.delete(address(shopper)).json() == {"events": 0, "impressions": 0}
