"""Payloads as clients get them, kept in the engine's process: reading one from the shard costs more than a search."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CACHE_BYTES_MAX = 64 * 2**20
# What Python's own objects cost beside the texts, roughly.
_ENTRY_BYTES = 300


@dataclass(frozen=True, slots=True)
class CachedPayload:
    """One point's product id and its payload as msgpack bytes."""

    product_id: str
    packed: bytes


class PayloadCache:
    """The payloads used last, by point id, up to a number of bytes. Thread-safe.

    A reader notes `writes` before it reads the shard, and what it read is kept only if nobody has written meanwhile:
    otherwise an old payload could come back after its replacement was acknowledged.
    """

    def __init__(self, bytes_max: int = CACHE_BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._bytes = 0
        self._entries: OrderedDict[str, CachedPayload] = OrderedDict()
        self._lock = threading.Lock()
        self._writes = 0

    @property
    def writes(self) -> int:
        """How often something has been forgotten."""
        return self._writes

    def get(self, point_ids: Iterable[str]) -> dict[str, CachedPayload]:
        """Those of the points that are here."""
        found: dict[str, CachedPayload] = {}
        with self._lock:
            for point_id in point_ids:
                entry = self._entries.get(point_id)
                if entry is not None:
                    self._entries.move_to_end(point_id)
                    found[point_id] = entry
        return found

    def put(self, entries: Mapping[str, CachedPayload], writes: int) -> None:
        """Keep what was read after `writes` was noted."""
        with self._lock:
            if writes != self._writes:
                return
            for point_id, entry in entries.items():
                self._drop(point_id)
                self._entries[point_id] = entry
                self._bytes += _size(entry)
            while self._bytes > self._bytes_max:
                self._drop(next(iter(self._entries)))

    def forget(self, point_ids: Iterable[str]) -> None:
        """After a write, and before it is acknowledged."""
        with self._lock:
            self._writes += 1
            for point_id in point_ids:
                self._drop(point_id)

    def clear(self) -> None:
        """After the shard has been replaced."""
        with self._lock:
            self._writes += 1
            self._entries.clear()
            self._bytes = 0

    def _drop(self, point_id: str) -> None:
        entry = self._entries.pop(point_id, None)
        if entry is not None:
            self._bytes -= _size(entry)


def _size(entry: CachedPayload) -> int:
    return len(entry.packed) + len(entry.product_id) + _ENTRY_BYTES
