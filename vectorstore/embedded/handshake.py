"""How client and engine prove to each other that they know the key, without waiting for ever on a mute peer.

It is the handshake of `multiprocessing.connection`, which `Listener` would do while it accepts, for one peer at a time.
"""

from __future__ import annotations

from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # Only the type checker's idea of the class takes parameters.
    EngineConnection = Connection[Any, Any]
else:
    EngineConnection = Connection


class HandshakeFailed(Exception):
    """The peer has another key, or speaks something else. Never leaves this package."""


def prove_client(connection: EngineConnection, key: bytes, timeout_s: float) -> None:
    """The engine's side.

    Raises
    ------
    HandshakeFailed: wrong key.
    TimeoutError: the peer said nothing for so long.
    EOFError, OSError: the peer has gone.
    """
    _both(connection, key, timeout_s, client_first=True)


def prove_engine(connection: EngineConnection, key: bytes, timeout_s: float) -> None:
    """The client's side; raises like `prove_client`."""
    _both(connection, key, timeout_s, client_first=False)


def _both(connection: EngineConnection, key: bytes, timeout_s: float, *, client_first: bool) -> None:
    patient = _Punctual(connection, timeout_s)
    steps = (deliver_challenge, answer_challenge) if client_first else (answer_challenge, deliver_challenge)
    try:
        for step in steps:
            step(patient, key)  # type: ignore[arg-type] # Only these two of a connection's methods are used.
    except (AuthenticationError, AssertionError) as error:
        raise HandshakeFailed(str(error)) from error


class _Punctual:
    """A connection that does not wait for ever."""

    def __init__(self, connection: EngineConnection, timeout_s: float) -> None:
        self._connection = connection
        self._timeout_s = timeout_s

    def send_bytes(self, message: bytes) -> None:
        self._connection.send_bytes(message)

    def recv_bytes(self, bytes_max: int) -> bytes:
        if not self._connection.poll(self._timeout_s):
            raise TimeoutError(f"no word for {self._timeout_s:.0f} s")
        return self._connection.recv_bytes(bytes_max)
