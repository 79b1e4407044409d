"""The products that are evaluated with, read from a file as `vitrine import` reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from catalog.readers import ReadOptions, Record, open_records
from core.errors import InvalidInput, InvalidPhoto, InvalidSource
from core.incoming import IncomingProduct, parse_product
from core.products import Product
from encoders.photos import PhotoLimits
from retrieval.accepting import check_photos

SPLIT_COLUMN = "split"


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """Which products, and how they are read.

    Attributes
    ----------
    mapping: product field to column, as for `vitrine import`.
    photos: a folder, a tar or a zip; None: no pictures.
    split: only rows that have this in their column `split_column`; None: all of them. That column is never indexed.
    products_max: a part of them, chosen by their ids, evenly and always the same; None: all.
    """

    path: Path
    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    photos: Path | None = None
    photo_column: str | None = None
    split: str | None = None
    split_column: str = SPLIT_COLUMN
    products_max: int | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The products without their photos.

    Attributes
    ----------
    rejected: how many rows could not be read as products.
    """

    products: tuple[Product, ...]
    rejected: int

    @property
    def ids(self) -> frozenset[str]:
        """Ids of all products."""
        return frozenset(product.id for product in self.products)


def read_catalogue(file: CatalogueFile) -> Catalogue:
    """Read all products of the file that are to be evaluated with.

    Raises
    ------
    InvalidSource: the file cannot be read, there is no such split, or no product is left.
    """
    products: dict[str, Product] = {}
    rejected = 0
    for parsed in _parsed(replace(file, photos=None)):
        if isinstance(parsed, IncomingProduct):
            products.setdefault(parsed.product.id, parsed.product)
        else:
            rejected += 1
    if not products:
        where = f" with {file.split_column} = {file.split!r}" if file.split is not None else ""
        raise InvalidSource(f"has no products{where}", field=str(file.path), remedy="Check --split and --map")
    chosen = sorted(products.values(), key=lambda product: place(product.id))[: file.products_max]
    return Catalogue(tuple(sorted(chosen, key=lambda product: product.id)), rejected)


def with_photos(file: CatalogueFile, wanted: frozenset[str], limits: PhotoLimits) -> Iterator[IncomingProduct]:
    """The wanted products once more, with their photos; a product whose photo cannot be used comes without photos."""
    seen: set[str] = set()
    for parsed in _parsed(file):
        if not isinstance(parsed, IncomingProduct) or parsed.product.id not in wanted or parsed.product.id in seen:
            continue
        seen.add(parsed.product.id)
        try:
            check_photos(parsed.photos, limits)
        except InvalidPhoto:
            yield replace(parsed, photos=())
        else:
            yield parsed


def _parsed(file: CatalogueFile) -> Iterator[IncomingProduct | InvalidInput]:
    options = ReadOptions(
        mapping=file.mapping, encoding=file.encoding, photos=file.photos, photo_column=file.photo_column
    )
    with open_records(file.path, options) as source:
        for record in source:
            values = _values(record, file)
            if values is None:
                continue
            try:
                yield parse_product(values)
            except InvalidInput as error:
                yield error


def _values(record: Record, file: CatalogueFile) -> Mapping[str, Any] | None:
    """What a row says of its product; None where it says nothing or belongs to another split."""
    if record.values is None:
        return None
    attributes = dict(record.values.get("attributes", {}))
    part = attributes.pop(file.split_column, None)
    if file.split is not None and str(part) != file.split:
        return None
    return {**record.values, "attributes": attributes}


def place(product_id: str) -> bytes:
    """Where a product stands in an order that is always the same and has nothing to do with what it is."""
    return hashlib.blake2b(product_id.encode(), digest_size=8).digest()
