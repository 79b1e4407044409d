"""The lease loop: claim a batch and decode it, encode it, write it, make it durable, look again.

Three batches are in work at once: one is decoded and one is written while the one between them is encoded.

It needs no message to find work. Everything it holds is given back when it leaves, and everything it loses is found
again by whoever looks next: the truth of the queue is the database.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from core.closing import Closing
from core.errors import CatalogUnavailable, EncoderUnavailable, StoreUnavailable, VitrineError
from core.generations import Generation
from core.indexing import LeasedProduct
from retrieval.indexing import EncodedBatch, IndexedBatch, PreparedBatch, complete, encode, give_up, prepare
from retrieval.wiring import Vitrine, reconcile, serving_generation
from workers.calibrating import CalibrationDuty
from workers.leases import Lease, Leases
from workers.outages import OUTAGES, Outages
from workers.upkeep import Upkeep

POLL_MIN_S = 0.25
POLL_MAX_S = 1.0
# The first batch after a quiet time is small, so that the first product of an import is found within a moment.
CLAIM_FIRST = 16
# A batch that takes longer than this makes the next one smaller: a worker that is told to stop finishes its batch.
BATCH_LONG_S = 4.0
BATCH_SHORT_S = 1.0
_CLAIMING = "claiming"

_log = logging.getLogger("vitrine.workers")


@dataclass(frozen=True, slots=True)
class LoopReport:
    """What a loop has done: batches, then products, photos and texts as `IndexedBatch` counts them."""

    batches: int = 0
    indexed: int = 0
    failed: int = 0
    lost: int = 0
    encoded_photos: int = 0
    encoded_texts: int = 0

    def plus(self, batch: IndexedBatch) -> LoopReport:
        """The same with one batch more."""
        return LoopReport(
            self.batches + 1,
            self.indexed + batch.indexed,
            self.failed + batch.failed,
            self.lost + batch.lost,
            self.encoded_photos + batch.encoded_photos,
            self.encoded_texts + batch.encoded_texts,
        )


@dataclass(frozen=True, slots=True)
class _Ready:
    """A claimed batch with its photos decoded, or what went wrong with that."""

    lease: Lease
    prepared: PreparedBatch | Exception


@dataclass(frozen=True, slots=True)
class _Writing:
    """An encoded batch that is being written, and how long encoding and writing it took."""

    lease: Lease
    encoding_s: float
    outcome: Future[tuple[IndexedBatch, float]]


class UnreadablePhotoError(Exception):
    """A stored photo is damaged, or its disk cannot be read: a reason for the product, which is tried again later."""


def _nothing(batch: IndexedBatch) -> None:
    del batch


def _never() -> bool:
    return False


def worker_name() -> str:
    """A name that no other worker has: host, process and a random part."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def run(
    v: Vitrine,
    stop: threading.Event,
    *,
    owner: str | None = None,
    on_batch: Callable[[IndexedBatch], None] = _nothing,
    wake: threading.Event | None = None,
    until: Callable[[], bool] | None = None,
) -> LoopReport:
    """Index whatever is waiting, until `stop` is set or `until` answers True (asked a few times a second).

    Without `wake` new work is found within a second. While a part is away its products are given back and it waits.

    Raises
    ------
    ConfigurationError, SchemaMismatch, ForeignStore: at the start, when this index cannot be worked on at all.
    """
    done = _now_and_then(until or _never)
    with LeaseLoop(v, stop, owner=owner, on_batch=on_batch) as loop:
        pause_s = POLL_MIN_S
        while not stop.is_set() and not done():
            worked = loop.drain(done)
            loop.tidy()
            pause_s = POLL_MIN_S if worked else min(pause_s * 1.5, POLL_MAX_S)
            if not worked:
                _wait(stop, wake, pause_s)
    return loop.report


