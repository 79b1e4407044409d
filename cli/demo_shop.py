"""The demo shop, open: the page, the worker beside it, and products that come in while one looks around."""

from __future__ import annotations

import os
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cli.beside import Beside
from cli.demo_folder import DemoFolder
from cli.opened import opened
from cli.progress import Stage, duration, rate
from cli.stocking import Stocking
from cli.terminal import Terminal
from core.errors import VitrineError

if TYPE_CHECKING:
    from core.indexing import IndexProgress
    from retrieval.wiring import Vitrine

# With so many products a shop looks like one.
FIRST = 300
SPARE_PORTS = 20
# Counting what waits must not take the processor from the work it counts.
_POLL_S = 0.5
_POLL_SHARE = 0.05


class DemoShop:
    """One run of the demo shop.

    Parameters
    ----------
    folder: held by the caller.
    count: products it should have in the end.
    port: None for that of the settings, or one near it if that is taken.
    browser: whether to show the shop there once it is open.
    then: what to do once all products are searchable, with the shop's parts and its address.
    """

    def __init__(
        self,
        folder: DemoFolder,
        terminal: Terminal,
        *,
        count: int,
        port: int | None = None,
        browser: bool = False,
        then: Callable[[Vitrine, str], None] | None = None,
    ) -> None:
        self._folder = folder
        self._terminal = terminal
        self._count = count
        self._port = port
        self._browser = browser
        self._then = then
        self._began_s = time.monotonic()
        self._stop = threading.Event()
        self._stored = threading.Event()
        self._opening: threading.Thread | None = None

    def run(self) -> None:
        """Draw, index and serve, until Ctrl-C or SIGTERM.

        Raises
        ------
        ConfigurationError: the port that was asked for is taken. CatalogUnavailable, StoreError
        """
        # Threads of the encoder wait for each other by spinning. One for each processor, and the drawing beside them,
        # would waste twice what they need. The encoder reads this when it is loaded.
        os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) - 1)))
        overrides = self._folder.settings() | ({} if self._port is None else {"port": self._port})
        is_new = self._folder.is_new
        doing = "Drawing" if is_new else "Opening"
        self._terminal.say(f"{doing} a shop of {self._count:,} products in {self._folder.path}")
        with (
            # Drawing starts first: it takes longest, and other processes do it.
            Stocking(self._count, is_new=is_new, at_first=FIRST) as stocking,
            opened(overrides) as v,
            self._opening_joined(),
            Beside(v, overrides) as beside,
            stocking.filling(v, lambda: self._wake(beside)),
            self._stopping(),
        ):
            from api.app import create_app
            from api.serving import serve as listen

            def listening(address: str) -> None:
                self._folder.announce(address)
                self._opening = threading.Thread(
                    target=self._open, args=(v, beside, stocking, address), name="opening", daemon=True
                )
                self._opening.start()

            app = create_app(v, beside.wake)
            spare_ports = SPARE_PORTS if self._port is None else 0
            listen(app, v.settings.host, v.settings.port, listening, spare_ports=spare_ports)
        self._terminal.say("Stopped. `vitrine demo` goes on where it stopped.")

    @contextmanager
    def _stopping(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._stop.set()
            self._stored.set()

    @contextmanager
    def _opening_joined(self) -> Iterator[None]:
        """Whatever the opening works on stays open until it has noticed that it should stop."""
        try:
            yield
        finally:
            if self._opening is not None:
                self._opening.join()

    def _wake(self, beside: Beside) -> None:
        self._stored.set()
        beside.wake()

    def _open(self, v: Vitrine, beside: Beside, stocking: Stocking, address: str) -> None:
        if missing := beside.missing():
            self._terminal.say(f"Not ready: {missing}. To start over: vitrine demo --reset", style="red")
            return
        try:
            watch = _Watch(v, stocking, self._count)
            self._index_first(v, watch)
            if self._stop.is_set():
                return
            self._announce(address, v.settings.port, watch.progress)
            beside.start_worker()
            self._see_the_rest_in(watch)
            if self._then is not None and watch.is_complete() and not self._stop.is_set():
                self._then(v, address)
        except VitrineError as error:
            self._terminal.say(f"error: {error}", style="red")

    def _index_first(self, v: Vitrine, watch: _Watch) -> None:
        """Index the first products here, where the encoder is loaded already: the worker would load it once more."""
        from workers.lease_loop import run

        if watch.is_enough(FIRST):
            return
        with Stage(self._terminal, "opening") as stage:

            def enough() -> bool:
                reached = watch.is_enough(FIRST)
                watch.show(stage, min(FIRST, self._count))
                return reached

            run(v, self._stop, wake=self._stored, until=enough)

    def _announce(self, address: str, wanted_port: int, progress: IndexProgress) -> None:
        took_s = time.monotonic() - self._began_s
        if urlsplit(address).port != wanted_port:
            self._terminal.say(f"Port {wanted_port} is taken, so it is another one.")
        more = "" if progress.indexed >= self._count else ", and more come in while you look"
        self._terminal.say(f"{progress.indexed:,} products are searchable after {duration(took_s)}{more}.")
        self._terminal.say(f"Open {address}", style="bold")
        self._terminal.say("Ctrl-C ends it.")
        if self._terminal.as_json:
            shown = {"address": address, "searchable": progress.indexed, "took_s": round(took_s, 3)}
            self._terminal.result({**shown, "data_dir": str(self._folder.path)})
            sys.stdout.flush()
        if self._browser and not webbrowser.open(address):
            self._terminal.say("No browser could be started here.", style="yellow")

    def _see_the_rest_in(self, watch: _Watch) -> None:
        if watch.is_complete():
            return
        with Stage(self._terminal, "stocking") as stage:
            while not self._stop.wait(watch.pause_s):
                complete = watch.is_complete()
                watch.show(stage, self._count)
                if complete:
                    break
        if self._stop.is_set():
            return
        if watch.stocking.error is not None:
            self._terminal.say(f"Drawing has failed: {watch.stocking.error!r}. The shop stays open.", style="red")
        took_s = time.monotonic() - self._began_s
        self._terminal.say(f"All in: {watch.progress.indexed:,} products are searchable after {duration(took_s)}.")


class _Watch:
    """How far the shop is."""

    def __init__(self, v: Vitrine, stocking: Stocking, count: int) -> None:
        self.stocking = stocking
        self.pause_s = _POLL_S
        self._queue = v.catalog.queue
        self._generation_id = _serving(v)
        self._count = count
        self._shown = 0
        self.progress = self._asked()

    def is_enough(self, first: int) -> bool:
        """Whether so many products are searchable, or all there will be."""
        return self.is_complete() or self.progress.indexed >= min(first, self._count)

    def is_complete(self) -> bool:
        """Whether everything has been drawn and nothing waits to be indexed."""
        # Asked in this order: what was stored last is seen to wait.
        done = self.stocking.done
        self.progress = self._asked()
        return done and not self.progress.waiting

    def show(self, stage: Stage, total: int) -> None:
        """Tell it to the person."""
        # A product that waits for its further photos can be found all the while, though it does not count as indexed.
        self._shown = max(self._shown, min(self.progress.indexed, total))
        stage.update(self._shown, total, f"{self._shown:,} of {total:,} searchable, {rate(self._shown, stage.took_s)}")

    def _asked(self) -> IndexProgress:
        asked_s = time.monotonic()
        progress = self._queue.progress(self._generation_id)
        self.pause_s = max(_POLL_S, (time.monotonic() - asked_s) / _POLL_SHARE)
        return progress


def has_screen() -> bool:
    """Whether a browser's window could be seen here."""
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _serving(v: Vitrine) -> str:
    from retrieval.wiring import serving_generation

    return serving_generation(v).id
