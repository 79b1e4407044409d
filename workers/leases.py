"""The leases a worker holds: kept while the work goes on, given back when it does not."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.closing import Closing
from core.errors import CatalogUnavailable
from core.generations import Generation
from core.indexing import LeasedProduct
from core.protocols import JobQueue

_log = logging.getLogger("vitrine.workers")


class ReleasableQueue(JobQueue, Protocol):
    """A queue that can be handed leases back before they end."""

    def release(self, generation_id: str, owner: str) -> int:
        """Queue everything again that this owner holds in a generation; returns how much."""


@dataclass(frozen=True, slots=True)
class Lease:
    """One claimed batch. Its owner is its own, so that giving it back touches no other batch of the same worker."""

    generation: Generation
    owner: str
    items: tuple[LeasedProduct, ...]


class Leases(Closing):
    """All leases of one worker, with a thread that extends those of slow batches.

    Parameters
    ----------
    queue: where they are claimed.
    worker: name of the worker; the owners of its batches begin with it.
    lease_s: how long a lease lasts; it is extended every third of that while its batch is in work.
    """

    def __init__(self, queue: ReleasableQueue, worker: str, lease_s: float) -> None:
        self._queue = queue
        self._worker = worker
        self._lease_s = lease_s
        self._numbers = itertools.count(1)
        self._held: dict[str, Lease] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="lease keeper", daemon=True)
        self._keeper.start()

    def claim(self, generation: Generation, limit: int) -> Lease | None:
        """Lease up to `limit` products as one batch; None when nothing is waiting."""
        owner = f"{self._worker}/{next(self._numbers)}"
        items = self._queue.claim(generation.id, owner, limit, self._lease_s)
        if not items:
            return None
        lease = Lease(generation, owner, tuple(items))
        with self._lock:
            self._held[owner] = lease
        return lease

    def done(self, lease: Lease) -> None:
        """Everything of the batch has been completed or failed."""
        with self._lock:
            self._held.pop(lease.owner, None)

    def release(self, lease: Lease) -> None:
        """Queue again what is left of a batch; a database that is away does so by itself when the lease ends."""
        self.done(lease)
        try:
            self._queue.release(lease.generation.id, lease.owner)
        except CatalogUnavailable as error:
            _log.warning("%d products wait until their lease ends: %s", len(lease.items), error)

    def release_all(self) -> None:
        """Queue again everything that is still held."""
        with self._lock:
            held = list(self._held.values())
        for lease in held:
            self.release(lease)

    def close(self) -> None:
        """Give everything back and stop the thread."""
        self._closing.set()
        self._keeper.join()
        self.release_all()

    def _keep(self) -> None:
        while not self._closing.wait(self._lease_s / 3):
            with self._lock:
                held = list(self._held.values())
            for lease in held:
                self._extend(lease.generation.id, lease.owner, lease.items)

    def _extend(self, generation_id: str, owner: str, items: Sequence[LeasedProduct]) -> None:
        try:
            self._queue.extend(generation_id, owner, items, self._lease_s)
        except CatalogUnavailable as error:
            _log.warning("a lease could not be extended, another worker may take its products: %s", error)
