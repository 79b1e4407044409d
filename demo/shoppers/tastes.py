"""What a simulated shopper wants: colours, patterns, materials and prices, another mixture for each kind of product."""

from __future__ import annotations

import math
import random
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# How much each side of a product counts.
_COLOUR, _PATTERN, _MATERIAL, _BRAND, _PRICE = 0.4, 0.15, 0.15, 0.1, 0.2
# A price counts less by this much of the range of its category.
_PRICE_TOLERANCE = 0.25
_STEEPNESS, _MIDDLE = 10.0, 0.5
# What is wanted everywhere, and for one kind of product only.
_OWN_COLOURS, _OTHER_COLOURS, _REFUSED = 3, 1, 3
# How far the best price of one category lies from the level that a shopper has in all, as a standard deviation.
PRICE_SPREAD = 0.15
_PRODUCTS_MIN = 30

Product = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a shopper wants of one category.

    Attributes
    ----------
    colours, patterns, materials, brands: what is wanted, from -1 (not at all) to 1, by value; others count 0.
    price: where in the prices of the category the best one lies, from 0 (cheapest) to 1.
    """

    category: str
    colours: Mapping[str, float]
    patterns: Mapping[str, float]
    materials: Mapping[str, float]
    brands: Mapping[str, float]
    price: float


@dataclass(frozen=True, slots=True)
class Shopper:
    """One simulated shopper: several wishes at once, the first the likeliest to be gone for."""

    user_id: str
    wishes: tuple[Wish, ...]
    seed: str


@dataclass(frozen=True, slots=True)
class Market:
    """What there is to wish for.

    Attributes
    ----------
    categories: those with enough products to choose from.
    values: by field (`colour`, `pattern`, `material`, `brand`), then by category, what its products have.
    prices: of each category, ascending.
    """

    categories: tuple[str, ...]
    values: Mapping[str, Mapping[str, Sequence[str]]]
    prices: Mapping[str, Sequence[float]]

    @classmethod
    def of(cls, products: Iterable[Product], products_min: int = _PRODUCTS_MIN) -> Market:
        """The market that these products make."""
        by_category: dict[str, list[Product]] = {}
        for product in products:
            by_category.setdefault(str(product["category"]), []).append(product)
        large = {name: own for name, own in sorted(by_category.items()) if len(own) >= products_min}
        values = {
            field: {name: sorted({_value(product, field) for product in own}) for name, own in large.items()}
            for field in ("colour", "pattern", "material", "brand")
        }
        prices = {name: sorted(float(product["price"]) for product in own) for name, own in large.items()}
        return cls(tuple(large), values, prices)

    def colours(self) -> list[str]:
        """All there are, sorted."""
        return sorted({colour for own in self.values["colour"].values() for colour in own})

    def price_level(self, product: Product) -> float:
        """Where its price lies among those of its category, from 0 to 1."""
        prices = self.prices[str(product["category"])]
        return bisect_left(prices, float(product["price"])) / max(1, len(prices) - 1)


def draw_shopper(market: Market, user_id: str, seed: str) -> Shopper:
    """A shopper with two or three wishes; the same seed gives the same one.

    Most of the colours he wants and all of those he refuses are the same for everything, as people are; each category
    adds a colour, patterns, materials, brands and a price of its own.
    """
    chance = random.Random(seed)
    every_colour = market.colours()
    chosen = chance.sample(every_colour, min(len(every_colour), _OWN_COLOURS + _REFUSED))
    wanted, refused = chosen[:_OWN_COLOURS], chosen[_OWN_COLOURS:]
    level = chance.random()
    categories = chance.sample(market.categories, min(len(market.categories), chance.choice((2, 3))))
    return Shopper(user_id, tuple(_wish(market, name, wanted, refused, level, chance) for name in categories), seed)


def _wish(
    market: Market, category: str, wanted: Sequence[str], refused: Sequence[str], level: float, chance: random.Random
) -> Wish:
    there = market.values["colour"][category]
    others = [colour for colour in there if colour not in wanted and colour not in refused]
    colours = dict.fromkeys([*wanted, *chance.sample(others, min(len(others), _OTHER_COLOURS))], 1.0)
    colours |= dict.fromkeys(refused, -1.0)
    patterns, materials, brands = (
        _some(market.values[field][category], chance) for field in ("pattern", "material", "brand")
    )
    return Wish(category, colours, patterns, materials, brands, min(1.0, max(0.0, chance.gauss(level, PRICE_SPREAD))))


def _some(values: Sequence[str], chance: random.Random) -> dict[str, float]:
    """Some of the values wanted, one refused."""
    order = chance.sample(values, len(values))
    wanted = order[: max(1, len(order) // 3)]
    return {**dict.fromkeys(order[-1:], -1.0), **dict.fromkeys(wanted, 1.0)}


def appeal(market: Market, shopper: Shopper, product: Product) -> float:
    """How much a shopper wants a product, from 0 to 1; what he has no wish for hardly.

    A logistic function of a weighted sum, as in discrete choice models (McFadden 1974).
    """
    wish = next((one for one in shopper.wishes if one.category == product["category"]), None)
    if wish is None:
        return 0.05
    off = abs(market.price_level(product) - wish.price) / _PRICE_TOLERANCE
    value = (
        _COLOUR * _half(wish.colours.get(_value(product, "colour"), 0.0))
        + _PATTERN * _half(wish.patterns.get(_value(product, "pattern"), 0.0))
        + _MATERIAL * _half(wish.materials.get(_value(product, "material"), 0.0))
        + _BRAND * _half(wish.brands.get(_value(product, "brand"), 0.0))
        + _PRICE * math.exp(-off * off)
    )
    return 1 / (1 + math.exp(-_STEEPNESS * (value - _MIDDLE)))


def _half(wanted: float) -> float:
    """From -1 to 1 onto 0 to 1."""
    return (wanted + 1) / 2


def _value(product: Product, field: str) -> str:
    return str(product["brand"] if field == "brand" else product["attributes"].get(field, ""))
