"""`vitrine worker`."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from cli.declaring import SharedOptions, command
from cli.progress import duration
from cli.terminal import Terminal

if TYPE_CHECKING:
    from retrieval.indexing import IndexedBatch


@command
def worker(options: SharedOptions, terminal: Terminal) -> None:
    """Index what waits, until Ctrl-C or SIGTERM.

    With a broker several workers share the work."""
    from core.settings import load_settings
    from workers.running import run_worker

    del options
    settings = load_settings()
    began_s = time.monotonic()
    logging.getLogger("vitrine").setLevel(logging.INFO)
    where = "the database" if settings.broker is None else "the broker"
    terminal.say(f"Worker started, waiting for work from {where}. Ctrl-C ends it.")
    report = run_worker(settings, on_batch=lambda batch: _tell(terminal, batch))
    took_s = time.monotonic() - began_s
    terminal.result(
        {**asdict(report), "took_s": round(took_s, 3)},
        f"{report.indexed:,} indexed, {report.failed:,} failed in {duration(took_s)}",
    )


def _tell(terminal: Terminal, batch: IndexedBatch) -> None:
    terminal.say(f"indexed {batch.indexed:,}, failed {batch.failed:,}")
    for failure in batch.failures:
        terminal.say(f"  {failure.product_id}: {failure.error}", style="yellow")
