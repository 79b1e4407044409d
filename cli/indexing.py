"""Bringing the index up to date from the command line: by hand without a broker, by waiting for workers with one."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from cli.progress import Stage, duration, rate
from cli.terminal import Terminal
from core.errors import VitrineError

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
    indexed_here, encoded_photos, encoded_texts: by this process; workers beside it have done their own.
    indexed, failed: products of the whole shop in that state now.
    took_s: from when there was nothing left but to wait for it.
    """

    indexed_here: int = 0
    encoded_photos: int = 0
    encoded_texts: int = 0
    indexed: int = 0
    failed: int = 0
    took_s: float = 0.0

    def add(self, batch: IndexedBatch) -> None:
        """Count one batch of this process."""
        self.indexed_here += batch.indexed
        self.encoded_photos += batch.encoded_photos
        self.encoded_texts += batch.encoded_texts


@dataclass
class OwnLoop:
    """The lease loop in a thread of its own, so that reading and the terminal go on moving; leaving it ends it.

    Attributes
    ----------
    report: counts what it does.
    error: what has ended it early; raised when it is left, unless something else is being raised.
    """

    v: Vitrine
    generation: Generation
    report: IndexingReport = field(default_factory=IndexingReport)
    error: BaseException | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _loading: bool = True
    _interrupted: bool = False
    _handlers: list[Any] = field(default_factory=list)

    def start(self) -> None:
        """Begin to index, with the loading of the encoders; does nothing when it has begun, or where workers do it."""
        if self._thread is None and self.v.settings.broker is None:
            self._thread = threading.Thread(target=self._run, name="lease loop", daemon=True)
            self._thread.start()

    @property
    def failed(self) -> bool:
        """Whether an error has ended it; raises `KeyboardInterrupt` when that has got lost, see `check`."""
        self.check()
        return self.error is not None

    def check(self) -> None:
        """Raise `KeyboardInterrupt` after a Ctrl-C: the first one can get lost in the middle of C code."""
        if self._interrupted:
            raise KeyboardInterrupt

    def __enter__(self) -> Self:
        in_main = threading.current_thread() is threading.main_thread()
        self._handlers.append(signal.signal(signal.SIGINT, self._interrupt) if in_main else None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        before = self._handlers.pop()
        if before is not None:
            signal.signal(signal.SIGINT, before)
        self._stop.set()
        # Somebody who has interrupted the command does not wait for weights that are being fetched.
        if self._thread is not None and not (error is not None and self._loading):
            self._thread.join()
        if self.error is not None and error is None:
            raise self.error

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self._interrupted = True
        signal.default_int_handler(number, frame)

    def _run(self) -> None:
        from retrieval.wiring import load_encoders
        from workers.lease_loop import run

        try:
            load_encoders(self.v, self.generation)
            self._loading = False
            if not self._stop.is_set():
                run(self.v, self._stop, on_batch=self.report.add)
        except BaseException as error:  # noqa: BLE001 - it is raised again where this thread is joined
            self.error = error


def index_waiting(
    v: Vitrine, generation: Generation, terminal: Terminal, begun: OwnLoop | None = None
) -> IndexingReport:
    """Return when nothing waits to be indexed any more, with progress on the terminal.

    Parameters
    ----------
    begun: the loop that has been at it for a while; it is ended here.

    Raises
    ------
    EncoderUnavailable, StoreError, CatalogUnavailable: nothing is lost; whoever indexes next goes on.
    """
    began_s = time.monotonic()
    with begun or OwnLoop(v, generation) as loop:
        if v.catalog.queue.progress(generation.id).waiting:
            loop.start()
            with woken_workers(v):
                _watch(v, generation, terminal, lambda: loop.failed)
    report = loop.report
    last = v.catalog.queue.progress(generation.id)
    report.indexed, report.failed = last.indexed, last.failed
    report.took_s = time.monotonic() - began_s
    return report


def learn_relevance(v: Vitrine, generation: Generation, terminal: Terminal) -> None:
    """Fit the models of relevance when they are due; with a broker the workers do that.

    An import is whole without it, so that what is wrong is said and no error.
    """
    from retrieval.relevance.calibrating import calibrate_when_due, is_due

    try:
        if v.settings.broker is None and is_due(v, generation):
            with Stage(terminal, "learning what is relevant") as stage:
                calibrate_when_due(v, generation, _counted(stage))
            terminal.say(f"Learnt in {duration(stage.took_s)} what is relevant to a query.")
    except VitrineError as error:
        terminal.say(f"warning: what is relevant was not learnt: {error}", style="yellow")


def _counted(stage: Stage) -> Callable[[], bool]:
    from retrieval.relevance.calibrating import QUERIES

    asked = 0

    def go_on() -> bool:
        nonlocal asked
        asked += 1
        stage.update(asked, QUERIES, f"{asked:,} of about {QUERIES:,} queries")
        return True

    return go_on


@contextmanager
def woken_workers(v: Vitrine) -> Iterator[None]:
    """With a broker the workers are told; without one there is nobody to tell."""
    if v.settings.broker is None:
        yield
        return
    from workers.waking import wake

    with wake(v.settings) as wake_workers:
        wake_workers()
        yield


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
