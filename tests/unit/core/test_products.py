from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.generations import Generation, View
from core.hits import SIGNALS
from core.indexing import IndexProgress
from core.products import Photo, Product, rfc3339

SHIRT = Product(
    "1",
    "Blue shirt",
    description="<p>Soft</p>",
    brand="Acme",
    category="Shirts",
    price=10.0,
    currency="EUR",
    photos=(Photo(0, "a" * 64, "x.zip:1.jpg"), Photo(1, "b" * 64, "x.zip:1b.jpg")),
    attributes={"colour": "blue", "sizes": (38, 40)},
    created_at=datetime(2026, 1, 2, tzinfo=UTC),
)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Red shirt"},
        {"brand": "Other"},
        {"description": "Rough"},
        {"attributes": {"colour": "green", "sizes": (38, 40)}},
        {"photos": SHIRT.photos[:1]},
        {"photos": SHIRT.photos[::-1]},
    ],
)
def test_what_an_encoder_sees_changes_the_encode_hash(change: dict[str, object]) -> None:
    assert replace(SHIRT, **change).encode_hash() != SHIRT.encode_hash()


@pytest.mark.parametrize(
    "change",
    [
        {"price": 11.0},
        {"currency": "USD"},
        {"available": False},
        {"url": "https://x"},
        {"group_id": "g"},
        {"created_at": None},
    ],
)
def test_what_only_a_result_list_shows_changes_the_payload_hash_alone(change: dict[str, object]) -> None:
    changed = replace(SHIRT, **change)
    assert changed.encode_hash() == SHIRT.encode_hash()
    assert changed.payload_hash() != SHIRT.payload_hash()


def test_hashes_are_the_same_in_every_process() -> None:
    again = replace(SHIRT, attributes={"sizes": [38, 40], "colour": "blue"})
    assert again.encode_hash() == SHIRT.encode_hash()
    assert again.payload_hash() == SHIRT.payload_hash()


def test_the_payload_holds_what_is_known_and_only_json() -> None:
    assert SHIRT.payload() == {
        "id": "1",
        "title": "Blue shirt",
        "brand": "Acme",
        "category": "Shirts",
        "price": 10.0,
        "currency": "EUR",
        "created_at": "2026-01-02T00:00:00.000000Z",
        "available": True,
        "photos": ["a" * 64, "b" * 64],
        "attributes": {"colour": "blue", "sizes": [38, 40]},
    }
    assert Product("1", "x").payload() == {"id": "1", "title": "x", "available": True, "photos": [], "attributes": {}}


def test_moments_sort_as_their_texts_do() -> None:
    moments = [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(987, 6, 5, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 1, 1, 5, tzinfo=timezone(timedelta(hours=2))),
    ]
    texts = [rfc3339(moment) for moment in moments]
    assert texts == sorted(texts)
    assert {len(text) for text in texts} == {27}
    assert [datetime.fromisoformat(text) for text in texts] == moments


def test_a_generation_knows_its_views() -> None:
    image = View("image", "image", 4, "e", frozenset({"photo"}))
    words = View("words", "lexical", 0, "", frozenset({"text"}))
    generation = Generation("g", "default", (image, words))
    assert generation.view("image") is image
    assert generation.view("nothing") is None
    assert generation.dense_dims == {"image": 4}
    assert (image.lexical, words.lexical) == (False, True)


def test_waiting_is_what_is_neither_done_nor_given_up() -> None:
    assert IndexProgress(pending=2, leased=3, indexed=5, failed=7).waiting == 5


def test_every_signal_has_a_range() -> None:
    for name, signal in SIGNALS.items():
        assert signal.low < signal.high, name
        assert signal.meaning
