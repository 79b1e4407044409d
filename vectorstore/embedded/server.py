"""Serving clients: one thread for each connection, until nobody is left or somebody asks the process to leave."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Mapping
from multiprocessing.connection import Listener
from typing import Any

from core.errors import StoreError, VitrineError
from vectorstore.embedded.handshake import EngineConnection, HandshakeFailed, prove_client
from vectorstore.embedded.library import Library
from vectorstore.embedded.requests import Client, answer
from vectorstore.embedded.wire import MESSAGE_BYTES_MAX, error_to_wire, pack, unpack

_log = logging.getLogger(__name__)

BACKLOG = 128
EXIT_DAMAGED = 70
_HANDSHAKE_TIMEOUT_S = 60.0
_DRAIN_TIMEOUT_S = 30.0


class Server:
    """Accepts connections on a listener and answers their requests from a library of shards."""

    def __init__(self, listener: Listener, key: bytes, library: Library) -> None:
        self._listener = listener
        self._key = key
        self._library = library
        self._lock = threading.Lock()
        self._connections: set[EngineConnection] = set()
        self._busy: set[EngineConnection] = set()
        self._leaving = threading.Event()
        self._quiet_since_s = time.monotonic()

    def start(self) -> None:
        """Accept connections from now on."""
        threading.Thread(target=self._accept, name="accept", daemon=True).start()

    def leave(self) -> None:
        """Ask the process to end; it finishes what it is doing. May be called in a signal handler."""
        self._leaving.set()

    def wait(self, timeout_s: float) -> bool:
        """Whether somebody asked the process to end within that time."""
        return self._leaving.wait(timeout_s)

    def lonely_s(self) -> float:
        """For how long no client has been connected."""
        with self._lock:
            return 0.0 if self._connections else time.monotonic() - self._quiet_since_s

    def quiet_s(self) -> float:
        """For how long no request has been running."""
        with self._lock:
            return 0.0 if self._busy else time.monotonic() - self._quiet_since_s

    def stop(self) -> None:
        """Accept nobody any more, let requests that are running finish, and hang up."""
        self._leaving.set()
        self._listener.close()
        end_s = time.monotonic() + _DRAIN_TIMEOUT_S
        while time.monotonic() < end_s:
            with self._lock:
                if not self._busy:
                    return
            time.sleep(0.005)
        _log.warning("requests are still running after %.0f s; leaving without them", _DRAIN_TIMEOUT_S)

    def give_up_if_damaged(self) -> None:
        """End the process at once if the engine has panicked."""
        if self._library.damaged:
            _log.critical("the embedded engine has panicked; the process ends, and the next one recovers")
            logging.shutdown()
            # Anything gentler would close the shards, and closing writes the damage to disk.
            os._exit(EXIT_DAMAGED)

    def _accept(self) -> None:
        while not self._leaving.is_set():
            try:
                connection = self._listener.accept()
            except OSError as error:
                if not self._leaving.is_set():
                    _log.warning("a connection could not be accepted: %s", error)
                    time.sleep(0.1)
                continue
            with self._lock:
                self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), name="client", daemon=True).start()

    def _serve(self, connection: EngineConnection) -> None:
        try:
            with connection:
                # Here rather than in `accept`: a mute peer delays nobody.
                prove_client(connection, self._key, _HANDSHAKE_TIMEOUT_S)
                self._converse(connection)
        except HandshakeFailed as error:
            _log.warning("a client with a wrong key was turned away: %s", error)
        except (EOFError, OSError) as error:
            # A client that left, or was killed, is nothing unusual.
            _log.debug("a client left: %r", error)
        finally:
            with self._lock:
                self._connections.discard(connection)
                self._busy.discard(connection)
                self._quiet_since_s = time.monotonic()

    def _converse(self, connection: EngineConnection) -> None:
        client: Client | None = None
        while not self._leaving.is_set():
            message = connection.recv_bytes(MESSAGE_BYTES_MAX)
            with self._lock:
                self._busy.add(connection)
            try:
                # Between `busy` and here the process may have begun to leave; then nobody answers, and the client
                # asks the next engine.
                if self._leaving.is_set():
                    return
                operation, arguments = unpack(message)
                if operation == "hello":
                    client = Client(self._library, arguments["database_id"])
                elif operation == "leave":
                    _log.info("a client asked the engine to leave")
                    self._leaving.set()
                greeting = operation in ("hello", "leave")
                connection.send_bytes(pack([True, None]) if greeting else _reply(client, operation, arguments))
                self.give_up_if_damaged()
            finally:
                with self._lock:
                    self._busy.discard(connection)
                    self._quiet_since_s = time.monotonic()


def _reply(client: Client | None, operation: str, arguments: Mapping[str, Any]) -> bytes:
    try:
        return pack([True, answer(client, operation, arguments)])
    except VitrineError as error:
        return pack([False, error_to_wire(error)])
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the client gets an answer and the engine lives on.
        _log.exception("a request failed")
        return pack([False, error_to_wire(StoreError(f"the engine failed: {error!r}. See engine.log"))])
