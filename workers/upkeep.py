"""What a worker does by the clock, in the middle of work as well."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from core.generations import Generation
from retrieval.wiring import Vitrine, flush, reconcile
from workers.outages import OUTAGES, Outages

PURGE_EVERY_S = 600.0
_UPKEEP = "upkeep"


class Upkeep:
    """Makes durable what was indexed, finds out what a restarted engine lost, and purges tombstones.

    All of it can as well be done later: while a part is away it is left for the next time.

    Parameters
    ----------
    generations: all that are kept up to date.
    """

    def __init__(self, v: Vitrine, outages: Outages, generations: Callable[[], Iterable[Generation]]) -> None:
        self._v = v
        self._outages = outages
        self._generations = generations
        self._unflushed: dict[str, Generation] = {}
        self._flushed_at_s = self._reconciled_at_s = self._purged_at_s = time.monotonic()

    def indexed(self, generation: Generation) -> None:
        """Something was written into this index."""
        self._unflushed[generation.id] = generation

    def perform(self) -> None:
        """Do what is due while there is work."""
        now_s, every_s = time.monotonic(), self._v.settings.flush_every_s
        if now_s - self._flushed_at_s >= every_s:
            self.flush()
        if now_s - self._reconciled_at_s >= every_s:
            self._guarded(self._reconcile)

    def perform_idle(self) -> None:
        """Do what is due while there is no work."""
        self.flush()
        self.perform()
        if time.monotonic() - self._purged_at_s >= PURGE_EVERY_S:
            self._purged_at_s = time.monotonic()
            self._guarded(self._v.catalog.queue.purge)

    def flush(self) -> None:
        """Make what was indexed durable."""
        self._guarded(self._flush)

    def _flush(self) -> None:
        self._flushed_at_s = time.monotonic()
        for generation_id, generation in list(self._unflushed.items()):
            flush(self._v, generation)
            del self._unflushed[generation_id]

    def _reconcile(self) -> None:
        self._reconciled_at_s = time.monotonic()
        for generation in self._generations():
            reconcile(self._v, generation)

    def _guarded(self, duty: Callable[[], object]) -> None:
        if self._outages.paused(_UPKEEP):
            return
        try:
            duty()
        except OUTAGES as error:
            self._outages.note(_UPKEEP, error)
        else:
            self._outages.over(_UPKEEP)
