"""How long `vitrine demo` takes to its first products, to all of them, and to open again; and searches meanwhile.

Everything from the start of the process. The first figure ends when the demo says `Open ...` with a search answered
after it; searches during stocking come one after another with a pause, as from one person's browser.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from benchmarks.context import Context
from benchmarks.load import Connection, connected
from benchmarks.measures import Measure, Target, percentile
from benchmarks.processes import environment, free_port, vitrine_command, wait_until_engine_left
from cli.demo_shop import FIRST

_FIRST_S = Target(20)
_WORDS = ("striped scarf", "brown leather boots", "navy dress", "sunglasses", "a lamp for the desk", "red shirt")
_PAUSE_S = 0.2
_SHARES = {"median": 0.5, "p95": 0.95}
_OPEN, _ALL = "Open ", "All in"


def measure(context: Context) -> list[Measure]:
    """Opening, stocking and opening again, once for each round."""
    products = context.sized(3_000, FIRST + 20)
    runs = [_run(context, products, number) for number in range(context.sized(min(context.rounds, 3), 1))]
    searches = [run.searches_ms for run in runs if run.searches_ms]
    return [
        Measure("`vitrine demo` to the first products searchable", tuple(run.opened_s for run in runs), "s", _FIRST_S),
        Measure(f"`vitrine demo` to all {products:,} products", tuple(run.complete_s for run in runs), "s"),
        Measure("`vitrine demo` to open again", tuple(run.reopened_s for run in runs), "s"),
        *(_waited(searches, name, share) for name, share in _SHARES.items() if searches),
    ]


def _waited(searches_ms: list[list[float]], name: str, share: float) -> Measure:
    rounds = tuple(percentile(of_round, share) for of_round in searches_ms)
    return Measure(f"search while the demo is stocked, {name}", rounds, "ms")


@dataclass
class _Run:
    """What one shop took, in seconds from the start of its process."""

    opened_s: float = 0.0
    complete_s: float = 0.0
    reopened_s: float = 0.0
    searches_ms: list[float] = field(default_factory=list)


def _run(context: Context, products: int, number: int) -> _Run:
    context.say(f"a shop of {products:,} drawn products, round {number + 1}")
    data_dir = context.work_dir / f"demo-{number}"
    run = _Run()
    with _started(data_dir, products) as shop:
        shop.wait(_OPEN)
        with connected(shop.port) as connection:
            _search(connection, 0)
            run.opened_s = shop.took_s
            for search in count(1):
                if shop.said(_ALL):
                    break
                run.searches_ms.append(_search(connection, search))
                time.sleep(_PAUSE_S)
        run.complete_s = shop.took_s
    with _started(data_dir, products) as shop:
        shop.wait(_OPEN)
        run.reopened_s = shop.took_s
    return run


class _Shop:
    """A running `vitrine demo`, and what it says."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.port = port
        self._process = process
        self._log = log
        self._began_s = time.perf_counter()

    @property
    def took_s(self) -> float:
        """Seconds since it was started."""
        return time.perf_counter() - self._began_s

    def said(self, start: str) -> bool:
        """Whether a line begins like this; raises when the demo has ended."""
        if self._process.poll() is not None:
            raise RuntimeError(f"vitrine demo ended: {self._log.read_text()[-2000:]}")
        return any(line.startswith(start) for line in self._log.read_text().splitlines())

    def wait(self, start: str) -> None:
        """Return when a line begins like this."""
        while not self.said(start):
            time.sleep(0.05)


@contextmanager
def _started(data_dir: Path, products: int) -> Iterator[_Shop]:
    port = free_port()
    with tempfile.NamedTemporaryFile("wb", suffix=".log") as log:
        process = subprocess.Popen(
            [*vitrine_command(), "demo", "--no-open", "--port", str(port), "--products", str(products)],
            env=environment(data_dir),
            cwd=data_dir.parent,
            stdout=log,
            stderr=log,
        )
        try:
            yield _Shop(process, port, Path(log.name))
        finally:
            process.terminate()
            process.wait()
    wait_until_engine_left(data_dir / "demo")


def _search(connection: Connection, number: int) -> float:
    """Milliseconds of one search; no words come twice, since a repeated query is remembered."""
    text = f"{_WORDS[number % len(_WORDS)]} {number // len(_WORDS) or ''}".strip()
    began_s = time.perf_counter()
    connection.request("/v1/search", f'{{"text": "{text}"}}'.encode())
    return (time.perf_counter() - began_s) * 1_000
