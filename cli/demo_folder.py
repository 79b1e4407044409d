"""The folder of the demo shop: apart from the shop's own, marked, and used by one demo at a time."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import ConfigurationError, Conflict, StoreUnavailable, shown

FOLDER = "demo"
MARKER = "demo.json"
_MADE_BY = "vitrine demo"
_MARKER_WRITTEN = "demo.json.new"
_LOCK = "demo.lock"
# An engine flushes what it holds before it leaves.
_ENGINE_LEAVES_S = 60.0


class DemoFolder:
    """What may be used, and deleted, because a marker file says that the demo has made it.

    Parameters
    ----------
    data_dir: the shop's own folder, in which the demo's lies.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir.absolute() / FOLDER

    @property
    def is_new(self) -> bool:
        """Whether it holds no products yet."""
        return not (self.path / "catalog.db").exists()

    def settings(self) -> dict[str, Any]:
        """Settings under which the demo touches nothing of the shop's, wherever that is kept."""
        return {"data_dir": self.path, "database_url": None, "qdrant_url": None, "broker_url": None}

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder if it is missing, and keep other demos out of it.

        Raises
        ------
        ConfigurationError: something else than the demo has made it, or it cannot be made.
        Conflict: another demo is running in it; says where.
        """
        # Here, because help has to be instant.
        from filelock import FileLock, Timeout

        self._claim()
        lock = FileLock(self.path / _LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            where = self._marked().get("address") or "an address it has not told yet"
            raise Conflict(f"the demo is running already, at {where}. Look there, or end it first") from error
        with lock:
            self.announce("")
            yield

    def announce(self, address: str) -> None:
        """Note for others where the demo can be found; the folder has to be held."""
        written = self.path / _MARKER_WRITTEN
        written.write_text(json.dumps({"made_by": _MADE_BY, "address": address}), encoding="utf-8")
        written.replace(self.path / MARKER)

    def clear(self) -> None:
        """Delete everything in it; the folder has to be held.

        Raises
        ------
        StoreUnavailable: its engine does not let go.
        ConfigurationError: something cannot be deleted.
        """
        from filelock import FileLock, Timeout

        from vectorstore.embedded.address import EngineFiles

        files = EngineFiles(self.path)
        # An engine that nobody can find any more leaves by itself.
        files.address.unlink(missing_ok=True)
        try:
            with FileLock(files.owner_lock).acquire(timeout=_ENGINE_LEAVES_S):
                for entry in sorted(self.path.iterdir(), key=_database_first):
                    if entry.name not in (MARKER, _LOCK):
                        _delete(entry)
        except Timeout as error:
            raise StoreUnavailable(f"the vector engine of {self.path} does not leave. End it and try again") from error

    def _claim(self) -> None:
        try:
            if not self.path.is_symlink():
                self.path.mkdir(parents=True, exist_ok=True)
            names = {entry.name for entry in self.path.iterdir()}
            if names <= {_MARKER_WRITTEN} and not self.path.is_symlink():
                self.announce("")
        except OSError as error:
            raise ConfigurationError(f"the demo's folder {self.path} cannot be made or read: {error}") from error
        if self.path.is_symlink() or self._marked().get("made_by") != _MADE_BY:
            raise ConfigurationError(
                f"{self.path} is there already, but `vitrine demo` has not made it and does not touch it. "
                "Move it away, or let VITRINE_DATA_DIR name another folder"
            )

    def _marked(self) -> dict[str, str]:
        with contextlib.suppress(OSError, ValueError):
            marked = json.loads((self.path / MARKER).read_text(encoding="utf-8"))
            if isinstance(marked, dict):
                return marked
        return {}


def _database_first(entry: Path) -> tuple[bool, str]:
    """Everything else derives from the database or is found through it: without it, the rest is left-overs."""
    return not entry.name.startswith("catalog.db"), entry.name


def _delete(entry: Path) -> None:
    try:
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{shown(str(entry))} cannot be deleted: {error}") from error
