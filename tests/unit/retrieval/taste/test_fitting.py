from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.profiles import PriceRange, Profile, Tally, Told
from profiles.affinities import PRIOR, ProductFacts, evidence, price_evidence, told
from retrieval.columns.table import Columns
from retrieval.taste.fitting import Hearing, affinity, fitting_signals
from tests.unit.retrieval.columns.products import columns_of, product

IDS = ("a", "b", "c", "d")
HEARING = Hearing(0.3)


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
        signals = fitting_signals(columns, shirts, Profile(1, wanted=told_by), HEARING)
        return float(signals["attribute_affinity"][0] - signals["attribute_affinity"][9])

    # Dresses as the shop has them say nothing of shirts; shirts with flowers, of which there are few, say much.
    assert floral_shirt(told(eight | plain, dict.fromkeys(eight, of_dresses) | two_plain)) == pytest.approx(0, abs=1e-6)
    much = math.log((8 + 2) / (1.6 + 2)) - math.log((0 + 8) / (6.4 + 8))
    assert floral_shirt(told(eight, dict.fromkeys(eight, of_shirts))) == pytest.approx(much, abs=1e-6)


def test_a_category_that_nothing_is_known_of_is_like_what_is_compared() -> None:
    columns, shirts = flowers(), [f"shirt-{i}" for i in range(10)]
    gone = facts(**{"category": "no such category", "attributes.pattern": "flowers"})
    wanted = told({"x": 2.0}, {"x": gone})
    signals = fitting_signals(columns, shirts, Profile(1, wanted=wanted), HEARING)
    shares = np.array([0.2, 0.8])
    flowered, plain = evidence(wanted, "attributes.pattern", ["flowers", "plain"], 2.0 * shares, shares)
    assert signals["attribute_affinity"].tolist() == pytest.approx([flowered] * 2 + [plain] * 8)


def test_what_all_have_alike_tells_none_of_them_apart() -> None:
    profile = Profile(1, liked={"x": 1.0}, wanted=told({"x": 1.0}, {"x": facts(category="bag")}))
    signals = fitting_signals(shop(), IDS, profile, HEARING)
    assert signals["category_affinity"].tolist() == pytest.approx([0.0] * 4, abs=1e-6)


def test_each_field_speaks_for_the_products_that_have_it() -> None:
    wanted = told({"x": 3.0}, {"x": facts(**{"brand": "Acme", "attributes.colour": "red"})})
    signals = fitting_signals(shop(), (*IDS, "gone"), Profile(1, wanted=wanted), HEARING)
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
    signals = fitting_signals(shop(), ("a", "c"), Profile(1, refused=colours(blue=2.0)), HEARING)
    red, blue = signals["attribute_affinity"].tolist()
    assert blue < 0 < red
    assert fitting_signals(shop(), ("a", "c"), Profile(1, refused=colours(blue=2.0)), Hearing(0.0))[
        "attribute_affinity"
    ].tolist() == [0.0, 0.0]


def test_prices_are_told_by_how_far_they_are_from_the_middle() -> None:
    signals = fitting_signals(shop(), IDS, Profile(1, prices=PriceRange(5.0, 10.0, 40.0)), HEARING)
    assert signals["price_gap"].tolist() == pytest.approx([math.log(2), 0.0, math.nan, math.nan], nan_ok=True)
    assert "price_gap" not in fitting_signals(shop(), IDS, Profile(1), HEARING)


def test_what_tells_shoppers_apart_needs_fewer_choices() -> None:
    def red(**concentrations: float) -> float:
        hearing = Hearing(0.3, {f"attributes.{name}": value for name, value in concentrations.items()})
        signals = fitting_signals(shop(), ("a", "c"), Profile(1, wanted=colours(red=2.0)), hearing)
        return float(signals["attribute_affinity"][0])

    assert red(colour=3.0) > red(cut=3.0) == red(colour=PRIOR) > red(colour=1_000.0) > 0


def priced(**prices: float) -> ProductFacts:
    (category, price), *_ = prices.items()
    return ProductFacts({"category": [category]}, price)


def test_a_price_is_as_dear_as_it_is_for_its_category() -> None:
    columns = columns_of(
        [
            *(product(f"coat-{i}", category="coat", price=100.0 * 2**i) for i in range(3)),
            *(product(f"sock-{i}", category="sock", price=2.0 * 2**i) for i in range(3)),
            product("free", category="sock", price=0.0),
            product("unpriced", category="sock"),
        ]
    )
    # He has bought dear coats; the dearest socks are nearer to them than the cheapest, which cost less than any coat.
    told_by = {f"x{i}": priced(coat=400.0) for i in range(5)}
    wanted = told(dict.fromkeys(told_by, 1.0), told_by)
    socks = ("sock-0", "sock-1", "sock-2", "free", "unpriced", "gone")
    fits = fitting_signals(columns, socks, Profile(5, wanted=wanted), HEARING)["price_affinity"]
    # Levels are -√(3/2), 0 and √(3/2), and his are the dearest: 5 of weight, 10 of the prior.
    mean, level = 5 * math.sqrt(1.5) / 15, math.sqrt(1.5)
    variance = (5 * 1.5 - 15 * mean**2 + 10) / 15
    by_hand = [one**2 / 2 - (one - mean) ** 2 / (2 * variance) - math.log(variance) / 2 for one in (-level, 0.0, level)]
    assert fits.tolist() == pytest.approx([*by_hand, *[math.nan] * 3], nan_ok=True)
    assert fits[0] < fits[1] < fits[2]
    refused = fitting_signals(columns, socks, Profile(5, refused=wanted), HEARING)["price_affinity"]
    assert refused.tolist() == pytest.approx((-0.3 * fits).tolist(), nan_ok=True)


def test_where_no_price_of_his_is_known_prices_say_nothing() -> None:
    columns = columns_of([product("a", price=2.0), product("b", price=1e9), product("c", category="cup", price=7.0)])
    for wanted in (Told(), told({"x": 1.0}, {"x": facts(brand="Acme")}), told({"x": 1.0}, {"x": priced(lamp=9.0)})):
        made = fitting_signals(columns, ("a", "b", "c"), Profile(1, wanted=wanted), HEARING)["price_affinity"]
        assert made.tolist() == [0.0, 0.0, 0.0]


@given(
    st.lists(st.tuples(st.floats(0.1, 100), st.floats(-30, 30)), max_size=8),
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5),
)
def test_evidence_of_prices_is_finite_and_grows_with_nearness(own: list[tuple[float, float]], far: list[float]) -> None:
    weight = sum(one for one, _ in own)
    levels = sum(one * level for one, level in own)
    squares = sum(one * level * level for one, level in own)
    assert np.isfinite(price_evidence(weight, levels, squares, np.array(far))).all()
    near, farther = price_evidence(10.0, 10.0, 12.0, np.array([1.0, -1.0]))
    assert near > 0 > farther


def test_nothing_to_compare_is_no_trouble() -> None:
    profile = Profile(1, wanted=colours(red=1.0), refused=colours(blue=1.0))
    assert [len(values) for values in fitting_signals(shop(), (), profile, HEARING).values()] == [0, 0, 0, 0]
    assert affinity(fitting_signals(columns_of([]), ("a",), profile, HEARING)).tolist() == [0.0]
