"""Products to rows and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.database import chunked, moment_of
from catalog.schema import PHOTOS, PRODUCTS
from core.products import AttributeValue, Photo, Product, rfc3339

Row = sa.RowMapping

MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """A product as the catalogue holds it, and how far its index is.

    Attributes
    ----------
    version: grows with every accepted change; what `Products.replace` compares.
    state: in the serving generation: `pending`, `leased`, `indexed` or `failed`; `pending` before the first generation.
    error, attempts: of the last time it could not be indexed.
    updated_at: when this version was accepted.
    """

    product: Product
    version: int
    state: str
    error: str | None
    attempts: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a product, as far as a change is decided by it."""

    version: int
    encode_hash: str
    payload_hash: str
    deleted: bool
    created_at: str


def known_products(connection: sa.Connection, shop: str, ids: Sequence[str]) -> dict[str, Known]:
    """What is stored of these, tombstones included; holds the rows against other writers until the transaction ends."""
    columns = PRODUCTS.c
    known: dict[str, Known] = {}
    for some in chunked(sorted(ids)):
        chosen = (
            sa.select(
                columns.id,
                columns.version,
                columns.encode_hash,
                columns.payload_hash,
                columns.deleted_at,
                columns.created_at,
            )
            .where(columns.shop == shop, columns.id.in_(some))
            .order_by(columns.id)
            .with_for_update()
        )
        for name, version, encode_hash, payload_hash, deleted_at, created_at in connection.execute(chosen):
            known[name] = Known(version, encode_hash, payload_hash, deleted_at is not None, created_at)
    return known


def with_created_at(product: Product, known: Known | None, now: str) -> Product:
    """The product with the moment the shop first had it: its own, else the one of the first time, else now."""
    if product.created_at is not None:
        return product
    return dataclasses.replace(product, created_at=moment_of(now if known is None else known.created_at))


def product_row(shop: str, product: Product, job_id: str, now: str, hashes: tuple[str, str]) -> dict[str, Any]:
    """The columns of one product, except its version; `hashes` are of what is encoded and of the payload."""
    return {
        "shop": shop,
        "id": product.id,
        "encode_hash": hashes[0],
        "payload_hash": hashes[1],
        "deleted_at": None,
        "job_id": job_id,
        "title": product.title,
        "description": product.description,
        "brand": product.brand,
        "category": product.category,
        "price": product.price,
        "currency": product.currency,
        "url": product.url,
        "attributes": {name: _plain(value) for name, value in product.attributes.items()},
        "group_id": product.group_id,
        "available": product.available,
        "created_at": now if product.created_at is None else rfc3339(product.created_at),
        "updated_at": now,
    }


def photo_rows(shop: str, product: Product) -> list[dict[str, Any]]:
    """The rows of one product's photos."""
    return [
        {
            "shop": shop,
            "product_id": product.id,
            "position": photo.position,
            "digest": photo.digest,
            "source": photo.source,
        }
        for photo in product.photos
    ]


def load_photos(connection: sa.Connection, shop: str, ids: Sequence[str]) -> dict[str, tuple[Photo, ...]]:
    """Photos by product id, each product's in order."""
    columns = PHOTOS.c
    photos: dict[str, list[Photo]] = {}
    for some in chunked(ids):
        chosen = (
            sa.select(columns.product_id, columns.position, columns.digest, columns.source)
            .where(columns.shop == shop, columns.product_id.in_(some))
            .order_by(columns.product_id, columns.position)
        )
        for product_id, position, digest, source in connection.execute(chosen):
            photos.setdefault(product_id, []).append(Photo(position, digest, source))
    return {product_id: tuple(of_one) for product_id, of_one in photos.items()}


def load_rows(connection: sa.Connection, shop: str, ids: Sequence[str]) -> list[Row]:
    """All columns of these products, tombstones included."""
    rows: list[Row] = []
    for some in chunked(ids):
        chosen = sa.select(PRODUCTS).where(PRODUCTS.c.shop == shop, PRODUCTS.c.id.in_(some))
        rows.extend(connection.execute(chosen).mappings())
    return rows


def product_of(row: Row, photos: tuple[Photo, ...]) -> Product:
    """One product from its row."""
    return Product(
        id=row["id"],
        title=row["title"],
        description=row["description"],
        brand=row["brand"],
        category=row["category"],
        price=row["price"],
        currency=row["currency"],
        url=row["url"],
        photos=photos,
        attributes={name: _value(value) for name, value in row["attributes"].items()},
        group_id=row["group_id"],
        available=row["available"],
        created_at=moment_of(row["created_at"]),
    )


def attribute_kinds_of(products: Iterable[Product]) -> dict[str, str]:
    """The kind of each attribute over these products: `keyword`, `number`, `bool`, or `mixed` when they disagree."""
    seen: set[tuple[str, type]] = set()
    for product in products:
        for name, value in product.attributes.items():
            if isinstance(value, str | int | float):
                seen.add((name, type(value)))
            else:
                seen.update((name, type(scalar)) for scalar in value)
    kinds: dict[str, str] = {}
    for name, type_ in seen:
        kind = _kind(type_)
        if kinds.setdefault(name, kind) != kind:
            kinds[name] = MIXED
    return kinds


def _kind(type_: type) -> str:
    if issubclass(type_, bool):
        return "bool"
    return "number" if issubclass(type_, int | float) else "keyword"


def _plain(value: AttributeValue) -> object:
    return value if isinstance(value, str | int | float) else list(value)


def _value(stored: Any) -> AttributeValue:
    value: AttributeValue = tuple(stored) if isinstance(stored, list) else stored
    return value
