"""A client as light as can be: keep-alive, raw sockets, one thread each, the next request once the last is answered."""

from __future__ import annotations

import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from benchmarks.products import ProductFile

_CHUNK_BYTES = 262_144
_TIMEOUT_S = 120.0


class Connection:
    """One connection that is kept alive. Not thread-safe."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), _TIMEOUT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def request(self, path: str, body: bytes | None) -> bytes:
        """POST a JSON body, or GET without one; returns the answer's body.

        Raises
        ------
        RuntimeError: the status is not 200 or 202; with the answer.
        """
        method = "GET" if body is None else "POST"
        head = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n"
        if body is not None:
            head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        self._socket.sendall(head.encode() + b"\r\n" + (body or b""))
        received, end = b"", -1
        while end < 0:
            received += self._more()
            end = received.find(b"\r\n\r\n")
        headers, answer = received[:end].lower(), received[end + 4 :]
        length = int(headers.partition(b"content-length:")[2].partition(b"\r\n")[0])
        while len(answer) < length:
            answer += self._more()
        if not headers.startswith((b"http/1.1 200", b"http/1.1 202")):
            raise RuntimeError(f"{method} {path} was answered with {received[:300]!r}")
        return answer

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _more(self) -> bytes:
        received = self._socket.recv(_CHUNK_BYTES)
        if not received:
            raise RuntimeError("the server hung up in the middle of an answer")
        return received


@contextmanager
def connected(port: int) -> Iterator[Connection]:
    """A connection that is closed at the end."""
    connection = Connection(port)
    try:
        yield connection
    finally:
        connection.close()


def distinct_bodies(products: ProductFile) -> Iterator[bytes]:
    """Searches for titles of products, every other one from the end, so that neighbours differ; then again, numbered.

    None comes twice, since a repeated query is remembered.
    """
    titles = products.titles()
    for number in itertools.count():
        for title in titles[::2] + titles[1::2]:
            yield json.dumps({"text": title if number == 0 else f"{title} {number}"}).encode()


def answered(port: int, path: str, bodies: Sequence[bytes], clients: int = 1) -> tuple[list[float], float]:
    """Send all bodies, divided among so many clients; milliseconds of each, and seconds of all together."""
    shares = [bodies[number::clients] for number in range(clients)]
    took_ms: list[list[float]] = [[] for _ in shares]
    errors: list[BaseException] = []
    start = threading.Barrier(clients + 1)

    def client(number: int) -> None:
        try:
            with connected(port) as connection:
                start.wait()
                took_ms[number] = [_timed(connection, path, body) for body in shares[number]]
        except BaseException as error:  # noqa: BLE001 - raised again by the caller
            errors.append(error)
            start.abort()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    # It is broken when a client has failed to connect, whose error is raised below.
    with suppress(threading.BrokenBarrierError):
        start.wait()
    began_s = time.perf_counter()
    for thread in threads:
        thread.join()
    all_s = time.perf_counter() - began_s
    if errors:
        raise errors[0]
    return [ms for of_one in took_ms for ms in of_one], all_s


def answered_until(over: Callable[[], bool], port: int, path: str, bodies: Iterator[bytes]) -> list[float]:
    """One client, one request after the other, until `over`; milliseconds of each."""
    took_ms = []
    with connected(port) as connection:
        while not over():
            took_ms.append(_timed(connection, path, next(bodies)))
    return took_ms


def _timed(connection: Connection, path: str, body: bytes) -> float:
    began_s = time.perf_counter()
    connection.request(path, body)
    return (time.perf_counter() - began_s) * 1_000
