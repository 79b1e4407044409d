"""The shop's products: stored with their versions, compared, listed, deleted, and queued for every index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from catalog.changes import next_change
from catalog.database import Database, chunked, moment_of
from catalog.product_rows import (
    MIXED,
    Known,
    StoredProduct,
    attribute_kinds_of,
    known_products,
    load_photos,
    load_rows,
    photo_rows,
    product_of,
    product_row,
    with_created_at,
)
from catalog.queueing import (
    WAITING,
    failed_ids,
    guard_generations,
    is_in,
    queue_products,
    serving_generation_id,
    upsert_into,
)
from catalog.schema import ATTRIBUTE_KINDS, INDEX_STATE, PHOTOS, PRODUCTS
from core.errors import NotFound
from core.indexing import FAILED, PENDING
from core.products import Product

_NOT_UPDATED = frozenset({"shop", "id"})


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch: `unchanged` products were stored like this and need no work, the others are `accepted`.

    Those are new, changed, or had failed to be indexed.
    """

    accepted: int
    unchanged: int
    changed_ids: tuple[str, ...]


class Products:
    """The products of one shop. Every method is one transaction and may be called from any thread.

    All raise `CatalogUnavailable` when the database cannot be reached.
    """

    def __init__(self, database: Database, shop: str) -> None:
        self._database = database
        self._shop = shop

    def store(self, products: Sequence[Product], job_id: str) -> Stored:
        """Keep a batch and queue what has changed, all or nothing; of several with one id the last one counts.

        A product without `created_at` keeps the one it has, or gets the present moment. A deleted product comes back
        with a new version, and so does one that indexing has given up on, so that it is tried again.
        """
        latest = {product.id: product for product in products}
        encode_hashes = {product.id: product.encode_hash() for product in latest.values()}
        changed = self._database.write(lambda c: self._store(c, latest, encode_hashes, job_id))
        unchanged = len(latest) - len(changed)
        return Stored(len(products) - unchanged, unchanged, changed)

    def replace(self, product: Product, expected_version: int, job_id: str) -> bool:
        """Store one product if it still has the version that was read; False: read it again and retry.

        Raises
        ------
        NotFound: it is unknown or deleted.
        """
        encode_hashes = {product.id: product.encode_hash()}

        def work(connection: sa.Connection) -> bool:
            known = known_products(connection, self._shop, [product.id]).get(product.id)
            if known is None or known.deleted:
                raise NotFound("product", product.id)
            if known.version != expected_version:
                return False
            self._store(connection, {product.id: product}, encode_hashes, job_id)
            return True

        return self._database.write(work)

    def get(self, product_id: str) -> StoredProduct:
        """One product with the state of its index.

        Raises
        ------
        NotFound: it is unknown or deleted.
        """
        with self._database.reading() as connection:
            chosen = self._stored(connection).where(PRODUCTS.c.id == product_id, PRODUCTS.c.deleted_at.is_(None))
            found = self._read(connection, chosen)
        if not found:
            raise NotFound("product", product_id)
        return found[0]

    def get_many(self, ids: Sequence[str]) -> dict[str, Product]:
        """Products by id; unknown and deleted ones are left out."""
        with self._database.reading() as connection:
            rows = [row for row in load_rows(connection, self._shop, list(set(ids))) if row["deleted_at"] is None]
            photos = load_photos(connection, self._shop, [row["id"] for row in rows])
        return {row["id"]: product_of(row, photos.get(row["id"], ())) for row in rows}

    def group_ids(self, ids: Sequence[str]) -> dict[str, str]:
        """The group of each of these products that has one."""
        found: dict[str, str] = {}
        with self._database.reading() as connection:
            for some in chunked(ids):
                chosen = sa.select(PRODUCTS.c.id, PRODUCTS.c.group_id).where(
                    PRODUCTS.c.shop == self._shop,
                    PRODUCTS.c.id.in_(some),
                    PRODUCTS.c.group_id.is_not(None),
                    PRODUCTS.c.deleted_at.is_(None),
                )
                found.update((row.id, row.group_id) for row in connection.execute(chosen))
        return found

    def page(self, after: str | None, limit: int) -> list[StoredProduct]:
        """Products in the order of their ids, from behind `after` on."""
        with self._database.reading() as connection:
            chosen = self._stored(connection).where(PRODUCTS.c.deleted_at.is_(None))
            if after is not None:
                chosen = chosen.where(PRODUCTS.c.id > after)
            return self._read(connection, chosen.order_by(PRODUCTS.c.id).limit(limit))

    def delete(self, ids: Sequence[str]) -> int:
        """Mark products as deleted and queue their removal from every index; returns how many there were."""
        unique = sorted(set(ids))
        return self._database.write(lambda connection: self._delete(connection, unique))

    def count(self) -> int:
        """How many products there are, deleted ones left out."""
        counted = sa.select(sa.func.count()).select_from(PRODUCTS).where(PRODUCTS.c.shop == self._shop)
        deleted = counted.where(PRODUCTS.c.deleted_at.is_not(None))
        with self._database.reading() as connection:
            return int(connection.scalar(counted) or 0) - int(connection.scalar(deleted) or 0)

    def attribute_kinds(self) -> dict[str, str]:
        """The kind of every attribute ever stored: `keyword`, `number`, `bool` or `mixed`."""
        with self._database.reading() as connection:
            return self._attribute_kinds(connection)

    def failures(self, limit: int) -> list[StoredProduct]:
        """Products that indexing has given up on, in the serving generation, by id; deletions that failed included."""
        with self._database.reading() as connection:
            failed = self._stored(connection).where(is_in(FAILED))
            return self._read(connection, failed.order_by(PRODUCTS.c.id).limit(limit))

    def retry_failed(self, ids: Sequence[str] | None = None) -> int:
        """Queue given-up products again, all or those named; returns how many rows of all generations that were."""

        def work(connection: sa.Connection) -> int:
            retried = (
                sa.update(INDEX_STATE)
                .where(INDEX_STATE.c.shop == self._shop, is_in(FAILED))
                .values(retry_at=self._database.now(connection), **WAITING)
            )
            if ids is None:
                return connection.execute(retried).rowcount
            named = (retried.where(INDEX_STATE.c.product_id.in_(some)) for some in chunked(sorted(set(ids))))
            return sum(connection.execute(statement).rowcount for statement in named)

        return self._database.write(work)

    def _store(
        self, connection: sa.Connection, products: Mapping[str, Product], encode_hashes: Mapping[str, str], job_id: str
    ) -> tuple[str, ...]:
        guard_generations(connection, self._shop, exclusive=False)
        now = self._database.moment()
        known = known_products(connection, self._shop, list(products))
        failed = failed_ids(connection, self._shop, known)
        new_rows: list[dict[str, Any]] = []
        changed_rows: list[dict[str, Any]] = []
        changed: list[Product] = []
        for product_id in sorted(products):
            before = known.get(product_id)
            product = with_created_at(products[product_id], before, now)
            hashes = (encode_hashes[product_id], product.payload_hash())
            if before is not None and _same(before, hashes) and product_id not in failed:
                continue
            row = product_row(self._shop, product, job_id, now, hashes)
            row["version"] = 1 if before is None else before.version + 1
            (new_rows if before is None else changed_rows).append(row)
            changed.append(product)
        if changed:
            change = next_change(connection, self._shop)
            for row in (*new_rows, *changed_rows):
                row["change"] = change
        self._write_rows(connection, new_rows, changed_rows)
        self._write_photos(connection, changed, [row["id"] for row in changed_rows])
        self._merge_attribute_kinds(connection, changed)
        changed_ids = tuple(product.id for product in changed)
        queue_products(connection, self._shop, changed_ids, self._database.now(connection))
        return changed_ids

    def _write_rows(self, connection: sa.Connection, new: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
        if new:
            connection.execute(PRODUCTS.insert(), new)
        if changed:
            columns: dict[str, Any] = {
                name: sa.bindparam(f"new_{name}") for name in changed[0] if name not in _NOT_UPDATED
            }
            statement = (
                sa.update(PRODUCTS)
                .where(PRODUCTS.c.shop == self._shop, PRODUCTS.c.id == sa.bindparam("new_id"))
                .values(columns)
            )
            connection.execute(statement, [{f"new_{name}": value for name, value in row.items()} for row in changed])

    def _write_photos(self, connection: sa.Connection, products: Sequence[Product], replaced: Sequence[str]) -> None:
        for some in chunked(replaced):
            connection.execute(sa.delete(PHOTOS).where(PHOTOS.c.shop == self._shop, PHOTOS.c.product_id.in_(some)))
        rows = [row for product in products for row in photo_rows(self._shop, product)]
        if rows:
            connection.execute(PHOTOS.insert(), rows)

    def _attribute_kinds(self, connection: sa.Connection) -> dict[str, str]:
        chosen = sa.select(ATTRIBUTE_KINDS.c.name, ATTRIBUTE_KINDS.c.kind).where(ATTRIBUTE_KINDS.c.shop == self._shop)
        return dict(connection.execute(chosen).all())

    def _merge_attribute_kinds(self, connection: sa.Connection, products: Sequence[Product]) -> None:
        seen = attribute_kinds_of(products)
        known = self._attribute_kinds(connection) if seen else {}
        rows = [
            {"shop": self._shop, "name": name, "kind": seen[name]}
            for name in sorted(seen)
            if known.get(name) not in (seen[name], MIXED)
        ]
        if rows:
            insert = upsert_into(connection, ATTRIBUTE_KINDS)
            agreed = sa.case((ATTRIBUTE_KINDS.c.kind == insert.excluded.kind, insert.excluded.kind), else_=MIXED)
            connection.execute(
                insert.on_conflict_do_update(index_elements=["shop", "name"], set_={"kind": agreed}), rows
            )

    def _delete(self, connection: sa.Connection, ids: Sequence[str]) -> int:
        guard_generations(connection, self._shop, exclusive=False)
        now = self._database.moment()
        known = known_products(connection, self._shop, ids)
        gone = [product_id for product_id, of_one in known.items() if not of_one.deleted]
        change = next_change(connection, self._shop) if gone else 0
        for some in chunked(gone):
            connection.execute(
                sa.update(PRODUCTS)
                .where(PRODUCTS.c.shop == self._shop, PRODUCTS.c.id.in_(some))
                .values(deleted_at=now, updated_at=now, version=PRODUCTS.c.version + 1, change=change)
            )
        queue_products(connection, self._shop, gone, self._database.now(connection))
        return len(gone)

    def _stored(self, connection: sa.Connection) -> sa.Select[Any]:
        serving = serving_generation_id(connection, self._shop) or ""
        state = sa.and_(
            INDEX_STATE.c.shop == PRODUCTS.c.shop,
            INDEX_STATE.c.generation == serving,
            INDEX_STATE.c.product_id == PRODUCTS.c.id,
        )
        return (
            sa.select(PRODUCTS, INDEX_STATE.c.state, INDEX_STATE.c.error, INDEX_STATE.c.attempts)
            .select_from(PRODUCTS.outerjoin(INDEX_STATE, state))
            .where(PRODUCTS.c.shop == self._shop)
        )

    def _read(self, connection: sa.Connection, chosen: sa.Select[Any]) -> list[StoredProduct]:
        rows = connection.execute(chosen).mappings().all()
        photos = load_photos(connection, self._shop, [row["id"] for row in rows])
        return [
            StoredProduct(
                product=product_of(row, photos.get(row["id"], ())),
                version=row["version"],
                state=row["state"] or PENDING,
                error=row["error"],
                attempts=row["attempts"] or 0,
                updated_at=moment_of(row["updated_at"]),
            )
            for row in rows
        ]


def _same(known: Known, hashes: tuple[str, str]) -> bool:
    return not known.deleted and (known.encode_hash, known.payload_hash) == hashes
