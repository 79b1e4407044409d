"""`vitrine feed`."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.conditions import Conditions, parse_conditions
from cli.declaring import SharedOptions, command
from cli.opened import opened
from cli.terminal import Terminal, table

if TYPE_CHECKING:
    from core.feeds import FeedAnswer


@dataclass(frozen=True, kw_only=True)
class FeedOptions(SharedOptions):
    """Whose feed, and which page of it."""

    user: Annotated[
        str, typer.Argument(metavar="[ID]", help="The shopper, as events name him; none: pick what you like.")
    ] = ""
    session: Annotated[str, typer.Option(help="The visit, as events name it; default: the latest.")] = ""
    filter: Conditions = field(default_factory=list)
    limit: Annotated[int, typer.Option(help="Products to show, at most 100.")] = 20
    cursor: Annotated[str | None, typer.Option(help="Where the page before has ended, as it was shown.")] = None
    explain: Annotated[bool, typer.Option("--explain", help="Show the signals of every product.")] = False


@command
def show_feed(options: FeedOptions, terminal: Terminal) -> None:
    """Show what a shopper should see next, and why; without one, products that tell tastes apart."""
    from core.feeds import FeedQuery
    from retrieval.feed.pipeline import feed
    from retrieval.feed.starting import start

    with opened() as v:
        where = parse_conditions(options.filter, v.catalog.products.attribute_kinds)
        if options.user:
            query = FeedQuery(options.user, options.session, options.limit, options.cursor, where, explain=True)
            answer = feed(v, query)
        else:
            answer = start(v, options.limit, where)
    if terminal.as_json:
        terminal.result(_json(answer))
        return
    _show(terminal, answer, explain=options.explain)


def _show(terminal: Terminal, answer: FeedAnswer, *, explain: bool) -> None:
    if not answer.items:
        terminal.say("Nothing to show.")
        return
    signals = sorted({name for item in answer.items for name in item.hit.signals}) if explain else []
    rows = [
        (
            place,
            item.hit.product_id,
            item.hit.product.get("title", ""),
            item.hit.product.get("category", ""),
            item.reason.text,
            *((f"{item.propensity:.2g}",) if explain else ()),
            *(_number(item.hit.signals.get(name, math.nan)) for name in signals),
        )
        for place, item in enumerate(answer.items, answer.first_position + 1)
    ]
    heads = ("#", "id", "title", "category", "why", *(("propensity",) if explain else ()), *signals)
    terminal.result(None, table("", heads, rows))
    terminal.say(f"{len(rows)} products in {answer.took_ms.get('total', 0.0):.1f} ms", style="dim")
    if answer.next_cursor is not None:
        terminal.say(f"The next page: --cursor {answer.next_cursor}", style="dim")


def _json(answer: FeedAnswer) -> dict[str, Any]:
    return {
        "items": [
            {
                "id": item.hit.product_id,
                "product": dict(item.hit.product),
                "reason": asdict(item.reason),
                "score": item.hit.score,
                "propensity": item.propensity,
                "signals": {name: value if math.isfinite(value) else None for name, value in item.hit.signals.items()},
            }
            for item in answer.items
        ],
        "query_id": answer.query_id,
        "took_ms": dict(answer.took_ms),
        "next": answer.next_cursor,
    }


def _number(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else "-"
