from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.facets import FacetRequest, KeywordFacet, NumberBin, NumberFacet
from core.products import Product
from retrieval.columns.cells import Rows
from retrieval.columns.counting import facet, round_edges
from retrieval.columns.table import Columns
from retrieval.search.variants import families_of_rows
from tests.unit.retrieval.columns.products import columns_of, drawn_products, product

FIELDS = ("brand", "available", "attributes.colour", "attributes.organic", "attributes.screen size")


def all_rows(columns: Columns) -> Rows:
    return np.flatnonzero(columns.alive)


def keywords(columns: Columns, request: FacetRequest, chosen: tuple[Any, ...] = ()) -> KeywordFacet:
    found = facet(columns, all_rows(columns), request, chosen)
    assert isinstance(found, KeywordFacet)
    return found


def numbers(columns: Columns, request: FacetRequest) -> NumberFacet:
    found = facet(columns, all_rows(columns), request)
    assert isinstance(found, NumberFacet)
    return found


def plain_values(one: Product, field: str) -> set[tuple[bool, Any]]:
    name = field.removeprefix("attributes.")
    payload = one.payload()
    value = (payload["attributes"] if name != field else payload).get(name)
    several = value if isinstance(value, list) else [] if value is None else [value]
    return {(isinstance(item, bool), item) for item in several}


@settings(max_examples=150)
@given(
    products=st.lists(drawn_products(st.integers(0, 30).map(str)), unique_by=lambda p: p.id),
    chosen=st.sets(st.integers(0, 30).map(str)),
)
def test_counts_are_those_of_counting_one_by_one(products: list[Product], chosen: set[str]) -> None:
    columns = columns_of(products)
    rows, _ = columns.rows_of(sorted(chosen))
    for field in FIELDS:
        expected = Counter(v for one in products if one.id in chosen for v in plain_values(one, field))
        found = facet(columns, rows, FacetRequest(field, 100))
        if isinstance(found, NumberFacet):
            assert found.count == sum(bool(plain_values(one, field)) for one in products if one.id in chosen)
            continue
        assert {(isinstance(v.value, bool), v.value): v.count for v in found.values} == expected
        assert found.more == 0


def test_the_most_frequent_come_first_and_equal_ones_by_value() -> None:
    brands = ["b", "a", "c", "c", "d", "d", "e"]
    columns = columns_of([product(str(i), brand=brand) for i, brand in enumerate(brands)])
    found = keywords(columns, FacetRequest("brand", 3))
    assert [(value.value, value.count) for value in found.values] == [("c", 2), ("d", 2), ("a", 1)]
    assert found.more == 2


def test_values_that_the_filter_names_are_listed_though_rare_or_absent() -> None:
    columns = columns_of(
        [product("1", brand="a"), product("2", brand="a"), product("3", brand="b"), product("4", brand="c")]
    )
    gone = columns_of([], before=columns, gone=[product("4", brand="c")])
    found = keywords(gone, FacetRequest("brand", 1), ("c", "b", "a", "never seen"))
    assert [(value.value, value.count) for value in found.values] == [("a", 2), ("c", 0), ("b", 1)]
    assert found.more == 0


@pytest.mark.parametrize(("text", "expected"), [("MÖ", ["Möbel & Söhne"]), ("mobel", ["Möbel & Söhne"]), ("zz", [])])
def test_searching_within_a_facet_minds_neither_case_nor_accents(text: str, expected: list[str]) -> None:
    columns = columns_of([product("1", brand="Möbel & Söhne"), product("2", brand="Acme")])
    found = keywords(columns, FacetRequest("brand", query=text))
    assert [value.value for value in found.values] == expected
    assert found.more == 0


def test_many_different_values_and_few_products_are_counted_alike() -> None:
    columns = columns_of([product(f"{i:04}", brand=f"b{i}") for i in range(1_000)])
    found = facet(columns, np.array([3, 5, 3]), FacetRequest("brand"))
    assert isinstance(found, KeywordFacet)
    assert [(value.value, value.count) for value in found.values] == [("b3", 2), ("b5", 1)]


def test_a_field_that_no_product_has_is_empty() -> None:
    columns = columns_of([product("1")])
    assert keywords(columns, FacetRequest("attributes.nobody")) == KeywordFacet((), 0)
    assert numbers(columns, FacetRequest("price")) == NumberFacet(None, None, 0, ())


