"""Columns that have followed many changes are the same as columns built at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.product_rows import attribute_kinds_of
from core.products import Product
from retrieval.columns.table import Coded, Columns, Numeric, no_columns
from tests.unit.retrieval.columns.products import LONG_AGO, columns_of, drawn_products, product, written

IDS = [f"p{i}" for i in range(6)]


def contents(columns: Columns) -> dict[str, dict[str, Any]]:
    """Every live product with its values, field by field."""
    found: dict[str, dict[str, Any]] = {}
    for row in columns.by_id[columns.alive[columns.by_id]]:
        values = {}
        for name, column in columns.by_field.items():
            numbers = column.cells.of(np.array([row]))[0].tolist()
            plain = [column.vocabulary.values[code] for code in numbers] if isinstance(column, Coded) else numbers
            # 6 and 6.0 are one value, which of the two is shown depends on what came first.
            values[name] = [(type(value) in (int, float), type(value) is bool, value) for value in plain]
        found[columns.ids[row]] = {name: value for name, value in values.items() if value}
    return found


@settings(max_examples=150)
@given(
    batches=st.lists(
        st.tuples(
            st.lists(drawn_products(st.sampled_from(IDS)), max_size=4, unique_by=lambda p: p.id),
            st.sets(st.sampled_from(IDS), max_size=2),
        ),
        max_size=6,
    )
)
def test_following_changes_ends_where_building_anew_does(batches: list[tuple[list[Product], set[str]]]) -> None:
    columns = no_columns()
    live: dict[str, Product] = {}
    ever: list[Product] = []
    older: list[tuple[Columns, dict[str, dict[str, Any]]]] = []
    for changed, gone in batches:
        older.append((columns, contents(columns)))
        live |= {one.id: one for one in changed}
        ever += changed
        kinds = attribute_kinds_of(ever)
        deleted = [live.pop(name) for name in sorted(gone) if name in live]
        columns = written(columns, changed, deleted, kinds)
        assert contents(columns) == contents(written(no_columns(), live.values(), [], kinds))
        assert [columns.ids[row] for row in columns.by_id] == sorted(columns.row_of)
        assert (columns.by_id[columns.place] == np.arange(columns.count)).all()
    for before, then in older:
        assert contents(before) == then


def test_numbers_have_a_column_of_numbers_until_something_else_comes() -> None:
    first = columns_of([product("a", attributes={"size": 6}), product("b", attributes={"size": (1, 2.5)})])
    assert isinstance(first.by_field["attributes.size"], Numeric)
    second = written(first, [product("c", attributes={"size": "6"})], [], {"size": "mixed"})
    assert isinstance(second.by_field["attributes.size"], Coded)
    assert [value for *_, value in contents(second)["b"]["attributes.size"]] == [1, 2.5]
    assert [value for *_, value in contents(second)["c"]["attributes.size"]] == ["6"]


def test_a_value_that_comes_twice_in_one_product_stands_once() -> None:
    columns = columns_of([product("a", attributes={"sizes": ("S", "S", "M"), "flags": (True, 1, 1.0, False)})])
    assert [value for *_, value in contents(columns)["a"]["attributes.sizes"]] == ["S", "M"]
    assert len(contents(columns)["a"]["attributes.flags"]) == 3


def test_moments_are_exact_to_the_microsecond() -> None:
    columns = columns_of([product("a", created_at=LONG_AGO.replace(microsecond=999_999))])
    (moment,) = columns.by_field["created_at"].cells.of(np.array([0]))[0].tolist()
    assert moment == (LONG_AGO.timestamp() * 1_000_000) + 999_999


def test_what_changes_over_and_over_leaves_no_garbage_behind() -> None:
    columns = columns_of([product("a", attributes={"sizes": ("S", "M")})])
    for i in range(50):
        columns = columns_of([product("a", attributes={"sizes": ("S", f"{i}")})], before=columns)
    cells: Any = columns.by_field["attributes.sizes"].cells
    assert len(cells.pool) <= 4


def test_rows_of_ids_leaves_out_what_is_not_there() -> None:
    columns = columns_of([product("c")], before=columns_of([product("a"), product("b")]), gone=[product("a")])
    rows, known = columns.rows_of(["b", "nobody", "a", "c", "b"])
    assert known.tolist() == [0, 3, 4]
    assert [columns.ids[row] for row in rows] == ["b", "c", "b"]
    older = columns_of([product("a")])
    written(older, [product("d")], [], {})
    assert older.rows_of(["d"])[0].tolist() == []
