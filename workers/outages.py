"""What a worker waits for: parts that are away, each with a pause that grows until it is back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import CatalogUnavailable, ConfigurationError, EncoderUnavailable, StoreError

# Nothing is wrong with the products when one of these comes up, so no attempt of theirs is used up.
OUTAGES = (CatalogUnavailable, ConfigurationError, EncoderUnavailable, StoreError)

PAUSE_FIRST_S = 0.5
PAUSE_MAX_S = 30.0

_log = logging.getLogger("vitrine.workers")


@dataclass(frozen=True, slots=True)
class _Pause:
    began_s: float
    until_s: float
    pause_s: float
    reason: str


class Outages:
    """Which parts are away. A part is told by a name: a generation's id, or anything else that fails by itself.

    Parameters
    ----------
    clock: seconds that never jump back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pauses: dict[str, _Pause] = {}

    def note(self, part: str, error: Exception) -> float:
        """Pause a part, twice as long as the last time; returns for how many seconds.

        The reason is logged when it is new, so that an outage of a night is one line and not a thousand.
        """
        now = self._clock()
        before = self._pauses.get(part)
        pause_s = PAUSE_FIRST_S if before is None else min(before.pause_s * 2, PAUSE_MAX_S)
        if before is None or before.reason != str(error):
            _log.warning("indexing waits: %s. It is tried again by itself", str(error).rstrip("."))
        began_s = now if before is None else before.began_s
        self._pauses[part] = _Pause(began_s, now + pause_s, pause_s, str(error))
        return pause_s

    def paused(self, part: str) -> bool:
        """Whether the part's pause has not ended yet."""
        pause = self._pauses.get(part)
        return pause is not None and self._clock() < pause.until_s

    def over(self, part: str) -> None:
        """The part has just worked."""
        pause = self._pauses.pop(part, None)
        if pause is not None:
            _log.warning("indexing goes on after %.1f s", self._clock() - pause.began_s)
