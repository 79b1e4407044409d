"""Telling workers through the broker that there is work, without ever holding up who has it."""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from core.settings import Settings

if TYPE_CHECKING:
    from workers.celery_app import IndexMessages

# Wakes that come while one is being sent, or this soon after it, are one.
DEBOUNCE_S = 0.2
CLOSE_S = 5.0

_log = logging.getLogger("vitrine.workers")


class Waker:
    """A callable that sends a message soon after; workers that miss it look by themselves every second or so.

    Without a broker it does nothing. Calls neither block nor raise: a thread sends, an absent broker is logged once.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._wanted = threading.Event()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._sent = 0
        self._failed = 0

    @property
    def sent(self) -> int:
        """How many messages the broker has taken."""
        return self._sent

    @property
    def failed(self) -> int:
        """How many messages the broker could not take."""
        return self._failed

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __call__(self) -> None:
        if self._settings.broker is None:
            return
        self._wanted.set()
        with self._lock:
            if self._thread is None and not self._closing.is_set():
                self._thread = threading.Thread(target=self._send_when_wanted, name="waker", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Send what is still to be sent, for some seconds at most."""
        with self._lock:
            self._closing.set()
            thread = self._thread
        self._wanted.set()
        if thread is not None:
            thread.join(CLOSE_S)

    def _send_when_wanted(self) -> None:
        from workers.celery_app import IndexMessages

        messages = IndexMessages(self._settings)
        self._wanted.wait()
        while True:
            self._wanted.clear()
            self._send(messages)
            self._closing.wait(DEBOUNCE_S)
            # A wake that came just before closing is sent; closing alone is no reason to send.
            if not self._wanted.is_set() and self._closing.is_set():
                return
            self._wanted.wait()
            if self._closing.is_set():
                self._send(messages)
                return

    def _send(self, messages: IndexMessages) -> None:
        try:
            messages.send()
        except Exception as error:  # noqa: BLE001 - whatever the broker's library raises, the work is found without it
            if not self._failed:
                _log.warning("the broker took no message, workers look by themselves: %s", error)
            self._failed += 1
        else:
            self._sent += 1


def wake(settings: Settings) -> Waker:
    """What the API and the command line call after a commit; close it at the end."""
    return Waker(settings)
