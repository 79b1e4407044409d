"""All shards of one data folder: opened when first asked for, and shared by every client of the engine's process."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from core.errors import NotFound, StoreError
from core.generations import Generation
from vectorstore.embedded.folder import ShardFolder, check_generation_id
from vectorstore.embedded.shard import Shard

_log = logging.getLogger(__name__)


class Library:
    """The open shards, by generation. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shards: dict[str, Shard] = {}
        self._lock = threading.RLock()

    def ensure(self, database_id: str, generation: Generation) -> Shard:
        """Open a generation's shard, or make it.

        Raises
        ------
        ForeignStore, SchemaMismatch: what is there is something else.
        """
        folder = self._shard_folder(generation.id)
        with self._lock:
            if not folder.exists:
                self._shards.pop(generation.id, None)
                folder.prepare(database_id, generation)
            folder.check(database_id, generation)
            return self._opened(folder, database_id, generation.id)

    def shard(self, database_id: str, generation_id: str) -> Shard:
        """A shard that exists.

        Raises
        ------
        NotFound: it does not.
        """
        folder = self._shard_folder(generation_id)
        shard = self._shards.get(generation_id)
        if shard is not None and shard.database_id == database_id and folder.exists:
            return shard
        with self._lock:
            if not folder.exists:
                raise NotFound("generation", generation_id)
            folder.generation(database_id)
            return self._opened(folder, database_id, generation_id)

    def drop(self, database_id: str, generation_id: str) -> None:
        """Delete a shard of this database, if it exists."""
        folder = self._shard_folder(generation_id)
        with self._lock:
            if not folder.exists:
                return
            folder.generation(database_id)
            shard = self._shards.pop(generation_id, None)
            if shard is None:
                folder.remove()
            else:
                shard.remove()

    def shards(self) -> list[Shard]:
        """Those that are open."""
        with self._lock:
            return list(self._shards.values())

    @property
    def damaged(self) -> bool:
        """Whether the engine has panicked in one of them; then this process must end without closing anything."""
        # Without the lock: this is asked after every request, and opening a shard can hold the lock for seconds.
        return any(shard.damaged for shard in list(self._shards.values()))

    def close(self) -> None:
        """Flush and close every shard; one that fails does not keep the others from it."""
        with self._lock:
            for generation_id, shard in self._shards.items():
                try:
                    shard.close()
                except StoreError as error:
                    _log.error("generation %s could not be closed: %s", generation_id, error)
            self._shards.clear()

    def _opened(self, folder: ShardFolder, database_id: str, generation_id: str) -> Shard:
        shard = self._shards.get(generation_id)
        if shard is None:
            shard = Shard(folder, database_id)
            self._shards[generation_id] = shard
        return shard

    def _shard_folder(self, generation_id: str) -> ShardFolder:
        return ShardFolder(self._folder / check_generation_id(generation_id))
