"""One shard's folder: whose it is, what state it was left in, and where damaged parts go.

<generation id>/
    owner.json      database and generation it belongs to, and which of its folders is the shard
    shard/          the engine's own files, its WAL among them, until a copy of them takes their place
    shard-.../      such a copy; those that `owner.json` does not name were never finished, or are no longer needed
    clean           everything in it has been fsynced; gone before the first write after that. It says how many
                    points had been written since the shard was last optimized
    fresh           made anew, and no client that could know has flushed since
    lossy           writes after a flush may be gone, and no client that could know has flushed since
    spare/          a copy of `shard` without its WAL, while a shard that was not left in good order is loaded
    quarantine-.../ damaged files, kept for a person to look at
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import ForeignStore, InvalidInput, SchemaMismatch, StoreCorrupted, StoreUnavailable
from core.generations import Generation
from vectorstore.embedded.schema import vector_sizes
from vectorstore.embedded.wire import generation_from_wire, generation_to_wire

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_FORMAT = 1
# Of an owner that names another folder than the first: whoever does not know of such must not take the shard for lost.
_FORMAT_REPLACED = 2
_FIRST = "shard"


def check_generation_id(generation_id: str) -> str:
    """A generation's id, fit to name a folder.

    Raises
    ------
    InvalidInput: it is not.
    """
    if not _NAME.fullmatch(generation_id):
        raise InvalidInput(
            "must be 1 to 100 letters, digits, dots, dashes or underscores", field="generation", value=generation_id
        )
    return generation_id


@contextlib.contextmanager
def disk_errors(what: str) -> Iterator[None]:
    """Translate errors of the file system while `what` is done.

    Raises
    ------
    StoreUnavailable: names the file and the reason.
    """
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(f"cannot {what}: {error}. Check the data folder's permissions and free space") from error


class ShardFolder:
    """The files around one shard. Not thread-safe: whoever opens the shard holds a lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.spare = path / "spare"
        self._owner = path / "owner.json"
        self._clean = path / "clean"
        self._fresh = path / "fresh"
        self._lossy = path / "lossy"

    @property
    def exists(self) -> bool:
        """Whether it is the folder of a shard; one without an owner was never finished."""
        return self._owner.is_file()

    @property
    def shard(self) -> Path:
        """The engine's own files.

        Raises
        ------
        StoreCorrupted: the owner cannot be read.
        """
        return self.path / (str(self._read_owner().get("shard", _FIRST)) if self.exists else _FIRST)

    @property
    def replaced(self) -> bool:
        """Whether a copy has taken the place of the first files."""
        return self.shard.name != _FIRST

    @property
    def clean(self) -> bool:
        """Whether nothing has been written since everything was fsynced."""
        return self._clean.is_file()

    @property
    def unoptimized_points(self) -> int | None:
        """How many points were written between the last optimizing and the last flush; None if nobody knows."""
        try:
            return int(self._clean.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    @property
    def fresh(self) -> bool:
        """Whether it has been made anew, and no client has taken note."""
        return self._fresh.is_file()

    @property
    def lossy(self) -> bool:
        """Whether writes after a flush may be gone, and no client has taken note."""
        return self._lossy.is_file()

    def prepare(self, database_id: str, generation: Generation) -> None:
        """Make the folder of a new shard that does not have the engine's files yet."""
        with disk_errors("make a shard's folder"):
            if self.path.exists():
                # Someone died while making it, or put something else here; without an owner it is nobody's shard.
                self.path.rename(self.path.with_name(f".unfinished-{self.path.name}-{time.time_ns()}"))
            self.path.mkdir(parents=True)
            self._fresh.touch()
            owner = {"format": _FORMAT, "database_id": database_id, "generation": generation_to_wire(generation)}
            write_atomically(self._owner, json.dumps(owner, indent=1))

    def generation(self, database_id: str) -> Generation:
        """The generation it holds.

        Raises
        ------
        ForeignStore: it belongs to another database.
        StoreCorrupted: its owner cannot be read.
        """
        owner = self._read_owner()
        if owner.get("database_id") != database_id:
            raise ForeignStore(
                f"the vectors in {self.path} belong to another database. Point data_dir to this database's own folder, "
                "or delete that one: vectors are rebuilt from the database"
            )
        return generation_from_wire(owner["generation"])

    def check(self, database_id: str, generation: Generation) -> None:
        """Check that it holds `generation` of this database.

        Raises
        ------
        ForeignStore: it belongs to another database, generation or shop.
        SchemaMismatch: it has other vectors.
        """
        stored = self.generation(database_id)
        if (stored.id, stored.shop) != (generation.id, generation.shop):
            raise ForeignStore(
                f"the vectors in {self.path} are of generation {stored.id} of shop {stored.shop}, "
                f"not of {generation.id} of {generation.shop}"
            )
        sizes, wanted = vector_sizes(stored), vector_sizes(generation)
        if sizes != wanted:
            raise SchemaMismatch(
                f"generation {generation.id} is stored with the vectors {sizes}, not {wanted}. "
                "Build a new generation for the other encoder"
            )

    def mark_dirty(self) -> None:
        """Before a write: what is on disk is no longer everything. Returns when that itself is on disk."""
        with disk_errors("mark a shard as written to"):
            self._clean.unlink(missing_ok=True)
            _fsync(self.path)

    def mark_clean(self, unoptimized_points: int) -> None:
        """After a flush: everything is on disk."""
        with disk_errors("mark a shard as flushed"):
            write_atomically(self._clean, str(unoptimized_points))

    def mark_known(self) -> None:
        """A client has been told what was lost, and has flushed since: it has done something about it."""
        with disk_errors("mark a shard as known"):
            self._fresh.unlink(missing_ok=True)
            self._lossy.unlink(missing_ok=True)

    def draft(self) -> Path:
        """Where a copy of the shard may be made."""
        return self.path / f"{_FIRST}-{secrets.token_hex(4)}"

    def serve(self, copy: Path) -> None:
        """From now on that copy is the shard. Whoever opens the folder after a crash finds the one or the other."""
        try:
            with disk_errors("put a shard's copy in its place"):
                owner = {**self._read_owner(), "format": _FORMAT_REPLACED, "shard": copy.name}
                write_atomically(self._owner, json.dumps(owner, indent=1))
        except StoreUnavailable:
            # If it was only not brought to disk, it has been said all the same.
            if self.shard != copy:
                raise

    def discard_copies(self) -> None:
        """Delete whatever copies of the shard there are beside it; what cannot be deleted now is the next time."""
        shard = self.shard
        for path in self.path.glob(f"{_FIRST}*"):
            if path != shard:
                shutil.rmtree(path, ignore_errors=True)

    def quarantine(self, source: Path) -> Path:
        """Move the shard or a part of it aside; returns where it lies now."""
        with disk_errors("move damaged files aside"):
            stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
            target = next(
                path for number in range(10_000) if not (path := self.path / f"quarantine-{stamp}-{number}").exists()
            )
            target.mkdir()
            if source.exists():
                source.rename(target / source.name)
            self._clean.unlink(missing_ok=True)
        return target

    def mark_lossy(self) -> None:
        """Writes after the last flush may be gone; that stays true over restarts until a client takes note."""
        with disk_errors("mark a shard as incomplete"):
            self._lossy.touch()

    def mark_fresh(self) -> None:
        """The shard has been made anew in a folder that had one."""
        with disk_errors("mark a shard as new"):
            self._fresh.touch()

    def remove(self) -> None:
        """Delete it: first under another name, so that nobody finds half a shard."""
        with disk_errors("delete a shard"):
            doomed = self.path.with_name(f".deleted-{self.path.name}-{time.time_ns()}")
            if self.path.exists():
                self.path.rename(doomed)
                shutil.rmtree(doomed)

    def _read_owner(self) -> dict[str, Any]:
        try:
            owner = json.loads(self._owner.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise StoreCorrupted(f"{self._owner} cannot be read: {error}. Delete the folder to rebuild it") from error
        if not isinstance(owner, dict) or owner.get("format") not in (_FORMAT, _FORMAT_REPLACED):
            raise SchemaMismatch(f"{self._owner} was written by another version. Delete the folder to rebuild it")
        return owner


def write_atomically(path: Path, text: str) -> None:
    """Write a file that only its owner may read, so that a reader finds all of it or what was there before."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _fsync(path.parent)


def fsync_tree(folder: Path) -> None:
    """Bring a folder with everything in it to disk."""
    for path in (folder, *folder.rglob("*")):
        _fsync(path)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
