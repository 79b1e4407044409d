"""Noting what shoppers were shown, beside the answers: nothing that happens here delays or fails one."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from catalog.opening import Catalog
from core.errors import VitrineError
from core.hits import SearchAnswer
from core.impressions import Impression, shown_signals, shown_text
from core.queries import SearchQuery

_log = logging.getLogger(__name__)

# Of a burst that the database cannot follow, what does not fit is not noted.
QUEUE_MAX = 2_000
WRITE_EVERY_S = 1.0
CLEAN_EVERY_S = 3_600.0
# Whoever closes waits no longer for what is left.
_CLOSE_S = 10.0
_BATCH = 500

# Makes an impression of what was shown, in the thread that writes; None: there is nothing to note after all.
Made = Callable[[], Impression | None]


@dataclass
class ImpressionLog:
    """Takes impressions from any thread at once and writes them in batches from one of its own. Best effort.

    The thread begins with the first impression. What has grown older than the retention time is deleted every hour.

    Parameters
    ----------
    keep_days: the retention time; 0: nothing is noted.
    now_s: seconds on a clock that never goes back.
    """

    catalog: Catalog
    keep_days: float
    queue_max: int = QUEUE_MAX
    now_s: Callable[[], float] = time.monotonic
    _waiting: deque[Made] = field(default_factory=deque)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _thread: threading.Thread | None = None
    _noted: int = 0
    _settled: int = 0
    _hurry_to: int = 0
    _closed: bool = False
    _dropped: int = 0
    _cleaned_s: float | None = None

    @property
    def dropped(self) -> int:
        """How many impressions were not noted because too many were waiting, or the database was away."""
        return self._dropped

    def note(self, made: Made) -> None:
        """Have an impression written soon; returns at once and never raises.

        Parameters
        ----------
        made: called later, in another thread, so that whoever answers does not pay for it.
        """
        if self.keep_days <= 0 or self._closed:
            return
        with self._changed:
            if len(self._waiting) >= self.queue_max:
                self._dropped += 1
                return
            self._waiting.append(made)
            self._noted += 1
        if self._thread is None:
            self._start()

    def flush(self) -> None:
        """Return when everything that was noted so far is stored, or given up; what is noted meanwhile may wait."""
        with self._changed:
            noted = self._noted
            self._hurry_to = max(self._hurry_to, noted)
            self._changed.notify_all()
            while self._settled < noted and self._thread is not None and self._thread.is_alive():
                self._changed.wait(0.1)

    def close(self) -> None:
        """Store what is waiting, and stop."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(_CLOSE_S)

    def _start(self) -> None:
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="impressions", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            with self._changed:
                if not (self._closed or self._settled < self._hurry_to or len(self._waiting) >= _BATCH):
                    self._changed.wait(WRITE_EVERY_S)
                some = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
                if not some and self._closed:
                    return
            if some:
                self._write(some)
            self._clean()
            with self._changed:
                self._settled += len(some)
                self._changed.notify_all()

    def _write(self, some: list[Made]) -> None:
        try:
            self.catalog.impressions.add([one for make in some if (one := make()) is not None])
        except VitrineError as error:
            self._dropped += len(some)
            _log.warning("%d impressions could not be stored: %s", len(some), error)
        except Exception:  # noqa: BLE001 - a fault in making one must not end the thread; the log has the traceback.
            self._dropped += len(some)
            _log.exception("%d impressions could not be made", len(some))

    def _clean(self) -> None:
        if self._closed or (self._cleaned_s is not None and self.now_s() < self._cleaned_s + CLEAN_EVERY_S):
            return
        self._cleaned_s = self.now_s()
        try:
            self.catalog.impressions.delete_before(datetime.now(UTC) - timedelta(days=self.keep_days))
        except VitrineError as error:
            _log.warning("old impressions could not be deleted: %s", error)


def note_search(log: ImpressionLog, query: SearchQuery, answer: SearchAnswer) -> None:
    """Have it noted what a search has shown; returns at once and never raises."""
    shown_at = datetime.now(UTC)
    log.note(lambda: impression_of(query, answer, shown_at))


def impression_of(query: SearchQuery, answer: SearchAnswer, shown_at: datetime) -> Impression | None:
    """What a search has shown; None where it has shown nothing."""
    if not answer.hits:
        return None
    return Impression(
        query_id=answer.query_id,
        user_id=query.user_id,
        session_id=query.session_id,
        shown_at=shown_at,
        items=tuple(hit.product_id for hit in answer.hits),
        signals=shown_signals(answer.hits),
        ranker=answer.ranker,
        generation=answer.generation,
        first_position=answer.first_position,
        text=shown_text(query.text),
    )
