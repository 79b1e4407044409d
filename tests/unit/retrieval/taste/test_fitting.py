from __future__ import annotations

import math

import numpy as np
import pytest

from core.profiles import PriceRange, Profile, Tally, Told
from profiles.affinities import PRIOR, ProductFacts, evidence, told
from retrieval.columns.table import Columns
from retrieval.taste.fitting import affinity, fitting_signals
from tests.unit.retrieval.columns.products import columns_of, product

IDS = ("a", "b", "c", "d")


def facts(**values: str | list[str]) -> ProductFacts:
    return ProductFacts({name: [some] if isinstance(some, str) else some for name, some in values.items()})


def colours(**weights: float) -> Told:
    tallies = {value: Tally(weight, 1) for value, weight in weights.items()}
    weight = sum(weights.values())
    return Told(weight, {"attributes.colour": {"": weight}}, {"attributes.colour": tallies})


def shop() -> Columns:
    return columns_of(
        [
            product("a", brand="Acme", category="bag", price=20.0, attributes={"colour": "red", "size": 4}),
            product("b", brand="Zeta", category="bag", price=10.0, attributes={"colour": ["blue", "red"]}),
            product("c", category="bag", attributes={"colour": "blue"}),
            product("d", category="bag"),
        ]
    )


def test_products_are_told_by_how_much_those_with_a_value_weigh() -> None:
    of_a_bag, of_nothing = facts(brand="Acme", category="bag"), facts(brand="Acme", cut="long")
    assert told({"a": 2.0, "b": 1.0, "unknown": 4.0}, {"a": of_a_bag, "b": of_nothing}) == Told(
        7.0,
        {"brand": {"bag": 2.0, "": 1.0}, "category": {"bag": 2.0}, "cut": {"": 1.0}},
        {"brand": {"Acme": Tally(3.0, 2)}, "category": {"bag": Tally(2.0, 1)}, "cut": {"long": Tally(1.0, 1)}},
    )
    assert told({"a": 1.0}, {"a": facts(cut=["long", "long", "wide"])}).values["cut"]["long"] == Tally(1.0, 1)


def test_evidence_is_how_much_likelier_a_value_is_among_his_products() -> None:
    shares = np.array([0.25, 0.5])
    made = evidence(colours(red=10.0), "attributes.colour", ["red", "blue"], np.array([1.0, 8.0]), shares)
    # Of ten of his one would be red and eight blue, and ten more products that are like those compared are added.
    assert made.tolist() == pytest.approx([math.log(12.5 / 3.5), math.log(5.0 / 13.0)])


def test_of_what_nothing_is_known_nothing_is_said() -> None:
    half, nothing = np.array([0.5, 0.5]), np.zeros(2)
    assert evidence(colours(red=3.0), "brand", ["Acme", "Zeta"], nothing, half).tolist() == [0.0, 0.0]
    assert evidence(Told(), "brand", ["Acme"], np.zeros(1), np.ones(1)).tolist() == [0.0]


def test_more_of_a_kind_is_more_evidence() -> None:
    tenth = np.array([0.1])
    once, often = (
        evidence(colours(red=weight), "attributes.colour", ["red"], weight * tenth, tenth)[0] for weight in (1.0, 20.0)
    )
    assert 0 < once < often < math.log(1 / 0.1)
    assert once == pytest.approx(math.log((1 + PRIOR * 0.1) / ((1 + PRIOR) * 0.1)))


def flowers() -> Columns:
    """Most dresses have flowers, and few shirts."""
    dresses = [
        product(f"dress-{i}", category="dress", attributes={"pattern": "plain" if i < 2 else "flowers"})
        for i in range(10)
    ]
    shirts = [
        product(f"shirt-{i}", category="shirt", attributes={"pattern": "flowers" if i < 2 else "plain"})
        for i in range(10)
    ]
    return columns_of([*dresses, *shirts])


