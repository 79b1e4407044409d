"""What runs beside the API: loading the encoders, and the worker or the messages that wake workers elsewhere."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from core.errors import VitrineError

if TYPE_CHECKING:
    from retrieval.wiring import Vitrine
    from workers.child import ChildWorker
    from workers.waking import Waker

_POLL_S = 0.1

_log = logging.getLogger("vitrine.beside")


class Beside:
    """Threads and processes that leave when it is closed. Use it as a context manager.

    Parameters
    ----------
    overrides: the settings that this process was given as arguments; the worker gets the same.
    """

    def __init__(self, v: Vitrine, overrides: Mapping[str, Any]) -> None:
        self._v = v
        self._overrides = overrides
        self._loading = threading.Thread(target=self._load, name="encoder load", daemon=True)
        self._missing = ""
        self._child: ChildWorker | None = None
        self._waker: Waker | None = None
        self._closing = threading.Event()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        # The encoder takes longest, so it loads while the API is imported and put together.
        self._loading.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def missing(self) -> str:
        """Wait until the encoders are loaded, or this is closed; why they cannot be, or nothing."""
        while self._loading.is_alive() and not self._closing.is_set():
            self._loading.join(_POLL_S)
        return self._missing

    def start_worker(self, *, here: bool = True) -> None:
        """Have what waits indexed from now on: by the workers behind the broker if there is one, else by a child.

        Started only when the API is ready: until then it would take the processor from it.

        Parameters
        ----------
        here: whether there may be a child.
        """
        with self._lock:
            if self._closing.is_set():
                return
            if self._v.settings.broker is not None:
                from workers.waking import wake

                self._waker = wake(self._v.settings)
            elif here:
                from workers.child import start_child

                self._child = start_child(self._overrides)
        self.wake()

    def wake(self) -> None:
        """Tell the workers, wherever they are, that there is work."""
        with self._lock:
            if self._child is not None:
                self._child.wake()
            if self._waker is not None:
                self._waker()

    def close(self) -> None:
        """Let the worker finish its batch and leave."""
        with self._lock:
            self._closing.set()
        if self._child is not None:
            self._child.close()
        if self._waker is not None:
            self._waker.close()

    def _load(self) -> None:
        from retrieval.wiring import load_encoders, serving_generation

        try:
            load_encoders(self._v, serving_generation(self._v))
        except VitrineError as error:
            self._missing = str(error)
        except Exception:
            # While the process ends, modules that are being imported fail in ways of their own; nobody needs them.
            if not self._closing.is_set():
                raise
            _log.debug("loading ended with the process", exc_info=True)


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """End cleanly on SIGTERM also before the API listens to it: by leaving through every `finally`."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
