"""`vitrine serve`."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.declaring import SharedOptions, command
from cli.opened import opened
from cli.progress import duration
from cli.terminal import Terminal
from core.errors import VitrineError

if TYPE_CHECKING:
    from retrieval.wiring import Vitrine
    from workers.child import ChildWorker
    from workers.waking import Waker


@dataclass(frozen=True, kw_only=True)
class ServeOptions(SharedOptions):
    """Where to listen, and what runs beside."""

    host: Annotated[str | None, typer.Option(help="Address to listen on; anything but loopback needs an API key.")] = (
        None
    )
    port: Annotated[int | None, typer.Option(help="TCP port to listen on.")] = None
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Start no worker beside the API.")] = False


@command
def serve(options: ServeOptions, terminal: Terminal) -> None:
    """Serve the HTTP API, with a worker beside it.

    With a broker set, workers run by themselves: see `vitrine worker`. Ctrl-C or SIGTERM ends it.
    """
    chosen = {"host": options.host, "port": options.port}
    overrides = {name: value for name, value in chosen.items() if value is not None}
    began_s = time.monotonic()
    with _ended_by_sigterm(), opened(overrides) as v:
        beside = _Beside(v, terminal, overrides, with_worker=not options.no_worker, began_s=began_s)
        # The encoder takes longest, so it loads while the API is imported and put together.
        beside.loading.start()
        from api.app import create_app
        from api.serving import serve as listen

        try:
            listen(create_app(v, beside.wake), v.settings.host, v.settings.port, beside.listening)
        finally:
            beside.close()
    terminal.say("Stopped.")


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """End cleanly on SIGTERM also before the API listens to it: by leaving through every `finally`."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@dataclass
class _Beside:
    """What runs beside the API: loading the encoders, then the worker or the messages that wake workers elsewhere."""

    v: Vitrine
    terminal: Terminal
    overrides: Mapping[str, Any]
    with_worker: bool
    began_s: float
    loading: threading.Thread = field(init=False)
    _announcing: threading.Thread | None = None
    _child: ChildWorker | None = None
    _waker: Waker | None = None
    _closing: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _missing: str = ""

    def __post_init__(self) -> None:
        self.loading = threading.Thread(target=self._load, name="encoder load", daemon=True)

    def wake(self) -> None:
        """Tell the workers, wherever they are, that there is work."""
        with self._lock:
            if self._child is not None:
                self._child.wake()
            if self._waker is not None:
                self._waker()

    def listening(self, address: str) -> None:
        """The API answers; say so once searches can be answered, too."""
        self._announcing = threading.Thread(target=self._announce, args=(address,), name="announcement", daemon=True)
        self._announcing.start()

    def close(self) -> None:
        """Let the worker finish its batch and leave."""
        with self._lock:
            self._closing = True
        if self._child is not None:
            self._child.close()
        if self._waker is not None:
            self._waker.close()

    def _load(self) -> None:
        from cli.indexing import load_encoders
        from retrieval.wiring import serving_generation

        try:
            load_encoders(self.v, serving_generation(self.v))
        except VitrineError as error:
            self._missing = str(error)

    def _announce(self, address: str) -> None:
        self.terminal.say(f"Listening at {address}, documentation at {address}/docs")
        self.loading.join()
        took_s = time.monotonic() - self.began_s
        if self._missing:
            self.terminal.say(f"Not ready: {self._missing}", style="red")
        else:
            self.terminal.say(f"Ready after {duration(took_s)}. Ctrl-C ends it.")
        if self.terminal.as_json:
            self.terminal.result({"address": address, "ready": not self._missing, "took_s": round(took_s, 3)})
            sys.stdout.flush()
        self._start_worker()

    def _start_worker(self) -> None:
        """Start it only now: until here it would have taken the processor from the start of the API."""
        with self._lock:
            if self._closing:
                return
            if self.v.settings.broker is not None:
                from workers.waking import wake

                self._waker = wake(self.v.settings)
            elif self.with_worker:
                from workers.child import start_child

                self._child = start_child(self.overrides)
        self.wake()
