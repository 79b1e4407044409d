"""The worker beside the API: a child process that ends with its parent and is started again when it dies.

Its standard input carries the settings (one line of JSON) and then one byte for each wake; when it ends, so does the
child. That works wherever pipes do, also when the parent is killed.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from core.closing import Closing
from core.errors import VitrineError
from core.settings import load_settings
from retrieval.wiring import open_vitrine
from workers.lease_loop import run

NICENESS = 5
RESTART_FIRST_S = 0.5
RESTART_MAX_S = 30.0
# A child that lived this long was well; its next restart waits no longer than the first one did.
WELL_AFTER_S = 60.0
LEAVE_S = 20.0

_log = logging.getLogger("vitrine.workers")


def start_child(overrides: Mapping[str, Any] | None = None) -> ChildWorker:
    """Start the worker beside this process; `overrides` are the settings that this process was given as arguments."""
    return ChildWorker(overrides or {})


class ChildWorker(Closing):
    """The running child. Close it, or use it as a context manager, or simply end: the child ends as well."""

    def __init__(self, overrides: Mapping[str, Any]) -> None:
        self._overrides = (json.dumps(dict(overrides), default=_plain) + "\n").encode()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._process = self._started()
        self._supervisor = threading.Thread(target=self._supervise, name="worker supervisor", daemon=True)
        self._supervisor.start()

    @property
    def pid(self) -> int:
        """Process id of the child as it runs now."""
        with self._lock:
            return self._process.pid

    def wake(self) -> None:
        """Say that there is work; never blocks and never raises. Without it work is found a second later."""
        with self._lock:
            pipe = self._process.stdin
        try:
            if pipe is not None and not pipe.closed:
                os.write(pipe.fileno(), b"\n")
        except (OSError, ValueError):
            # The pipe is full, so enough wakes wait already; or the child has died, and its successor looks anyway.
            return

    def close(self) -> None:
        """Let the child finish its batch and leave; one that does not within `LEAVE_S` is killed."""
        self._closing.set()
        with self._lock:
            process = self._process
            _close_pipe(process)
        try:
            process.wait(LEAVE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._supervisor.join()

    def _started(self) -> subprocess.Popen[bytes]:
        # One thread of the encoder less than there are processors, so that searches keep one.
        threads = str(max(1, (os.cpu_count() or 1) - 1))
        root = str(Path(__file__).parent.parent)
        path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        process = subprocess.Popen(
            [sys.executable, "-m", "workers.child"],
            stdin=subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads, "PYTHONPATH": path},
        )
        if process.stdin is not None:
            os.write(process.stdin.fileno(), self._overrides)
            os.set_blocking(process.stdin.fileno(), False)
        return process

    def _supervise(self) -> None:
        pause_s = RESTART_FIRST_S
        while True:
            began_s = time.monotonic()
            code = self._process.wait()
            if self._closing.is_set():
                return
            pause_s = RESTART_FIRST_S if time.monotonic() - began_s > WELL_AFTER_S else pause_s
            _log.warning("the worker ended with code %d, it is started again in %.1f s", code, pause_s)
            if self._closing.wait(pause_s):
                return
            pause_s = min(pause_s * 2, RESTART_MAX_S)
            with self._lock:
                if self._closing.is_set():
                    return
                _close_pipe(self._process)
                self._process = self._started()


def _close_pipe(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def main() -> int:
    """The child itself: work until standard input ends."""
    # A Ctrl-C at the terminal reaches the child too, but it is the parent who decides: its end closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stop, wake = threading.Event(), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    overrides, _, _ = _first_line(0).partition(b"\n")
    if not overrides:
        return 0
    threading.Thread(target=_listen, args=(0, stop, wake), name="parent", daemon=True).start()
    os.nice(NICENESS)
    try:
        with open_vitrine(load_settings(json.loads(overrides))) as v:
            run(v, stop, wake=wake)
    except VitrineError as error:
        _log.error("the worker cannot work: %s", error)
        return 1
    return 0


def _first_line(descriptor: int) -> bytes:
    received = b""
    while b"\n" not in received and (some := os.read(descriptor, 65_536)):
        received += some
    return received


def _listen(descriptor: int, stop: threading.Event, wake: threading.Event) -> None:
    while os.read(descriptor, 65_536):
        wake.set()
    stop.set()
    wake.set()


if __name__ == "__main__":
    sys.exit(main())
