"""The queue of what is to be indexed: leases and compare-and-set over `index_state`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from catalog.database import Database, chunked, moment_text
from catalog.product_rows import Row, load_photos, load_rows, product_of
from catalog.queueing import DELETED, LIVE_STATUSES, WAITING, is_in
from catalog.schema import GENERATIONS, IMPORT_SEEN, INDEX_STATE, JOBS, PHOTOS, POPULARITY, PRODUCTS
from core.indexing import FAILED, INDEXED, LEASED, PENDING, Failure, IndexProgress, LeasedProduct

RETRY_BASE_S = 2.0
RETRY_MAX_S = 300.0
_ERROR_CHARS_MAX = 2_000
_ABANDONED_IMPORT_S = 7 * 24 * 3600.0
_PURGE_BATCH = 500

_STATE = INDEX_STATE.c


@dataclass(frozen=True, slots=True)
class _Held:
    """One row of the queue beside its product, as it stands when work on it comes back."""

    state: str
    owner: str | None
    version: int
    deleted: bool


class SqlJobQueue:
    """`core.protocols.JobQueue` over the catalogue's database; any number of processes may work on it.

    Parameters
    ----------
    tombstone_grace_s: how long a confirmed deletion is remembered, so that a late write of a worker that had lost its
        lease is noticed and undone.
    """

    def __init__(self, database: Database, shop: str, *, tombstone_grace_s: float = 3600.0) -> None:
        self._database = database
        self._shop = shop
        self._tombstone_grace_s = tombstone_grace_s

    def claim(self, generation_id: str, owner: str, limit: int, lease_s: float) -> list[LeasedProduct]:
        """Lease up to `limit` products: those whose lease has ended first, then those that wait, oldest first.

        A lease that ended counts as an attempt, so that a product that kills its worker is noticed. As long as
        nothing can be claimed, no writer is kept waiting.
        """
        if not self._anything(generation_id):
            return []

        def work(connection: sa.Connection) -> list[LeasedProduct]:
            now = self._database.now(connection)
            waiting = self._claimable(connection, generation_id, now, limit)
            items = self._load(connection, waiting)
            self._lease(connection, generation_id, items, (owner, now + lease_s))
            return items

        return self._database.write(work)

    def extend(self, generation_id: str, owner: str, items: Sequence[LeasedProduct], lease_s: float) -> set[str]:
        """Hold the leases longer; returns the product ids that are still this owner's and still this version."""

        def work(connection: sa.Connection) -> set[str]:
            held = self._held(connection, generation_id, [item.product_id for item in items])
            ours = {item.product_id for item in items if _is_ours(held.get(item.product_id), owner, item.version)}
            lease_until = self._database.now(connection) + lease_s
            self._update(connection, generation_id, ours, {"lease_until": lease_until})
            return ours

        return self._database.write(work)

    def complete(self, generation_id: str, owner: str, items: Sequence[LeasedProduct], epoch: str) -> int:
        """Mark as indexed by compare-and-set on version, lease and the store's epoch; returns how many counted.

        What does not count is queued again and encoded anew: the late write may have brought a deleted product back, or
        have gone into a store that lost it. A deletion counts as confirmed.
        """

        def work(connection: sa.Connection) -> int:
            seq = self._next_seq(connection, generation_id, epoch)
            held = self._held(connection, generation_id, [item.product_id for item in items])
            won = [
                item for item in items if seq is not None and _is_ours(held.get(item.product_id), owner, item.version)
            ]
            self._confirm(connection, generation_id, won, seq or 0)
            won_ids = {item.product_id for item in won}
            lost = [item for item in items if item.product_id not in won_ids]
            stale = {item.product_id for item in lost if _is_stale(held.get(item.product_id), owner, item.version)}
            queued_again = {**WAITING, "indexed_hash": None, "retry_at": self._database.now(connection)}
            self._update(connection, generation_id, stale, queued_again)
            return len(won)

        return self._database.write(work) if items else 0

    def fail(self, generation_id: str, owner: str, failures: Sequence[Failure], attempts_max: int) -> int:
        """Note why; give up when permanent or tried `attempts_max` times, else queue again after a growing pause.

        Returns how many counted; a failure of another version or of a lost lease does not.
        """

        def work(connection: sa.Connection) -> int:
            held = self._held(connection, generation_id, [failure.product_id for failure in failures])
            counted = [f for f in failures if _is_ours(held.get(f.product_id), owner, f.version)]
            now = self._database.now(connection)
            for failure in counted:
                self._note_failure(connection, generation_id, failure, (now, attempts_max))
            return len(counted)

        return self._database.write(work) if failures else 0

    def release(self, generation_id: str, owner: str) -> int:
        """Give back everything this owner holds, at once, as on shutdown; returns how many."""

        def work(connection: sa.Connection) -> int:
            given_back = (
                sa.update(INDEX_STATE)
                .where(self._rows(generation_id), is_in(LEASED), _STATE.lease_owner == owner)
                .values(state=PENDING, lease_until=None, lease_owner=None, retry_at=self._database.now(connection))
            )
            return connection.execute(given_back).rowcount

        return self._database.write(work)

    def progress(self, generation_id: str) -> IndexProgress:
        """How many products are in which state; confirmed deletions count nowhere.

        Only the states that are rare once an index stands are counted row by row, each in its own small index.
        """
        counted = sa.select(sa.func.count()).select_from(INDEX_STATE).where(self._rows(generation_id))
        rare = [counted.where(is_in(state)) for state in (PENDING, LEASED, FAILED, DELETED)]
        # One statement, because a row that changes its state between two of them would be counted in neither.
        together = sa.select(*(count.scalar_subquery() for count in (counted, *rare)))
        with self._database.reading() as connection:
            total, pending, leased, failed, deleted = connection.execute(together).one()
        return IndexProgress(pending, leased, total - pending - leased - failed - deleted, failed)

    def purge(self) -> int:
        """Forget deleted products whose removal every live generation has confirmed and flushed, after the grace time.

        Returns how many were forgotten. Also drops what imports had noted that were never closed for a week.
        """
        forgotten = 0
        while True:
            batch = self._database.write(self._purge_batch)
            forgotten += batch
            if batch < _PURGE_BATCH:
                self._database.write(self._purge_imports)
                return forgotten

    def _rows(self, generation_id: str) -> sa.ColumnElement[bool]:
        return sa.and_(_STATE.shop == self._shop, _STATE.generation == generation_id)

    def _anything(self, generation_id: str) -> bool:
        """Whether there is something to claim, asked without the lock that a writer takes."""
        with self._database.reading() as connection:
            expired, pending = self._waiting(generation_id, self._database.now(connection))
            either = sa.or_(expired.exists(), pending.exists())
            return bool(connection.scalar(sa.select(either)))

    def _waiting(self, generation_id: str, now: float) -> tuple[sa.Select[Any], sa.Select[Any]]:
        """Rows whose lease has ended, and rows that may be tried, each oldest first."""
        chosen = sa.select(_STATE.product_id, _STATE.state, _STATE.attempts, _STATE.indexed_hash).where(
            self._rows(generation_id)
        )
        expired = chosen.where(is_in(LEASED), _STATE.lease_until < now).order_by(_STATE.lease_until)
        pending = chosen.where(is_in(PENDING), _STATE.retry_at <= now)
        return expired, pending.order_by(_STATE.retry_at, _STATE.product_id)

    def _claimable(self, connection: sa.Connection, generation_id: str, now: float, limit: int) -> list[Row]:
        expired, pending = self._waiting(generation_id, now)
        rows = list(connection.execute(_locked(expired, limit)).mappings())
        if len(rows) < limit:
            rows += connection.execute(_locked(pending, limit - len(rows))).mappings()
        return rows

    def _load(self, connection: sa.Connection, waiting: Sequence[Row]) -> list[LeasedProduct]:
        ids = [row["product_id"] for row in waiting]
        products = {row["id"]: row for row in load_rows(connection, self._shop, ids)}
        photos = load_photos(connection, self._shop, ids)
        return [_leased(row, products[row["product_id"]], photos.get(row["product_id"], ())) for row in waiting]

    def _lease(
        self, connection: sa.Connection, generation_id: str, items: Sequence[LeasedProduct], lease: tuple[str, float]
    ) -> None:
        owner, lease_until = lease
        held = {"state": LEASED, "lease_owner": owner, "lease_until": lease_until}
        # From here until it is completed nobody knows which vectors the store holds, so that whoever comes next has to
        # encode; a lease that touches only payloads leaves that knowledge in place.
        unknown = {item.product_id for item in items if item.needs_encoding or item.product is None}
        attempts: dict[int, set[str]] = {}
        for item in items:
            attempts.setdefault(item.attempts, set()).add(item.product_id)
        for tried, ids in attempts.items():
            self._update(connection, generation_id, ids - unknown, {**held, "attempts": tried})
            self._update(connection, generation_id, ids & unknown, {**held, "attempts": tried, "indexed_hash": None})

    def _held(self, connection: sa.Connection, generation_id: str, ids: Sequence[str]) -> dict[str, _Held]:
        held: dict[str, _Held] = {}
        for some in chunked(sorted(set(ids))):
            chosen = (
                sa.select(
                    _STATE.product_id, _STATE.state, _STATE.lease_owner, PRODUCTS.c.version, PRODUCTS.c.deleted_at
                )
                .join(PRODUCTS, sa.and_(PRODUCTS.c.shop == _STATE.shop, PRODUCTS.c.id == _STATE.product_id))
                .where(self._rows(generation_id), _STATE.product_id.in_(some))
                .order_by(_STATE.product_id)
                .with_for_update(of=INDEX_STATE)
            )
            for product_id, state, owner, version, deleted_at in connection.execute(chosen):
                held[product_id] = _Held(state, owner, version, deleted_at is not None)
        return held

    def _next_seq(self, connection: sa.Connection, generation_id: str, epoch: str) -> int | None:
        this = sa.and_(GENERATIONS.c.shop == self._shop, GENERATIONS.c.id == generation_id)
        counted = sa.update(GENERATIONS).where(this).values(write_seq=GENERATIONS.c.write_seq + 1)
        if epoch:
            counted = counted.where(GENERATIONS.c.store_epoch == epoch)
        seq: int | None = connection.scalar(counted.returning(GENERATIONS.c.write_seq))
        return seq

    def _confirm(self, connection: sa.Connection, generation_id: str, won: Sequence[LeasedProduct], seq: int) -> None:
        # The version was compared under a lock that keeps the product from changing until this commits.
        confirmed = {
            "indexed_version": PRODUCTS.c.version,
            "indexed_seq": seq,
            "attempts": 0,
            "error": None,
            "lease_until": None,
            "lease_owner": None,
        }
        indexed = [item.product_id for item in won if item.product is not None]
        deleted = [item.product_id for item in won if item.product is None]
        self._update_from_products(
            connection, generation_id, indexed, {**confirmed, "state": INDEXED, "indexed_hash": PRODUCTS.c.encode_hash}
        )
        self._update_from_products(
            connection, generation_id, deleted, {**confirmed, "state": DELETED, "indexed_hash": None}
        )

    def _update_from_products(
        self, connection: sa.Connection, generation_id: str, ids: Iterable[str], values: dict[str, Any]
    ) -> None:
        same = sa.and_(PRODUCTS.c.shop == _STATE.shop, PRODUCTS.c.id == _STATE.product_id)
        for some in chunked(sorted(ids)):
            of_these = sa.and_(self._rows(generation_id), _STATE.product_id.in_(some))
            connection.execute(sa.update(INDEX_STATE).where(of_these, same).values(**values))

    def _update(
        self, connection: sa.Connection, generation_id: str, ids: Iterable[str], values: dict[str, Any]
    ) -> None:
        for some in chunked(sorted(ids)):
            connection.execute(
                sa.update(INDEX_STATE).where(self._rows(generation_id), _STATE.product_id.in_(some)).values(**values)
            )

    def _note_failure(
        self, connection: sa.Connection, generation_id: str, failure: Failure, when: tuple[float, int]
    ) -> None:
        now, attempts_max = when
        this = sa.and_(self._rows(generation_id), _STATE.product_id == failure.product_id)
        tried = int(connection.scalar(sa.select(_STATE.attempts).where(this)) or 0) + 1
        given_up = failure.permanent or tried >= attempts_max
        connection.execute(
            sa.update(INDEX_STATE)
            .where(this)
            .values(
                state=FAILED if given_up else PENDING,
                attempts=tried,
                error=failure.error[:_ERROR_CHARS_MAX],
                retry_at=now + min(RETRY_MAX_S, RETRY_BASE_S * 2.0 ** min(tried - 1, 16)),
                lease_until=None,
                lease_owner=None,
            )
        )

    def _purge_batch(self, connection: sa.Connection) -> int:
        before = moment_text(self._database.now(connection) - self._tombstone_grace_s)
        unconfirmed = (
            sa.select(_STATE.product_id)
            .join(GENERATIONS, sa.and_(GENERATIONS.c.shop == _STATE.shop, GENERATIONS.c.id == _STATE.generation))
            .where(
                _STATE.shop == self._shop,
                _STATE.product_id == PRODUCTS.c.id,
                GENERATIONS.c.status.in_(LIVE_STATUSES),
                sa.or_(
                    _STATE.state != DELETED,
                    sa.and_(GENERATIONS.c.store_epoch != "", _STATE.indexed_seq > GENERATIONS.c.flushed_seq),
                ),
            )
        )
        columns = PRODUCTS.c
        chosen = (
            sa.select(columns.id)
            .where(columns.shop == self._shop, columns.deleted_at.is_not(None), columns.deleted_at < before)
            .where(~unconfirmed.exists())
            .order_by(columns.id)
            .limit(_PURGE_BATCH)
            .with_for_update(skip_locked=True)
        )
        ids = list(connection.scalars(chosen))
        for table, column in (
            (INDEX_STATE, _STATE.product_id),
            (PHOTOS, PHOTOS.c.product_id),
            (POPULARITY, POPULARITY.c.product_id),
            (PRODUCTS, columns.id),
        ):
            connection.execute(sa.delete(table).where(table.c.shop == self._shop, column.in_(ids)))
        return len(ids)

    def _purge_imports(self, connection: sa.Connection) -> None:
        before = moment_text(self._database.now(connection) - _ABANDONED_IMPORT_S)
        abandoned = sa.select(JOBS.c.id).where(JOBS.c.shop == self._shop, JOBS.c.open, JOBS.c.created_at < before)
        connection.execute(
            sa.delete(IMPORT_SEEN).where(IMPORT_SEEN.c.shop == self._shop, IMPORT_SEEN.c.job_id.in_(abandoned))
        )


def _locked(chosen: sa.Select[Any], limit: int) -> sa.Select[Any]:
    return chosen.limit(limit).with_for_update(skip_locked=True)


def _leased(row: Row, product: Row, photos: tuple[Any, ...]) -> LeasedProduct:
    deleted = product["deleted_at"] is not None
    return LeasedProduct(
        product_id=product["id"],
        version=product["version"],
        product=None if deleted else product_of(product, photos),
        encode_hash=product["encode_hash"],
        needs_encoding=not deleted and row["indexed_hash"] != product["encode_hash"],
        attempts=row["attempts"] + (row["state"] == LEASED),
    )


def _is_ours(held: _Held | None, owner: str, version: int) -> bool:
    return held is not None and held.state == LEASED and held.owner == owner and held.version == version


def _is_stale(held: _Held | None, owner: str, version: int) -> bool:
    """Whether a write that did not count may have left the store with something else than this row promises.

    Another worker's lease is broken only when that worker may be deleting, or writes another version: with the same
    version both write the same.
    """
    if held is None or held.state in (PENDING, FAILED):
        return held is not None and held.state == PENDING
    if held.state == LEASED and held.owner != owner:
        return held.deleted or held.version != version
    return True