def test_what_most_products_of_a_category_have_was_not_chosen() -> None:
    columns, shirts = flowers(), [f"shirt-{i}" for i in range(10)]
    of_dresses = facts(**{"category": "dress", "attributes.pattern": "flowers"})
    of_shirts = facts(**{"category": "shirt", "attributes.pattern": "flowers"})
    eight = {f"x{i}": 1.0 for i in range(8)}
    plain = {f"y{i}": 1.0 for i in range(2)}
    two_plain = dict.fromkeys(plain, facts(**{"category": "dress", "attributes.pattern": "plain"}))

    def floral_shirt(told_by: Told) -> float:
        signals = fitting_signals(columns, shirts, Profile(1, wanted=told_by), 0.3)
        return float(signals["attribute_affinity"][0] - signals["attribute_affinity"][9])

    # Dresses as the shop has them say nothing of shirts; shirts with flowers, of which there are few, say much.
    assert floral_shirt(told(eight | plain, dict.fromkeys(eight, of_dresses) | two_plain)) == pytest.approx(0, abs=1e-6)
    much = math.log((8 + 2) / (1.6 + 2)) - math.log((0 + 8) / (6.4 + 8))
    assert floral_shirt(told(eight, dict.fromkeys(eight, of_shirts))) == pytest.approx(much, abs=1e-6)


def test_a_category_that_nothing_is_known_of_is_like_what_is_compared() -> None:
    columns, shirts = flowers(), [f"shirt-{i}" for i in range(10)]
    gone = facts(**{"category": "no such category", "attributes.pattern": "flowers"})
    wanted = told({"x": 2.0}, {"x": gone})
    signals = fitting_signals(columns, shirts, Profile(1, wanted=wanted), 0.3)
    shares = np.array([0.2, 0.8])
    flowered, plain = evidence(wanted, "attributes.pattern", ["flowers", "plain"], 2.0 * shares, shares)
    assert signals["attribute_affinity"].tolist() == pytest.approx([flowered] * 2 + [plain] * 8)


def test_what_all_have_alike_tells_none_of_them_apart() -> None:
    profile = Profile(1, liked={"x": 1.0}, wanted=told({"x": 1.0}, {"x": facts(category="bag")}))
    signals = fitting_signals(shop(), IDS, profile, 0.3)
    assert signals["category_affinity"].tolist() == pytest.approx([0.0] * 4, abs=1e-6)


def test_each_field_speaks_for_the_products_that_have_it() -> None:
    wanted = told({"x": 3.0}, {"x": facts(**{"brand": "Acme", "attributes.colour": "red"})})
    signals = fitting_signals(shop(), (*IDS, "gone"), Profile(1, wanted=wanted), 0.3)
    # He has chosen among products without a category, of which this shop has none.
    half, most = np.array([0.5, 0.5]), np.array([2 / 3, 2 / 3])
    acme, zeta = evidence(wanted, "brand", ["Acme", "Zeta"], 3 * half, half)
    red, blue = evidence(wanted, "attributes.colour", ["red", "blue"], 3 * most, most)
    assert signals["brand_affinity"].tolist() == pytest.approx([acme, zeta, *[math.nan] * 3], nan_ok=True)
    colour = [red, red + blue, blue, math.nan, math.nan]
    assert signals["attribute_affinity"].tolist() == pytest.approx(colour, nan_ok=True)
    assert signals["category_affinity"].tolist() == pytest.approx([math.nan] * 5, nan_ok=True)
    together = [acme + red, zeta + red + blue, blue, 0.0, 0.0]
    assert affinity(signals).tolist() == pytest.approx(together)
    assert affinity(signals).dtype == np.float32


def test_what_is_refused_speaks_against() -> None:
    signals = fitting_signals(shop(), ("a", "c"), Profile(1, refused=colours(blue=2.0)), 0.3)
    red, blue = signals["attribute_affinity"].tolist()
    assert blue < 0 < red
    assert fitting_signals(shop(), ("a", "c"), Profile(1, refused=colours(blue=2.0)), 0.0)[
        "attribute_affinity"
    ].tolist() == [0.0, 0.0]


def test_prices_are_told_by_how_far_they_are_from_the_middle() -> None:
    signals = fitting_signals(shop(), IDS, Profile(1, prices=PriceRange(5.0, 10.0, 40.0)), 0.3)
    assert signals["price_gap"].tolist() == pytest.approx([math.log(2), 0.0, math.nan, math.nan], nan_ok=True)
    assert "price_gap" not in fitting_signals(shop(), IDS, Profile(1), 0.3)


def test_nothing_to_compare_is_no_trouble() -> None:
    profile = Profile(1, wanted=colours(red=1.0), refused=colours(blue=1.0))
    assert [len(values) for values in fitting_signals(shop(), (), profile, 0.3).values()] == [0, 0, 0]
    assert affinity(fitting_signals(columns_of([]), ("a",), profile, 0.3)).tolist() == [0.0]
