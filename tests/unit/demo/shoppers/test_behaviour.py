from __future__ import annotations

import random
from collections import Counter

import pytest

from demo.shoppers.behaviour import Behaviour, acts_on

DRAWS = 20_000


def acts(appeals: list[float], behaviour: Behaviour) -> Counter[tuple[str, int]]:
    chance = random.Random(7)
    return Counter((act.type, act.position) for _ in range(DRAWS) for act in acts_on(appeals, behaviour, chance))


def test_clicks_fall_with_the_rank_by_the_power_that_was_given() -> None:
    counted = acts([1.0] * 4, Behaviour(bias=1.0))
    for position in range(4):
        assert counted["click", position] / DRAWS == pytest.approx(0.85 / (position + 1), abs=0.02)


def test_what_is_wanted_more_is_clicked_more_and_something_is_clicked_by_mistake() -> None:
    counted = acts([0.0, 0.5, 1.0], Behaviour(bias=0.0))
    clicks = [counted["click", position] / DRAWS for position in range(3)]
    assert clicks == pytest.approx([0.03, 0.44, 0.85], abs=0.02)


def test_only_what_is_not_wanted_is_disliked_and_only_what_is_wanted_liked() -> None:
    counted = acts([0.0, 1.0], Behaviour(bias=0.0))
    assert counted["dislike", 1] == counted["like", 0] == counted["cart", 0] == 0
    assert counted["dislike", 0] / DRAWS == pytest.approx(0.97 * 0.12, abs=0.01)
    assert counted["like", 1] / counted["click", 1] == pytest.approx(0.5, abs=0.02)
    assert counted["purchase", 1] / counted["cart", 1] == pytest.approx(0.5, abs=0.03)


def test_nothing_is_bought_that_was_not_clicked_and_put_into_the_cart() -> None:
    chance = random.Random(3)
    for _ in range(2_000):
        done = [act.type for act in acts_on([0.9], Behaviour(), chance)]
        assert "cart" not in done or done[0] == "click"
        assert "purchase" not in done or done[done.index("purchase") - 1] == "cart"
