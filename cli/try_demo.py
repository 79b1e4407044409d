"""`vitrine demo`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.declaring import SharedOptions, command
from cli.hits import answer_json, show_hits
from cli.opened import opened
from cli.progress import Stage, duration, rate
from cli.terminal import Terminal
from core.errors import InvalidInput

if TYPE_CHECKING:
    from core.queries import SearchQuery
    from retrieval.wiring import Vitrine

PRODUCTS_MAX = 10_000
_BATCH = 50
_WORDS = ("red checked shirt", "striped backpack", "shoes for a summer day")


@dataclass(frozen=True, kw_only=True)
class DemoOptions(SharedOptions):
    """How large the demo is."""

    products: Annotated[int, typer.Option(help="Products to draw, at most 10,000.")] = 300


@command
def demo(options: DemoOptions, terminal: Terminal) -> None:
    """Draw a small shop, index it, and search it.

    It lives in a folder of its own, apart from your products."""
    if not 1 <= options.products <= PRODUCTS_MAX:
        raise InvalidInput(f"must be between 1 and {PRODUCTS_MAX:,}", field="--products", value=options.products)
    from cli.indexing import index_waiting
    from retrieval.wiring import serving_generation

    began_s = time.monotonic()
    folder = demo_folder()
    with opened(_apart(folder)) as v:
        generation = serving_generation(v)
        accepted = _stock(v, options.products, terminal)
        report = index_waiting(v, generation, terminal)
        terminal.say(
            f"{accepted:,} products drawn and stored, {report.indexed:,} in the index, "
            f"{duration(time.monotonic() - began_s)}.\n"
        )
        answers = dict(_searches(v, terminal))
    if terminal.as_json:
        terminal.result({"data_dir": str(folder), "accepted": accepted, "indexed": report.indexed, "searches": answers})
    else:
        terminal.say(f"\nThe demo lives in {folder}. Look on: VITRINE_DATA_DIR={folder} vitrine search 'navy dress'")


def demo_folder() -> Path:
    """The demo's own data folder, inside the one of the settings."""
    from core.settings import load_settings

    return load_settings().data_dir / "demo"


def _apart(folder: Path) -> dict[str, Any]:
    """Settings under which the demo touches nothing of the shop's, wherever that is kept."""
    return {"data_dir": folder, "database_url": None, "qdrant_url": None, "broker_url": None}


def _stock(v: Vitrine, count: int, terminal: Terminal) -> int:
    from demo.catalogue import drawn_products
    from retrieval.accepting import accept_products

    records = drawn_products(count)
    accepted = done = 0
    with Stage(terminal, "drawing") as stage:
        for batch in _batches(records):
            accepted += accept_products(v, batch).accepted
            done += len(batch)
            stage.update(done, count, f"{done:,} products, {rate(done, stage.took_s)}")
    return accepted


def _batches(records: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(records, _BATCH)):
        yield batch


def _searches(v: Vitrine, terminal: Terminal) -> Iterator[tuple[str, Any]]:
    from core.queries import SearchQuery
    from retrieval.search.pipeline import search

    queries = [(f'"{words}"', SearchQuery(text=words, limit=5)) for words in _WORDS]
    queries.append(_by_picture())
    for said, query in queries:
        answer = search(v, query)
        if not terminal.as_json:
            terminal.say(f"\nvitrine search {said}", style="bold")
            show_hits(terminal, answer, explain=False)
        yield said, answer_json(answer, explain=False)


def _by_picture() -> tuple[str, SearchQuery]:
    """A drawing that is not in the shop: another turn of the brush, so nothing can match it exactly."""
    from core.queries import SearchQuery
    from demo.drawing import Look, draw

    picture = draw(Look("sneakers", "orange", "white", "plain", seed=-1))
    return "--photo <a drawing of orange sneakers>", SearchQuery(photo=picture, limit=5)
