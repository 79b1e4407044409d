"""What graphs bring to a large shard of the embedded engine, and what it costs to build them while it serves.

A shard of drawn vectors in clusters is searched flat, is given graphs by a child while somebody searches and somebody
writes, and is searched again. Queries are `products` (a product's vector, slightly changed) and `words` (far from all
products, as the vectors of texts are from those of photos). A returned product counts when its exact score, by numpy,
is no worse than the tenth best that the filter leaves.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.context import Context
from benchmarks.measures import Measure, Target, percentile, ratios
from core.filters import Equals, Filter
from core.generations import Generation, View
from core.vectors import FloatArray, unit_rows
from vectorstore.embedded.builder import Builder
from vectorstore.embedded.library import Library
from vectorstore.embedded.rows import PointRow, QueryRow
from vectorstore.embedded.shard import Shard

TOP = 10
DEPTHS = (TOP, 100)
_DIM = 128
_CLUSTERS = 1_000
_SPREAD = 0.5
_RECALL = Target(0.99, at_least=True)
_ROUNDING = 1e-6
_BATCH = 1_000
_FILTERS: Mapping[str, Filter | None] = {
    "no filter": None,
    "a filter that leaves 10 %": Equals("brand", "brand 3"),
    "a filter that leaves 1 %": Equals("price", 7),
}


@dataclass(frozen=True)
class _Drawn:
    """Products and queries; the row of a product is its id."""

    rows: FloatArray
    queries: Mapping[str, FloatArray]

    def points(self, start: int, stop: int) -> list[PointRow]:
        return [
            PointRow(str(at), 1, {"image": self.rows[at]}, {}, {"brand": f"brand {at % 10}", "price": at % 100})
            for at in range(start, min(stop, len(self.rows)))
        ]

    def left_by(self, where: Filter | None) -> NDArray[np.intp]:
        match where:
            case Equals("brand"):
                return np.arange(3, len(self.rows), 10)
            case Equals("price"):
                return np.arange(7, len(self.rows), 100)
            case _:
                return np.arange(len(self.rows))


@dataclass
class _TimedBuilder(Builder):
    """Notes how long writes waited and when the copy was complete."""

    began_s: float = field(default_factory=time.perf_counter)
    copied_s: float = 0.0
    built_s: float = 0.0

    def __post_init__(self) -> None:
        super().__init__()

    def finish(self) -> bool:
        self.copied_s = time.perf_counter()
        built = super().finish()
        self.built_s = time.perf_counter()
        return built


def measure(context: Context) -> list[Measure]:
    """Building, searching meanwhile, and searching before and after."""
    drawn = _drawn(context.sized(200_000, 2_000), context.sized(300, 20))
    library = Library(context.work_dir / "graphs")
    shard = library.ensure(
        "benchmark", Generation("graphs", "default", (View("image", "image", _DIM, "", frozenset()),))
    )
    for start in range(0, len(drawn.rows), _BATCH):
        shard.upsert(drawn.points(start, start + _BATCH))
    shard.flush(by_client=True)
    context.say(f"{len(drawn.rows):,} products of {_DIM} numbers are written")
    before = {depth: [_took_ms(shard, drawn, depth) for _ in range(context.rounds)] for depth in DEPTHS}
    measures = list(_built(shard, drawn))
    for depth in DEPTHS:
        after = [_took_ms(shard, drawn, depth) for _ in range(context.rounds)]
        measures.append(Measure(f"p50 without graphs, asked for {depth}", tuple(before[depth]), "ms"))
        measures.append(Measure(f"p50 with graphs, asked for {depth}", tuple(after), "ms"))
        measures.append(ratios(f"p50 with graphs over without, asked for {depth}", after, before[depth]))
    measures += _recalls(shard, drawn)
    library.close()
    return measures


def _built(shard: Shard, drawn: _Drawn) -> Iterator[Measure]:
    builder, stop = _TimedBuilder(), threading.Event()
    with ThreadPoolExecutor(2) as pool:
        searching, writing = pool.submit(_search, shard, drawn, stop), pool.submit(_write, shard, drawn, stop)
        shard.rebuild(builder)
        served_s = time.perf_counter()
        stop.set()
        searches_ms, writes_ms = searching.result(), writing.result()
    builder.close()
    yield Measure("building, from the beginning until it serves", (served_s - builder.began_s,), "s")
    yield Measure("of these copying, while writes wait", (builder.copied_s - builder.began_s,), "s")
    yield Measure("of these opening the copy and telling it what was written", (served_s - builder.built_s,), "s")
    yield Measure("searches served meanwhile", (float(len(searches_ms)),), "")
    yield Measure("their p50", (percentile(searches_ms, 0.5),), "ms")
    yield Measure("their p99", (percentile(searches_ms, 0.99),), "ms")
    yield Measure("the slowest search", (max(searches_ms),), "ms")
    yield Measure("products written meanwhile", (float(len(writes_ms)),), "")
    yield Measure("the slowest write", (max(writes_ms),), "ms")


def _search(shard: Shard, drawn: _Drawn, stop: threading.Event) -> list[float]:
    took_ms: list[float] = []
    queries = drawn.queries["products"]
    while not stop.is_set():
        took_ms.append(_asked_ms(shard, queries[len(took_ms) % len(queries)], DEPTHS[-1]))
        # As somebody does who also has to encode and to draw a page.
        time.sleep(0.005)
    return took_ms


def _write(shard: Shard, drawn: _Drawn, stop: threading.Event) -> list[float]:
    took_ms: list[float] = []
    while not stop.is_set():
        start = len(took_ms) % len(drawn.rows)
        began_s = time.perf_counter()
        shard.upsert(drawn.points(start, start + 1))
        took_ms.append((time.perf_counter() - began_s) * 1_000)
        # Ten a second are many for a shop that is not importing.
        time.sleep(0.1)
    return took_ms


def _took_ms(shard: Shard, drawn: _Drawn, depth: int) -> float:
    return percentile([_asked_ms(shard, query, depth) for query in drawn.queries["products"]], 0.5)


def _asked_ms(shard: Shard, query: FloatArray, depth: int) -> float:
    began_s = time.perf_counter()
    shard.query([QueryRow("image", query, depth)], None, False)
    return (time.perf_counter() - began_s) * 1_000


def _recalls(shard: Shard, drawn: _Drawn) -> Iterator[Measure]:
    for label, where in _FILTERS.items():
        left = drawn.left_by(where)
        for kind, queries in drawn.queries.items():
            for depth in DEPTHS:
                shares = [_recall(shard, drawn, query, (where, left, depth)) for query in queries]
                name = f"Recall@{TOP} with graphs, {kind}, asked for {depth}, {label}"
                yield Measure(name, (float(np.mean(shares)),), "share", _RECALL)


def _recall(
    shard: Shard, drawn: _Drawn, query: FloatArray, asked: tuple[Filter | None, NDArray[np.intp], int]
) -> float:
    where, left, depth = asked
    scores = drawn.rows[left] @ query
    tenth_best = np.partition(scores, -TOP)[-TOP]
    good = {str(at) for at in left[scores >= tenth_best - _ROUNDING]}
    body = shard.query([QueryRow("image", query, depth)], where, False)
    best: Sequence[int] = body["views"][0][0][:TOP]
    return len({body["ids"][at] for at in best} & good) / TOP


def _drawn(count: int, queries: int) -> _Drawn:
    chance = np.random.default_rng(1)
    centres = chance.normal(size=(_CLUSTERS, _DIM))
    rows = unit_rows(centres[chance.integers(0, _CLUSTERS, count)] + _SPREAD * chance.normal(size=(count, _DIM)))
    some = rows[chance.integers(0, count, queries)]
    noise = 0.3 / np.sqrt(_DIM) * chance.normal(size=some.shape)
    gap = unit_rows(chance.normal(size=(1, _DIM)))
    return _Drawn(rows, {"products": unit_rows(some + noise), "words": unit_rows(0.3 * some + gap + noise)})
