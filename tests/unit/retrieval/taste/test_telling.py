"""Which fields tell the shoppers of a shop apart."""

from __future__ import annotations

import numpy as np
import pytest

from profiles.affinities import PRIOR
from profiles.telling import concentration
from retrieval.columns.table import Columns
from retrieval.feed.together import WantedTogether
from retrieval.taste import telling
from retrieval.taste.telling import concentrations
from tests.unit.retrieval.columns.products import columns_of, product

COLOURS, CUTS = ("red", "blue", "green", "grey"), ("long", "short")


def shop() -> Columns:
    """Of each of two kinds 40 products, of four colours and two cuts as common as each other; lamps have no colour."""
    kinds = [
        product(
            f"{kind}-{i}",
            category=kind,
            brand="Acme" if i % 2 else "Zeta",
            price=float(i),
            attributes={"colour": COLOURS[i % 4], "cut": CUTS[i // 4 % 2], "size": i},
        )
        for kind in ("bag", "hat")
        for i in range(40)
    ]
    return columns_of([*kinds, product("lamp", category="lamp")])


def wants(columns: Columns, shoppers: int = 80) -> WantedTogether:
    """Each wants ten products of one colour, whatever their cut, and one that is gone."""
    lot = np.random.default_rng(7)
    pairs = []
    for shopper in range(shoppers):
        liked = [name for name in columns.ids if name != "lamp" and int(name.split("-")[1]) % 4 == shopper % 4]
        pairs += [(f"s{shopper}", str(name)) for name in lot.choice(liked, 10, replace=False)]
        pairs.append((f"s{shopper}", "gone"))
    return WantedTogether.of(pairs)


def test_a_field_in_which_each_has_his_own_tells_them_apart() -> None:
    columns = shop()
    found = concentrations(wants(columns), columns)
    # Brands go by colour here, every second product.
    assert found.keys() == {"brand", "attributes.colour", "attributes.cut"}
    assert found["attributes.colour"] == 2
    assert found["attributes.cut"] > 50


def test_without_wants_every_field_is_as_telling() -> None:
    assert concentrations(WantedTogether.of([]), shop()) == {
        "brand": PRIOR,
        "attributes.colour": PRIOR,
        "attributes.cut": PRIOR,
    }
    assert concentrations(WantedTogether.of([("a", "x")]), columns_of([])) == {}


def test_what_is_usual_is_so_by_category(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = columns_of(
        [
            product("a", category="bag", attributes={"colour": "red"}),
            product("b", category="bag", attributes={"colour": "blue"}),
            product("c", category="cup", attributes={"colour": ["red", "blue"]}),
            product("d", category="cup", attributes={"colour": "red"}),
            product("e", category="cup"),
        ]
    )
    given: list[tuple[float, ...]] = []

    def noted(sizes: np.ndarray, counts: np.ndarray, shares: np.ndarray) -> float:
        assert sizes.tolist() == [3, 1]
        given.extend(zip(counts.tolist(), shares.tolist(), strict=True))
        return concentration(sizes, counts, shares)

    monkeypatch.setattr(telling, "concentration", noted)
    concentrations(WantedTogether.of([("x", "a"), ("x", "c"), ("x", "e"), ("y", "b")]), columns)
    # Half of the bags are red; of three colours of cups two are red. He has chosen one of a bag and two of a cup.
    red, blue = (1 / 2 + 2 * 2 / 3) / 3, (1 / 2 + 2 * 1 / 3) / 3
    assert sorted(given) == [pytest.approx(one) for one in ((1, blue), (1, 1 / 2), (2, red))]


def test_one_who_wants_everything_says_no_more_than_others(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = shop()
    monkeypatch.setattr(telling, "_WANTS_MAX", 12)
    pairs = [("machine", name) for name in columns.ids]
    given: list[int] = []

    def noted(own: np.ndarray, counts: np.ndarray, shares: np.ndarray) -> float:
        given.append(int(own.max()))
        return concentration(own, counts, shares)

    monkeypatch.setattr(telling, "concentration", noted)
    concentrations(WantedTogether.of([*pairs, ("s", "bag-1")]), columns)
    assert given == [12, 12, 12]


def test_of_many_shoppers_some_tell_it(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = shop()
    monkeypatch.setattr(telling, "_SHOPPERS_MAX", 40)
    sizes: list[int] = []

    def noted(own: np.ndarray, counts: np.ndarray, shares: np.ndarray) -> float:
        sizes.append(len(own))
        return concentration(own, counts, shares)

    monkeypatch.setattr(telling, "concentration", noted)
    concentrations(wants(columns), columns)
    assert sizes == [40, 40, 40]
