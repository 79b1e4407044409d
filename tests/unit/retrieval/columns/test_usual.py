"""How common values are in each category, against counting by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.products import Product
from retrieval.columns import table
from retrieval.columns.table import Coded, Columns
from retrieval.columns.usual import UsualPrices, UsualValues
from tests.unit.retrieval.columns.products import columns_of, drawn_products, product

UNIQUE = st.lists(drawn_products(st.integers(0, 30).map(str)), min_size=1, max_size=30, unique_by=lambda one: one.id)


def shares(columns: Columns, field: str, category: str, values: Sequence[str]) -> list[float]:
    column, usual = columns.by_field[field], columns.usual_values(field)
    assert isinstance(column, Coded)
    assert isinstance(usual, UsualValues)
    found: list[float] = usual.among([category], np.array(column.vocabulary.known(values)))[0].tolist()
    return found


def test_each_category_has_shares_of_its_own() -> None:
    columns = columns_of(
        [
            product("a", category="bag", attributes={"colour": "red"}),
            product("b", category="bag", attributes={"colour": ["red", "blue"]}),
            product("c", category="bag"),
            product("d", category="cup", attributes={"colour": "blue"}),
            product("e", attributes={"colour": "red"}),
            product("f", category="lamp"),
        ]
    )
    assert shares(columns, "attributes.colour", "bag", ["red", "blue"]) == [1.0, 0.5]
    assert shares(columns, "attributes.colour", "cup", ["red", "blue"]) == [0.0, 1.0]
    assert shares(columns, "attributes.colour", "", ["red", "blue"]) == [1.0, 0.0]
    for nothing in ("lamp", "no such category"):
        assert np.isnan(shares(columns, "attributes.colour", nothing, ["red", "blue"])).all()
    # Of the category itself: in the whole shop, of products that have one.
    assert shares(columns, "category", "cup", ["bag", "lamp"]) == [0.6, 0.2]


def test_a_field_that_nobody_has_or_of_numbers_has_none() -> None:
    columns = columns_of([product("a", price=2.0, attributes={"size": 4})])
    assert columns.usual_values("brand") is None
    assert columns.usual_values("attributes.size") is None
    assert columns.usual_values("no such field") is None


def test_what_is_counted_is_counted_once_and_anew_after_a_change() -> None:
    bag = product("a", category="bag", attributes={"colour": "red"})
    before = columns_of([bag])
    assert before.usual_values("attributes.colour") is before.usual_values("attributes.colour")
    after = columns_of([product("b", category="bag", attributes={"colour": "blue"})], before, gone=[bag])
    assert shares(after, "attributes.colour", "bag", ["red", "blue"]) == [0.0, 1.0]
    assert shares(before, "attributes.colour", "bag", ["red"]) == [1.0]


@given(UNIQUE)
def test_shares_are_those_of_counting(products: list[Product]) -> None:
    columns = columns_of(products)
    usual = columns.usual_values("brand")
    branded = [one for one in products if one.brand is not None]
    if not branded:
        assert usual is None
        return
    for category in {one.category for one in branded if one.category}:
        own = [one for one in branded if one.category == category]
        brands = sorted({one.brand or "" for one in branded})
        expected = [sum(one.brand == brand for one in own) / len(own) for brand in brands]
        assert shares(columns, "brand", category, brands) == pytest.approx(expected)


def test_a_large_shop_is_told_by_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_SAMPLE", 1_000)
    # Every third is red, in step with the rows.
    columns = columns_of(
        [product(str(i), category="bag", attributes={"colour": "blue" if i % 3 else "red"}) for i in range(3_000)]
    )
    assert shares(columns, "attributes.colour", "bag", ["red"])[0] == pytest.approx(1 / 3, abs=0.05)


def test_prices_have_a_middle_in_each_category_and_one_spread() -> None:
    columns = columns_of(
        [
            *(product(f"a{i}", category="bag", price=price) for i, price in enumerate((1.0, np.e**2))),
            *(product(f"b{i}", category="cup", price=price) for i, price in enumerate((np.e**5, np.e**7))),
            product("c", category="lamp", price=0.0),
            product("d", price=np.e**3),
        ]
    )
    prices = columns.usual_prices()
    assert isinstance(prices, UsualPrices)
    middles = prices.middles[prices.categories.numbers(["bag", "cup", "", "lamp", "no such category"])]
    assert middles.tolist() == pytest.approx([1.0, 6.0, 3.0, np.nan, np.nan], nan_ok=True)
    assert prices.spread == pytest.approx(np.sqrt(4 / 5))
    assert columns.usual_prices() is prices


def test_where_nothing_has_a_price_there_is_no_middle() -> None:
    assert columns_of([product("a"), product("b", price=0.0)]).usual_prices() is None
    alike = columns_of([product("a", price=2.0), product("b", price=2.0)]).usual_prices()
    assert alike is not None
    assert alike.spread > 0
