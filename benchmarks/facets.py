"""Facets over columns: ten of them over 10,000 relevant of 1,000,000 products, beside the bare counting by numpy.

The large columns are made up, as arrays, because building them product by product would take longer than measuring. How
long that takes is measured over as many products as the other benchmarks use, through the real catalogue.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.context import Context
from benchmarks.measures import Measure, Target, alternated, ratios
from catalog.opening import open_catalog
from core.facets import FacetRequest
from core.filters import parse_filter
from core.products import Product
from retrieval.columns.cells import NO_CODE, Cells, OneEach, Rows, Several
from retrieval.columns.counting import facet
from retrieval.columns.filtering import matching
from retrieval.columns.index import ColumnIndex
from retrieval.columns.table import Coded, Column, Columns, Numeric
from retrieval.columns.vocabulary import Vocabulary

# Different values of each keyword column, from a flag to the brands of a marketplace.
_VALUES = {
    "available": 2,
    "category": 140,
    "brand": 5_000,
    "attributes.colour": 47,
    "attributes.material": 300,
    "attributes.season": 4,
    "attributes.seller": 20_000,
}
_SIZES = 30
_RUNS = 5
_FACETS_MS_MAX = 20.0
_BUILD_S_MAX = 2.0
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class _Shop:
    columns: Columns
    relevant: Rows
    requests: tuple[FacetRequest, ...]


def measure(context: Context) -> list[Measure]:
    """Ten facets over few and over many products, the counting alone, and building the columns."""
    shop = _made_up(context.sized(1_000_000, 20_000), context.sized(10_000, 500))
    half = parse_filter({"price": {"lt": 100}})

    def over_a_filter() -> None:
        rows = np.flatnonzero(matching(shop.columns, half))
        _facets(shop, rows)

    took = alternated(
        context.rounds,
        {
            "facets": lambda _: _fastest_ms(lambda: _facets(shop, shop.relevant)),
            "numpy": lambda _: _fastest_ms(lambda: _counted_barely(shop, shop.relevant)),
            "filter": lambda _: _fastest_ms(over_a_filter),
        },
    )
    total, relevant = shop.columns.count, len(shop.relevant)
    return [
        Measure(
            f"ten facets over {relevant:,} of {total:,} products", tuple(took["facets"]), "ms", Target(_FACETS_MS_MAX)
        ),
        ratios("ten facets over bare counting by numpy", took["facets"], took["numpy"]),
        Measure(f"filtering {total:,} products, and ten facets over half of them", tuple(took["filter"]), "ms"),
        _building(context),
    ]


def _facets(shop: _Shop, rows: Rows) -> None:
    for request in shop.requests:
        facet(shop.columns, rows, request)


def _counted_barely(shop: _Shop, rows: Rows) -> None:
    for request in shop.requests:
        column = shop.columns.by_field[request.field]
        numbers, _ = column.cells.of(rows)
        if isinstance(column, Coded):
            np.bincount(numbers, minlength=len(column.vocabulary))
        else:
            np.histogram(numbers, request.limit)


def _fastest_ms(work: Callable[[], None]) -> float:
    """The fastest of a few runs: what else the machine does can only slow it down."""
    return min(_took_s(work) for _ in range(_RUNS)) * 1_000


def _took_s(work: Callable[[], object]) -> float:
    """Processor time: one thread does all of this and waits for nothing, so that what else runs does not count."""
    began_s = time.process_time()
    work()
    return time.process_time() - began_s


def _made_up(count: int, relevant: int) -> _Shop:
    random = np.random.default_rng(7)
    by_field: dict[str, Column] = {}
    for name, values in _VALUES.items():
        # A few values are frequent and many are rare, as they are in shops; a tenth of the products has none.
        codes = (random.power(0.5, count) * values).astype(np.int32)
        codes[random.random(count) < 0.1] = NO_CODE
        by_field[name] = Coded(OneEach(codes, NO_CODE), _vocabulary(values))
    by_field["attributes.sizes"] = Coded(_several(random, count), _vocabulary(_SIZES))
    by_field["price"] = Numeric(OneEach(np.round(random.gamma(2.0, 60.0, count), 2), np.nan))
    by_field["attributes.year"] = Numeric(OneEach(random.integers(2005, 2027, count).astype(np.float64), np.nan))
    rows = np.arange(count)
    ids = [f"{row:07}" for row in range(count)]
    columns = Columns(1, count, np.ones(count, dtype=np.bool_), rows, rows, by_field, ids, {})
    chosen = np.sort(random.choice(count, relevant, replace=False))
    return _Shop(columns, chosen, tuple(FacetRequest(name) for name in by_field))


def _several(random: np.random.Generator, count: int) -> Cells:
    lengths = random.integers(0, 8, count)
    owners = np.repeat(np.arange(count), lengths)
    pool = random.integers(0, _SIZES, len(owners)).astype(np.int32)
    return Several(np.cumsum(lengths) - lengths, lengths, pool, owners)


def _vocabulary(values: int) -> Vocabulary:
    made = Vocabulary()
    made.codes([f"value {number}" for number in range(values)])
    return made


def _building(context: Context) -> Measure:
    """From the catalogue to columns, once per round."""
    count = context.products.count
    folder: Path = context.work_dir / "columns"
    with closing(open_catalog(f"sqlite:///{folder / 'catalog.db'}", folder)) as catalog:
        products = list(_products(count))
        for start in range(0, count, _BATCH):
            catalog.products.store(products[start : start + _BATCH], "benchmark")
        took_s = tuple(_took_s(ColumnIndex(catalog).current) for _ in range(context.rounds))
    target = None if context.quick else Target(_BUILD_S_MAX)
    return Measure(f"columns of {count:,} products built from the catalogue", took_s, "s", target)


def _products(count: int) -> Iterator[Product]:
    random = np.random.default_rng(7)
    for number in range(count):
        code = int(random.integers(0, 1_000_000))
        yield Product(
            f"{number:07}",
            f"Product {number} of a shop, with a title of usual length",
            brand=f"brand {code % 300}",
            category=f"category {code % 140}",
            price=code % 20_000 / 100,
            currency="EUR",
            attributes={
                "colour": f"colour {code % 47}",
                "season": f"season {code % 4}",
                "gender": f"gender {code % 5}",
                "usage": f"usage {code % 8}",
                "year": 2005 + code % 20,
                "sizes": [f"size {size}" for size in range(code % 5)],
            },
        )
