"""The ideal observer of simulated shoppers, beside shoppers whose tastes are known."""

from __future__ import annotations

import random

import numpy as np
import pytest

from benchmarks import taste_ceiling
from benchmarks.taste_ceiling import Observer, Seen
from demo.catalogue import plan
from demo.shoppers.behaviour import Behaviour, acts_on
from demo.shoppers.tastes import Market, Shopper, appeal, draw_shopper

PRODUCTS = {str(one.record["id"]): one.record for one in plan(400)}
MARKET = Market.of(PRODUCTS.values(), products_min=20)


def observer(*, skips: bool, seed: int = 3) -> Observer:
    return Observer(MARKET, PRODUCTS, Behaviour(), skips, random.Random(seed))


def pages_of(shopper: Shopper, count: int, lot: random.Random) -> list[Seen]:
    """So many pages of 24 products of his categories, with what he does on each."""
    pages = []
    for _ in range(count):
        category = lot.choice(shopper.wishes).category
        own = [name for name, product in PRODUCTS.items() if product["category"] == category]
        shown = tuple(lot.sample(own, min(24, len(own))))
        acts: dict[int, set[str]] = {}
        for act in acts_on([appeal(MARKET, shopper, PRODUCTS[name]) for name in shown], Behaviour(), lot):
            acts.setdefault(act.position, set()).add(act.type)
        pages.append(Seen(shown, {at: frozenset(types) for at, types in acts.items()}, chosen=False))
    return pages


@pytest.mark.parametrize("skips", [True, False])
def test_who_sees_much_of_a_shopper_knows_what_he_wants(monkeypatch: pytest.MonkeyPatch, *, skips: bool) -> None:
    monkeypatch.setattr(taste_ceiling, "_STEPS", 3_000)
    monkeypatch.setattr(taste_ceiling, "_BURN_IN", 1_000)
    correlations = []
    for number in range(3):
        shopper = draw_shopper(MARKET, "anna", f"anna {number}")
        category = shopper.wishes[0].category
        own = [name for name, product in PRODUCTS.items() if product["category"] == category]
        pages = pages_of(shopper, 20, random.Random(number))
        order = observer(skips=skips).order(pages, [wish.category for wish in shopper.wishes], own)
        assert sorted(order) == sorted(own)
        wanted = [appeal(MARKET, shopper, PRODUCTS[name]) for name in order]
        correlations.append(float(np.corrcoef(wanted, np.arange(len(wanted), 0, -1))[0, 1]))
    assert np.mean(correlations) > 0.7


def test_a_move_leaves_a_taste_as_it_could_have_been_drawn() -> None:
    watching, shopper = observer(skips=True), draw_shopper(MARKET, "anna", "anna")
    categories = [wish.category for wish in shopper.wishes]
    before = watching._drawn(categories)
    moved = before
    for _ in range(300):
        moved, wishes = watching._moved(moved)
        assert all(wish in moved.wishes for wish in wishes)
    assert [wish.category for wish in moved.wishes] == [wish.category for wish in before.wishes]
    for then, now in zip(before.wishes, moved.wishes, strict=True):
        for side in ("colours", "patterns", "materials", "brands"):
            assert sorted(getattr(now, side).values()) == sorted(getattr(then, side).values())
        assert 0 <= now.price <= 1
    assert moved != before


def test_what_was_chosen_is_likelier_of_one_who_wants_it() -> None:
    shopper = draw_shopper(MARKET, "anna", "anna")
    wish = shopper.wishes[0]
    own = [name for name, product in PRODUCTS.items() if product["category"] == wish.category]
    own.sort(key=lambda name: -appeal(MARKET, shopper, PRODUCTS[name]))
    for skips in (True, False):
        watching = observer(skips=skips)
        for chosen in (True, False):
            best, worst = (
                watching._likelihood([Seen(shown, {0: frozenset({"click"})}, chosen)], shopper, wish)
                for shown in (tuple(own), tuple(reversed(own)))
            )
            assert best > worst
    left = Seen(tuple(own), {}, chosen=False)
    assert observer(skips=True)._likelihood([left], shopper, wish) < 0
    assert observer(skips=False)._likelihood([left], shopper, wish) == 0
