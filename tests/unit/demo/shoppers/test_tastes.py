from __future__ import annotations

from typing import Any

import pytest

from demo.catalogue import plan
from demo.shoppers.tastes import Market, Shopper, Wish, appeal, draw_shopper


def product(colour: str, price: float, **attributes: str) -> dict[str, Any]:
    return {
        "id": f"{colour}-{price}",
        "category": "Bags",
        "brand": "Hobb",
        "price": price,
        "attributes": {"colour": colour, "pattern": "plain", "material": "leather", **attributes},
    }


BAGS = [product(colour, price) for colour in ("red", "blue", "green") for price in (10.0, 20.0, 30.0, 40.0, 50.0)]
MARKET = Market.of(BAGS, products_min=5)


def wishing(**of: Any) -> Shopper:
    nothing: dict[str, Any] = {"colours": {}, "patterns": {}, "materials": {}, "brands": {}, "price": 0.0}
    return Shopper("one", (Wish(category="Bags", **{**nothing, **of}),), "seed")


def test_a_market_knows_large_categories_only() -> None:
    hat = {**product("red", 5.0), "category": "Hats"}
    assert Market.of([*BAGS, hat], products_min=5).categories == ("Bags",)
    assert MARKET.values["colour"]["Bags"] == ["blue", "green", "red"]


def test_prices_are_placed_among_those_of_their_category() -> None:
    levels = [MARKET.price_level(product("red", price)) for price in (10.0, 30.0, 50.0)]
    assert levels == pytest.approx([0.0, 6 / 14, 12 / 14])


def test_appeal_is_the_logistic_function_of_what_is_wanted() -> None:
    shopper = wishing(colours={"red": 1.0, "blue": -1.0})
    # Half of pattern, material and brand, all of the price; the colour wanted, indifferent and refused.
    value = {"red": 0.8, "green": 0.6, "blue": 0.4}
    for colour, reached in value.items():
        expected = 1 / (1 + 2.718281828 ** (-10 * (reached - 0.5)))
        assert appeal(MARKET, shopper, product(colour, 10.0)) == pytest.approx(expected)


def test_a_price_far_from_the_wanted_one_costs_appeal() -> None:
    shopper = wishing(price=1.0)
    rising = [appeal(MARKET, shopper, product("red", price)) for price in (10.0, 30.0, 50.0)]
    assert rising == sorted(rising)
    assert rising[0] < rising[2] / 2


def test_what_nobody_has_a_wish_for_hardly_appeals() -> None:
    assert appeal(MARKET, wishing(), {**product("red", 5.0), "category": "Hats"}) == 0.05


def test_a_seed_names_a_shopper_and_another_one_another() -> None:
    market = Market.of([one.record for one in plan(1_000)])
    first = draw_shopper(market, "one", "seed 1")
    assert draw_shopper(market, "one", "seed 1") == first
    assert draw_shopper(market, "one", "seed 2") != first
    assert 2 <= len({wish.category for wish in first.wishes}) <= 3
    for wish in first.wishes:
        assert {-1.0, 1.0} == set(wish.colours.values())
        assert 0 <= wish.price <= 1
