"""Servers and other processes of tests: started, asked over HTTP, waited for and ended."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.integration.cli.conftest import Ended, ended, process

PATIENCE_S = 300.0


def wait(until: Callable[[], bool], running: subprocess.Popen[str] | None = None) -> None:
    """Return once it is so; fails when the process ends before, or after a long time."""
    ends_s = time.monotonic() + PATIENCE_S
    while not until():
        if running is not None and running.poll() is not None:
            pytest.fail(f"it ended with {running.returncode}: {running.communicate()}")
        assert time.monotonic() < ends_s, "nothing happened for a long time"
        time.sleep(0.1)


def run(*arguments: str) -> Ended:
    """The command as a process of its own, to its end."""
    return ended(process(*arguments))


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`vitrine serve` on a free port, ready: its address, and the process, which is ended at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = process("serve", "--port", str(port), "--json", *arguments)
    try:
        lines = ""
        while not lines.endswith("}\n"):
            assert server.stdout is not None
            line = server.stdout.readline()
            if not line:
                pytest.fail(f"the server ended: {server.communicate()}")
            lines += line
        told = json.loads(lines)
        assert told["ready"]
        yield told["address"], server
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=120)


def post(url: str, body: object) -> Any:
    """What it answers to a JSON body."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def get(url: str) -> Any:
    """What it answers."""
    with urllib.request.urlopen(url, timeout=60) as answer:
        return json.load(answer)
