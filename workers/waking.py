"""Telling workers through the broker that there is work, without ever holding up who has it."""

from __future__ import annotations

import importlib.util
import logging
import threading
from typing import TYPE_CHECKING

from core.closing import Closing
from core.errors import BrokerUnavailable
from core.settings import Settings

if TYPE_CHECKING:
    from workers.celery_app import IndexMessages

# Wakes that come while one is being sent, or this soon after it, are one.
DEBOUNCE_S = 0.2
CLOSE_S = 5.0

_log = logging.getLogger("vitrine.workers")


def check_broker_library(url: str) -> None:
    """See that what talks to the broker is installed.

    Raises
    ------
    BrokerUnavailable: it is not; names what to install.
    """
    extra = "redis" if url.startswith("redis") else "rabbitmq"
    for library in ("celery", "redis") if extra == "redis" else ("celery",):
        if importlib.util.find_spec(library) is None:
            raise BrokerUnavailable(
                f"VITRINE_BROKER_URL is set, but the library {library!r} is not installed. "
                f'Install it: pip install "vitrine[{extra}]"'
            )


class Waker(Closing):
    """A callable that sends a message soon after; workers that miss it look by themselves every second or so.

    Without a broker it does nothing. Calls neither block nor raise: a thread sends, an absent broker is logged once.

    Raises
    ------
    BrokerUnavailable: the broker's library is not installed.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        if settings.broker is not None:
            check_broker_library(settings.broker)
        self._wanted = False
        self._stirred = threading.Event()
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

    def __call__(self) -> None:
        if self._settings.broker is None:
            return
        self._wanted = True
        self._stirred.set()
        with self._lock:
            if self._thread is None and not self._closing.is_set():
                self._thread = threading.Thread(target=self._send_when_wanted, name="waker", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Send what is still to be sent, for some seconds at most."""
        with self._lock:
            self._closing.set()
            thread = self._thread
        self._stirred.set()
        if thread is not None:
            thread.join(CLOSE_S)

    def _send_when_wanted(self) -> None:
        from workers.celery_app import IndexMessages

        messages = IndexMessages(self._settings)
        while True:
            self._stirred.wait()
            self._stirred.clear()
            if self._wanted:
                self._wanted = False
                self._send(messages)
                self._closing.wait(DEBOUNCE_S)
            if self._closing.is_set() and not self._wanted:
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
