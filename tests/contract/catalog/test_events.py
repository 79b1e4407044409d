from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from catalog.opening import Catalog
from core.events import Event, popularity_of
from profiles.standing import in_order, standing
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


def test_a_heart_that_is_pressed_a_hundred_times_counts_as_one(catalog: Catalog) -> None:
    for minutes in range(100):
        catalog.events.add([did(f"l{minutes:03}", ("like", "retract")[minutes % 2], minutes)])
    assert catalog.events.popularity() == {}
    last, other = did("m", "like", 200), did("n", "like", 0, "another")
    catalog.events.add([did("l", "like", 150), other])
    catalog.events.add([last])
    catalog.events.add([last, did("o", "like", 160)])
    assert catalog.events.popularity() == pytest.approx({"p": popularity_of(last) + popularity_of(other)})


@pytest.mark.parametrize("kind", ["retract", "dislike", "hide"])
def test_what_takes_a_like_back_takes_its_popularity_back_whenever_it_arrives(catalog: Catalog, kind: str) -> None:
    like, view, taken_back = did("a", "like", 0), did("b", "view", 0), did("c", kind, 5)
    catalog.events.add([taken_back])
    catalog.events.add([like, view])
    assert catalog.events.popularity() == pytest.approx({"p": popularity_of(view)})
    again = did("d", "like", 9)
    catalog.events.add([again])
    catalog.events.add([did("e", kind, 9, "another"), did("f", kind, 9, product_id="q")])
    assert catalog.events.popularity() == pytest.approx({"p": popularity_of(view) + popularity_of(again)})


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


def test_earlier_refusals_come_unless_they_were_taken_back_since(catalog: Catalog) -> None:
    acts = [
        did("a", "hide", 0, product_id="hidden"),
        did("b", "dislike", 1, product_id="disliked"),
        did("c", "purchase", 2, product_id="bought"),
        did("d", "retract", 3, product_id="bought"),
        *(did(f"e{number}", "hide", 4, product_id=f"p{number}") for number in range(3)),
        did("f", "retract", 5, product_id="p0"),
        did("g", "like", 5, product_id="p1"),
        did("h", "view", 5, product_id="p2"),
        did("i", "view", 6),
        did("j", "hide", 7, product_id="later"),
    ]
    catalog.events.add([*acts, did("k", "hide", 0, "another", "q")])
    named = {event.id: event for event in acts}
    assert catalog.events.refusals("u", named["i"], 9) == [named["e2"], acts[2], acts[1], acts[0]]
    assert catalog.events.refusals("u", named["i"], 2) == [named["e2"]]
    assert catalog.events.refusals("u", acts[0], 9) == []


def test_the_latest_acts_and_earlier_refusals_tell_what_all_acts_tell_of_refusals(catalog: Catalog) -> None:
    chance = random.Random(5)
    kinds = ("view", "like", "dislike", "cart", "purchase", "hide", "retract")
    for user in range(20):
        acts = [
            did(f"{user}-{number}", chance.choice(kinds), chance.randrange(40), f"u{user}", f"p{chance.randrange(6)}")
            for number in range(40)
        ]
        catalog.events.add(acts)
        latest = catalog.events.latest(f"u{user}", 10)
        some = standing([*in_order(catalog.events.refusals(f"u{user}", latest[-1], 99)), *in_order(latest)])
        whole = standing(in_order(acts))
        assert (some.unwanted, some.hidden, some.purchased) == (whole.unwanted, whole.hidden, whole.purchased)
