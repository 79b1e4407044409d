"""Guests who sign in, and shoppers who want to be forgotten, on every database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from catalog.opening import Catalog
from catalog.shoppers import ShopperRecords
from core.events import Event, popularity_of
from core.impressions import Impression

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
