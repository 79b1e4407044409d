"""How an import disturbs searches: p95 of one client while products are taken in, over its p95 in the quiet.

Products arrive in two ways: over HTTP in batches, indexed by the worker beside the API; and by `vitrine import` in a
process of its own, which indexes beside that worker. They are new products in a copy of the full index, so that each
is decoded, encoded and written; quiet and busy take turns.
"""

from __future__ import annotations

import base64
import csv
import itertools
import json
import statistics
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.context import Context
from benchmarks.full_index import copy_of, full_index
from benchmarks.load import answered, answered_until, connected, distinct_bodies
from benchmarks.measures import Measure, alternated, percentile, ratios
from benchmarks.processes import Service, environment, resident_mb, serving, vitrine_command
from benchmarks.products import ProductFile

_SEARCH = "/v1/search"
_BATCH = 250
_WARM = 40
_POLL_S = 0.1


def measure(context: Context) -> list[Measure]:
    """The ratio for both ways, with its parts, and the worker's memory after it has worked."""
    index, bodies = full_index(context), distinct_bodies(context.products)
    folder = context.work_dir / "busy"
    folder.mkdir()
    arriving = _Arriving(context.products, context.sized(1_500, 40), folder)
    with serving(copy_of(index, folder / "data")) as service:
        service.worker_pid()
        answered(service.port, _SEARCH, list(itertools.islice(bodies, _WARM)))
        arriving.over_http(service, "warm")
        quiet = context.sized(300, 20)
        results = alternated(
            context.rounds,
            {
                "quiet": lambda _: (answered(service.port, _SEARCH, list(itertools.islice(bodies, quiet)))[0], 0.0),
                "http": lambda n: _busy(service, bodies, lambda: arriving.over_http(service, f"http{n}")),
                "command": lambda n: _busy(service, bodies, lambda: arriving.by_command(service, f"file{n}")),
            },
        )
        worker_mb = resident_mb(service.worker_pid())
    p95 = {side: [percentile(took_ms, 0.95) for took_ms, _ in rounds] for side, rounds in results.items()}
    p50 = {side: [statistics.median(took_ms) for took_ms, _ in rounds] for side, rounds in results.items()}
    measures = [Measure("p95 in the quiet, 1 client", tuple(p95["quiet"]), "ms")]
    for side, words in (("http", "an import over HTTP"), ("command", "a `vitrine import`")):
        speed = tuple(arriving.count / took_s for _, took_s in results[side])
        measures += [
            ratios(f"p95 during {words} / p95 in the quiet", p95[side], p95["quiet"]),
            Measure(f"p95 during {words}", tuple(p95[side]), "ms"),
            Measure(f"p50 during {words}", tuple(p50[side]), "ms"),
            Measure(f"speed of {words} beside searches", speed, "products/s"),
        ]
    return [*measures, Measure("resident memory of the worker beside the API, after imports", (worker_mb,), "MB")]


class _Arriving:
    """New products, the same number each time, under ids that nobody has had before."""

    def __init__(self, products: ProductFile, count: int, folder: Path) -> None:
        self.count = min(count, products.count)
        self._products = products
        self._folder = folder
        with products.products_path.open(newline="", encoding="utf-8") as rows:
            self._rows = list(itertools.islice(csv.DictReader(rows), self.count))
        with zipfile.ZipFile(products.photos_path) as zipped:
            names = {Path(name).name: name for name in zipped.namelist()}
            self._photos = {
                row["id"]: base64.b64encode(zipped.read(names[f"{row['id']}.jpg"])).decode() for row in self._rows
            }

    def over_http(self, service: Service, prefix: str) -> None:
        """Send them in batches, and wait until all are indexed."""
        made = [
            {
                "id": f"{prefix}-{row['id']}",
                "title": f"{row['title']} {prefix}",
                "photos": [{"base64": self._photos[row["id"]]}],
            }
            for row in self._rows
        ]
        jobs = []
        with connected(service.port) as connection:
            for start in range(0, len(made), _BATCH):
                batch = json.dumps({"products": made[start : start + _BATCH]}).encode()
                added = json.loads(connection.request("/v1/products", batch))
                if added["rejected"]:
                    raise RuntimeError(f"products were rejected: {added['rejected'][:2]}")
                jobs.append(added["job_id"])
            for job_id in jobs:
                while not json.loads(connection.request(f"/v1/jobs/{job_id}", None))["done"]:
                    time.sleep(_POLL_S)

    def by_command(self, service: Service, prefix: str) -> None:
        """Run `vitrine import` to its end, which is when all are indexed."""
        path = self._folder / f"{prefix}.csv"
        with path.open("w", newline="") as out:
            writer = csv.DictWriter(out, [*self._rows[0], "photo"])
            writer.writeheader()
            for row in self._rows:
                again = {
                    "id": f"{prefix}-{row['id']}",
                    "title": f"{row['title']} {prefix}",
                    "photo": f"{row['id']}.jpg",
                }
                writer.writerow({**row, **again})
        options = ["--photos", str(self._products.photos_path), "--photo-column", "photo", "--json"]
        subprocess.run(
            [*vitrine_command(), "import", str(path), *options],
            env=environment(service.data_dir),
            cwd=self._folder,
            check=True,
            capture_output=True,
        )


def _busy(service: Service, bodies: Iterator[bytes], work: Callable[[], None]) -> tuple[list[float], float]:
    """Milliseconds of the searches while `work` runs beside, and its seconds."""
    errors: list[BaseException] = []

    def worked() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below, in the thread that waits
            errors.append(error)

    thread = threading.Thread(target=worked, name="import")
    began_s = time.perf_counter()
    thread.start()
    took_ms = answered_until(lambda: not thread.is_alive(), service.port, _SEARCH, bodies)
    took_s = time.perf_counter() - began_s
    if errors:
        raise errors[0]
    return took_ms, took_s
