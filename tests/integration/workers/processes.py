"""Real processes over one small shop: workers, the engine, and something like a server; and how to wait for them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from catalog.opening import open_catalog
from core.generations import LEXICAL, REACHED_BY_TEXT, READY, Generation, View
from core.settings import Settings, load_settings
from retrieval.wiring import Vitrine, open_vitrine, serving_generation

ROOT = Path(__file__).parent.parent.parent.parent
PATIENCE_S = 300.0

WORKER = """
from core.settings import load_settings
from workers.running import run_worker
print(run_worker(load_settings()), flush=True)
"""

# Takes products in and has its worker beside it, as a server does. It says what it has acknowledged, line by line.
SERVER = """
import sys
from core.settings import load_settings
from retrieval.accepting import accept_products
from retrieval.wiring import open_vitrine, serving_generation
from tests.integration.workers.tiny_shop import records
from workers.child import start_child

with open_vitrine(load_settings()) as v, start_child() as child:
    serving_generation(v)
    print("child", child.pid, flush=True)
    everything = list(records(int(sys.argv[1])))
    for start in range(0, len(everything), 10):
        accept_products(v, everything[start : start + 10])
        child.wake()
        print("acknowledged", start + 10, flush=True)
    sys.stdin.read()
"""


_WORDS_ONLY = (View(LEXICAL, LEXICAL, 0, "", frozenset({REACHED_BY_TEXT})),)


@dataclass(frozen=True)
class TinyShop:
    """Settings as environment variables, so that this process and every other one mean the same shop."""

    variables: dict[str, str]

    @property
    def settings(self) -> Settings:
        """The same as a value."""
        return load_settings({name.removeprefix("VITRINE_").lower(): value for name, value in self.variables.items()})

    def with_words_only(self) -> TinyShop:
        """The same shop with an index of words, whose workers need not load a model before they begin."""
        with closing(open_catalog(self.settings.catalog_url, self.settings.data_dir)) as catalog:
            generation = Generation("words", catalog.shop, _WORDS_ONLY, status=READY)
            catalog.generations.add(generation)
            catalog.generations.serve(generation.id)
        return self

    @contextmanager
    def opened(self) -> Iterator[Vitrine]:
        """All parts, opened in this process."""
        with open_vitrine(self.settings) as v:
            serving_generation(v)
            yield v

    @contextmanager
    def running(self, program: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """A Python program in a process of its own, killed at the end if it still runs."""
        process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            env={**os.environ, **self.variables, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def engine_pid(self) -> int:
        """Process id of the embedded engine."""
        found: int = json.loads((self.settings.data_dir / "engine.json").read_text())["pid"]
        return found

    def end_engine(self) -> None:
        """Ask the engine to leave, so that nothing of a test outlives it."""
        try:
            os.kill(self.engine_pid(), signal.SIGTERM)
        except (FileNotFoundError, ProcessLookupError):
            return


def indexed(v: Vitrine) -> int:
    """How many products are indexed."""
    return v.catalog.queue.progress(serving_generation(v).id).indexed


def wait_until(what: str, answer: Callable[[], bool], process: subprocess.Popen[str] | None = None) -> None:
    """Return when the answer is yes; fail when it stays no, or the process it depends on has ended."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not answer():
        ended = process is not None and process.poll() is not None
        assert not ended, f"the process ended before {what}"
        assert time.monotonic() < deadline_s, f"not within {PATIENCE_S} s: {what}"
        time.sleep(0.05)


def settled(v: Vitrine) -> bool:
    """Nothing waits, nothing is leased."""
    return v.catalog.queue.progress(serving_generation(v).id).waiting == 0


def check_everything_arrived(v: Vitrine, ids: set[str]) -> None:
    """Exactly these products are stored and indexed, each once, and nothing failed."""
    generation = serving_generation(v)
    in_store, after = set[str](), None
    listed = 0
    while True:
        page, after = v.store.product_ids(generation.id, after, 1000)
        in_store |= set(page)
        listed += len(page)
        if after is None:
            break
    assert in_store == ids
    assert listed == v.store.count(generation.id) == v.catalog.products.count() == len(ids)
    assert {v.catalog.products.get(product_id).state for product_id in sorted(ids)} == {"indexed"}


def is_running(pid: int) -> bool:
    """Whether a process lives; one that only waits to be collected does not."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
