"""`vitrine worker`: a worker in the foreground, by itself or with a broker, until it is told to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from core.settings import Settings
from retrieval.indexing import IndexedBatch
from retrieval.wiring import open_vitrine
from workers.lease_loop import LoopReport, run
from workers.waking import check_broker_library


def _nothing(batch: IndexedBatch) -> None:
    del batch


def run_worker(
    settings: Settings, *, stop: threading.Event | None = None, on_batch: Callable[[IndexedBatch], None] = _nothing
) -> LoopReport:
    """Index until SIGTERM, SIGINT or `stop`; then finish the batch in work, give the others back, and return.

    With `broker_url` set it is a Celery worker that messages wake; without one it looks by itself. Both find work that
    no message announced within a second or so.

    Raises
    ------
    CatalogUnavailable, StoreError, ConfigurationError: a part cannot be opened, and what to do about it.
    BrokerUnavailable: the broker's library is not installed.
    """
    stop = stop or threading.Event()
    if settings.broker is not None:
        check_broker_library(settings.broker)
        from workers.celery_worker import run_celery_worker

        return run_celery_worker(settings, stop, on_batch)
    with stopped_by_signals(stop), open_vitrine(settings) as v:
        return run(v, stop, on_batch=on_batch)


@contextmanager
def stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Set `stop` on SIGTERM and SIGINT, as far as this is the main thread; a second SIGINT interrupts at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def on_signal(number: int, frame: FrameType | None) -> None:
        del frame
        stop.set()
        if number == signal.SIGINT:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
