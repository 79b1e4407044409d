"""Listening: on which addresses, refused where it would be unsafe, and ended cleanly."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from litestar import Litestar

from api.app import required_key
from api.service import Service
from core.errors import ConfigurationError, shown

_KEEP_ALIVE_S = 65
_LEAVE_S = 10
_BACKLOG = 1_024
_PORT_MAX = 65_535
# A machine without IPv6 may still say that localhost is ::1 as well.
_NOT_HERE = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
Address = tuple[Any, ...]


class ApiServer(uvicorn.Server):
    """Uvicorn on sockets that are bound already, telling when it is ready, and returning after a signal.

    Parameters
    ----------
    port: 0 for any free one.
    ready: called with the address, as a URL, when connections are answered.
    spare_ports: how many ports above `port` may be taken instead when others listen on it.

    Raises
    ------
    ConfigurationError: the address cannot be listened on, or must not be without a key.
    """

    def __init__(
        self, app: Litestar, host: str, port: int, ready: Callable[[str], None], *, spare_ports: int = 0
    ) -> None:
        self._service: Service = app.state["service"]
        has_key = required_key(self._service.v.settings) is not None
        self._sockets = nearby_sockets(host, port, has_key=has_key, spare_ports=spare_ports)
        self._ready = ready
        super().__init__(
            uvicorn.Config(
                app,
                access_log=False,
                log_config=None,
                server_header=False,
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=_LEAVE_S,
                lifespan="on",
                ws="none",
            )
        )

    @property
    def address(self) -> str:
        """Where it can be reached, as a URL."""
        host, port = self._sockets[0].getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def listen(self) -> None:
        """Serve until a signal arrives or `should_exit` is set; answers that are being made are finished first."""
        self.run(self._sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell whoever waits for it, once connections are answered."""
        await super().startup(sockets)
        if self.started:
            self._ready(self.address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End streams first: uvicorn waits for them, and would cut them off in the end."""
        self._service.closing.set()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on SIGINT and SIGTERM, and return to the caller, who has parts to close.

        Uvicorn would raise the signal once more after it has ended, and SIGTERM would kill the process right there.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(
    app: Litestar, host: str, port: int, ready: Callable[[str], None] = lambda _: None, *, spare_ports: int = 0
) -> None:
    """Serve until SIGINT or SIGTERM; returns after answers that were being made are out.

    Parameters and errors are those of `ApiServer`.
    """
    ApiServer(app, host, port, ready, spare_ports=spare_ports).listen()


def nearby_sockets(host: str, port: int, *, has_key: bool, spare_ports: int) -> list[socket.socket]:
    """As `bound_sockets`, on the first port from `port` on that is free, at most `spare_ports` above it.

    Raises
    ------
    ConfigurationError: none of them is free, or the address cannot be listened on for another reason.
    """
    for candidate in range(port, min(port + spare_ports, _PORT_MAX)):
        try:
            return bound_sockets(host, candidate, has_key=has_key)
        except ConfigurationError as error:
            if not (isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.EADDRINUSE):
                raise
    return bound_sockets(host, min(port + spare_ports, _PORT_MAX), has_key=has_key)


def bound_sockets(host: str, port: int, *, has_key: bool) -> list[socket.socket]:
    """Sockets on every address the host name stands for, checked before any of them is open.

    Raises
    ------
    ConfigurationError: an address is not loopback and there is no key; the name is unknown; the port is taken.
    """
    addresses = _addresses(host, port)
    if not has_key:
        for _, address in addresses:
            if not is_loopback(str(address[0])):
                raise ConfigurationError(
                    f"host {shown(host)} can be reached from other machines ({address[0]}), and there is no API key. "
                    "Set VITRINE_API_KEY, or listen on 127.0.0.1"
                )
    sockets: list[socket.socket] = []
    refused: OSError | None = None
    for family, address in addresses:
        chosen_port = sockets[0].getsockname()[1] if sockets else port
        try:
            sockets.append(_bound(family, (address[0], chosen_port, *address[2:])))
        except OSError as error:
            refused = error
            if error.errno not in _NOT_HERE:
                break
    if refused is not None and (not sockets or refused.errno not in _NOT_HERE):
        for opened in sockets:
            opened.close()
        raise ConfigurationError(
            f"cannot listen on {host} port {port}: {refused.strerror or refused}. "
            "Choose another VITRINE_PORT, or end what listens there"
        ) from refused
    return sockets


def is_loopback(address: str) -> bool:
    """Whether an IP address reaches this machine only; `::ffff:127.0.0.1` counts as what it maps."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_loopback


def _addresses(host: str, port: int) -> list[tuple[int, Address]]:
    name = host.strip().removeprefix("[").removesuffix("]")
    if not name:
        raise ConfigurationError("host is blank, which would mean every address. Set VITRINE_HOST, e.g. to 127.0.0.1")
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(
            f"host {shown(host)} is not known on this machine: {error}. Set VITRINE_HOST"
        ) from error
    unique: dict[tuple[int, Address], None] = dict.fromkeys((int(entry[0]), entry[4]) for entry in found)
    # IPv4 goes first, so that the address that is shown works for everyone.
    return sorted(unique, key=lambda entry: entry[0] != socket.AF_INET)


def _bound(family: int, address: Address) -> socket.socket:
    # With its protocol named, asyncio recognises the connections as TCP and sends without delay; else the body of an
    # answer would wait until the client has acknowledged the headers, some 40 ms.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        made.listen(_BACKLOG)
    except OSError:
        made.close()
        raise
    made.setblocking(False)
    return made
