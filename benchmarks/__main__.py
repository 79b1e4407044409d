"""`python -m benchmarks [NAME...]`: run benchmarks, print a table, and write JSON when asked."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.context import Context
from benchmarks.measures import Measure
from benchmarks.processes import ROOT
from benchmarks.products import products_in

# What each is about, and the module that measures it.
NAMES: Mapping[str, tuple[str, str]] = {
    "imports": ("an import over the sum of its stages", "benchmarks.imports"),
    "http": ("searches over HTTP, alone and together", "benchmarks.searches"),
    "busy": ("searches during an import", "benchmarks.busy_searches"),
    "startup": ("starting the server and the command line, and resident memory", "benchmarks.startup"),
    "demo": ("opening the drawn shop, and searches while it is stocked", "benchmarks.demo_start"),
    "storefront": ("searches in the storefront, from the key to the painted grid", "benchmarks.storefront"),
    "facets": ("facets over columns in memory, and building the columns", "benchmarks.facets"),
    "whole": ("searches with everything that a page asks for, over bare ones", "benchmarks.whole_searches"),
    "feeds": ("feeds over plain searches, and from an event to the changed feed", "benchmarks.feeds"),
    "impressions": ("noting what was shown, and ranking by what was learnt", "benchmarks.impressions"),
    "suggest": ("suggestions while a person types, over 100,000 titles", "benchmarks.suggest"),
    "drawn": ("attribute queries over the drawn shop", "benchmarks.drawn_searches"),
    "encoders": ("photos and texts to vectors, over the bare model", "benchmarks.encoders"),
    "finetuning": ("fine-tuning over bare forward and backward passes", "benchmarks.finetuning"),
    "taste": ("tastes: how soon they change, what they cost, how much of them is best", "benchmarks.taste"),
    "graphs": ("graphs of a large shard: building while it serves, speed and recall", "benchmarks.graphs"),
    "recall": ("the store's answers against exact search", "benchmarks.recall"),
}
_REAL = ROOT.parent / "shared" / "data" / "fashion"
# A table that goes into a file is not squeezed to the 80 columns that files are said to have.
_WIDTH_MIN = 132
_PACKAGES = ("torch", "open_clip_torch", "litestar", "uvicorn", "sqlalchemy", "qdrant-edge-py")


def main() -> int:
    """Run what was asked for; ends with 1 when a target is missed."""
    chosen = _arguments()
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as folder:
        context = _context(chosen, Path(folder), console)
        console.print(f"{context.products.count:,} {context.products.label}; {context.rounds} rounds")
        results: dict[str, list[Measure]] = {}
        for name in chosen.names or NAMES:
            began_s = time.perf_counter()
            results[name] = importlib.import_module(NAMES[name][1]).measure(context)
            _show(name, results[name], context)
            console.print(f"{name} took {time.perf_counter() - began_s:.0f} s")
        if chosen.json is not None:
            chosen.json.write_text(json.dumps(_report(results, context), indent=2, ensure_ascii=False) + "\n")
    missed = [measure.name for measures in results.values() for measure in measures if measure.met is False]
    return 1 if missed and not chosen.quick else 0


def _arguments() -> argparse.Namespace:
    listed = "; ".join(f"{name}: {about}" for name, (about, _) in NAMES.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Speed, memory and recall.", epilog=listed
    )
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], metavar="NAME", help="which; all when none is named")
    parser.add_argument("--data", type=Path, help="folder with products.csv and images.zip; else drawn products serve")
    parser.add_argument("--index", type=Path, help="data folder of the full index, built when it is not complete")
    parser.add_argument("--rounds", type=int, default=5, help="how often the two sides of a ratio take turns")
    parser.add_argument("--quick", action="store_true", help="tiny numbers, to try the benchmarks themselves")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything, round by round, as JSON")
    return parser.parse_args()


def _context(chosen: argparse.Namespace, folder: Path, console: Console) -> Context:
    # Absolute, because what is run for it runs in folders of its own.
    data = chosen.data.absolute() if chosen.data else _REAL if _REAL.is_dir() else None
    products = products_in(data, folder)
    if chosen.quick:
        products = products.first(600, folder)
    kind = "drawn" if data is None else data.name
    default = Path(tempfile.gettempdir()) / f"vitrine-bench-index-{kind}-{products.count}" / "data"
    index_dir: Path = chosen.index or default
    rounds = min(2, chosen.rounds) if chosen.quick else chosen.rounds
    return Context(products, index_dir.absolute(), folder, rounds, chosen.quick, console.print)


def _show(name: str, measures: Sequence[Measure], context: Context) -> None:
    quick = ", QUICK: means nothing" if context.quick else ""
    title = f"{name}: {NAMES[name][0]} ({context.products.count:,} {context.products.label}{quick})"
    table = Table(title=title, title_justify="left")
    table.add_column("measure", overflow="fold")
    for column in ("median", "lowest", "highest", "target"):
        table.add_column(column, justify="right")
    table.add_column("")
    for measure in measures:
        figures = [_figure(value, measure.unit) for value in (measure.median, min(measure.rounds), max(measure.rounds))]
        verdict = {None: "", True: "[green]met[/green]", False: "[red]missed[/red]"}[measure.met]
        table.add_row(measure.name, *figures, "" if measure.target is None else str(measure.target), verdict)
    console = Console()
    console.width = max(console.width, _WIDTH_MIN)
    console.print(table)


def _figure(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 2 if value >= 0.1 and unit != "share" else 4
    return f"{value:,.{digits}f} {'' if unit in ('x', 'share') else unit}".rstrip()


def _report(results: Mapping[str, Sequence[Measure]], context: Context) -> dict[str, Any]:
    return {
        "products": {"label": context.products.label, "count": context.products.count},
        "quick": context.quick,
        "machine": {
            "processors": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
            "packages": {name: version(name) for name in _PACKAGES},
        },
        "measures": {name: [measure.as_json() for measure in measures] for name, measures in results.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
