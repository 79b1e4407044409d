"""A Celery worker whose messages and whose own clock drive one lease loop, in turns."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from celery.signals import worker_shutting_down
from celery.worker import state

from core.settings import Settings
from retrieval.indexing import IndexedBatch
from retrieval.wiring import open_vitrine
from workers.celery_app import make_app
from workers.lease_loop import LeaseLoop, LoopReport, worker_name

# How long one message may keep the worker from talking to the broker; whatever is left, the clock goes on with.
MESSAGE_BUDGET_S = 10.0
TICK_S = 1.0

_log = logging.getLogger("vitrine.workers")


class Shift:
    """One lease loop for a message and the clock to take turns at: whoever comes second finds the work being done."""

    def __init__(self, loop: LeaseLoop, stop: threading.Event) -> None:
        self._loop = loop
        self._stop = stop
        self._turn = threading.Lock()
        self._clock = threading.Thread(target=self._tick, name="indexing clock", daemon=True)

    def start(self) -> None:
        """Begin to look for work by itself."""
        self._clock.start()

    def join(self) -> None:
        """Wait until the clock has stopped; `stop` has to be set."""
        self._clock.join()

    def on_message(self) -> None:
        """What a message does: work until nothing is waiting, for a limited time."""
        ends_s = time.monotonic() + MESSAGE_BUDGET_S
        self._work(lambda: time.monotonic() > ends_s)

    def _tick(self) -> None:
        while not self._stop.wait(TICK_S):
            try:
                self._work(self._stop.is_set)
            except Exception:  # noqa: BLE001 - the clock goes on whatever it was; the log has the traceback
                _log.exception("indexing failed, it is tried again in a second")

        # Celery looks at this flag between two messages; a signal has set it already, `stop` by itself has not.
        if state.should_stop is None:
            state.should_stop = os.EX_OK

    def _work(self, until: Callable[[], bool]) -> None:
        if not self._turn.acquire(blocking=False):
            return
        try:
            self._loop.drain(until)
            self._loop.tidy()
        finally:
            self._turn.release()


def run_celery_worker(
    settings: Settings, stop: threading.Event, on_batch: Callable[[IndexedBatch], None]
) -> LoopReport:
    """Run Celery's worker in the foreground (solo pool, so that the encoder is loaded once) until it is told to stop.

    A broker that is away is waited for, and meanwhile the clock finds the work.
    """
    name = worker_name()
    with open_vitrine(settings) as v, LeaseLoop(v, stop, owner=name, on_batch=on_batch) as loop:
        shift = Shift(loop, stop)
        app = make_app(settings, shift.on_message)

        def leave(**_: object) -> None:
            stop.set()

        worker_shutting_down.connect(leave, weak=False, dispatch_uid=name)
        worker = app.Worker(
            hostname=f"vitrine@{name}",
            pool="solo",
            loglevel="WARNING",
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            quiet=True,
        )
        shift.start()
        try:
            with _nothing_on_stdout():
                worker.start()
        finally:
            stop.set()
            shift.join()
            worker_shutting_down.disconnect(dispatch_uid=name)
    return loop.report


@contextmanager
def _nothing_on_stdout() -> Iterator[None]:
    """Celery tells people about signals on the process's own output, where nothing but the report belongs."""
    before = sys.__stdout__
    vars(sys)["__stdout__"] = sys.__stderr__
    try:
        yield
    finally:
        vars(sys)["__stdout__"] = before
