"""Does a worker beside the API disturb searches less as a thread or as a child process?

Each measurement runs in a process of its own: it opens a new shop, takes a few products in so that there is something
to find, measures searches in the quiet, then takes the import in and measures searches until all of it is indexed. The
two sides alternate; what is printed are medians over the rounds.

    python -m benchmarks.worker_placement --products 3000 --rounds 5
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice, takewhile
from pathlib import Path

from core.queries import SearchQuery
from core.settings import load_settings
from demo.catalogue import drawn_products
from retrieval.accepting import accept_products
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, open_vitrine, serving_generation
from workers.child import start_child
from workers.lease_loop import run

SIDES = ("thread", "child")
FIRST_PRODUCTS = 100
QUIET_SEARCHES = 100
# A shopper's browser, not a load test: one search after the other with a pause between them.
PAUSE_S = 0.02


def main() -> None:
    """Compare the sides, or measure one of them when told which."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--encoder", default="pocket")
    parser.add_argument("--side", choices=SIDES)
    chosen = parser.parse_args()
    if chosen.side:
        print(json.dumps(_measured(chosen.side, chosen.products, chosen.encoder)))
    else:
        _compare(chosen.products, chosen.rounds, chosen.encoder)


def _compare(products: int, rounds: int, encoder: str) -> None:
    results: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for number in range(rounds):
        for side in SIDES if number % 2 == 0 else reversed(SIDES):
            command = [sys.executable, "-m", "benchmarks.worker_placement", "--side", side]
            command += ["--products", str(products), "--encoder", encoder]
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            results[side].append(json.loads(output.splitlines()[-1]))
            print(number + 1, side, results[side][-1], file=sys.stderr)
    for side in SIDES:
        medians = {key: round(statistics.median(r[key] for r in results[side]), 2) for key in results[side][0]}
        print(f"{side:7}", json.dumps(medians))


def _measured(side: str, products: int, encoder: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="vitrine-placement-") as folder:
        overrides = {"data_dir": str(Path(folder) / "shop"), "encoder": encoder, "engine_idle_exit_s": 0.5}
        with open_vitrine(load_settings(overrides)) as v:
            records = list(drawn_products(products + FIRST_PRODUCTS))
            accept_products(v, records[:FIRST_PRODUCTS])
            run(v, threading.Event(), until=lambda: _settled(v))
            quiet_ms = list(islice(_searches(v), QUIET_SEARCHES))
            for start in range(FIRST_PRODUCTS, len(records), 500):
                accept_products(v, records[start : start + 500])
            with _worker(side, v, overrides) as wake:
                wake()
                began_s = time.monotonic()
                busy_ms = list(takewhile(lambda _: not _settled(v), _searches(v)))
                took_s = time.monotonic() - began_s
    return {
        "quiet_p50_ms": statistics.median(quiet_ms),
        "busy_p50_ms": statistics.median(busy_ms),
        "busy_p95_ms": statistics.quantiles(busy_ms, n=20)[-1],
        "products_per_s": products / took_s,
    }


@contextmanager
def _worker(side: str, v: Vitrine, overrides: dict[str, object]) -> Iterator[Callable[[], None]]:
    if side == "child":
        with start_child(overrides) as child:
            yield child.wake
        return
    stop, wake = threading.Event(), threading.Event()
    thread = threading.Thread(target=run, args=(v, stop), kwargs={"wake": wake})
    thread.start()
    try:
        yield wake.set
    finally:
        stop.set()
        wake.set()
        thread.join()


def _settled(v: Vitrine) -> bool:
    return v.catalog.queue.progress(serving_generation(v).id).waiting == 0


def _searches(v: Vitrine) -> Iterator[float]:
    """Milliseconds of one search after the other; no text comes twice, so that none is remembered."""
    number = 0
    while True:
        number += 1
        began_s = time.perf_counter()
        search(v, SearchQuery(text=f"blue checked shirt {number}"))
        yield (time.perf_counter() - began_s) * 1_000
        time.sleep(PAUSE_S)


if __name__ == "__main__":
    main()
