from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from catalog.opening import Catalog
from core.impressions import FEED, Impression

START = datetime(2026, 1, 1, tzinfo=UTC)


def impression(number: int, **changes: Any) -> Impression:
    made: dict[str, Any] = {
        "query_id": f"q{number:05}",
        "user_id": "ann",
        "session_id": "s",
        "shown_at": START + timedelta(minutes=number),
        "items": ("b", "a"),
        "text": "red shoe",
    }
    return Impression(**(made | changes))


def test_an_impression_comes_back_as_it_was(catalog: Catalog) -> None:
    signals = {"text": np.array([0.1, np.nan], dtype=np.float32)}
    shown = impression(
        1, signals=signals, propensities=(0.5, 1.0), ranker="r1", generation="g1", surface=FEED, first_position=20
    )
    catalog.impressions.add([shown, impression(1, user_id="eve")])
    catalog.impressions.add([])
    (back,) = catalog.impressions.since(START)
    np.testing.assert_array_equal(back.signals["text"], signals["text"])
    for name in ("query_id", "user_id", "session_id", "shown_at", "items", "propensities", "ranker", "generation"):
        assert getattr(back, name) == getattr(shown, name)
    assert (back.surface, back.first_position, back.text) == (FEED, 20, "red shoe")


def test_many_are_read_in_order_of_time(catalog: Catalog) -> None:
    # Two at each moment, so that slices end in the midst of a moment.
    many = [impression(i, shown_at=START + timedelta(minutes=i // 2)) for i in range(2_101)]
    catalog.impressions.add(many[::-1])
    names = [one.query_id for one in catalog.impressions.since(START + timedelta(minutes=1))]
    assert names == [one.query_id for one in many[2:]]


def test_those_of_one_shopper_come_latest_first(catalog: Catalog) -> None:
    catalog.impressions.add([impression(i, user_id="ann" if i % 2 else "bob") for i in range(10)])
    assert [one.query_id for one in catalog.impressions.of_shopper("bob", 3)] == ["q00008", "q00006", "q00004"]


def test_old_ones_are_deleted_and_the_others_stay(catalog: Catalog) -> None:
    catalog.impressions.add([impression(i) for i in range(1_200)])
    assert catalog.impressions.delete_before(START + timedelta(minutes=1_100)) == 1_100
    assert len(list(catalog.impressions.since(START))) == 100
    assert catalog.impressions.delete_before(START) == 0


def test_words_count_by_shoppers_and_those_of_few_stay_secret(catalog: Catalog) -> None:
    asked = [("shoe", "ann"), ("shoe", "bob"), ("shoe", "eve"), ("bag", "ann"), ("bag", "bob"), *[("mine", "ann")] * 9]
    rows = [impression(i, text=text, user_id=user) for i, (text, user) in enumerate(asked)]
    guests = [impression(100 + i, text="bag", user_id="", session_id=f"s{i}") for i in range(2)]
    nobodies = [impression(200 + i, text="nobody", user_id="", session_id="") for i in range(9)]
    others = [impression(300, text="shoe", user_id="x", surface=FEED), impression(301, text="", user_id="y")]
    catalog.impressions.add([*rows, *guests, *nobodies, *others])
    assert catalog.impressions.popular_texts(START, 2, 10) == [("bag", 4), ("shoe", 3)]
    assert catalog.impressions.popular_texts(START, 4, 10) == [("bag", 4)]
    assert catalog.impressions.popular_texts(START, 2, 1) == [("bag", 4)]
    assert catalog.impressions.popular_texts(START + timedelta(minutes=1), 3, 10) == [("bag", 4)]
