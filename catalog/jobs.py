"""Jobs: what became of each batch or import, and how far its products are."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from catalog.database import Database, chunked, moment_of
from catalog.queueing import serving_generation_id, upsert_into
from catalog.schema import IMPORT_SEEN, INDEX_STATE, JOBS, PRODUCTS
from core.errors import NotFound
from core.indexing import FAILED, INDEXED, LEASED, PENDING, IndexProgress
from core.jobs import Job, Rejection

REJECTIONS_MAX = 1_000

T = TypeVar("T")


class Jobs:
    """The jobs of one shop. All methods raise `CatalogUnavailable` when the database cannot be reached."""

    def __init__(self, database: Database, shop: str) -> None:
        self._database = database
        self._shop = shop

    def open(self, kind: str) -> str:
        """Begin a job of kind `products` or `import`; returns its id."""
        job_id = uuid.uuid4().hex
        row = {
            "shop": self._shop,
            "id": job_id,
            "kind": kind,
            "created_at": self._database.moment(),
            "open": True,
            "rejections": [],
        }
        self._database.write(lambda connection: connection.execute(JOBS.insert(), row))
        return job_id

    def close(self, job_id: str) -> None:
        """No more products will be added; forgets which ids the import has seen.

        Raises
        ------
        NotFound
        """

        def work(connection: sa.Connection) -> None:
            closed = sa.update(JOBS).where(JOBS.c.shop == self._shop, JOBS.c.id == job_id).values(open=False)
            if not connection.execute(closed).rowcount:
                raise NotFound("job", job_id)
            connection.execute(
                sa.delete(IMPORT_SEEN).where(IMPORT_SEEN.c.shop == self._shop, IMPORT_SEEN.c.job_id == job_id)
            )

        self._database.write(work)

    def record(self, job_id: str, accepted: int, unchanged: int, rejections: Sequence[Rejection]) -> None:
        """Add up what became of one more batch of the job; the first thousand rejections are kept.

        Raises
        ------
        NotFound
        """

        def work(connection: sa.Connection) -> None:
            this = sa.and_(JOBS.c.shop == self._shop, JOBS.c.id == job_id)
            added = (
                sa.update(JOBS)
                .where(this)
                .values(
                    accepted=JOBS.c.accepted + accepted,
                    unchanged=JOBS.c.unchanged + unchanged,
                    rejected=JOBS.c.rejected + len(rejections),
                )
            )
            kept = connection.scalar(added.returning(JOBS.c.rejections))
            if kept is None:
                raise NotFound("job", job_id)
            more = [dataclasses.asdict(rejection) for rejection in rejections[: REJECTIONS_MAX - len(kept)]]
            if more:
                connection.execute(sa.update(JOBS).where(this).values(rejections=[*kept, *more]))

        self._database.write(work)

    def get(self, job_id: str) -> Job:
        """The job with the progress of its products in the serving generation.

        Raises
        ------
        NotFound
        """
        with self._database.reading() as connection:
            chosen = sa.select(JOBS).where(JOBS.c.shop == self._shop, JOBS.c.id == job_id)
            row = connection.execute(chosen).mappings().one_or_none()
            if row is None:
                raise NotFound("job", job_id)
            progress = self._progress(connection, job_id)
        return Job(
            id=row["id"],
            kind=row["kind"],
            created_at=moment_of(row["created_at"]),
            open=row["open"],
            accepted=row["accepted"],
            unchanged=row["unchanged"],
            rejected=row["rejected"],
            rejections=tuple(Rejection(**rejection) for rejection in row["rejections"]),
            progress=progress,
        )

    def first_seen(self, job_id: str, ids_lines: Sequence[tuple[str, int]]) -> dict[str, int]:
        """Note which ids the import has seen, each with its line.

        Returns the line at which an id was first seen, for each that was seen before: in an earlier call, or earlier in
        this one. The same line again, as after a retry, does not count.
        """
        lines: dict[str, int] = {}
        twice: dict[str, int] = {}
        for product_id, line in ids_lines:
            if lines.setdefault(product_id, line) != line:
                twice[product_id] = lines[product_id]
        ids = sorted(lines)

        def work(connection: sa.Connection) -> dict[str, int]:
            before = self._lines(connection, job_id, ids)
            rows = [
                {"shop": self._shop, "job_id": job_id, "product_id": product_id, "line": lines[product_id]}
                for product_id in ids
                if product_id not in before
            ]
            if rows:
                connection.execute(upsert_into(connection, IMPORT_SEEN).on_conflict_do_nothing(), rows)
            return before

        before = self._database.write(work)
        return twice | {product_id: line for product_id, line in before.items() if line != lines[product_id]}

    def missing(self, job_id: str, limit: int) -> list[str]:
        """Ids of products that the import has not seen, in order."""
        chosen = self._missing(job_id, PRODUCTS.c.id).order_by(PRODUCTS.c.id).limit(limit)
        with self._database.reading() as connection:
            return list(connection.scalars(chosen))

    def missing_count(self, job_id: str) -> int:
        """How many products the import has not seen."""
        with self._database.reading() as connection:
            return int(connection.scalar(self._missing(job_id, sa.func.count())) or 0)

    def _lines(self, connection: sa.Connection, job_id: str, ids: Sequence[str]) -> dict[str, int]:
        columns = IMPORT_SEEN.c
        lines: dict[str, int] = {}
        for some in chunked(ids):
            chosen = sa.select(columns.product_id, columns.line).where(
                columns.shop == self._shop, columns.job_id == job_id, columns.product_id.in_(some)
            )
            lines.update(dict(connection.execute(chosen).all()))
        return lines

    def _missing(self, job_id: str, what: sa.ColumnElement[T]) -> sa.Select[Any]:
        seen = sa.exists().where(
            IMPORT_SEEN.c.shop == self._shop,
            IMPORT_SEEN.c.job_id == job_id,
            IMPORT_SEEN.c.product_id == PRODUCTS.c.id,
        )
        return (
            sa.select(what)
            .select_from(PRODUCTS)
            .where(PRODUCTS.c.shop == self._shop, PRODUCTS.c.deleted_at.is_(None), ~seen)
        )

    def _progress(self, connection: sa.Connection, job_id: str) -> IndexProgress:
        serving = serving_generation_id(connection, self._shop) or ""
        state = sa.and_(
            INDEX_STATE.c.shop == PRODUCTS.c.shop,
            INDEX_STATE.c.generation == serving,
            INDEX_STATE.c.product_id == PRODUCTS.c.id,
        )
        counted = (
            sa.select(INDEX_STATE.c.state, sa.func.count())
            .select_from(PRODUCTS.outerjoin(INDEX_STATE, state))
            .where(PRODUCTS.c.shop == self._shop, PRODUCTS.c.job_id == job_id, PRODUCTS.c.deleted_at.is_(None))
            .group_by(INDEX_STATE.c.state)
        )
        counts: dict[str | None, int] = dict(connection.execute(counted).all())
        return IndexProgress(
            pending=counts.get(PENDING, 0) + counts.get(None, 0),
            leased=counts.get(LEASED, 0),
            indexed=counts.get(INDEXED, 0),
            failed=counts.get(FAILED, 0),
        )
