"""The process that copies a shard and builds the copy's graphs, as the engine sees it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from core.errors import StoreUnavailable
from vectorstore.embedded.building import BUILT, COPIED, NOTHING
from vectorstore.embedded.folder import disk_errors
from vectorstore.embedded.leftovers import disk_bytes
from vectorstore.embedded.starting import environment_of_modules

# The copy and, until it is finished, what is built of it, and the graphs.
_SPACE_PER_BYTE = 2.5


class Builder:
    """One build: `copy`, `finish`, `close`. Any other thread may `stop` it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._stopped = False

    def copy(self, shard: Path, copy: Path, database_id: str) -> None:
        """Start the process, and return as soon as it has copied the shard.

        Raises
        ------
        StoreUnavailable: too little space; or it failed, or was stopped.
        """
        needed, free = int(_SPACE_PER_BYTE * disk_bytes(shard)), free_bytes(shard)
        if free < needed:
            raise StoreUnavailable(
                f"building takes {needed >> 20:,} MiB of disk, and {free >> 20:,} MiB are free. Free what is missing"
            )
        # `-P`: a folder named `core` where somebody happens to stand is not our package.
        command = [sys.executable, "-P", "-m", "vectorstore.embedded.building"]
        with self._lock, disk_errors("start to build graphs"):
            if self._stopped:
                raise StoreUnavailable("the build was stopped")
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module.
                [*command, str(shard.parent), copy.name, database_id, str(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                text=True,
                env=environment_of_modules(),
            )
        self._hear(COPIED)

    def finish(self) -> bool:
        """Wait until the copy is complete and on disk; returns whether there was anything to build.

        Raises
        ------
        StoreUnavailable: it failed, or was stopped.
        """
        return self._hear(BUILT, NOTHING) == BUILT

    def stop(self) -> None:
        """End the process wherever it is; its copy is of no use then."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()
                self._process.wait()

    def close(self) -> None:
        """End the process, if it has not ended, and forget it."""
        self.stop()
        if self._process is not None and self._process.stdout is not None:
            self._process.stdout.close()

    def _hear(self, *expected: str) -> str:
        process = self._process
        if process is None or process.stdout is None:
            raise StoreUnavailable("the build has not begun")
        word = process.stdout.readline().strip()
        if word in expected:
            return word
        if self._stopped:
            raise StoreUnavailable("the build was stopped")
        raise StoreUnavailable(f"the building process ended with status {process.wait()}. See engine.log")


def free_bytes(path: Path) -> int:
    """What is free on the disk that holds `path`."""
    return shutil.disk_usage(path).free
