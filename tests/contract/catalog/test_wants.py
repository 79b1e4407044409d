"""Who wants what, on every database."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from catalog.opening import Catalog
from core.events import CHANGES_MIND, Event
from profiles.standing import in_order, standing

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def did(event_id: str, kind: str, minutes: int, user_id: str = "anna", product_id: str = "p") -> Event:
    return Event(event_id, user_id, "s", kind, product_id, NOON + timedelta(minutes=minutes))


def test_wants_come_the_last_one_first(catalog: Catalog) -> None:
    acts = [did("a", "like", 2), did("b", "cart", 1, "ben"), did("c", "purchase", 3, "ben", "q"), did("d", "view", 9)]
    catalog.events.add(acts)
    assert catalog.wants.latest(9) == [("ben", "q"), ("anna", "p"), ("ben", "p")]
    assert catalog.wants.latest(1) == [("ben", "q")]


@pytest.mark.parametrize(
    ("act", "later", "stands"),
    [
        ("like", "retract", False),
        ("like", "dislike", False),
        ("like", "hide", False),
        ("like", "view", True),
        ("cart", "hide", False),
        ("purchase", "dislike", False),
        ("purchase", "retract", True),
    ],
)
def test_what_was_taken_back_is_not_wanted(catalog: Catalog, act: str, later: str, stands: bool) -> None:
    catalog.events.add([did("b", act, 0), did("a", later, 5)])
    assert catalog.wants.latest(9) == ([("anna", "p")] if stands else [])
    catalog.events.add([did("c", act, 9)])
    assert catalog.wants.latest(9) == [("anna", "p")] * (2 if stands else 1)


def test_what_others_or_other_products_have_to_do_with_takes_nothing_back(catalog: Catalog) -> None:
    catalog.events.add([did("a", "like", 0), did("b", "retract", 1, "ben"), did("c", "hide", 1, product_id="q")])
    assert catalog.wants.latest(9) == [("anna", "p")]


def test_wants_are_what_stands_of_all_that_shoppers_did(catalog: Catalog) -> None:
    chance = random.Random(3)
    kinds = ("view", "like", "dislike", "cart", "purchase", "hide", "retract")
    for user in range(20):
        acts = [
            did(f"{user}-{number}", chance.choice(kinds), chance.randrange(9), f"u{user}", f"p{chance.randrange(9)}")
            for number in range(30)
        ]
        catalog.events.add(acts)
        stands = standing(in_order(acts)).wanted
        wanted = [(event.user_id, event.product_id) for event in stands if event.type in CHANGES_MIND]
        assert [pair for pair in catalog.wants.latest(9_999) if pair[0] == f"u{user}"] == wanted[::-1]
