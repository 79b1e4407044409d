"""Generations: which indexes a shop has, which one serves, and what has to be written again after a store's loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from catalog.database import Database
from catalog.queueing import (
    DELETED,
    LIVE_STATUSES,
    WAITING,
    guard_generations,
    queue_all_products,
    serving_generation_id,
    upsert_into,
)
from catalog.schema import GENERATIONS, INDEX_STATE, SERVING
from core.errors import Conflict, NotFound
from core.generations import RETIRED, Generation, View
from core.indexing import INDEXED, LEASED, CollectionStatus

_STATUSES = (*LIVE_STATUSES, RETIRED)


class Generations:
    """The generations of one shop. All methods raise `CatalogUnavailable` when the database cannot be reached."""

    def __init__(self, database: Database, shop: str) -> None:
        self._database = database
        self._shop = shop

    def add(self, generation: Generation) -> None:
        """Keep a new generation and queue every product for it.

        Raises
        ------
        Conflict: there is one of that id already, or it belongs to another shop.
        """

        def work(connection: sa.Connection) -> None:
            guard_generations(connection, self._shop, exclusive=True)
            self._insert(connection, generation)

        self._database.write(work)

    def first(self, generation: Generation) -> Generation:
        """The serving generation; if there is none yet, this one is kept and put into service.

        Of several callers on a new database one wins, and all get the same generation.
        """

        def work(connection: sa.Connection) -> None:
            guard_generations(connection, self._shop, exclusive=True)
            if serving_generation_id(connection, self._shop) is None:
                self._insert(connection, generation)
                connection.execute(SERVING.insert(), {"shop": self._shop, "generation": generation.id})

        self._database.write(work)
        return self.serving() or generation

    def serving(self) -> Generation | None:
        """The generation that answers queries, or None before the first."""
        chosen = sa.select(GENERATIONS).join(
            SERVING, sa.and_(SERVING.c.shop == GENERATIONS.c.shop, SERVING.c.generation == GENERATIONS.c.id)
        )
        with self._database.reading() as connection:
            row = connection.execute(chosen.where(SERVING.c.shop == self._shop)).mappings().one_or_none()
        return None if row is None else _generation(row)

    def serve(self, generation_id: str) -> None:
        """Let this generation answer queries from now on.

        Raises
        ------
        NotFound
        Conflict: it is retired.
        """

        def work(connection: sa.Connection) -> None:
            guard_generations(connection, self._shop, exclusive=True)
            if self._status(connection, generation_id) == RETIRED:
                raise Conflict(f"generation {generation_id!r} is retired; build it again before it serves")
            before = serving_generation_id(connection, self._shop)
            if before == generation_id:
                return
            served = {"generation": generation_id, "before": before or ""}
            insert = upsert_into(connection, SERVING).values(shop=self._shop, **served)
            connection.execute(insert.on_conflict_do_update(index_elements=["shop"], set_=served))

        self._database.write(work)

    def served_before(self) -> str:
        """The id of the generation that served before this one; empty for none. It may be gone."""
        chosen = sa.select(SERVING.c.before).where(SERVING.c.shop == self._shop)
        with self._database.reading() as connection:
            return connection.scalar(chosen) or ""

    def live(self) -> list[Generation]:
        """Generations that are being built or ready, oldest first."""
        chosen = (
            sa.select(GENERATIONS)
            .where(GENERATIONS.c.shop == self._shop, GENERATIONS.c.status.in_(LIVE_STATUSES))
            .order_by(GENERATIONS.c.created_at, GENERATIONS.c.id)
        )
        with self._database.reading() as connection:
            return [_generation(row) for row in connection.execute(chosen).mappings()]

    def all(self) -> list[Generation]:
        """All that are known, retired ones included, oldest first."""
        chosen = (
            sa.select(GENERATIONS)
            .where(GENERATIONS.c.shop == self._shop)
            .order_by(GENERATIONS.c.created_at, GENERATIONS.c.id)
        )
        with self._database.reading() as connection:
            return [_generation(row) for row in connection.execute(chosen).mappings()]

    def forget(self, generation_id: str) -> None:
        """Delete what is known of a retired generation; one that is not known is no error.

        Raises
        ------
        Conflict: it is not retired.
        """

        def work(connection: sa.Connection) -> None:
            guard_generations(connection, self._shop, exclusive=True)
            chosen = sa.select(GENERATIONS.c.status).where(self._this(generation_id))
            if connection.scalar(chosen) not in (None, RETIRED):
                raise Conflict(f"generation {generation_id!r} is not retired; its index may still be in use")
            connection.execute(sa.delete(GENERATIONS).where(self._this(generation_id)))

        self._database.write(work)

    def get(self, generation_id: str) -> Generation:
        """One generation by id.

        Raises
        ------
        NotFound
        """
        with self._database.reading() as connection:
            row = connection.execute(sa.select(GENERATIONS).where(self._this(generation_id))).mappings().one_or_none()
        if row is None:
            raise NotFound("generation", generation_id)
        return _generation(row)

    def set_status(self, generation_id: str, status: str) -> None:
        """Move a generation to `building`, `ready` or `retired`; a retired one forgets its index state.

        Raises
        ------
        NotFound
        Conflict: an unknown status, or the serving generation would retire.
        """
        if status not in _STATUSES:
            raise Conflict(f"a generation's status is one of {', '.join(_STATUSES)}, not {status!r}")
        self._database.write(lambda connection: self._set_status(connection, generation_id, status))

    def set_calibration(self, generation_id: str, calibration: Mapping[str, Any]) -> None:
        """Keep what makes scores of this generation comparable; raises `NotFound`."""

        def work(connection: sa.Connection) -> None:
            changed = sa.update(GENERATIONS).where(self._this(generation_id)).values(calibration=dict(calibration))
            if connection.execute(changed).rowcount == 0:
                raise NotFound("generation", generation_id)

        self._database.write(work)

    def set_ranker(self, generation_id: str, ranker: str) -> None:
        """Let another ranker order the hits of this generation, or none if it is empty; raises `NotFound`."""
        changed = sa.update(GENERATIONS).where(self._this(generation_id)).values(ranker=ranker)
        if self._database.write(lambda connection: connection.execute(changed).rowcount) == 0:
            raise NotFound("generation", generation_id)

    def reconcile(self, generation_id: str, status: CollectionStatus) -> int:
        """Queue again what the store may have lost, after its epoch has changed; returns how many products.

        Of several callers that see the same new epoch one wins; the others, and calls with the known epoch or none,
        change nothing and keep no writer waiting. What is queued again is also encoded again: its vectors may be gone.

        Raises
        ------
        NotFound
        """
        if self._known_epoch(generation_id) == status.epoch or not status.epoch:
            return 0

        def work(connection: sa.Connection) -> int:
            changed = (
                sa.update(GENERATIONS)
                .where(self._this(generation_id), GENERATIONS.c.store_epoch != status.epoch)
                .values(store_epoch=status.epoch)
                .returning(GENERATIONS.c.flushed_seq)
            )
            flushed_seq = connection.scalar(changed)
            if flushed_seq is None:
                # Another caller has taken note of the same epoch in the meantime.
                return 0
            if not (status.lost_unflushed or status.lost_all):
                return 0
            return self._queue_lost(connection, generation_id, None if status.lost_all else flushed_seq)

        return self._database.write(work)

    def change_encoder(self, generation_id: str, view_name: str, encoder: str) -> int:
        """Let a view be made by another encoder of the same size from now on, and queue every product for it.

        Of several callers one queues; returns how many products, 0 when it is made by that one already.

        Raises
        ------
        NotFound
        """

        def work(connection: sa.Connection) -> int:
            guard_generations(connection, self._shop, exclusive=True)
            views = self._views(connection, generation_id)
            changed = [view | {"encoder": encoder} if view["name"] == view_name else view for view in views]
            if changed == views:
                return 0
            connection.execute(sa.update(GENERATIONS).where(self._this(generation_id)).values(views=changed))
            return self._queue_lost(connection, generation_id, None)

        return self._database.write(work)

    def change_weights(self, generation_id: str, view_name: str, weights: str) -> int:
        """Note by which weights a view is made from now on, and queue every product for it if others were known.

        What was fitted to the scores of the others is forgotten. Of several callers one queues; returns how many.

        Raises
        ------
        NotFound
        """

        def work(connection: sa.Connection) -> int:
            guard_generations(connection, self._shop, exclusive=True)
            views = self._views(connection, generation_id)
            before = next((view.get("weights", "") for view in views if view["name"] == view_name), weights)
            if before == weights:
                return 0
            changed = [view | {"weights": weights} if view["name"] == view_name else view for view in views]
            noted = sa.update(GENERATIONS).where(self._this(generation_id)).values(views=changed)
            connection.execute(noted.values(calibration={}) if before else noted)
            return self._queue_lost(connection, generation_id, None) if before else 0

        return self._database.write(work)

    def write_seq(self, generation_id: str) -> int:
        """The number of the last completed batch; everything up to it is in the store when this is read.

        Raises
        ------
        NotFound
        """
        with self._database.reading() as connection:
            seq = connection.scalar(sa.select(GENERATIONS.c.write_seq).where(self._this(generation_id)))
        if seq is None:
            raise NotFound("generation", generation_id)
        return int(seq)

    def set_flushed(self, generation_id: str, seq: int, epoch: str = "") -> None:
        """Note that everything up to `seq`, read before the flush, survives the machine's death; never goes back.

        With the epoch that was flushed, a watermark read before the store was started anew counts for nothing.
        """
        flushed = sa.update(GENERATIONS).where(self._this(generation_id), GENERATIONS.c.flushed_seq < seq)
        if epoch:
            flushed = flushed.where(GENERATIONS.c.store_epoch == epoch)
        self._database.write(lambda connection: connection.execute(flushed.values(flushed_seq=seq)))

    def _known_epoch(self, generation_id: str) -> str:
        with self._database.reading() as connection:
            epoch = connection.scalar(sa.select(GENERATIONS.c.store_epoch).where(self._this(generation_id)))
        if epoch is None:
            raise NotFound("generation", generation_id)
        return str(epoch)

    def _views(self, connection: sa.Connection, generation_id: str) -> list[dict[str, Any]]:
        """Of a generation that nobody else changes meanwhile; raises `NotFound`."""
        views = connection.scalar(sa.select(GENERATIONS.c.views).where(self._this(generation_id)).with_for_update())
        if views is None:
            raise NotFound("generation", generation_id)
        return list(views)

    def _this(self, generation_id: str) -> sa.ColumnElement[bool]:
        return sa.and_(GENERATIONS.c.shop == self._shop, GENERATIONS.c.id == generation_id)

    def _insert(self, connection: sa.Connection, generation: Generation) -> None:
        if generation.shop != self._shop:
            raise Conflict(f"generation {generation.id!r} is of shop {generation.shop!r}, not of {self._shop!r}")
        if connection.scalar(sa.select(GENERATIONS.c.id).where(self._this(generation.id))) is not None:
            raise Conflict(f"there is a generation {generation.id!r} already")
        row = {
            "shop": self._shop,
            "id": generation.id,
            "views": [_view_row(view) for view in generation.views],
            "calibration": dict(generation.calibration),
            "ranker": generation.ranker,
            "status": generation.status,
            "created_at": self._database.moment(),
        }
        connection.execute(GENERATIONS.insert(), row)
        if generation.status in LIVE_STATUSES:
            queue_all_products(connection, self._shop, generation.id, self._database.now(connection))

    def _status(self, connection: sa.Connection, generation_id: str) -> str:
        status = connection.scalar(sa.select(GENERATIONS.c.status).where(self._this(generation_id)))
        if status is None:
            raise NotFound("generation", generation_id)
        return str(status)

    def _set_status(self, connection: sa.Connection, generation_id: str, status: str) -> None:
        guard_generations(connection, self._shop, exclusive=True)
        before = self._status(connection, generation_id)
        if status == RETIRED and serving_generation_id(connection, self._shop) == generation_id:
            raise Conflict(f"generation {generation_id!r} serves; let another one serve before it retires")
        connection.execute(sa.update(GENERATIONS).where(self._this(generation_id)).values(status=status))
        if status == RETIRED and before != RETIRED:
            connection.execute(sa.delete(INDEX_STATE).where(self._rows(generation_id)))
        elif status != RETIRED and before == RETIRED:
            queue_all_products(connection, self._shop, generation_id, self._database.now(connection))

    def _rows(self, generation_id: str) -> sa.ColumnElement[bool]:
        return sa.and_(INDEX_STATE.c.shop == self._shop, INDEX_STATE.c.generation == generation_id)

    def _queue_lost(self, connection: sa.Connection, generation_id: str, flushed_seq: int | None) -> int:
        lost = self._rows(generation_id)
        if flushed_seq is not None:
            lost = sa.and_(lost, INDEX_STATE.c.indexed_seq > flushed_seq)
        queued = (
            sa.update(INDEX_STATE)
            .where(lost, INDEX_STATE.c.state.in_((INDEXED, DELETED, LEASED)))
            .values(indexed_hash=None, indexed_seq=0, retry_at=self._database.now(connection), **WAITING)
        )
        count = connection.execute(queued).rowcount
        # What waits already, or was given up, must not take the old vectors for granted either.
        connection.execute(sa.update(INDEX_STATE).where(lost).values(indexed_hash=None, indexed_seq=0))
        return count


def _view_row(view: View) -> dict[str, Any]:
    return {
        "name": view.name,
        "vector": view.vector,
        "dim": view.dim,
        "encoder": view.encoder,
        "reached_by": sorted(view.reached_by),
        "weights": view.weights,
    }


def _generation(row: sa.RowMapping) -> Generation:
    views = tuple(View(**{**view, "reached_by": frozenset(view["reached_by"])}) for view in row["views"])
    return Generation(
        id=row["id"],
        shop=row["shop"],
        views=views,
        status=row["status"],
        calibration=row["calibration"],
        ranker=row["ranker"],
    )