def test_a_histogram_counts_every_number_once_in_bins_without_gaps() -> None:
    prices = [0.0, 9.99, 10.0, 10.01, 19.99, 55.5, 99.99, 100.0]
    columns = columns_of([product(str(i), price=price) for i, price in enumerate(prices)])
    found = numbers(columns, FacetRequest("price", 10))
    assert (found.low, found.high, found.count) == (0.0, 100.0, 8)
    assert [(item.low, item.high) for item in found.bins] == [(10.0 * i, 10.0 * (i + 1)) for i in range(10)]
    assert [item.count for item in found.bins] == [2, 3, 0, 0, 0, 1, 0, 0, 0, 2]


def test_numbers_are_counted_between_the_edges_asked_for() -> None:
    prices = [0.0, 24.99, 25.0, 49.99, 50.0, 1e6]
    columns = columns_of([product(str(i), price=price) for i, price in enumerate(prices)])
    found = numbers(columns, FacetRequest("price", edges=(25, 50, 100)))
    assert [(item.low, item.high, item.count) for item in found.bins] == [
        (None, 25, 2),
        (25, 50, 2),
        (50, 100, 1),
        (100, None, 1),
    ]
    assert (found.low, found.high, found.count) == (0.0, 1e6, 6)


def test_a_product_with_several_numbers_counts_once_between_two_edges() -> None:
    columns = columns_of([product("1", attributes={"sizes": (38, 39, 52)}), product("2", attributes={"sizes": 38})])
    found = numbers(columns, FacetRequest("attributes.sizes", edges=(40,)))
    assert [(item.low, item.high, item.count) for item in found.bins] == [(None, 40, 2), (40, None, 1)]


def test_edges_of_a_field_that_no_product_has_are_empty() -> None:
    found = numbers(columns_of([product("1")]), FacetRequest("price", edges=(10,)))
    assert found == NumberFacet(None, None, 0, (NumberBin(None, 10, 0), NumberBin(10, None, 0)))


def test_whole_numbers_get_bins_of_their_own() -> None:
    columns = columns_of([product(str(i), attributes={"year": 2015 + i % 5}) for i in range(10)])
    found = numbers(columns, FacetRequest("attributes.year"))
    assert [(item.low, item.count) for item in found.bins] == [(2015.0 + i, 2) for i in range(5)]


def test_a_product_with_several_numbers_counts_once_in_each_bin() -> None:
    columns = columns_of([product("1", attributes={"sizes": (38, 39, 52)}), product("2", attributes={"sizes": 38})])
    found = numbers(columns, FacetRequest("attributes.sizes", 2))
    assert found.count == 2
    assert [item.count for item in found.bins] == [2, 1]


@given(
    st.lists(st.floats(-1e12, 1e12) | st.integers(-(10**6), 10**6).map(float), min_size=1),
    st.integers(1, 50),
)
def test_edges_rise_enclose_all_numbers_and_are_no_more_than_wanted(values: list[float], bins_max: int) -> None:
    edges = round_edges(np.array(values), bins_max)
    assert 2 <= len(edges) <= bins_max + 1
    assert edges[0] <= min(values)
    assert edges[-1] >= max(values)
    assert (np.diff(edges) > 0).all() or len(edges) == 2


@pytest.mark.parametrize(
    ("values", "bins_max", "expected"),
    [
        ([7.0], 10, [7.0, 7.0]),
        ([2.0, -5e-324], 2, [-5e-324, 2.0]),
        ([0.1, 0.5], 4, [0.1, 0.2, 0.3, 0.4, 0.5]),
        ([1.0, 10.0], 20, [float(i) for i in range(1, 12)]),
        ([-5.5, 5.5], 2, [-10.0, 0.0, 10.0]),
        ([1e308, -1e308], 5, [-1e308, 1e308]),
        ([0.0, 5e-324], 5, [0.0, 5e-324]),
    ],
)
def test_edges_are_round(values: list[float], bins_max: int, expected: list[float]) -> None:
    assert round_edges(np.array(values), bins_max).tolist() == expected


@given(st.lists(drawn_products(st.integers(0, 30).map(str)), unique_by=lambda p: p.id))
def test_variants_count_once_for_each_value_that_one_of_them_has(products: list[Product]) -> None:
    columns = columns_of(products)
    rows = all_rows(columns)
    families = families_of_rows(columns, rows)
    for field in FIELDS:
        pairs = {
            ((one.id,) if one.group_id is None else one.group_id, value)
            for one in products
            for value in plain_values(one, field)
        }
        found = facet(columns, rows, FacetRequest(field, 100), families=families.of)
        if isinstance(found, NumberFacet):
            assert found.count == len({family for family, _ in pairs})
            continue
        expected = Counter(value for _, value in pairs)
        assert {(isinstance(v.value, bool), v.value): v.count for v in found.values} == expected
