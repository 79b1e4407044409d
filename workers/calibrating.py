"""Learning what is relevant while there is nothing to index: a duty of idle workers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable

from core.generations import Generation
from retrieval.relevance.calibrating import calibrate_when_due
from retrieval.wiring import Vitrine

# An import that stutters is not over.
QUIET_S = 3.0
LOOK_EVERY_S = 10.0
# What has gone wrong once goes wrong the same way until something has changed.
AFTER_FAILURE_S = 600.0
_WAITING_EVERY_S = 0.5

_log = logging.getLogger("vitrine.workers")


class CalibrationDuty:
    """When to fit the models of relevance: after a quiet time, looked at now and then, given up as soon as work comes.

    Whatever goes wrong with it is logged and tried again much later; indexing never notices.

    Parameters
    ----------
    stop: set when the worker has to leave.
    now_s: seconds on a clock that never goes back.
    """

    def __init__(self, v: Vitrine, stop: threading.Event, now_s: Callable[[], float] = time.monotonic) -> None:
        self._v = v
        self._stop = stop
        self._now_s = now_s
        self._next_s = now_s() + QUIET_S

    def worked(self) -> None:
        """Something was indexed just now."""
        self._next_s = max(self._next_s, self._now_s() + QUIET_S)

    def perform(self, generations: Callable[[], Iterable[Generation]]) -> None:
        """Look whether one of them is due, and fit it; does nothing when it is not yet time to look."""
        if self._now_s() < self._next_s:
            return
        self._next_s = self._now_s() + LOOK_EVERY_S
        try:
            for generation in generations():
                self._perform(generation)
        except Exception:  # noqa: BLE001 - a worker without it indexes as well; the log says what is wrong.
            self._next_s = self._now_s() + AFTER_FAILURE_S
            _log.warning("what is relevant could not be learnt, searches go on without", exc_info=True)

    def _perform(self, generation: Generation) -> None:
        looked_s, idle = -_WAITING_EVERY_S, True

        def go_on() -> bool:
            nonlocal looked_s, idle
            if self._now_s() - looked_s >= _WAITING_EVERY_S:
                looked_s, idle = self._now_s(), not self._v.catalog.queue.progress(generation.id).waiting
            return idle and not self._stop.is_set()

        began_s = self._now_s()
        if go_on() and calibrate_when_due(self._v, generation, go_on):
            _log.info("learnt what is relevant in %.1f s", self._now_s() - began_s)
