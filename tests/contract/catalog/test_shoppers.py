"""Guests who sign in, and shoppers who want to be forgotten, on every database."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from catalog.opening import Catalog
from catalog.shoppers import ShopperRecords
from core.events import Event, popularity_of
from core.impressions import Impression
from profiles.standing import in_order

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def did(event_id: str, user_id: str, type_: str = "view", product_id: str = "p") -> Event:
    return Event(event_id, user_id, "s", type_, product_id, NOON)


def shown(query_id: str, user_id: str) -> Impression:
    return Impression(query_id, user_id, "s", NOON, ("p",))


def test_a_guest_who_signs_in_takes_everything_along(catalog: Catalog) -> None:
    catalog.events.add([did("a", "guest"), did("b", "guest", "impression"), did("c", "anna"), did("d", "ben")])
    catalog.impressions.add([shown("q1", "guest"), shown("q2", "ben")])
    assert catalog.shoppers.merge("guest", "anna") == ShopperRecords(2, 1)
    assert [event.id for event in catalog.events.latest("anna", 9)] == ["c", "a"]
    assert [event.id for event in catalog.events.latest("ben", 9)] == ["d"]
    assert [one.query_id for one in catalog.impressions.of_shopper("anna", 9)] == ["q1"]
    assert catalog.shoppers.merge("guest", "anna") == ShopperRecords(0, 0)


def test_an_erased_shopper_is_nowhere_and_no_longer_makes_products_popular(catalog: Catalog) -> None:
    his = [did(f"h{n}", "anna", "purchase", f"p{n % 3}") for n in range(1_100)]
    other = did("o", "ben", "like", "p1")
    catalog.events.add([*his, other, did("seen", "anna", "impression")])
    catalog.impressions.add([shown("q1", "anna"), shown("q2", "ben")])
    assert catalog.shoppers.erase("anna") == ShopperRecords(1_101, 1)
    assert catalog.events.latest("anna", 9) == []
    assert catalog.impressions.of_shopper("anna", 9) == []
    assert [one.query_id for one in catalog.impressions.of_shopper("ben", 9)] == ["q2"]
    assert catalog.events.popularity() == pytest.approx({"p1": popularity_of(other)}, rel=1e-6)
    assert catalog.shoppers.erase("anna") == ShopperRecords(0, 0)


def test_erasing_a_shopper_takes_back_what_his_likes_count_and_nothing_of_others(catalog: Catalog) -> None:
    pressed = [
        Event(f"h{n:04}", "anna", "s", ("like", "retract")[n % 2], "p", NOON + timedelta(seconds=n))
        for n in range(1_101)
    ]
    other, view = did("o", "ben", "like"), did("v", "anna", "view")
    catalog.events.add([*pressed, other, view])
    assert catalog.events.popularity() == pytest.approx({"p": sum(map(popularity_of, (pressed[-1], other, view)))})
    catalog.shoppers.erase("anna")
    assert catalog.events.popularity() == pytest.approx({"p": popularity_of(other)}, rel=1e-6)


def test_who_liked_a_product_as_a_guest_and_as_himself_likes_it_once(catalog: Catalog) -> None:
    like, later = did("a", "anna", "like"), Event("b", "guest", "s", "like", "p", NOON + timedelta(hours=1))
    catalog.events.add([like, later, did("c", "guest", "like", "q"), did("d", "anna", "hide", "q")])
    catalog.shoppers.merge("guest", "anna")
    assert catalog.events.popularity() == pytest.approx({"p": popularity_of(later)})


def test_popularity_is_what_all_acts_add_up_to_in_whatever_order_they_come_and_go(catalog: Catalog) -> None:
    chance = random.Random(7)
    kinds = ("view", "purchase", "like", "dislike", "hide", "retract")
    acts = [
        Event(f"e{n:03}", chance.choice("abc"), "s", chance.choice(kinds), chance.choice("pqr"), moment)
        for n in range(200)
        for moment in [NOON + timedelta(hours=chance.randrange(99))]
    ]
    for start in range(0, 200, 7):
        catalog.events.add(acts[start : start + 9])
    assert catalog.events.popularity() == pytest.approx(summed(acts))
    catalog.shoppers.merge("a", "b")
    merged = [replace(act, user_id="b") if act.user_id == "a" else act for act in acts]
    assert catalog.events.popularity() == pytest.approx(summed(merged))
    catalog.shoppers.erase("b")
    assert catalog.events.popularity() == pytest.approx(summed([act for act in acts if act.user_id == "c"]))


def summed(acts: list[Event]) -> dict[str, float]:
    """The popularity of products by all acts at once."""
    counted = {act.id: act for act in acts if act.type in ("view", "purchase")}
    last = {(act.user_id, act.product_id): act for act in in_order(acts) if act.type not in ("view", "purchase")}
    sums: dict[str, float] = {}
    for act in (*counted.values(), *(act for act in last.values() if act.type == "like")):
        sums[act.product_id] = sums.get(act.product_id, 0.0) + popularity_of(act)
    return sums
