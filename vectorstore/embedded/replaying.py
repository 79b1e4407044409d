"""Telling a copy of a shard what has been written to the shard since the copy was made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import qdrant_edge as edge

from vectorstore.embedded.guard import call_engine
from vectorstore.embedded.rows import POINTS_PER_UPDATE

# Writes wait while a copy is told the rest, so it should be short; but whoever writes without end must not put that off
# for ever.
_REST_MAX = 2 * POINTS_PER_UPDATE
_ROUNDS_MAX = 8


class Replay:
    """What has been written since a copy was made, and who tells it.

    Parameters
    ----------
    writing: held by whoever writes.
    read: those of some points that the shard has, with payload and vectors.
    """

    def __init__(self, writing: threading.RLock, read: Callable[[Sequence[str]], Sequence[edge.Record]]) -> None:
        self._writing = writing
        self._read = read
        self._untold: set[str] = set()
        self._told: set[str] = set()

    @property
    def points(self) -> int:
        """How many points have been written."""
        return len(self._told | self._untold)

    def note(self, keys: Iterable[str]) -> None:
        """These points are being written; the lock is held."""
        self._untold.update(keys)

    def tell_most(self, copy: edge.EdgeShard) -> None:
        """Bring the copy to a state that few writes are missing from, while others write."""
        for _ in range(_ROUNDS_MAX):
            if len(self._untold) <= _REST_MAX:
                return
            self.tell(copy)

    def tell(self, copy: edge.EdgeShard) -> None:
        """Bring the copy to the state of now; that stays true as long as the caller holds the lock."""
        with self._writing:
            # What is written from here on is told the next time, be it of the same points.
            untold, self._untold = self._untold, set()
            self._told |= untold
        keys = list(untold)
        for start in range(0, len(keys), POINTS_PER_UPDATE):
            part = keys[start : start + POINTS_PER_UPDATE]
            _tell_points(copy, part, self._read(part))


def replay_indexes(copy: edge.EdgeShard, shard: edge.EdgeShard) -> None:
    """Index the payload fields that have been indexed in the shard since."""
    known = call_engine(copy.info).payload_schema
    for path, index in call_engine(shard.info).payload_schema.items():
        if path not in known:
            call_engine(partial(copy.update, edge.UpdateOperation.create_field_index(path, index.data_type)))


def _tell_points(copy: edge.EdgeShard, keys: Sequence[str], records: Sequence[edge.Record]) -> None:
    points = [edge.Point(record.id, record.vector or {}, record.payload) for record in records]
    if points:
        call_engine(lambda: copy.update(edge.UpdateOperation.upsert_points(points)))
    gone = set(keys) - {str(point.id) for point in points}
    if gone:
        call_engine(lambda: copy.update(edge.UpdateOperation.delete_points(list(gone))))
