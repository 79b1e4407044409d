"""Products for the tests of the columns, and columns made of them without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from catalog.changes import ProductFacts
from catalog.product_rows import attribute_kinds_of
from core.products import Product, rfc3339
from retrieval.columns.table import Columns, no_columns
from retrieval.columns.writing import ColumnWriter

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

_texts = st.sampled_from(["Acme", "blue", "BLUE", "red", "青", "", "true", "6", "x"])
_numbers = st.sampled_from([-1.5, 0, 1, 4.5, 6, 6.0, 10, 19.99, 38, 40, 42.5])
_scalars = _texts | _numbers | st.booleans()
_attributes = st.fixed_dictionaries(
    {},
    optional={
        "colour": _texts | st.lists(_texts, max_size=3).map(tuple),
        "organic": _scalars | st.lists(_scalars, max_size=3).map(tuple),
        "sizes": _numbers | st.lists(_numbers, max_size=3).map(tuple),
        "screen size": _scalars,
        "n": _numbers,
    },
)


def drawn_products(ids: st.SearchStrategy[str]) -> st.SearchStrategy[Product]:
    """Products with few different values, so that they share many."""
    return st.builds(
        Product,
        id=ids,
        title=_texts,
        brand=st.none() | _texts,
        category=st.none() | _texts,
        price=st.none() | _numbers.map(abs),
        group_id=st.none() | _texts,
        available=st.booleans(),
        attributes=_attributes,
        created_at=st.integers(0, 4).map(lambda days: LONG_AGO + timedelta(days=days, microseconds=days)),
    )


def facts_of(product: Product, *, deleted: bool = False) -> ProductFacts:
    """What the catalogue says of a product."""
    return ProductFacts(
        product.id,
        deleted,
        product.title,
        product.brand,
        product.category,
        product.price,
        product.currency,
        product.group_id,
        product.available,
        rfc3339(product.created_at or LONG_AGO),
        product.payload()["attributes"],
    )


def columns_of(products: Iterable[Product], before: Columns | None = None, gone: Iterable[Product] = ()) -> Columns:
    """Columns of products, on top of others if there are some."""
    listed = list(products)
    kinds: Mapping[str, str] = attribute_kinds_of(listed)
    return written(no_columns() if before is None else before, listed, gone, kinds)


def written(before: Columns, products: Iterable[Product], gone: Iterable[Product], kinds: Mapping[str, str]) -> Columns:
    """The columns after some changes."""
    writer = ColumnWriter(before)
    writer.add([facts_of(product) for product in products], kinds)
    writer.add([facts_of(product, deleted=True) for product in gone], kinds)
    return writer.columns(before.change + 1, kinds)


def product(product_id: str, **values: Any) -> Product:
    """A product of which nothing matters but what is given."""
    return Product(product_id, **({"title": "x"} | values))
