"""A real server on real sockets: where it listens, how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.serving import ApiServer, bound_sockets, nearby_sockets
from core.errors import ConfigurationError
from retrieval.wiring import Vitrine
from tests.conftest import ROOT

_SERVE = """
from api.app import create_app
from api.serving import serve
from core.settings import load_settings
from retrieval.wiring import open_vitrine

with open_vitrine(load_settings()) as v:
    serve(create_app(v), "localhost", 0, lambda address: print(address, flush=True))
print("closed", flush=True)
"""


@contextmanager
def serving(v: Vitrine) -> Iterator[ApiServer]:
    """A server in a thread."""
    ready = threading.Event()
    server = ApiServer(create_app(v), "127.0.0.1", 0, lambda _: ready.set())
    thread = threading.Thread(target=server.listen)
    thread.start()
    try:
        assert ready.wait(60)
        yield server
    finally:
        server.should_exit = True
        thread.join(60)
    assert not thread.is_alive()


@contextmanager
def running(v: Vitrine) -> Iterator[str]:
    """A server in a thread; yields its address."""
    with serving(v) as server:
        yield server.address


def test_connections_are_known_as_tcp_so_that_asyncio_sends_without_delay() -> None:
    (listener,) = bound_sockets("127.0.0.1", 0, has_key=False)
    with listener:
        listener.listen()
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
            with accepted:
                assert accepted.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "[::]", "192.0.2.1", "0"])
def test_listening_for_other_machines_without_a_key_is_refused(host: str) -> None:
    with pytest.raises(ConfigurationError, match="VITRINE_API_KEY"):
        bound_sockets(host, 0, has_key=False)


def test_with_a_key_it_may_listen_for_other_machines() -> None:
    (opened,) = bound_sockets("0.0.0.0", 0, has_key=True)
    with opened:
        assert opened.getsockname()[0] == "0.0.0.0"


def test_a_blank_host_is_not_taken_for_every_address() -> None:
    with pytest.raises(ConfigurationError, match="VITRINE_HOST"):
        bound_sockets(" ", 0, has_key=True)


def test_an_unknown_host_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"no\.such\.host\.invalid"):
        bound_sockets("no.such.host.invalid", 0, has_key=False)


def test_a_port_that_is_taken_is_named_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {port}.*VITRINE_PORT"):
            bound_sockets("127.0.0.1", port, has_key=False)


def test_the_next_free_port_is_taken_where_that_is_permitted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (opened,) = nearby_sockets("127.0.0.1", port, has_key=False, spare_ports=20)
        with opened:
            assert port < opened.getsockname()[1] <= port + 20


def test_no_other_port_helps_against_another_reason() -> None:
    with pytest.raises(ConfigurationError, match="VITRINE_API_KEY"):
        nearby_sockets("0.0.0.0", 0, has_key=False, spare_ports=20)


def test_it_answers_on_the_address_it_tells(v: Vitrine) -> None:
    with running(v) as address:
        answer = httpx.post(f"{address}/v1/search", json={"text": "red shirt", "limit": 1}, timeout=60)
        assert answer.status_code == 200
        assert len(answer.json()["hits"]) == 1
        assert "server" not in answer.headers


def test_the_path_as_it_was_sent_decides_over_a_real_connection(v: Vitrine) -> None:
    with running(v) as address, httpx.Client(base_url=address, timeout=60) as client:
        added = client.post("/v1/products", json={"products": [{"id": "real/one", "title": "Slashed"}]})
        assert added.status_code == 202
        assert client.get("/v1/products/real%2Fone").json()["product"]["title"] == "Slashed"
        assert client.get("/v1/products/real/one").status_code == 404
        assert client.get("/v1/products/..%2F..%2Fetc%2Fpasswd").status_code == 404


def test_a_foreign_host_name_is_refused_over_a_real_connection(v: Vitrine) -> None:
    with running(v) as address:
        assert httpx.get(f"{address}/v1/products", headers={"host": "evil.example"}, timeout=60).status_code == 421


def test_a_stream_that_waits_is_ended_and_not_cut_off_when_the_server_leaves(v: Vitrine) -> None:
    with serving(v) as server, httpx.Client(base_url=server.address, timeout=60) as client:
        body = client.post("/v1/products", json={"products": [{"id": "wait-1", "title": "Waits"}]}).json()
        with client.stream("GET", f"/v1/jobs/{body['job_id']}/events") as answer:
            lines = answer.iter_lines()
            assert next(lines) == "event: progress"
            server.should_exit = True
            assert "event: done" not in list(lines)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_after_a_signal_it_closes_its_parts_and_leaves(tmp_path: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "VITRINE_DATA_DIR": str(tmp_path / "data"), "VITRINE_ENGINE_IDLE_EXIT_S": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert httpx.get(f"{address}/health/live", timeout=60).status_code == 200
        process.send_signal(number)
        assert process.stdout.read() == "closed\n"
        assert process.wait(60) == 0
