"""How long `vitrine serve` takes until it can answer searches, and `vitrine --help`, over the bare imports they need.

`vitrine serve` opens the full index, starts the engine's process, loads the pocket model, and counts as ready when
`/health/ready` says so; no process of it runs before. It is compared with `python -c "import torch, open_clip"`, from
the start of the process to its end. `vitrine --help` is compared with `python -c "import typer, rich"` alike. Files are
in the system's cache on both sides, since each side runs once before it counts.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path

from benchmarks.context import Context
from benchmarks.full_index import full_index
from benchmarks.load import answered, distinct_bodies
from benchmarks.measures import Measure, Target, alternated, ratios
from benchmarks.processes import environment, resident_mb, serving, vitrine_command

_SERVE, _HELP = Target(1.5), Target(2.0)
_SEARCHES = 100
_Sides = Mapping[str, Callable[[int], float]]


def measure(context: Context) -> list[Measure]:
    """Both ratios with their parts, and what stays in memory."""
    index = full_index(context)
    context.say("starts of the server")
    serve: _Sides = {
        "serve": lambda _: _served_s(index),
        "bare": lambda _: _ran_s(index, _python("import torch, open_clip")),
    }
    alternated(1, serve)
    started = alternated(context.rounds, serve)
    context.say("starts of the command line")
    command: _Sides = {
        "help": lambda _: _ran_s(index, [*vitrine_command(), "--help"]),
        "bare": lambda _: _ran_s(index, _python("import typer, rich")),
    }
    alternated(1, command)
    helped = alternated(2 * context.rounds, command)
    return [
        ratios("`vitrine serve` to ready / import of torch and open_clip", started["serve"], started["bare"], _SERVE),
        Measure("`vitrine serve` to ready", tuple(started["serve"]), "s"),
        Measure("import of torch and open_clip", tuple(started["bare"]), "s"),
        ratios("`vitrine --help` / import of typer and rich", helped["help"], helped["bare"], _HELP),
        Measure("`vitrine --help`", tuple(helped["help"]), "s"),
        Measure("import of typer and rich", tuple(helped["bare"]), "s"),
        *_memory(context, index),
    ]


def _memory(context: Context, index: Path) -> list[Measure]:
    """After some searches, since much is loaded by the first one."""
    context.say("resident memory")
    bodies = list(islice(distinct_bodies(context.products), _SEARCHES))
    with serving(index) as service:
        worker_pid = service.worker_pid()
        answered(service.port, "/v1/search", bodies)
        # The worker has nothing to index here; it has looked for work by now.
        time.sleep(context.sized(5, 1))
        pids = {"`vitrine serve`": service.pid, "worker, without work": worker_pid, "engine": service.engine_pid}
        return [Measure(f"resident memory: {name}", (resident_mb(pid),), "MB") for name, pid in pids.items()]


def _served_s(index: Path) -> float:
    with serving(index) as service:
        return service.ready_s


def _ran_s(index: Path, command: list[str]) -> float:
    began_s = time.perf_counter()
    subprocess.run(command, env=environment(index), cwd=index.parent, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began_s


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]
