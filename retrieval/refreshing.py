"""Values of the catalogue that searches hold in memory, read again when they have become old."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class Refreshed(Generic[T]):
    """One value in step with the catalogue that several processes may write to. Thread-safe.

    Whoever comes while somebody else is reading gets the value as it was; only the first ones wait. When reading fails,
    the next one tries again.

    Parameters
    ----------
    look_every_s: how old the value may become.
    now_s: seconds on a clock that never goes back.
    share_of_time_max: reading takes no more than this share of the time, however long it takes.
    """

    look_every_s: float
    now_s: Callable[[], float] = time.monotonic
    share_of_time_max: float = 1.0
    _value: T | None = None
    _look_again_s: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def current(self, read: Callable[[T | None], T]) -> T:
        """The value as it was a short while ago.

        Parameters
        ----------
        read: reads it; gets the value before, to return the very same where nothing has changed.
        """
        value = self._value
        if value is not None and (self.now_s() < self._look_again_s or not self._lock.acquire(blocking=False)):
            return value
        if value is None:
            self._lock.acquire()
        try:
            return self._read_again(read)
        finally:
            self._lock.release()

    def look_again(self) -> None:
        """Let the next one read again: this very process has changed something."""
        self._look_again_s = 0.0

    def _read_again(self, read: Callable[[T | None], T]) -> T:
        value = self._value
        if value is None or self.now_s() >= self._look_again_s:
            began_s = self.now_s()
            self._value = value = read(value)
            ended_s = self.now_s()
            self._look_again_s = ended_s + max(self.look_every_s, (ended_s - began_s) / self.share_of_time_max)
        return value
