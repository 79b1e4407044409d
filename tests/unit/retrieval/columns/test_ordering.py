from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.products import Product
from retrieval.columns import ordering
from retrieval.columns.ordering import Place, first_rows, keys_of
from retrieval.columns.table import Columns
from tests.unit.retrieval.columns.products import columns_of, drawn_products, product


def pages(columns: Columns, field: str, limit: int, *, descending: bool) -> list[str]:
    """All pages one behind the other."""
    rows = np.flatnonzero(columns.alive)
    keys = keys_of(columns, rows, field, descending=descending)
    seen: list[str] = []
    after = None
    while len(page := first_rows(columns, rows, keys, limit, after)):
        seen += [columns.ids[rows[i]] for i in page]
        after = Place(float(keys[page[-1]]), seen[-1])
    return seen


def plainly_sorted(products: list[Product], field: str, *, descending: bool) -> list[str]:
    def key(one: Product) -> tuple[bool, float, str]:
        value = one.price if field == "price" else one.created_at.timestamp() if one.created_at else None
        return value is None, 0.0 if value is None else -value if descending else value, one.id

    return [one.id for one in sorted(products, key=key)]


@pytest.mark.parametrize("few", [0, 2_000])
@settings(max_examples=60)
@given(
    products=st.lists(drawn_products(st.text("abcß青", min_size=1, max_size=3)), unique_by=lambda p: p.id),
    field=st.sampled_from(["price", "created_at"]),
    descending=st.booleans(),
    limit=st.integers(1, 5),
)
def test_pages_together_are_everything_in_order(
    few: int, products: list[Product], field: str, descending: bool, limit: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordering, "_FEW", few)
        found = pages(columns_of(products), field, limit, descending=descending)
    assert found == plainly_sorted(products, field, descending=descending)


def test_a_page_goes_on_behind_a_product_that_is_gone() -> None:
    products = [product(name, price=1.0) for name in "abcd"]
    columns = columns_of([], before=columns_of(products), gone=[products[1]])
    rows = np.flatnonzero(columns.alive)
    keys = keys_of(columns, rows, "price", descending=False)
    assert [columns.ids[rows[i]] for i in first_rows(columns, rows, keys, 9, Place(1.0, "b"))] == ["c", "d"]
    assert [columns.ids[rows[i]] for i in first_rows(columns, rows, keys, 9, Place(1.0, "bb"))] == ["c", "d"]


def test_what_has_no_price_comes_last_either_way() -> None:
    columns = columns_of([product("a"), product("b", price=2.0), product("c", price=1.0)])
    assert pages(columns, "price", 1, descending=False) == ["c", "b", "a"]
    assert pages(columns, "price", 2, descending=True) == ["b", "c", "a"]
