"""A client's connections to the engine's process: reused, replaced when the engine died, safe in threads and forks."""

from __future__ import annotations

import os
import threading
from typing import Any

from core.errors import StoreUnavailable
from vectorstore.embedded.address import EngineFiles
from vectorstore.embedded.handshake import EngineConnection
from vectorstore.embedded.starting import connect, exchange
from vectorstore.embedded.wire import error_from_wire

_IDLE_MAX = 8
_HELLO_TIMEOUT_S = 60.0


class Connections:
    """Calls the engine of one data folder on behalf of one database. Thread-safe.

    Each call has a connection of its own while it runs, so that a query does not queue behind a long upsert.
    """

    def __init__(self, files: EngineFiles, database_id: str, idle_exit_s: float) -> None:
        self._files = files
        self._database_id = database_id
        self._idle_exit_s = idle_exit_s
        self._lock = threading.Lock()
        self._idle: list[EngineConnection] = []
        self._pid = os.getpid()
        self._closed = False

    def call(self, operation: str, arguments: dict[str, Any], timeout_s: float) -> Any:
        """Ask the engine; when it died meanwhile, ask the next one once more. Every operation may be repeated.

        Raises
        ------
        VitrineError: what the engine answered.
        StoreUnavailable: it cannot be reached, or died twice.
        """
        try:
            return self._call(operation, arguments, timeout_s)
        except (EOFError, OSError):
            self._forget()
        try:
            return self._call(operation, arguments, timeout_s)
        except (EOFError, OSError) as error:
            self._forget()
            raise StoreUnavailable(
                f"the embedded engine died twice during {operation}. See {self._files.log}"
            ) from error

    def close(self) -> None:
        """Hang up. Calls that are running finish, and hang up then."""
        self._closed = True
        self._forget()

    def _call(self, operation: str, arguments: dict[str, Any], timeout_s: float) -> Any:
        if self._closed:
            raise StoreUnavailable("the vector store has been closed")
        connection = self._borrow()
        try:
            fine, value = exchange(connection, operation, arguments, timeout_s)
        except BaseException:
            # Half an exchange would be taken for the beginning of the next one.
            connection.close()
            raise
        self._give_back(connection)
        if fine:
            return value
        raise error_from_wire(value)

    def _borrow(self) -> EngineConnection:
        if os.getpid() != self._pid:
            # A forked child must not talk into its parent's connections; they stay open in the parent.
            self._lock = threading.Lock()
            self._idle, self._pid = [], os.getpid()
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return self._new()
            # Nothing has been asked, so that the only news can be the engine's end.
            if not connection.poll(0):
                return connection
            connection.close()

    def _new(self) -> EngineConnection:
        connection = connect(self._files, self._idle_exit_s)
        try:
            exchange(connection, "hello", {"database_id": self._database_id}, _HELLO_TIMEOUT_S)
        except BaseException:
            connection.close()
            raise
        return connection

    def _give_back(self, connection: EngineConnection) -> None:
        with self._lock:
            if len(self._idle) < _IDLE_MAX and not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _forget(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
