from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.events import EVENT_TYPES, POPULARITY, POPULARITY_HALF_LIFE, Event, parse_event, popularity_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PLAIN = {"user_id": "u", "type": "view", "product_id": "p"}


def test_an_event_is_read_with_everything_it_says() -> None:
    said = PLAIN | {
        "id": "e",
        "session_id": "s",
        "product_id": 15970,
        "created_at": "2026-11-21T10:00:00+01:00",
        "query_id": "q",
        "position": 3,
        "value": 2,
    }
    assert parse_event(said, NOW) == Event(
        "e", "u", "s", "view", "15970", datetime(2026, 11, 21, 9, tzinfo=UTC), "q", 3, 2.0
    )


def test_what_is_missing_is_filled_in() -> None:
    event = parse_event(PLAIN, NOW)
    assert (event.created_at, event.session_id, event.query_id, event.position, event.value) == (
        NOW,
        "",
        None,
        None,
        None,
    )


def test_an_event_without_a_name_is_named_by_what_it_says() -> None:
    assert parse_event(PLAIN, NOW).id == parse_event(dict(reversed(PLAIN.items())), NOW + timedelta(seconds=9)).id
    others = [PLAIN | change for change in ({"type": "like"}, {"user_id": "v"}, {"product_id": "q"}, {"position": 0})]
    assert len({parse_event(one, NOW).id for one in (PLAIN, *others)}) == 5


def test_the_same_act_on_another_day_is_another_event_unless_it_says_when_it_was() -> None:
    later = NOW + timedelta(days=30)
    assert parse_event(PLAIN, NOW).id != parse_event(PLAIN, later).id
    said = PLAIN | {"created_at": "2026-11-21T10:00:00Z"}
    assert parse_event(said, NOW).id == parse_event(said, later).id


def test_events_of_one_moment_keep_their_order_whenever_they_arrive() -> None:
    many = [PLAIN | {"position": position} for position in range(20)]
    orders = [
        [event.position for event in sorted((parse_event(one, moment) for one in many), key=lambda event: event.id)]
        for moment in (NOW, NOW + timedelta(minutes=1))
    ]
    assert orders[0] == orders[1]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "smile"}, "type"),
        ({"type": None}, "type"),
        ({"user_id": None}, "user_id"),
        ({"user_id": " "}, "user_id"),
        ({"user_id": "x" * 10_000}, "user_id"),
        ({"user_id": ["u"]}, "user_id"),
        ({"session_id": "a\x00b"}, "session_id"),
        ({"product_id": None}, "product_id"),
        ({"product_id": {}}, "product_id"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": "2026-11-21T10:00:00"}, "created_at"),
        ({"created_at": 1_700_000_000}, "created_at"),
        ({"created_at": "2026-11-21T12:06:00Z"}, "created_at"),
        ({"created_at": "1999-01-01T00:00:00Z"}, "created_at"),
        ({"position": -1}, "position"),
        ({"position": True}, "position"),
        ({"position": 1.5}, "position"),
        ({"value": "much"}, "value"),
        ({"value": math.nan}, "value"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_event(PLAIN | change, NOW)
    assert refused.value.field == field


@pytest.mark.parametrize("record", [None, 3, "view", [PLAIN]])
def test_only_objects_are_events(record: object) -> None:
    with pytest.raises(InvalidInput, match="object"):
        parse_event(record, NOW)


@given(
    st.lists(st.tuples(st.sampled_from(EVENT_TYPES), st.integers(0, 2_000)), max_size=8),
    st.lists(st.tuples(st.sampled_from(EVENT_TYPES), st.integers(0, 2_000)), max_size=8),
)
def test_popularity_orders_products_as_fading_acts_would(
    one: list[tuple[str, int]], other: list[tuple[str, int]]
) -> None:
    """What was done so many hours ago has halved so many times; sums of either kind have the same ratio."""

    def fading(acts: list[tuple[str, int]]) -> float:
        half_lives = [timedelta(hours=hours) / POPULARITY_HALF_LIFE for _, hours in acts]
        return sum(POPULARITY.get(kind, 0.0) * 2.0**-age for (kind, _), age in zip(acts, half_lives, strict=True))

    def kept(acts: list[tuple[str, int]]) -> float:
        return sum(popularity_of(Event("e", "u", "s", kind, "p", NOW - timedelta(hours=hours))) for kind, hours in acts)

    assert kept(one) * fading(other) == pytest.approx(kept(other) * fading(one), rel=1e-9)
