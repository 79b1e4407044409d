"""Which generation answers searches in this process."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from core.errors import VitrineError
from core.generations import Generation
from retrieval.refreshing import Refreshed

_log = logging.getLogger(__name__)

# Reading the pointer takes a millisecond, of some thirty that a search takes.
LOOK_EVERY_S = 0.25
AFTER_FAILURE_S = 10.0


@dataclass(frozen=True, slots=True)
class Steps:
    """How a generation comes to answer.

    Attributes
    ----------
    look_up: reads the pointer to the one in service. open: opens that one. prepare: opens it and loads its encoders.
    """

    look_up: Callable[[], Generation | None]
    open: Callable[[], Generation]
    prepare: Callable[[], Generation]


@dataclass
class Answering:
    """The generation that answers in this process, in step with the pointer in the catalogue. Thread-safe.

    A generation that was put into service by somebody else is prepared in a thread of its own first: its collection
    opened, its encoders loaded. Until then the one before goes on answering, so that no search waits or fails.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back.
    """

    now_s: Callable[[], float] = time.monotonic
    _held: Refreshed[Generation] = field(init=False)
    _prepared: str = ""
    _retry_s: float = 0.0
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self._held = Refreshed(LOOK_EVERY_S, self.now_s)

    def current(self, steps: Steps) -> Generation:
        """The generation to answer with, as it was at most a fraction of a second ago.

        Raises
        ------
        CatalogUnavailable, StoreError: it cannot be looked up or opened.
        """
        return self._held.current(partial(self._look, steps))

    def look_again(self) -> None:
        """Something about the generations has been changed by this very process."""
        self._held.look_again()

    def close(self) -> None:
        """Return when nothing is being prepared any more."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _look(self, steps: Steps, held: Generation | None) -> Generation:
        serving = None if held is None else steps.look_up()
        if held is None or serving is None:
            return steps.open()
        if serving.id in (held.id, self._prepared):
            # Its calibration may be a newer one.
            return serving
        idle = self._thread is None or not self._thread.is_alive()
        if idle and self.now_s() >= self._retry_s:
            self._thread = threading.Thread(target=self._prepare, args=(steps,), name="next generation", daemon=True)
            self._thread.start()
        return held

    def _prepare(self, steps: Steps) -> None:
        try:
            self._prepared = steps.prepare().id
        except VitrineError as error:
            self._retry_s = self.now_s() + AFTER_FAILURE_S
            _log.warning("the generation in service cannot answer here, the one before goes on: %s", error)
        else:
            self._held.look_again()
