"""The columns of one shop in this process, in step with the catalogue that several processes may write to."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from catalog.opening import Catalog
from core.errors import CatalogUnavailable, VitrineError
from retrieval.columns.table import Columns, no_columns
from retrieval.columns.writing import ColumnWriter

_log = logging.getLogger(__name__)

# Asking for the number of the last change takes a fifth of a millisecond.
LOOK_EVERY_S = 0.1
# Following a stream of changes takes no more than this share of the time.
_SHARE_OF_TIME_MAX = 0.1
_DELETED_SHARE_MAX = 0.5
_DELETED_MIN = 1_000


@dataclass
class ColumnIndex:
    """Builds the columns when they are first needed, and brings them up to date when they are used. Thread-safe.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back.
    """

    catalog: Catalog
    now_s: Callable[[], float] = time.monotonic
    _columns: Columns | None = None
    _look_again_s: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _warming: threading.Thread | None = None
    _closing: threading.Event = field(default_factory=threading.Event)

    def current(self) -> Columns:
        """The products as they were at most a fraction of a second ago.

        The first call builds the columns, and whoever comes meanwhile waits for it. Later, whoever comes while somebody
        else is bringing them up to date gets them as they were.

        Raises
        ------
        CatalogUnavailable
        """
        columns = self._columns
        if columns is None:
            with self._lock:
                return self._columns or self._followed(no_columns(), None)
        if self.now_s() < self._look_again_s or not self._lock.acquire(blocking=False):
            return columns
        try:
            return self._followed(columns, columns.change)
        finally:
            self._lock.release()

    def loaded(self) -> Columns | None:
        """As `current`; None where nobody has needed them yet, and building them is not worth it."""
        return None if self._columns is None else self.current()

    def latest(self) -> Columns:
        """The products as of now, for somebody who knows of one that is not in `current`.

        Raises
        ------
        CatalogUnavailable
        """
        with self._lock:
            columns = self._columns
            return self._followed(no_columns(), None) if columns is None else self._followed(columns, columns.change)

    def warm_up(self) -> None:
        """Build the columns in a thread of its own, so that the first who needs them does not wait."""
        with self._lock:
            if not self._closing.is_set():
                self._warming = threading.Thread(target=self._build_beside, name="column build", daemon=True)
                self._warming.start()

    def close(self) -> None:
        """Stop building."""
        self._closing.set()
        with self._lock:
            warming = self._warming
        if warming is not None:
            warming.join()

    def _build_beside(self) -> None:
        try:
            self.current()
        except VitrineError as error:
            # Nobody waits for this thread; whoever needs the columns next will try again and be told.
            if not self._closing.is_set():
                _log.warning("the products could not be read into memory: %s", error)

    def _followed(self, columns: Columns, since: int | None) -> Columns:
        began_s = self.now_s()
        latest = self.catalog.changes.latest()
        if since != latest:
            # Numbers go back when the database has been put back from a copy, and then nothing of ours may stay.
            anew = since is None or latest < since or _mostly_deleted(columns)
            columns = self._loaded(no_columns() if anew else columns, None if anew else since)
        took_s = self.now_s() - began_s
        self._look_again_s = self.now_s() + max(LOOK_EVERY_S, took_s / _SHARE_OF_TIME_MAX)
        self._columns = columns
        return columns

    def _loaded(self, columns: Columns, since: int | None) -> Columns:
        writer = ColumnWriter(columns)
        try:
            with self.catalog.changes.since(since) as (latest, parts):
                # Read after the statement has begun, so that they cover every product it finds.
                kinds = self.catalog.products.attribute_kinds()
                for part in parts:
                    if self._closing.is_set():
                        raise CatalogUnavailable("the shop is being closed")
                    writer.add(part, kinds)
            return writer.columns(latest, kinds)
        except BaseException:
            # What newer columns share with older ones may have grown by half of the changes.
            self._columns = None
            raise


def _mostly_deleted(columns: Columns) -> bool:
    deleted = columns.count - int(columns.alive.sum())
    return deleted > max(_DELETED_MIN, _DELETED_SHARE_MAX * columns.count)
