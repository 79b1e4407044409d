"""Every answered search leaves an impression, as the shopper got it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from core.impressions import Impression
from retrieval.wiring import Vitrine
from tests.integration.api.conftest import Client
from tests.shop import photo

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def noted(v: Vitrine, body: dict[str, Any]) -> Impression:
    """The impression of an answer, which has to show the very same products."""
    v.impressions.flush()
    (one,) = (one for one in v.catalog.impressions.since(LONG_AGO) if one.query_id == body["query_id"])
    assert list(one.items) == [hit["id"] for hit in body["hits"]]
    return one


def test_a_search_is_noted_with_shopper_words_and_signals(client: Client, v: Vitrine) -> None:
    asked = {"text": "Red  shirt", "user_id": "ann", "session_id": "s1", "limit": 3, "explain": True}
    body = client.post("/v1/search", json=asked).json()
    one = noted(v, body)
    assert (one.user_id, one.session_id, one.text, one.first_position) == ("ann", "s1", "red shirt", 0)
    serving = v.catalog.generations.serving()
    assert serving is not None
    assert one.generation == serving.id
    for name in ("text", "image"):
        expected = [hit["signals"][name] for hit in body["hits"]]
        assert one.signals[name].tolist() == pytest.approx(expected, abs=1e-6)


def test_later_pages_know_how_many_places_came_before(client: Client, v: Vitrine) -> None:
    for sort in ("relevance", "price"):
        asked: dict[str, Any] = {"text": "shirt", "limit": 2, "cutoff": "off", "sort": sort}
        for page in range(3):
            body = client.post("/v1/search", json=asked).json()
            assert noted(v, body).first_position == 2 * page
            asked["cursor"] = body["next"]


def test_all_ways_to_search_are_noted(client: Client, v: Vitrine) -> None:
    similar = client.get("/v1/products/p0/similar", params={"limit": 2, "user_id": "bob"}).json()
    assert (noted(v, similar).user_id, noted(v, similar).text) == ("bob", "")
    form = client.post("/v1/search/image", files={"image": photo("blue")}, data={"user_id": "eve"}).json()
    assert noted(v, form).user_id == "eve"
    queries = [{"text": "blue bag", "user_id": "kim"}, {"filter": {"category": "bag"}}]
    answers = client.post("/v1/search/batch", json={"queries": queries}).json()["answers"]
    assert noted(v, answers[0]["answer"]).user_id == "kim"
    assert noted(v, answers[1]["answer"]).signals == {}


@pytest.mark.parametrize("field", ["user_id", "session_id"])
@pytest.mark.parametrize("name", ["x" * 10_000, "line\nbreak"])
def test_a_name_that_no_shopper_can_have_is_refused(client: Client, field: str, name: str) -> None:
    answer = client.post("/v1/search", json={"text": "shirt", field: name})
    assert answer.status_code == 422
    assert answer.json()["field"] == field


def test_searches_are_answered_while_impressions_cannot_be_stored(
    v: Vitrine, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise OSError("no space left on device")

    dropped = v.impressions.dropped
    monkeypatch.setattr(v.catalog.impressions, "_row", fail)
    assert client.post("/v1/search", json={"text": "shirt"}).status_code == 200
    v.impressions.flush()
    assert v.impressions.dropped == dropped + 1
