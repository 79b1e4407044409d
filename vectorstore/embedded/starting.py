"""Finding the engine's process of a data folder, and starting it where there is none."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Client
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from core.errors import StoreUnavailable
from vectorstore.embedded.address import EngineAddress, EngineFiles
from vectorstore.embedded.folder import disk_errors
from vectorstore.embedded.handshake import EngineConnection, HandshakeFailed, prove_engine
from vectorstore.embedded.wire import MESSAGE_BYTES_MAX, PROTOCOL, pack, unpack

_log = logging.getLogger(__name__)

# An engine that is optimizing a large shard accepts nobody for some seconds, and so does one that is flushing.
START_TIMEOUT_S = 90.0
HANDSHAKE_TIMEOUT_S = 60.0
_POLL_S = 0.005
_LOG_BYTES_MAX = 4 * 2**20
_LOG_TAIL_CHARS = 600


def connect(files: EngineFiles, idle_exit_s: float) -> EngineConnection:
    """A new connection to the engine of a data folder, which is started if it does not run.

    Raises
    ------
    StoreUnavailable: it cannot be started, does not answer, or speaks a newer protocol.
    """
    connection = _reach(files.read())
    if connection is not None:
        return connection
    with disk_errors("make the data folder"):
        files.data_dir.mkdir(parents=True, exist_ok=True)
    end_s = time.monotonic() + START_TIMEOUT_S
    with _start_lock(files):
        while time.monotonic() < end_s:
            # Whoever held the lock before may have started it.
            connection = _reach(files.read()) or _started(files, idle_exit_s, end_s)
            if connection is not None:
                return connection
    raise StoreUnavailable(f"the embedded engine has not started within {START_TIMEOUT_S:.0f} s. See {files.log}")


def exchange(connection: EngineConnection, operation: str, arguments: dict[str, Any], timeout_s: float) -> Any:
    """Send one request and wait for its answer: `[True, value]` or `[False, error]`.

    Raises
    ------
    EOFError, OSError: the engine has gone.
    StoreUnavailable: it does not answer in time; the connection is of no use any more.
    """
    connection.send_bytes(pack([operation, arguments]))
    if not connection.poll(timeout_s):
        connection.close()
        raise StoreUnavailable(f"the embedded engine has not answered {operation} within {timeout_s:.0f} s")
    return unpack(connection.recv_bytes(MESSAGE_BYTES_MAX))


def environment_of_modules() -> dict[str, str]:
    """For a process that runs one of our modules, wherever it is started."""
    root = str(Path(__file__).resolve().parents[2])
    inherited = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    # The engine's own backtraces are pages long and say nothing that its message does not.
    return {**os.environ, "PYTHONPATH": os.pathsep.join([root, *inherited]), "RUST_BACKTRACE": "0"}


@contextlib.contextmanager
def _start_lock(files: EngineFiles) -> Iterator[None]:
    lock = FileLock(files.start_lock)
    try:
        with disk_errors("lock the data folder"):
            lock.acquire(timeout=START_TIMEOUT_S + HANDSHAKE_TIMEOUT_S)
    except Timeout as error:
        raise StoreUnavailable(
            f"another process has been starting the engine of {files.data_dir} for too long"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _reach(address: EngineAddress | None) -> EngineConnection | None:
    """A connection to an engine that lives there and speaks our protocol; one with an older protocol is sent away."""
    if address is None:
        return None
    connection = _open(address)
    if connection is None or address.protocol == PROTOCOL:
        return connection
    if address.protocol > PROTOCOL:
        connection.close()
        raise StoreUnavailable("a newer version of Vitrine serves this data folder. Upgrade this one, or stop that one")
    _log.info("the engine %d speaks protocol %d, not %d; it is asked to leave", address.pid, address.protocol, PROTOCOL)
    with connection, contextlib.suppress(EOFError, OSError):
        # Every protocol has this message, and an engine that is gone already has heard it.
        exchange(connection, "leave", {}, HANDSHAKE_TIMEOUT_S)
    return None


def _open(address: EngineAddress) -> EngineConnection | None:
    """Dial and shake hands. The process id is never trusted: a dead engine's may be somebody else's by now."""
    try:
        connection: EngineConnection = Client(address.address, family="AF_UNIX")
    except OSError:
        return None
    try:
        prove_engine(connection, bytes.fromhex(address.key), HANDSHAKE_TIMEOUT_S)
    except TimeoutError as error:
        connection.close()
        raise StoreUnavailable(f"the embedded engine {address.pid} is there but says nothing: {error}") from error
    except (HandshakeFailed, EOFError, OSError, ValueError):
        connection.close()
        return None
    return connection


def _started(files: EngineFiles, idle_exit_s: float, end_s: float) -> EngineConnection | None:
    """Start an engine and wait until it answers; None if it has left again in good order."""
    process = _spawn(files, idle_exit_s)
    while time.monotonic() < end_s:
        address = files.read()
        if address is not None and address.pid == process.pid:
            connection = _reach(address)
            if connection is not None:
                return connection
        status = process.poll()
        if status:
            raise StoreUnavailable(f"the embedded engine ended with status {status}: {_log_tail(files.log)}")
        if status == 0:
            return None
        time.sleep(_POLL_S)
    return None


def _spawn(files: EngineFiles, idle_exit_s: float) -> subprocess.Popen[bytes]:
    # `-P`: a folder named `core` where somebody happens to stand is not our package.
    command = [sys.executable, "-P", "-m", "vectorstore.embedded.engine", str(files.data_dir), repr(idle_exit_s)]
    with disk_errors("start the embedded engine"):
        if files.log.exists() and files.log.stat().st_size > _LOG_BYTES_MAX:
            files.log.replace(files.log.with_suffix(".log.1"))
        with files.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module.
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment_of_modules(),
                cwd=files.data_dir,
                start_new_session=True,
            )
    # It outlives its starter, but if it ends first somebody has to take note of it, or it stays as a zombie.
    threading.Thread(target=process.wait, name="engine-reaper", daemon=True).start()
    return process


def _log_tail(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL_CHARS:].strip()
    except OSError as error:
        return f"{path} cannot be read: {error}"
