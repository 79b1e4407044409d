"""Searches over HTTP: what HTTP adds, and how long they take alone and together.

What HTTP adds is the p50 of `POST /v1/search` minus the p50 of encoder and engine in a process of their own, over the
p50 of a bare Litestar echo of the same sizes. All three run at the same time over the same index (and take turns, so
that one of them works at a time), get the same queries, and are asked by the same client. Everything that Vitrine does
besides encoding and asking the engine (validation, fusion, building and encoding the answer) is at its own expense.

No query comes twice, since repeated ones are remembered: they are titles of products.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any

from benchmarks.context import Context
from benchmarks.full_index import full_index
from benchmarks.load import answered, connected, distinct_bodies
from benchmarks.measures import Measure, Target, alternated, percentile
from benchmarks.processes import ROOT, environment, python_service, serving

CLIENTS = (1, 4, 16)
_SEARCH = "/v1/search"
_OVERHEAD = Target(3.0)
_WARM = 40


def measure(context: Context) -> list[Measure]:
    """All of it."""
    index = full_index(context)
    bodies = distinct_bodies(context.products)
    measures: list[Measure] = []
    with serving(index) as service:
        service.worker_pid()
        warm = list(islice(bodies, _WARM))
        answered(service.port, _SEARCH, warm)
        response_bytes = _median_size(service.port, warm)
        context.say("searches beside encoder and engine alone, and a bare echo")
        measures += _overhead(context, _Sides(service.port, index, response_bytes), bodies)
        context.say("searches of several clients at once")
        measures += _together(context, service.port, bodies)
    return measures


@dataclass(frozen=True)
class _Sides:
    """Where the server is, what it serves, and the median size of its answers in bytes."""

    port: int
    index: Path
    response_bytes: int


def _overhead(context: Context, sides: _Sides, bodies: Iterator[bytes]) -> list[Measure]:
    rounds = [list(islice(bodies, context.sized(300, 20))) for _ in range(context.rounds)]
    environ = environment(sides.index)
    with (
        _engine_alone(environ) as alone,
        python_service("benchmarks.echo_server", [str(sides.response_bytes)], environ) as echo_port,
    ):
        answered(echo_port, "/echo", rounds[0][:_WARM])
        p50s = alternated(
            context.rounds,
            {
                "http": lambda number: _p50(answered(sides.port, _SEARCH, rounds[number])[0]),
                "alone": lambda number: _p50(_asked(alone, rounds[number])),
                "echo": lambda number: _p50(answered(echo_port, "/echo", rounds[number])[0]),
            },
        )
    overhead = [(h - a) / e for h, a, e in zip(p50s["http"], p50s["alone"], p50s["echo"], strict=True)]
    return [
        Measure("(p50 over HTTP - p50 of encoder and engine) / p50 of echo", tuple(overhead), "x", _OVERHEAD),
        Measure("p50 of POST /v1/search, 1 client", tuple(p50s["http"]), "ms"),
        Measure("p50 of encoder and engine in a process of their own", tuple(p50s["alone"]), "ms"),
        Measure(f"p50 of a bare Litestar echo of {sides.response_bytes:,} bytes", tuple(p50s["echo"]), "ms"),
    ]


def _together(context: Context, port: int, bodies: Iterator[bytes]) -> list[Measure]:
    requests = context.sized(400, 32)

    def load(clients: int, _: int) -> tuple[float, float, float]:
        took_ms, all_s = answered(port, _SEARCH, list(islice(bodies, requests)), clients)
        return _p50(took_ms), percentile(took_ms, 0.95), len(took_ms) / all_s

    results = alternated(context.rounds, {str(clients): partial(load, clients) for clients in CLIENTS})
    units = (("p50", "ms"), ("p95", "ms"), ("searches answered", "per s"))
    return [
        Measure(f"{name}, {clients} clients" if clients != "1" else f"{name}, 1 client", tuple(values), unit)
        for clients, rounds in results.items()
        for (name, unit), values in zip(units, zip(*rounds, strict=True), strict=True)
    ]


def _median_size(port: int, bodies: Sequence[bytes]) -> int:
    with connected(port) as connection:
        return int(statistics.median(len(connection.request(_SEARCH, body)) for body in bodies))


def _p50(took_ms: Sequence[float]) -> float:
    return statistics.median(took_ms)


@contextmanager
def _engine_alone(environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.engine_alone"]
    with subprocess.Popen(
        command, env=environ, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        _line(process.stdout)
        yield process
        _open(process.stdin).close()


def _asked(process: subprocess.Popen[str], bodies: Sequence[bytes]) -> list[float]:
    lines = _open(process.stdin)
    lines.write(json.dumps([json.loads(body)["text"] for body in bodies]) + "\n")
    lines.flush()
    took_ms: list[float] = _line(process.stdout)
    return took_ms


def _line(stream: IO[str] | None) -> Any:
    line = _open(stream).readline()
    if not line:
        raise RuntimeError("benchmarks.engine_alone has ended; its error stands above")
    return json.loads(line)


def _open(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
