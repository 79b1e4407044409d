"""What starting a real service for tests takes: a free port, patience, and a plain word when it is not installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import NoReturn

import pytest


def installed(program: str, package: str) -> str:
    """Where a program is; the test skips without it, or fails where services are required."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        unavailable(f"{program} is not installed (Debian: apt-get install {package})")
    return found


def unavailable(reason: str) -> NoReturn:
    """Skip, or fail when `VITRINE_TEST_REQUIRE_SERVICES` is set."""
    if os.environ.get("VITRINE_TEST_REQUIRE_SERVICES"):
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    """A TCP port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path, patience_s: float = 60.0) -> None:
    """Return when something answers on the port; fail with the service's own words when it ends before."""
    deadline_s = time.monotonic() + patience_s
    while time.monotonic() < deadline_s:
        if process.poll() is not None:
            pytest.fail(f"the service ended with {process.returncode}: {log.read_text(errors='replace')[-2000:]}")
        with socket.socket() as client:
            client.settimeout(1)
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"nothing listens on {port} after {patience_s} s: {log.read_text(errors='replace')[-2000:]}")
