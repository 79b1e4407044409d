"""Bringing the index up to date from the command line: by hand without a broker, by waiting for workers with one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cli.progress import Stage, rate
from cli.terminal import Terminal

if TYPE_CHECKING:
    from core.generations import Generation
    from core.indexing import IndexProgress
    from retrieval.indexing import IndexedBatch
    from retrieval.wiring import Vitrine

# Counting what waits takes longer the more there is; it must not take the processor from the work it counts.
POLL_S = 0.2
POLL_SHARE = 0.05
QUIET_S = 20.0


@dataclass
class IndexingReport:
    """What this command itself did, and what stands in the index in the end.

    Attributes
    ----------
    encoded_photos, encoded_texts: by this process; workers beside it have done their own.
    indexed, failed: products of the whole shop in that state now.
    """

    encoded_photos: int = 0
    encoded_texts: int = 0
    indexed: int = 0
    failed: int = 0
    took_s: float = 0.0

    def add(self, batch: IndexedBatch) -> None:
        """Count one batch of this process."""
        self.encoded_photos += batch.encoded_photos
        self.encoded_texts += batch.encoded_texts


@dataclass
class _Loop:
    """The lease loop in its own thread, so that the terminal goes on moving; its error is raised when it is joined."""

    v: Vitrine
    report: IndexingReport
    stop: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None

    def run(self) -> None:
        from workers.lease_loop import run

        try:
            run(self.v, self.stop, on_batch=self.report.add)
        except BaseException as error:  # noqa: BLE001 - it is raised again where this thread is joined
            self.error = error


def load_encoders(v: Vitrine, generation: Generation) -> None:
    """Load what indexing needs, so that missing weights are an error now and not an outage later.

    Raises
    ------
    EncoderUnavailable, SchemaMismatch
    """
    from retrieval.wiring import loaded_encoder

    for view in generation.views:
        if not view.lexical:
            loaded_encoder(v, view)


def index_waiting(v: Vitrine, generation: Generation, terminal: Terminal) -> IndexingReport:
    """Return when nothing waits to be indexed any more, with progress on the terminal.

    Raises
    ------
    EncoderUnavailable, StoreError, CatalogUnavailable: nothing is lost; whoever indexes next goes on.
    """
    report = IndexingReport()
    began_s = time.monotonic()
    first = v.catalog.queue.progress(generation.id)
    if first.waiting:
        if v.settings.broker is None:
            load_encoders(v, generation)
            _with_own_loop(v, report, lambda failed: _watch(v, generation, terminal, failed))
        else:
            from workers.waking import wake

            with wake(v.settings) as wake_workers:
                wake_workers()
                _watch(v, generation, terminal, lambda: False)
    last = v.catalog.queue.progress(generation.id)
    report.indexed, report.failed = last.indexed, last.failed
    report.took_s = time.monotonic() - began_s
    return report


def _with_own_loop(v: Vitrine, report: IndexingReport, watch: Callable[[Callable[[], bool]], None]) -> None:
    loop = _Loop(v, report)
    thread = threading.Thread(target=loop.run, name="lease loop")
    thread.start()
    try:
        watch(lambda: loop.error is not None)
    finally:
        loop.stop.set()
        thread.join()
    if loop.error is not None:
        raise loop.error


def _watch(v: Vitrine, generation: Generation, terminal: Terminal, over: Callable[[], bool]) -> None:
    """Show the progress until nothing waits, or until `over`."""
    start = v.catalog.queue.progress(generation.id)
    total, seen, quiet_since_s = start.waiting, start.waiting, time.monotonic()
    with Stage(terminal, "indexing") as stage:
        while not over():
            asked_s = time.monotonic()
            now = v.catalog.queue.progress(generation.id)
            pause_s = max(POLL_S, (time.monotonic() - asked_s) / POLL_SHARE)
            total = max(total, now.waiting)
            stage.update(total - now.waiting, total, _note(total, now, stage.took_s))
            if not now.waiting:
                return
            if now.waiting != seen:
                seen, quiet_since_s = now.waiting, time.monotonic()
            elif v.settings.broker is not None and time.monotonic() - quiet_since_s > QUIET_S:
                terminal.say("No worker has taken any work yet: start one with `vitrine worker`.", style="yellow")
                quiet_since_s = float("inf")
            time.sleep(pause_s)


def _note(total: int, now: IndexProgress, took_s: float) -> str:
    done = total - now.waiting
    return f"{done:,} of {total:,}, {rate(done, took_s)}, {now.failed:,} failed"
