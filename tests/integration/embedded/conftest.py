"""Real engine processes, each started by its test and ended with it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.embedded.points import DATABASE
from vectorstore.embedded.address import EngineAddress, EngineFiles
from vectorstore.embedded.store import EmbeddedStore

_WAIT_S = 240.0
ROOT = Path(__file__).resolve().parents[3]


class EngineRoom:
    """The data folder of one test, and everything that was started in it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.files = EngineFiles(data_dir)
        self._stores: list[EmbeddedStore] = []
        self._pids: set[int] = set()

    def store(self, *, database_id: str = DATABASE, idle_exit_s: float = 30.0) -> EmbeddedStore:
        """One more client."""
        store = EmbeddedStore(self.data_dir, database_id, "default", idle_exit_s=idle_exit_s)
        self._stores.append(store)
        return store

    def address(self) -> EngineAddress:
        """Of the engine that runs now."""
        address = self.files.read()
        assert address is not None
        self._pids.add(address.pid)
        return address

    def kill(self, number: int = signal.SIGKILL) -> int:
        """Send the running engine a signal and wait until it is gone; returns its process id."""
        pid = self.address().pid
        os.kill(pid, number)
        self.wait_until_gone(pid)
        return pid

    def wait_until_gone(self, pid: int) -> None:
        """Until the process has ended."""
        self._pids.add(pid)
        wait_until(lambda: not alive(pid))

    def close(self) -> None:
        """Hang up and end what still runs."""
        for store in self._stores:
            store.close()
        address = self.files.read()
        for pid in self._pids | ({address.pid} if address is not None else set()):
            if pid != os.getpid() and alive(pid) and _is_engine(pid):
                os.kill(pid, signal.SIGKILL)
                self.wait_until_gone(pid)


def alive(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in ("Z", "X")
    return False


def _is_engine(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return b"vectorstore" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that has to come true."""
    end_s = time.monotonic() + _WAIT_S
    while not condition():
        assert time.monotonic() < end_s, "it did not come true in time"
        time.sleep(0.01)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[EngineRoom]:
    opened = EngineRoom(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def python() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a script of this folder with arguments, in a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(script: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / script), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "RUST_BACKTRACE": "0"},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
