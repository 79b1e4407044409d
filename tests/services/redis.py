"""A real Redis for tests, on a free loopback port."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.starting import free_port, installed, wait_for_port


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a Redis that lives as long as the session."""
    program = installed("redis-server", "redis-server")
    folder: Path = tmp_path_factory.mktemp("redis")
    port, log = free_port(), folder / "redis.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
            stdout=output,
            stderr=output,
        )
    try:
        wait_for_port(port, process, log)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(20)