class LeaseLoop(Closing):
    """One worker's loop, in pieces: `drain` works, `tidy` does what idle moments are for, closing gives leases back.

    Not thread-safe: one thread drives it.

    Raises
    ------
    ConfigurationError, SchemaMismatch, ForeignStore: this index cannot be worked on at all.
    """

    def __init__(
        self,
        v: Vitrine,
        stop: threading.Event,
        *,
        owner: str | None = None,
        on_batch: Callable[[IndexedBatch], None] = _nothing,
    ) -> None:
        self._v = v
        self._stop = stop
        self._on_batch = on_batch
        self._outages = Outages()
        self._report = LoopReport()
        self._claim_size = CLAIM_FIRST
        self._upkeep = Upkeep(v, self._outages, self._generations)
        self._calibration = CalibrationDuty(v, stop)
        self._open_index()
        self._leases = Leases(v.catalog.queue, owner or worker_name(), v.settings.lease_s)
        self._ahead = ThreadPoolExecutor(1, thread_name_prefix="decode ahead")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="write behind")
        self._writing: _Writing | None = None

    @property
    def report(self) -> LoopReport:
        """What has been done so far."""
        return self._report

    def close(self) -> None:
        """Give back what is held and make what was indexed durable."""
        self._ahead.shutdown()
        self._writer.shutdown()
        self._leases.close()
        self._upkeep.flush()

    def drain(self, until: Callable[[], bool] = _never) -> bool:
        """Work until nothing can be claimed, `stop` is set or `until` answers True; returns whether there was work."""
        if self._outages.paused(_CLAIMING):
            return False
        before = self._report.batches
        following = self._ahead.submit(self._next)
        try:
            try:
                while (ready := following.result()) is not None and not self._stop.is_set() and not until():
                    alone = self._is_suspect(ready.lease)
                    if not alone:
                        following = self._ahead.submit(self._next)
                    self._work(ready)
                    self._upkeep.perform()
                    if alone:
                        self._finish_writing()
                        following = self._ahead.submit(self._next)
            finally:
                self._finish_writing()
            self._outages.over(_CLAIMING)
        except OUTAGES as error:
            self._outages.note(_CLAIMING, error)
        finally:
            _settled(following)
            self._leases.release_all()
        if self._report.batches > before:
            self._calibration.worked()
        return self._report.batches > before

    def tidy(self) -> None:
        """Flush what was indexed, find out what a restarted engine lost, purge tombstones, learn what is relevant.

        Each is done when it is due.
        """
        self._claim_size = CLAIM_FIRST
        self._upkeep.perform_idle()
        self._calibration.perform(self._generations)

    def _open_index(self) -> None:
        """Open the serving generation; a part that is merely away is waited for later."""
        try:
            serving_generation(self._v)
        except (CatalogUnavailable, StoreUnavailable, EncoderUnavailable) as error:
            self._outages.note(_CLAIMING, error)

    def _generations(self) -> list[Generation]:
        """Every generation that is kept up to date, the serving one first."""
        first = serving_generation(self._v)
        others = [generation for generation in self._v.catalog.generations.live() if generation.id != first.id]
        for generation in others:
            if generation.id not in self._v.opened and not self._outages.paused(generation.id):
                self._set_up(generation)
        return [first, *(generation for generation in others if generation.id in self._v.opened)]

    def _set_up(self, generation: Generation) -> None:
        try:
            reconcile(self._v, generation)
        except CatalogUnavailable:
            raise
        except VitrineError as error:  # One index that cannot be opened keeps no other from being worked on.
            self._outages.note(generation.id, error)
        else:
            self._v.opened.add(generation.id)

    def _next(self) -> _Ready | None:
        """Claim a batch and decode it; runs ahead of the batch that is being encoded."""
        if self._stop.is_set():
            return None
        for generation in self._generations():
            if not self._outages.paused(generation.id):
                lease = self._leases.claim(generation, min(self._claim_size, self._v.settings.claim_batch))
                if lease is not None and len(lease.items) > 1 and self._is_suspect(lease):
                    self._leases.release(lease)
                    lease = self._leases.claim(generation, 1)
                if lease is not None:
                    return self._prepared(lease)
        return None

    def _is_suspect(self, lease: Lease) -> bool:
        """Whether workers have died over products of this batch, so often that each is worked on alone.

        A failure that was reported has used up its attempts before it comes this far.
        """
        return any(item.attempts >= self._v.settings.attempts_max for item in lease.items)

    def _prepared(self, lease: Lease) -> _Ready:
        deaths = max(item.attempts for item in lease.items)
        if len(lease.items) == 1 and deaths >= 2 * self._v.settings.attempts_max:
            return _Ready(lease, RuntimeError(f"{deaths} workers have died while they worked on it"))
        try:
            return _Ready(lease, self._decoded(lease.generation, lease.items))
        except Exception as error:  # noqa: BLE001 - whatever it is, `_work` gets it and knows what to do.
            return _Ready(lease, error)

    def _decoded(self, generation: Generation, items: Sequence[LeasedProduct]) -> PreparedBatch:
        try:
            return prepare(self._v, generation, items)
        except CatalogUnavailable as error:
            # While the database answers, a photo that cannot be read is its product's affair and stops no other.
            self._v.catalog.ping()
            raise UnreadablePhotoError(str(error)) from error

    def _work(self, ready: _Ready) -> None:
        """Encode one batch, and have it written as soon as the one before has been."""
        lease, began_s = ready.lease, time.monotonic()
        try:
            if isinstance(ready.prepared, Exception):
                raise ready.prepared
            encoded: EncodedBatch | Exception = encode(self._v, lease.generation, ready.prepared)
        except Exception as error:  # noqa: BLE001 - `_failed` knows what to do, once the batch before is done with.
            encoded = error
        encoding_s = time.monotonic() - began_s
        self._finish_writing()
        if isinstance(encoded, Exception):
            self._failed(lease, encoded)
        else:
            self._writing = _Writing(lease, encoding_s, self._writer.submit(self._written, lease, encoded))

    def _written(self, lease: Lease, encoded: EncodedBatch) -> tuple[IndexedBatch, float]:
        began_s = time.monotonic()
        batch = complete(self._v, lease.generation, lease.owner, encoded)
        return batch, time.monotonic() - began_s

    def _finish_writing(self) -> None:
        """Wait for the batch that is being written, if there is one, and take note of what became of it."""
        writing, self._writing = self._writing, None
        if writing is None:
            return
        lease = writing.lease
        try:
            batch, took_s = writing.outcome.result()
            self._count(lease.generation, batch)
        except Exception as error:  # noqa: BLE001 - the products at fault are told.
            self._failed(lease, error)
        else:
            self._outages.over(lease.generation.id)
            self._adapt(len(lease.items), writing.encoding_s + took_s)
            self._leases.done(lease)

    def _failed(self, lease: Lease, error: Exception) -> None:
        """A part that is away pauses its generation; any other error is narrowed to its products."""
        if isinstance(error, OUTAGES):
            self._wait_out(lease, error)
        else:
            if len(lease.items) > 1:
                _log.warning("a batch of %d products failed, those at fault are looked for", len(lease.items))
            self._narrow(lease, lease.items, error)
        self._leases.release(lease)

    def _narrow(self, lease: Lease, items: Sequence[LeasedProduct], error: Exception) -> None:
        """Halve a batch that failed until the products that fail by themselves are alone."""
        if len(items) == 1:
            _log.error("product %r cannot be indexed", items[0].product_id, exc_info=error)
            give_up(self._v, lease.generation, lease.owner, items, error)
            self._report = self._report.plus(IndexedBatch(0, 1, 0, 0, 0))
            return
        for half in (items[: len(items) // 2], items[len(items) // 2 :]):
            if self._stop.is_set():
                return
            try:
                encoded = encode(self._v, lease.generation, self._decoded(lease.generation, half))
                self._count(lease.generation, complete(self._v, lease.generation, lease.owner, encoded))
            except OUTAGES as away:
                self._wait_out(lease, away)
                return
            except Exception as narrower:  # noqa: BLE001 - recorded where the batch is down to one product.
                self._narrow(lease, half, narrower)

    def _wait_out(self, lease: Lease, error: Exception) -> None:
        if isinstance(error, CatalogUnavailable):
            raise error
        self._outages.note(lease.generation.id, error)

    def _count(self, generation: Generation, batch: IndexedBatch) -> None:
        self._report = self._report.plus(batch)
        self._upkeep.indexed(generation)
        if batch.lost:
            # Mostly a product changed meanwhile; but after a restart of the engine nothing counts until it is noted.
            reconcile(self._v, generation)
        self._on_batch(batch)

    def _adapt(self, products: int, took_s: float) -> None:
        if took_s > BATCH_LONG_S:
            self._claim_size = max(CLAIM_FIRST, products // 2)
        elif took_s < BATCH_SHORT_S and products >= self._claim_size:
            self._claim_size = min(self._claim_size * 2, self._v.settings.claim_batch)


def _settled(following: Future[_Ready | None]) -> None:
    """Wait for the batch that is being decoded; its lease is given back with the others, its error has had its turn."""
    following.exception()


def _now_and_then(question: Callable[[], bool]) -> Callable[[], bool]:
    """The same question, asked at most every `POLL_MIN_S`; the answer in between is the last one."""
    asked_at_s = -POLL_MIN_S
    answer = False

    def asked() -> bool:
        nonlocal asked_at_s, answer
        if time.monotonic() - asked_at_s >= POLL_MIN_S:
            answer = question()
            asked_at_s = time.monotonic()
        return answer

    return asked


def _wait(stop: threading.Event, wake: threading.Event | None, pause_s: float) -> None:
    if wake is None:
        stop.wait(pause_s)
    else:
        wake.wait(pause_s)
        wake.clear()
