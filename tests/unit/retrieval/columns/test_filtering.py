"""The columns decide filters as the stores do; the contract suite of the stores says how that is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidFilter
from core.filters import Filter, Range, parse_filter
from core.products import Product
from retrieval.columns.filtering import matching
from retrieval.columns.table import Columns
from tests.contract.vectorstore.test_filters import CASES, FILTERS, PRODUCTS, holds
from tests.unit.retrieval.columns.products import LONG_AGO, columns_of, drawn_products

# The catalogue gives every product a moment of its creation.
SHOP = [replace(product, created_at=product.created_at or LONG_AGO) for product in PRODUCTS]


def found(columns: Columns, where: Filter | None) -> list[str]:
    return sorted(columns.ids[row] for row in np.flatnonzero(matching(columns, where)))


@pytest.mark.parametrize("where", [where for where, _ in CASES], ids=str)
def test_a_filter_lets_through_what_it_does_in_the_stores(where: dict[str, Any]) -> None:
    parsed = parse_filter(where)
    assert found(columns_of(SHOP), parsed) == sorted(p.id for p in SHOP if holds(parsed, p.payload()))


@settings(max_examples=300)
@given(
    products=st.lists(drawn_products(st.sampled_from(["a", "b", "c", "日本", "zz"])), unique_by=lambda p: p.id),
    where=FILTERS,
)
def test_any_filter_lets_through_what_a_plain_evaluation_does(products: list[Product], where: Filter) -> None:
    expected = sorted(product.id for product in products if holds(where, product.payload()))
    assert found(columns_of(products), where) == expected


def test_deleted_products_fulfil_nothing() -> None:
    columns = columns_of(SHOP[1:], before=columns_of(SHOP), gone=SHOP[:1])
    assert found(columns, None) == sorted(p.id for p in SHOP[1:])
    assert found(columns, parse_filter({"brand": {"none_of": ["nobody"]}})) == sorted(p.id for p in SHOP[1:])
    assert found(columns, parse_filter({"id": SHOP[0].id})) == []


def test_a_range_of_ids_is_refused() -> None:
    with pytest.raises(InvalidFilter, match="id"):
        matching(columns_of(SHOP), Range("id", gte=1.0))


def test_a_shop_without_products_has_none_that_match() -> None:
    assert found(columns_of([]), parse_filter({"not": {"brand": "Acme"}})) == []
