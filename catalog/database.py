"""One database behind the catalogue: connections, transactions, and foreign errors translated."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event, exc

from core.errors import CatalogUnavailable, ConfigurationError, Conflict, InvalidInput, VitrineError, shown
from core.products import rfc3339

T = TypeVar("T")

Clock = Callable[[], float]
Write = Callable[[sa.Connection], T]

# Below every version of SQLite's limit on bound variables, with room for the other parameters of a statement.
IDS_PER_STATEMENT = 500
BUSY_TIMEOUT_S = 60.0
_TRIES_MAX = 6
_READ_ONLY = "vitrine_read_only"
# PostgreSQL: serialization failure, deadlock, and a row that another transaction inserted at the same moment.
_WORTH_A_RETRY = frozenset({"40001", "40P01", "23505"})


class Database:
    """Connections to SQLite or PostgreSQL, safe to share between threads.

    Parameters
    ----------
    url: an SQLAlchemy URL, `sqlite:///FILE` or `postgresql+psycopg://...`.
    clock: epoch seconds; default: the machine's clock for SQLite, the server's own for PostgreSQL, so that workers on
        machines whose clocks differ agree about leases.

    Raises
    ------
    ConfigurationError: a URL that is neither of the two.
    """

    def __init__(self, url: str, *, clock: Clock | None = None) -> None:
        self._clock = clock
        self.url = _checked_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.shown_url = self.url.render_as_string(hide_password=True)
        self._engine = _sqlite_engine(self.url) if self.sqlite else _postgresql_engine(self.url)
        self._reader = self._engine.execution_options(**{_READ_ONLY: True})

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that only reads; on SQLite it never waits for a writer.

        Raises
        ------
        CatalogUnavailable: the database cannot be reached.
        """
        with self._translated(), self._reader.begin() as connection:
            yield connection

    def write(self, work: Write[T]) -> T:
        """Run `work` in one transaction that has committed when this returns.

        On SQLite the transaction begins as a writer, so that it never finds its snapshot outdated. On PostgreSQL it is
        tried again after a deadlock or after two inserted the same row, so `work` must be safe to run twice.

        Raises
        ------
        CatalogUnavailable, Conflict
        """
        for tries in range(_TRIES_MAX):
            try:
                with self._translated(), self._engine.begin() as connection:
                    return work(connection)
            except VitrineError as error:
                if tries == _TRIES_MAX - 1 or not _may_pass(error):
                    raise
            time.sleep(random.uniform(0, 0.02 * 2**tries))
        raise AssertionError("unreachable: the last try returns or raises")

    def now(self, connection: sa.Connection) -> float:
        """The time that leases are measured by, in epoch seconds."""
        if self._clock is not None:
            return self._clock()
        if self.sqlite:
            return time.time()
        return float(connection.scalar(sa.text("SELECT extract(epoch FROM clock_timestamp())")) or 0.0)

    def moment(self) -> str:
        """Now, as the texts of moments are stored."""
        return moment_text(time.time() if self._clock is None else self._clock())

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except exc.IntegrityError as error:
            raise Conflict(f"the catalogue refused a contradiction: {error.orig}") from error
        except exc.DataError as error:
            raise InvalidInput("cannot be stored", field="catalogue", value=str(error.orig)) from error
        except exc.SQLAlchemyError as error:
            reason = error.orig if isinstance(error, exc.DBAPIError) else error
            raise CatalogUnavailable(
                f"the database {self.shown_url} cannot be used: {_one_line(reason)}. {self._remedy(str(reason))}"
            ) from error

    def _remedy(self, reason: str) -> str:
        if "no such table" in reason or "does not exist" in reason:
            return "Run `vitrine migrate`"
        if self.sqlite:
            return "Check that data_dir exists, is writable and has space left"
        return "Check database_url, and that the server runs and accepts connections"


def moment_text(epoch_s: float) -> str:
    """Epoch seconds as the texts of moments are stored."""
    return rfc3339(datetime.fromtimestamp(epoch_s, UTC))


def moment_of(text: str) -> datetime:
    """A stored text as a moment, with its time zone."""
    return datetime.fromisoformat(text)


def chunked(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Slices of at most `IDS_PER_STATEMENT`, so that no statement binds more variables than the database allows."""
    for start in range(0, len(values), IDS_PER_STATEMENT):
        yield values[start : start + IDS_PER_STATEMENT]


def _checked_url(text: str) -> sa.URL:
    try:
        url = sa.make_url(text)
    except exc.ArgumentError as error:
        raise ConfigurationError(f"database_url is not an SQLAlchemy URL: {error}") from error
    backend = url.get_backend_name()
    if backend == "postgresql" and url.drivername in ("postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+pysqlite") and url.database and url.database != ":memory:":
        return url
    raise ConfigurationError(
        f"database_url {shown(url.render_as_string(hide_password=True))} is neither sqlite:///FILE nor "
        "postgresql+psycopg://USER:PASSWORD@HOST/NAME"
    )


def _json_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    try:
        Path(str(url.database)).absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CatalogUnavailable(f"the folder of {url.database} cannot be made: {error}") from error
    engine = sa.create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
        json_serializer=_json_text,
        pool_size=16,
        max_overflow=64,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not begin transactions by itself: a writer has to begin with IMMEDIATE, see `_begin_sqlite`.
    connection.isolation_level = None
    _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -32768")
    connection.execute("PRAGMA mmap_size = 268435456")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """SQLite does not wait for its busy timeout when two processes switch a new file to WAL at once, so we do."""
    deadline_s = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline_s:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: sa.Connection) -> None:
    # A deferred transaction that turns into a writer fails at once when another has written meanwhile; IMMEDIATE waits.
    reads = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _postgresql_engine(url: sa.URL) -> sa.Engine:
    try:
        return sa.create_engine(
            url,
            json_serializer=_json_text,
            pool_size=8,
            max_overflow=24,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10, "application_name": "vitrine"},
        )
    except ImportError as error:
        raise ConfigurationError(
            "database_url names PostgreSQL, and its driver is not installed. Install vitrine[postgresql]"
        ) from error


def _may_pass(error: VitrineError) -> bool:
    cause: Any = error.__cause__
    return getattr(getattr(cause, "orig", None), "sqlstate", None) in _WORTH_A_RETRY


def _one_line(reason: object) -> str:
    return " ".join(str(reason).split())
