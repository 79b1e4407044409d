"""Queries that wait share a batch of the encoder; nobody waits for company, and repeated queries are remembered."""

from __future__ import annotations

import hashlib
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DeadlineExceeded, EncoderUnavailable
from core.protocols import Encoder
from core.vectors import FloatArray

_DEFAULT_REMEMBERED = 4096
_DEFAULT_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class _Job:
    """One query that waits: words, or a photo prepared for the encoder. All who ask the same share its answer."""

    key: str
    value: str | NDArray[np.uint8]
    answer: Future[FloatArray] = field(default_factory=Future)


class QueryBatcher:
    """Embeds single queries for many threads through one encoder.

    A worker thread takes whatever waits as soon as it is free and embeds it in one batch. The same query waiting twice
    is embedded once. An error of a batch is traced to the queries that cause it; the others are answered. Vectors are
    float32 of shape (dim,), of unit length, and read-only, since callers share them.

    Parameters
    ----------
    encoder: thread-safe, as the protocol demands.
    remembered: how many query vectors are kept, the least recently used going first.
    """

    def __init__(self, encoder: Encoder, remembered: int = _DEFAULT_REMEMBERED) -> None:
        self._encoder = encoder
        self._remembered = remembered
        self._vectors: OrderedDict[str, FloatArray] = OrderedDict()
        self._waiting: dict[str, _Job] = {}
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._worker = threading.Thread(target=self._work, name="query-batcher", daemon=True)
        self._worker.start()

    def text(self, text: str, timeout_s: float = _DEFAULT_TIMEOUT_S) -> FloatArray:
        """The vector of what a person typed.

        Raises
        ------
        DeadlineExceeded: no answer within `timeout_s`.
        EncoderUnavailable: this batcher is closed.
        """
        return self._ask(f"text:{text}", lambda key: _Job(key, text), timeout_s)

    def photo(self, photo: bytes, timeout_s: float = _DEFAULT_TIMEOUT_S) -> FloatArray:
        """The vector of a photo, which is decoded in the calling thread.

        Raises
        ------
        InvalidPhoto: bytes that are no usable picture.
        DeadlineExceeded, EncoderUnavailable: as `text`.
        """
        digest = hashlib.sha256(photo).hexdigest()
        return self._ask(f"photo:{digest}", lambda key: _Job(key, self._encoder.prepare_photo(photo)), timeout_s)

    def close(self) -> None:
        """Answer what waits, take nothing more, and end the worker thread. Closing twice is harmless."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._worker.join()

    def _ask(self, key: str, make: Callable[[str], _Job], timeout_s: float) -> FloatArray:
        known = self._recall(key)
        if known is not None:
            return known
        job = self._enqueue(make(key))
        try:
            return job.answer.result(timeout_s)
        except TimeoutError as error:
            if job.answer.done():  # Done at the last moment, or the encoder itself met a TimeoutError.
                return job.answer.result()
            raise DeadlineExceeded(f"the query was not embedded within {timeout_s:g} s") from error

    def _recall(self, key: str) -> FloatArray | None:
        with self._lock:
            vector = self._vectors.get(key)
            if vector is not None:
                self._vectors.move_to_end(key)
            return vector

    def _enqueue(self, job: _Job) -> _Job:
        """Put a job in the queue, or join the same one that waits already."""
        with self._lock:
            if self._closed:
                raise EncoderUnavailable("the encoder is shutting down; send the query again")
            same = self._waiting.get(job.key)
            if same is not None:
                return same
            self._waiting[job.key] = job
            self._jobs.put(job)
            return job

    def _work(self) -> None:
        while True:
            jobs, last = self._take()
            texts = [job for job in jobs if isinstance(job.value, str)]
            photos = [job for job in jobs if not isinstance(job.value, str)]
            self._answer(texts, self._encoder.embed_queries)
            self._answer(photos, self._encoder.embed_photos)
            if last:
                return

    def _take(self) -> tuple[list[_Job], bool]:
        """Wait for one job, then take all others that are there; and whether the end was among them."""
        taken = [self._jobs.get()]
        while not self._jobs.empty():
            taken.append(self._jobs.get())
        return [job for job in taken if job is not None], None in taken

    def _answer(self, jobs: Sequence[_Job], embed: Callable[[list[Any]], FloatArray]) -> None:
        """Embed jobs of one kind together; if that fails, each alone, so that an error reaches its own callers only."""
        if not jobs:
            return
        try:
            vectors = embed([job.value for job in jobs])
        except Exception as error:  # noqa: BLE001  # Whatever the encoder raises belongs to the callers.
            if len(jobs) == 1:
                self._finish(jobs[0], error)
                return
            for job in jobs:
                self._answer([job], embed)
            return
        for job, vector in zip(jobs, vectors, strict=True):
            self._finish(job, vector)

    def _finish(self, job: _Job, outcome: FloatArray | Exception) -> None:
        with self._lock:
            self._waiting.pop(job.key, None)
            if isinstance(outcome, Exception):
                job.answer.set_exception(outcome)
                return
            vector = outcome.copy()
            vector.flags.writeable = False
            self._vectors[job.key] = vector
            while len(self._vectors) > self._remembered:
                self._vectors.popitem(last=False)
        job.answer.set_result(vector)
