"""Fixtures that run one test on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.opening import Catalog, open_catalog
from tests.services.postgresql import PostgresqlServer, postgresql_server

__all__ = ["Clock", "catalog", "clock", "database_url", "postgresql_server"]

BACKENDS = ("sqlite", "postgresql")


class Clock:
    """A clock that moves when told to; epoch seconds, in the past, so that what it queued waits for no real worker."""

    def __init__(self) -> None:
        self.now_s = 1_600_000_000.0

    def __call__(self) -> float:
        return self.now_s

    def advance(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without products: a new file, or a new database of the session's PostgreSQL server."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'catalog.db'}"
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    return server.migrated_database()


@pytest.fixture
def catalog(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Catalog]:
    opened = open_catalog(database_url, tmp_path, clock=clock)
    yield opened
    opened.close()
