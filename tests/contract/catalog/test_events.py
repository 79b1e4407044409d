from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from catalog.opening import Catalog
from core.events import Event, popularity_of
from tests.contract.catalog.examples import product


def event(event_id: str, type_: str = "view") -> Event:
    return Event(event_id, "u", "s", type_, "p", datetime(2026, 1, 1, tzinfo=UTC), "q", 3, 4.5)


def test_an_event_counts_once_however_often_it_is_sent(catalog: Catalog) -> None:
    assert catalog.events.add([event("a"), event("b"), event("a", "like")]) == 2
    assert catalog.events.add([event("b"), event("c")]) == 1
    assert catalog.events.add([]) == 0


def test_many_events_in_one_call_are_all_kept(catalog: Catalog) -> None:
    many = [event(f"e{i}") for i in range(1_300)]
    assert catalog.events.add(many) == 1_300
    assert catalog.events.add(many) == 0


def test_popularity_adds_up_whatever_comes_twice_or_late(catalog: Catalog) -> None:
    early = Event("a", "u", "s", "view", "p", datetime(2026, 1, 1, tzinfo=UTC))
    late = Event("b", "u", "s", "purchase", "p", datetime(2026, 2, 1, tzinfo=UTC))
    disliked = Event("c", "u", "s", "dislike", "q", datetime(2026, 2, 1, tzinfo=UTC))
    catalog.events.add([late, disliked])
    catalog.events.add([early, late])
    catalog.events.add([early])
    assert catalog.events.popularity() == pytest.approx({"p": popularity_of(early) + popularity_of(late)})


def test_products_that_the_shop_has_never_had_are_told(catalog: Catalog) -> None:
    catalog.products.store([product("known")], "job")
    assert catalog.events.unknown_products(["known", "strange", "known"]) == {"strange"}
    assert catalog.events.unknown_products([]) == set()


def did(event_id: str, type_: str, minutes: int, user_id: str = "u", product_id: str = "p") -> Event:
    return Event(
        event_id, user_id, "s", type_, product_id, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    )


def test_a_shoppers_latest_acts_come_whole_and_the_last_one_first(catalog: Catalog) -> None:
    acts = [did("b", "view", 1), did("a", "view", 1), did("c", "like", 3), did("d", "view", 0)]
    catalog.events.add([*acts, did("e", "impression", 9), did("f", "view", 5, "another")])
    assert catalog.events.latest("u", 3) == [acts[2], acts[0], acts[1]]
    assert catalog.events.latest("nobody", 3) == []
