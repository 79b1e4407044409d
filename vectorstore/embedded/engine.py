"""The embedded engine's process: `python -m vectorstore.embedded.engine DATA_DIR IDLE_EXIT_S`.

It owns the shards of one data folder, because every call of the engine stops all Python of its process while it lasts.
A client starts it; it leaves when its last client has been gone for a while, or on SIGTERM, and flushes first.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import sys
import threading
from dataclasses import dataclass
from multiprocessing.connection import Listener
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import NotFound, StoreCorrupted, StoreError, VitrineError
from vectorstore.embedded.address import EngineAddress, EngineFiles, new_address
from vectorstore.embedded.folder import disk_errors
from vectorstore.embedded.graphs import Graphs
from vectorstore.embedded.library import Library
from vectorstore.embedded.server import BACKLOG, Server

_log = logging.getLogger("vectorstore.embedded.engine")

# An engine that leaves flushes first, and may be optimizing a large shard.
_PREDECESSOR_TIMEOUT_S = 60.0
_TICK_S = 0.25
# While nobody asks for anything, what was written is brought to disk, so that a killed process has nothing to lose.
_FLUSH_AFTER_QUIET_S = 2.0
# Quantised codes pay from some 10,000 products of 512 numbers on (2.3 ms a search without, 1.4 with them, at 20,000),
# but building them stops the process for seconds; so only when nobody has asked for a while. Where it takes longer,
# `Graphs` does it.
_OPTIMIZE_AFTER_QUIET_S = 20.0
_OPTIMIZE_POINTS_MIN = 10_000


@dataclass(frozen=True, slots=True)
class _Announced:
    """What this process has told the clients of a data folder."""

    files: EngineFiles
    address: EngineAddress


@dataclass(frozen=True, slots=True)
class _Tended:
    """What is looked after while nobody asks, and in part while everybody does."""

    library: Library
    graphs: Graphs


def main(arguments: list[str]) -> int:
    """Serve until nobody is left; returns the exit status."""
    parser = argparse.ArgumentParser(prog="vectorstore.embedded.engine")
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("idle_exit_s", type=float)
    options = parser.parse_args(arguments)
    # Vectors say what a shop sells and its socket lets in whoever can open it: both are their owner's alone.
    os.umask(0o077)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(levelname)s %(message)s")
    files = EngineFiles(options.data_dir)
    lock = FileLock(files.owner_lock)
    try:
        lock.acquire(timeout=_PREDECESSOR_TIMEOUT_S)
    except Timeout:
        _log.error("another engine still owns %s after %.0f s", options.data_dir, _PREDECESSOR_TIMEOUT_S)
        return 1
    with lock:
        try:
            _serve(files, options.idle_exit_s)
        except VitrineError as error:
            _log.error("%s", error)
            return 1
    return 0


def _serve(files: EngineFiles, idle_exit_s: float) -> None:
    socket_path = files.socket_path()
    address = new_address(socket_path)
    library, graphs = Library(files.shards), Graphs()
    with disk_errors("let the engine open its socket"):
        # Only the lock's owner gets here, so that a socket which is still there has lost its engine.
        socket_path.unlink(missing_ok=True)
        listener = Listener(address.address, family="AF_UNIX", backlog=BACKLOG)
    server = Server(listener, bytes.fromhex(address.key), library)
    _obey_signals(server)
    # What is loaded by now lives as long as the process; the collector need not look at it again.
    gc.freeze()
    server.start()
    files.write(address)
    _log.info("serving %s", files.data_dir)
    try:
        _watch(server, _Tended(library, graphs), _Announced(files, address), idle_exit_s)
    finally:
        # First, because writes may be waiting until a shard has been copied.
        graphs.close()
        server.stop()
        if files.read() == address:
            files.address.unlink(missing_ok=True)
        library.close()
        server.give_up_if_damaged()
        _log.info("left")


def _watch(server: Server, tended: _Tended, announced: _Announced, idle_exit_s: float) -> None:
    while not server.wait(_TICK_S):
        if server.lonely_s() >= idle_exit_s:
            _log.info("no client for %.1f s", idle_exit_s)
            return
        if announced.files.read() != announced.address:
            _log.info("engine.json is gone or names another engine: nobody can find this one any more")
            return
        _tidy(tended, server)


def _tidy(tended: _Tended, server: Server) -> None:
    quiet_s = server.quiet_s()
    for shard in tended.library.shards():
        try:
            if quiet_s >= _FLUSH_AFTER_QUIET_S:
                shard.flush(by_client=False)
            if tended.graphs.tend(shard):
                continue
            if quiet_s >= _OPTIMIZE_AFTER_QUIET_S and shard.unoptimized_points >= _OPTIMIZE_POINTS_MIN:
                shard.optimize()
        except NotFound:
            # Somebody has dropped it meanwhile.
            continue
        except StoreCorrupted:
            server.give_up_if_damaged()
            raise
        except StoreError as error:
            _log.warning("generation %s could not be tidied: %s", shard.generation.id, error)


def _obey_signals(server: Server) -> None:
    if threading.current_thread() is not threading.main_thread():
        raise StoreError("the engine has to run in its process's main thread")
    signal.signal(signal.SIGTERM, lambda *_: server.leave())
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
