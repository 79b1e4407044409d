"""`vitrine demo`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.beside import ended_by_sigterm
from cli.declaring import SharedOptions, command
from cli.demo_folder import DemoFolder
from cli.demo_shop import DemoShop, has_screen
from cli.demo_shoppers import SHOPPERS_MAX, SHOPPERS_MIN, send_shoppers
from cli.hits import answer_json, show_hits
from cli.opened import opened
from cli.progress import Stage, duration, rate
from cli.stocking import Stocking
from cli.terminal import Terminal
from core.errors import InvalidInput

if TYPE_CHECKING:
    from core.queries import SearchQuery
    from retrieval.wiring import Vitrine

PRODUCTS_MAX = 10_000
_POLL_S = 0.2
_WORDS = ("red checked shirt", "striped backpack", "shoes for a summer day")


@dataclass(frozen=True, kw_only=True)
class DemoOptions(SharedOptions):
    """How large the demo is, and where it is shown."""

    products: Annotated[int, typer.Option(help="Products to draw, at most 10,000.")] = 3_000
    port: Annotated[
        int | None, typer.Option(help="TCP port to listen on.", show_default="8000, or the next one that is free")
    ] = None
    browser: Annotated[
        bool | None,
        typer.Option("--open/--no-open", help="Show it in the browser.", show_default="where there is a screen"),
    ] = None
    reset: Annotated[bool, typer.Option("--reset", help="Delete the demo shop first, and start from nothing.")] = False
    shoppers: Annotated[
        int | None,
        typer.Option(
            help="Let so many simulated shoppers visit, train a ranker on what they do, and tell what it is worth.",
            show_default="none",
        ),
    ] = None
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Serve no page: draw, index, search a few times, and end.")
    ] = False


@command
def demo(options: DemoOptions, terminal: Terminal) -> None:
    """Draw a small shop and open it in the browser.

    It opens as soon as the first products are searchable; the rest comes in meanwhile. Ctrl-C ends it, and the next
    start goes on where it stopped. It lives in a folder of its own, apart from your products."""
    if not 1 <= options.products <= PRODUCTS_MAX:
        raise InvalidInput(f"must be between 1 and {PRODUCTS_MAX:,}", field="--products", value=options.products)
    _check_shoppers(options)
    from core.settings import load_settings

    folder = DemoFolder(load_settings().data_dir)
    with ended_by_sigterm(), folder.held():
        if options.reset:
            folder.clear()
        if options.no_serve:
            _show_searches(options, folder, terminal)
        else:
            shop = DemoShop(
                folder,
                terminal,
                count=options.products,
                port=options.port,
                browser=terminal.out.is_terminal and has_screen() if options.browser is None else options.browser,
                then=_season(options, terminal),
            )
            shop.run()


def _check_shoppers(options: DemoOptions) -> None:
    if options.shoppers is None:
        return
    if not SHOPPERS_MIN <= options.shoppers <= SHOPPERS_MAX:
        raise InvalidInput(
            f"must be between {SHOPPERS_MIN} and {SHOPPERS_MAX:,}", field="--shoppers", value=options.shoppers
        )
    if options.no_serve:
        raise InvalidInput("needs a shop that is open", field="--shoppers", remedy="Leave --no-serve out")


def _season(options: DemoOptions, terminal: Terminal) -> Callable[[Vitrine, str], None] | None:
    """What is done once all products are searchable."""
    count = options.shoppers
    if count is None:
        return None
    return lambda v, address: send_shoppers(v, address, options.products, count, terminal)


def _show_searches(options: DemoOptions, folder: DemoFolder, terminal: Terminal) -> None:
    from cli.indexing import index_waiting
    from retrieval.wiring import serving_generation

    began_s = time.monotonic()
    with Stocking(options.products, is_new=folder.is_new) as stocking, opened(folder.settings()) as v:
        generation = serving_generation(v)
        with stocking.filling(v), Stage(terminal, "drawing") as stage:
            while not stocking.done:
                note = f"{stocking.accepted:,} products, {rate(stocking.accepted, stage.took_s)}"
                stage.update(stocking.accepted, options.products, note)
                time.sleep(_POLL_S)
        if stocking.error is not None:
            raise stocking.error
        report = index_waiting(v, generation, terminal)
        terminal.say(
            f"{stocking.accepted:,} products drawn and stored, {report.indexed:,} in the index, "
            f"{duration(time.monotonic() - began_s)}.\n"
        )
        answers = dict(_searches(v, options.products, terminal))
    shown = {"data_dir": str(folder.path), "accepted": stocking.accepted, "indexed": report.indexed}
    terminal.result(shown | {"searches": answers})
    if not terminal.as_json:
        terminal.say(f"\nThe demo lives in {folder.path}. Look on: vitrine demo")


def _searches(v: Vitrine, count: int, terminal: Terminal) -> Iterator[tuple[str, Any]]:
    from core.queries import SearchQuery
    from retrieval.search.pipeline import search

    queries = [(f'"{words}"', SearchQuery(text=words, limit=5)) for words in _WORDS]
    queries.append(_by_picture(count))
    for said, query in queries:
        answer = search(v, query)
        if not terminal.as_json:
            terminal.say(f"\nvitrine search {said}", style="bold")
            show_hits(terminal, answer, explain=False)
        yield said, answer_json(answer, explain=False)


def _by_picture(count: int) -> tuple[str, SearchQuery]:
    """A drawing that is not in the shop, so that nothing matches it exactly: of the product after the last one."""
    from core.examples import Example
    from core.queries import SearchQuery
    from demo.catalogue import plan
    from demo.studio import photos

    product = plan(count + 1)[-1]
    drawing = Example(photos(product)[0])
    return f"--photo <a drawing: {product.record['title']}>", SearchQuery(images=(drawing,), limit=5)
