"""Vitrine's own processes, started as a user starts them, and what they take of the machine."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The engine shall be gone soon after its last client, so that every start is one from nothing.
ENGINE_IDLE_EXIT_S = 1.0
_POLL_S = 0.01
_PATIENCE_S = 300.0


@dataclass(frozen=True, slots=True)
class Service:
    """A running `vitrine serve`.

    Attributes
    ----------
    ready_s: from the start of the process until `/health/ready` said yes.
    """

    pid: int
    port: int
    data_dir: Path
    ready_s: float

    @property
    def engine_pid(self) -> int:
        """The process of the embedded engine."""
        return int(json.loads((self.data_dir / "engine.json").read_text())["pid"])

    def worker_pid(self) -> int:
        """The worker beside the API, once it has been started."""
        ends_s = time.monotonic() + _PATIENCE_S
        while time.monotonic() < ends_s:
            for pid, command in _children(self.pid):
                if "workers.child" in command:
                    return pid
            time.sleep(0.1)
        raise TimeoutError(f"`vitrine serve` started no worker within {_PATIENCE_S:g} s")


def vitrine_command() -> list[str]:
    """The installed `vitrine`, or the same from its source folder."""
    installed = Path(sys.executable).with_name("vitrine")
    return [str(installed)] if installed.is_file() else [sys.executable, "-m", "cli.main"]


def environment(data_dir: Path) -> dict[str, str]:
    """The environment of a Vitrine with nothing set but its data folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VITRINE_")}
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    own = {"VITRINE_DATA_DIR": str(data_dir), "VITRINE_ENGINE_IDLE_EXIT_S": str(ENGINE_IDLE_EXIT_S)}
    return {**kept, "PYTHONPATH": path, **own}


def run_vitrine(data_dir: Path, arguments: Sequence[str]) -> str:
    """Run one command to its end; returns what it printed.

    Raises
    ------
    RuntimeError: it failed; with what it said.
    """
    ended = subprocess.run(
        [*vitrine_command(), *arguments],
        env=environment(data_dir),
        cwd=data_dir.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise RuntimeError(f"vitrine {' '.join(arguments)} ended with {ended.returncode}: {ended.stderr[-2000:]}")
    return ended.stdout


@contextmanager
def serving(data_dir: Path, options: Sequence[str] = ()) -> Iterator[Service]:
    """A `vitrine serve` that is ready, on a free port; ended, with its engine, at the end."""
    port = free_port()
    began_s = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*vitrine_command(), "serve", "--port", str(port), *options],
            env=environment(data_dir),
            cwd=data_dir.parent,
            stdout=log,
            stderr=log,
        )
        try:
            wait_until_answered(process, port, "/health/ready")
            yield Service(process.pid, port, data_dir, time.perf_counter() - began_s)
        finally:
            process.terminate()
            process.wait()
    wait_until_engine_left(data_dir)


@contextmanager
def python_service(module: str, arguments: Sequence[str], environ: Mapping[str, str]) -> Iterator[int]:
    """A module of this package that listens on the port it is given as its first argument; yields the port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", module, str(port), *arguments], env=dict(environ), cwd=ROOT)
    try:
        wait_until_answered(process, port, "/")
        yield port
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_answered(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    """Return when `path` is answered with 200; raises when the process has ended or nothing comes for minutes."""
    ends_s = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends_s:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode} before it was ready")
        if _answers(port, path):
            return
        time.sleep(_POLL_S)
    raise TimeoutError(f"the server was not ready within {_PATIENCE_S:g} s")


def wait_until_engine_left(data_dir: Path) -> None:
    """Return when no engine runs over this data folder any more."""
    address = data_dir / "engine.json"
    ends_s = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends_s:
        try:
            pid = int(json.loads(address.read_text())["pid"])
        except FileNotFoundError:
            return
        if not _runs(pid):
            return
        time.sleep(0.1)
    raise TimeoutError(f"the engine of {data_dir} did not end within {_PATIENCE_S:g} s")


def resident_mb(pid: int) -> float:
    """Resident memory of a process, in MB of 2^20 bytes; shared pages count in every process that has them."""
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout
    return int(shown) / 1024


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _runs(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def _children(pid: int) -> list[tuple[int, str]]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in listed.splitlines()]
    return [(int(row[0]), row[2]) for row in rows if len(row) == 3 and int(row[1]) == pid]
