"""A PostgreSQL server of the tests' own: Debian's binaries, a fresh data folder, a free loopback port."""

from __future__ import annotations

import getpass
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from catalog.opening import migrate

_USER = "vitrine"
_START_S = 60.0
_TEMPLATE = "migrated"


@dataclass(frozen=True, slots=True)
class PostgresqlServer:
    """A running server.

    Attributes
    ----------
    folder: its data and its unix socket.
    """

    port: int
    folder: Path
    process: subprocess.Popen[bytes]
    _numbers: Iterator[int] = field(default_factory=itertools.count, repr=False)

    def url(self, database: str) -> str:
        """SQLAlchemy's URL of one of its databases."""
        return f"postgresql+psycopg://{_USER}@127.0.0.1:{self.port}/{database}"

    def empty_database(self) -> str:
        """The URL of a new database without tables."""
        return self._create("template0")

    def migrated_database(self) -> str:
        """The URL of a new database with all tables, copied from one that was migrated once."""
        return self._create(_TEMPLATE)

    def execute(self, statement: str) -> None:
        """Run one statement as the administrator."""
        with self._connect() as connection:
            connection.execute(statement.encode())

    def wait_until_ready(self) -> None:
        """Return when it answers; raises when it ended or does not answer in time."""
        deadline_s = time.monotonic() + _START_S
        while True:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline_s:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End it at once."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
        self.process.wait()

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=_USER, dbname="postgres", autocommit=True, connect_timeout=5
        )


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server for this session; skips where none is installed, unless services are required."""
    binaries = _binaries()
    account = _account()
    if binaries is None or account is None:
        reason = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        if os.environ.get("VITRINE_TEST_REQUIRE_SERVICES"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="vitrine-postgresql-"))
    os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        server = start_postgresql(binaries, folder, account)
        try:
            server.execute(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
            migrate(server.url(_TEMPLATE))
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start_postgresql(binaries: Path, folder: Path, account: pwd.struct_passwd) -> PostgresqlServer:
    """Make a cluster in `folder` and start its server; it refuses to run as root, so it runs as `account`."""
    data = folder / "data"
    make = [
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        _USER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    subprocess.run(make, check=True, capture_output=True, cwd=folder, user=account.pw_uid, group=account.pw_gid)
    port = _free_port()
    # Real commits, but no fsync: tests kill processes, not the machine.
    options = ["-c", "fsync=off", "-c", "max_connections=100", "-c", "shared_buffers=32MB"]
    process = subprocess.Popen(
        [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", folder, *options],
        cwd=folder,
        user=account.pw_uid,
        group=account.pw_gid,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = PostgresqlServer(port, folder, process)
    try:
        server.wait_until_ready()
    except BaseException:
        server.stop()
        raise
    return server


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    return None if on_path is None else Path(on_path).parent


def _account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres" if os.geteuid() == 0 else getpass.getuser())
    except KeyError:
        return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
