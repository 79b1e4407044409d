"""`vitrine serve`."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass
from typing import Annotated

import typer

from cli.beside import Beside, ended_by_sigterm
from cli.declaring import SharedOptions, command
from cli.opened import opened
from cli.progress import duration
from cli.terminal import Terminal


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

    def announce(address: str) -> None:
        terminal.say(f"Listening at {address}, documentation at {address}/docs")
        missing = beside.missing()
        took_s = time.monotonic() - began_s
        if missing:
            terminal.say(f"Not ready: {missing}", style="red")
        else:
            terminal.say(f"Ready after {duration(took_s)}. Ctrl-C ends it.")
        if terminal.as_json:
            terminal.result({"address": address, "ready": not missing, "took_s": round(took_s, 3)})
            sys.stdout.flush()
        beside.start_worker(here=not options.no_worker)

    def listening(address: str) -> None:
        threading.Thread(target=announce, args=(address,), name="announcement", daemon=True).start()

    with ended_by_sigterm(), opened(overrides) as v, Beside(v, overrides) as beside:
        from api.app import create_app
        from api.serving import serve as listen

        listen(create_app(v, beside.wake), v.settings.host, v.settings.port, listening)
    terminal.say("Stopped.")
