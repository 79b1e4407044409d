"""Events over HTTP, and the order by popularity that comes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.api.conftest import Client


def sent(client: Client, *events: object) -> Any:
    answer = client.post("/v1/events", json={"events": list(events)})
    assert answer.status_code == 200, answer.text
    return answer.json()


def event(event_id: str, product_id: str, kind: str = "view", **more: Any) -> dict[str, Any]:
    return {"id": event_id, "user_id": "u", "type": kind, "product_id": product_id, **more}


def order(client: Client, **query: Any) -> list[str]:
    asked = {"sort": "popular", "limit": 100, "include_unavailable": True, **query}
    return [hit["id"] for hit in client.post("/v1/search", json=asked).json()["hits"]]


def test_an_event_counts_once_and_a_bad_one_spoils_no_other(client: Client) -> None:
    good = event("once", "p0")
    told = sent(client, good, event("odd", "p0", "smile"), event("lost", "no such product"), 7)
    assert (told["accepted"], told["known"]) == (1, 0)
    assert [(one["index"], one["field"]) for one in told["rejected"]] == [(1, "type"), (2, "product_id"), (3, "event")]
    assert sent(client, good) == {"accepted": 0, "known": 1, "rejected": []}


def test_products_are_ordered_by_what_shoppers_did_of_late(client: Client) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=300)).isoformat()
    sent(
        client,
        event("pop-1", "p5", "purchase"),
        event("pop-2", "p3", "like"),
        event("pop-3", "p3", "dislike", user_id="another"),
        *(event(f"pop-old-{n}", "p7", "purchase", created_at=long_ago) for n in range(20)),
    )
    browsed = order(client)
    assert browsed.index("p5") < browsed.index("p3") < browsed.index("p7") < browsed.index("p9")
    found = order(client, text="shirt", cutoff="off")
    assert found.index("p5") < found.index("p3") < found.index("p9")
    first = client.post("/v1/search", json={"sort": "popular", "limit": 2}).json()
    second = client.post("/v1/search", json={"sort": "popular", "limit": 2, "cursor": first["next"]}).json()
    assert not {hit["id"] for hit in first["hits"]} & {hit["id"] for hit in second["hits"]}


@pytest.mark.parametrize("body", [{}, {"events": {}}, {"events": [], "more": 1}])
def test_another_shape_is_refused(client: Client, body: Any) -> None:
    assert client.post("/v1/events", json=body).status_code in (400, 422)


def test_a_thousand_are_taken_at_once_and_no_more(client: Client) -> None:
    many = [event(f"many-{n}", "p1") for n in range(1_001)]
    refused = client.post("/v1/events", json={"events": many})
    assert (refused.status_code, refused.json()["field"]) == (422, "events")
    assert sent(client, *many[:1_000])["accepted"] == 1_000


def test_the_script_for_shops_own_pages_needs_no_key_and_is_kept_for_an_hour(client: Client) -> None:
    answer = client.get("/storefront/vitrine-events.js")
    assert (answer.status_code, "sendBeacon" in answer.text) == (200, True)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=3600"
    again = client.get("/storefront/vitrine-events.js", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
