"""One open collection: what clients may do with it, on plain values."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
import qdrant_edge as edge

from core.errors import NotFound, StoreCorrupted, StoreError, StoreUnavailable, VitrineError
from core.filters import Filter
from vectorstore.embedded.builder import Builder
from vectorstore.embedded.filters import engine_filter
from vectorstore.embedded.folder import ShardFolder
from vectorstore.embedded.guard import ShardClosed, call_engine
from vectorstore.embedded.payloads import CachedPayload, PayloadCache
from vectorstore.embedded.recovery import create_index, open_shard
from vectorstore.embedded.replaying import Replay, replay_indexes
from vectorstore.embedded.rows import (
    ID_KEY,
    POINTS_PER_UPDATE,
    VERSION_KEY,
    PointRow,
    QueryRow,
    engine_point,
    engine_request,
)
from vectorstore.embedded.schema import EXACT_PARAMS, SEARCH_PARAMS
from vectorstore.embedded.wire import pack
from vectorstore.ids import point_id

# Some 40 MB of product ids; beyond that they are read anew.
IDS_KEPT_MAX = 200_000
# Walking a graph for 2,000 takes as long as scanning 200,000 points, and for 10,000 as long as scanning 1,000,000.
_DEEP_MIN = 2_000
_DEEP_SHARE = 100

_Result = TypeVar("_Result")
# What the engine calls a point; ours are all UUIDs.
_Key = int | UUID | str
_log = logging.getLogger(__name__)


class Shard:
    """An open shard. Thread-safe; writes come one after the other, so that reading versions and writing is one step."""

    def __init__(self, folder: ShardFolder, database_id: str) -> None:
        self.database_id = database_id
        self.generation = folder.generation(database_id)
        self._folder = folder
        self._writing = threading.RLock()
        self._payloads = PayloadCache()
        self._ids: dict[_Key, str] = {}
        self._gone: Callable[[], VitrineError] | None = None
        self._damaged = False
        self._edge = open_shard(self._folder, self.generation)
        # What was lost stays the same as long as the epoch does, whoever has taken note of it meanwhile.
        self._epoch = secrets.token_hex(8)
        self._lost_unflushed = folder.lossy
        self._lost_all = folder.fresh
        self._reported = False
        self._dirty = not folder.clean
        self._has_graphs = folder.replaced
        known = folder.unoptimized_points
        self._unoptimized_points = self.points if known is None else known
        # While a copy is being built: who builds it, and what has been written since it was made.
        self._builder: Builder | None = None
        self._replay: Replay | None = None

    @property
    def damaged(self) -> bool:
        """The engine has panicked. Its state must not reach the disk any more, and it would even when it is closed.

        So the process has to end without closing anything; the next one replays the WAL, or leaves it out.
        """
        return self._damaged

    @property
    def points(self) -> int:
        """How many there are."""
        return self._run(lambda shard: shard.info()).points_count

    @property
    def unoptimized_points(self) -> int:
        """How many points have been written since it was last optimized or rebuilt; all there are, if nobody knows."""
        return self._unoptimized_points

    @property
    def has_graphs(self) -> bool:
        """Whether it has been rebuilt. Then `optimize` would build graphs, which takes far too long in this process."""
        return self._has_graphs

    def upsert(self, rows: Sequence[PointRow]) -> str:
        """Write points unless a newer version is there; returns the epoch."""
        with self._writing:
            versions = self._versions([row.product_id for row in rows])
            for row in rows:
                # A batch may hold a product twice; the newer one stays, and the later of equals.
                versions[row.product_id] = max(row.version, versions.get(row.product_id, 0))
            last = {row.product_id: row for row in rows if row.version >= versions[row.product_id]}
            points = [engine_point(row, self.generation.shop) for row in last.values()]
            for start in range(0, len(points), POINTS_PER_UPDATE):
                chunk = points[start : start + POINTS_PER_UPDATE]
                self._write([str(point.id) for point in chunk], edge.UpdateOperation.upsert_points(chunk))
            self._unoptimized_points += len(points)
            return self._epoch

    def set_payloads(self, payloads: Mapping[str, tuple[int, Mapping[str, Any]]]) -> str:
        """Replace payloads of points that are there and not newer; returns the epoch."""
        with self._writing:
            stored = self._versions(list(payloads))
            for product_id, (version, payload) in payloads.items():
                if product_id in stored and version >= stored[product_id]:
                    key = self._point_id(product_id)
                    full = {**payload, VERSION_KEY: version, ID_KEY: product_id}
                    self._write([key], edge.UpdateOperation.overwrite_payload([key], full))
            return self._epoch

    def delete(self, product_ids: Sequence[str]) -> str:
        """Delete points; returns the epoch."""
        with self._writing:
            keys = [self._point_id(product_id) for product_id in product_ids]
            if keys:
                self._write(keys, edge.UpdateOperation.delete_points(list(keys)))
            return self._epoch

    def query(self, rows: Sequence[QueryRow], where: Filter | None, payload: bool) -> dict[str, Any]:
        """Answer queries under one filter.

        Returns
        -------
        `ids`: the product ids found by any query; `payloads`: their packed payloads, if asked for; `views`: per query
        int32 positions in `ids` and float32 scores, best first.
        """
        wanted = engine_filter(where, self.generation.shop)
        answers = self._query([engine_request(row, wanted, self._params(row)) for row in rows])
        # Each look at a point's id makes a new one, which takes longer than finding the point.
        found = [[(point.id, point.score) for point in answer] for answer in answers]
        keys = dict.fromkeys(key for answer in found for key, _ in answer)
        fetched = self._fetch({str(key) for key in keys}) if payload else {}
        entries = {key: entry for key in keys if (entry := fetched.get(str(key))) is not None}
        names = {key: entry.product_id for key, entry in entries.items()} if payload else self._product_ids_of(keys)
        positions = {key: position for position, key in enumerate(names)}
        views = []
        for answer in found:
            # A point deleted since it was found has no entry any more.
            kept = [(positions[key], score) for key, score in answer if key in positions]
            views.append(
                [np.array([at for at, _ in kept], np.int32), np.array([score for _, score in kept], np.float32)]
            )
        body: dict[str, Any] = {"ids": list(names.values()), "views": views}
        if payload:
            body["payloads"] = [entry.packed for entry in entries.values()]
        return body

    def score_together(self, rows: Sequence[QueryRow], where: Filter | None) -> list[Any]:
        """The ids of all products that any query finds, and float32 scores (queries, products), NaN for none."""
        wanted = engine_filter(where, self.generation.shop)
        answers = self._query([engine_request(row, wanted, self._params(row)) for row in rows])
        # Each look at a point's id makes a new one, which takes longer than finding the point.
        found = [{point.id: point.score for point in answer} for answer in answers]
        names = self._product_ids_of(chain.from_iterable(found))
        gaps = [[key for key in names if key not in scores] for scores in found]
        # Exactly: for so few points that costs less than their codes.
        asked = [
            engine_request(
                row._replace(limit=len(gap)), edge.Filter(must=[edge.HasIdCondition(set(gap))]), EXACT_PARAMS
            )
            for row, gap in zip(rows, gaps, strict=True)
            if gap
        ]
        filled = iter(self._query(asked))
        for scores, gap in zip(found, gaps, strict=True):
            scores.update((point.id, point.score) for point in (next(filled) if gap else ()))
        together = [[scores.get(key, np.nan) for key in names] for scores in found]
        return [list(names.values()), np.array(together, dtype=np.float32).reshape(len(rows), len(names))]

    def retrieve(self, product_ids: Sequence[str], vectors: Sequence[str], payload: bool) -> list[list[Any]]:
        """Rows of product id, arrays by vector name, packed payload or None, for the products that are there."""
        keys = {self._point_id(product_id): product_id for product_id in product_ids}
        packed = self._fetch(set(keys)) if payload or not vectors else {}
        if not vectors:
            return [[entry.product_id, {}, entry.packed if payload else None] for entry in packed.values()]
        records = self._run(lambda shard: shard.retrieve(list(keys), False, list(vectors)))
        rows = []
        for record in records:
            key = str(record.id)
            entry = packed.get(key)
            arrays = {name: np.array(value, dtype=np.float32) for name, value in _by_name(record.vector).items()}
            if entry is not None or not payload:
                rows.append([keys[key], arrays, None if entry is None else entry.packed])
        return rows

    def count(self, where: Filter | None) -> int:
        """How many points match, exactly."""
        wanted = engine_filter(where, self.generation.shop)
        return self._run(lambda shard: shard.count(edge.CountRequest(exact=True, filter=wanted)))

    def product_ids(self, after: str | None, limit: int) -> list[Any]:
        """One page of product ids, and the point id that the next page begins with or None."""
        request = edge.ScrollRequest(offset=after, limit=limit, with_payload=[ID_KEY])
        records, following = self._run(lambda shard: shard.scroll(request))
        page = [record.payload[ID_KEY] for record in records if record.payload]
        return [page, None if following is None else str(following)]

    def index_field(self, field: str, kind: str) -> None:
        """Index a payload field, unless it is indexed."""
        with self._writing:
            self._mark_dirty()
            self._run(lambda shard: create_index(shard, field, kind))

    def flush(self, *, by_client: bool) -> None:
        """Bring everything to disk. A client that flushes after it was told what is lost has taken note of it.

        Nobody else need wait for writes: he comes again.
        """
        if not self._writing.acquire(blocking=by_client):
            return
        try:
            if self._dirty:
                self._run(lambda shard: shard.flush())
                self._folder.mark_clean(self._unoptimized_points)
                self._dirty = False
            if by_client and self._reported:
                self._folder.mark_known()
        finally:
            self._writing.release()

    def optimize(self) -> bool:
        """Build the quantised codes of what was written since; holds the GIL meanwhile. Returns whether it had to."""
        with self._writing:
            self._mark_dirty()
            # Also if it fails: what fails now fails again at once.
            self._unoptimized_points = 0
            return self._run(lambda shard: shard.optimize())

    def rebuild(self, builder: Builder) -> None:
        """Have `builder` make a copy and optimize it, tell it what was written meanwhile, and serve it from then on.

        Searches go on all the time, and writes but for the time that copying takes.

        Raises
        ------
        StoreUnavailable: no space, or the builder failed or was stopped. The shard is as it was.
        """
        self._builder, copy = builder, self._folder.draft()
        try:
            with self._writing:
                if self._gone is not None:
                    raise self._gone()
                self.flush(by_client=False)
                builder.copy(self._folder.shard, copy, self.database_id)
                self._replay = replay = Replay(self._writing, self._whole)
            if builder.finish():
                self._exchange(copy, replay)
            else:
                self._unoptimized_points = replay.points
        finally:
            with self._writing:
                self._builder, self._replay = None, None
                if self._gone is None:
                    self._folder.discard_copies()

    def status(self) -> dict[str, Any]:
        """Epoch, points and losses."""
        points = self.count(None)
        self._reported = True
        return {
            "epoch": self._epoch,
            "points": points,
            "lost_unflushed": self._lost_unflushed,
            "lost_all": self._lost_all,
        }

    def close(self) -> None:
        """Flush, note that nothing is missing, and let go of the files."""
        self._stop_building()
        with self._writing:
            self._stop_building()
            if self._gone is not None or self._damaged:
                return
            self.flush(by_client=False)
            self._gone = _leaving
            call_engine(self._edge.close)

    def remove(self) -> None:
        """Let go of the files and delete them."""
        self._stop_building()
        with self._writing:
            self._stop_building()
            if self._gone is None:
                self._gone = partial(NotFound, "generation", self.generation.id)
                _let_go(self._edge)
            self._folder.remove()

    def _stop_building(self) -> None:
        """Twice: without the lock, which is held while a builder copies, and with it, when no other can come."""
        builder = self._builder
        if builder is not None:
            builder.stop()

    def _exchange(self, copy: Path, replay: Replay) -> None:
        """Serve a finished copy. A process that dies meanwhile leaves the one or the other, and either is complete."""
        fresh = call_engine(lambda: edge.EdgeShard.load(str(copy)))
        unneeded = fresh
        try:
            replay.tell_most(fresh)
            call_engine(fresh.flush)
            with self._writing:
                replay.tell(fresh)
                self._run(lambda shard: replay_indexes(fresh, shard))
                call_engine(fresh.flush)
                self._mark_dirty()
                self._folder.serve(copy)
                self._edge, unneeded = fresh, self._edge
                self._has_graphs, self._unoptimized_points = True, replay.points
                self.flush(by_client=False)
        finally:
            _let_go(unneeded)

    def _run(self, call: Callable[[edge.EdgeShard], _Result]) -> _Result:
        if self._damaged:
            raise StoreCorrupted("the embedded engine has panicked and is being replaced; try again")
        if self._gone is not None:
            raise self._fault()
        while True:
            serving = self._edge
            try:
                return call_engine(partial(call, serving))
            except StoreCorrupted:
                self._damaged = True
                raise
            except ShardClosed as error:
                # Since the look above it has been taken down, or has given its place to its copy.
                if serving is self._edge:
                    raise self._fault() from error

    def _fault(self) -> VitrineError:
        return _leaving() if self._gone is None else self._gone()

    def _write(self, keys: Sequence[str], operation: edge.UpdateOperation) -> None:
        self._mark_dirty()
        try:
            self._run(lambda shard: shard.update(operation))
        finally:
            # Also after a failure, for a refused batch may have been written in part.
            self._payloads.forget(keys)
            if self._replay is not None:
                self._replay.note(keys)

    def _mark_dirty(self) -> None:
        if not self._dirty:
            self._folder.mark_dirty()
            self._dirty = True

    def _versions(self, product_ids: Sequence[str]) -> dict[str, int]:
        keys = [self._point_id(product_id) for product_id in product_ids]
        records = self._run(lambda shard: shard.retrieve([*keys], [VERSION_KEY, ID_KEY], False))
        return {record.payload[ID_KEY]: record.payload[VERSION_KEY] for record in records if record.payload}

    def _params(self, row: QueryRow) -> edge.SearchParams:
        """Where there are graphs, one that asks for very many is answered sooner by looking at everything."""
        deep = row.limit > _DEEP_MIN and not isinstance(row.vector, list)
        return EXACT_PARAMS if deep and self._has_graphs and row.limit * _DEEP_SHARE > self.points else SEARCH_PARAMS

    def _query(self, requests: list[edge.QueryRequest]) -> list[list[edge.ScoredPoint]]:
        return self._run(lambda shard: shard.query_batch(edge.QueryBatchRequest(requests))) if requests else []

    def _product_ids_of(self, keys: Iterable[_Key]) -> dict[_Key, str]:
        """Product ids by point id. Which product a point is of never changes, so what was read once is kept."""
        if len(self._ids) > IDS_KEPT_MAX:
            self._ids = {}
        kept, wanted = self._ids, dict.fromkeys(keys)
        missing = [key for key in wanted if key not in kept]
        if missing:
            records = self._run(lambda shard: shard.retrieve([*missing], [ID_KEY], False))
            kept.update({record.id: record.payload[ID_KEY] for record in records if record.payload})
        return {key: kept[key] for key in wanted if key in kept}

    def _whole(self, keys: Sequence[str]) -> list[edge.Record]:
        return self._run(lambda shard: shard.retrieve([*keys], True, True))

    def _fetch(self, keys: set[str]) -> dict[str, CachedPayload]:
        found = self._payloads.get(keys)
        missing = [key for key in keys if key not in found]
        if not missing:
            return found
        writes = self._payloads.writes
        records = self._run(lambda shard: shard.retrieve([*missing], True, False))
        read = {str(record.id): _cached(record.payload) for record in records if record.payload}
        self._payloads.put(read, writes)
        return found | read

    def _point_id(self, product_id: str) -> str:
        return point_id(self.generation.shop, product_id)


def _leaving() -> VitrineError:
    return StoreUnavailable("the embedded engine is leaving; try again")


def _let_go(shard: edge.EdgeShard) -> None:
    """Close what is not needed any more."""
    try:
        call_engine(shard.close)
    except StoreError as error:
        _log.warning("a shard that is not needed any more could not be closed: %s", error)


def _by_name(vectors: object) -> dict[str, Any]:
    """Vectors that have names always come as a dict; nothing else is stored here."""
    return vectors if isinstance(vectors, dict) else {}


def _cached(payload: Mapping[str, Any]) -> CachedPayload:
    public = {key: value for key, value in payload.items() if key not in (VERSION_KEY, ID_KEY)}
    return CachedPayload(payload[ID_KEY], pack(public))
