"""Found products as a table and as JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cli.listing import facet_json, show_facets
from cli.terminal import Terminal, table

if TYPE_CHECKING:
    from core.hits import Hit, SearchAnswer


def show_hits(terminal: Terminal, answer: SearchAnswer, *, explain: bool) -> None:
    """Print the answer of a search; with `explain` also the signals of every hit and the time of every stage."""
    if terminal.as_json:
        terminal.result(answer_json(answer, explain=explain))
        return
    if not answer.hits:
        terminal.say("Nothing found." if not answer.total else "Nothing more.")
        show_facets(terminal, answer.facets)
        return
    signals = sorted({name for hit in answer.hits for name in hit.signals}) if explain else []
    rows = [_row(rank, hit, signals) for rank, hit in enumerate(answer.hits, 1)]
    terminal.result(None, table("", ("#", "score", "id", "title", "category", "brand", "price", *signals), rows))
    show_facets(terminal, answer.facets)
    stages = ", ".join(f"{name} {took:.1f}" for name, took in answer.took_ms.items() if name != "total")
    total = answer.took_ms.get("total", 0.0)
    terminal.say(f"{_counted(answer)} in {total:.1f} ms" + (f" ({stages})" if explain else ""), style="dim")
    if answer.next_cursor is not None:
        terminal.say(f"The next page: --cursor {answer.next_cursor}", style="dim")


def answer_json(answer: SearchAnswer, *, explain: bool) -> dict[str, Any]:
    """An answer as the HTTP API writes it: a missing signal is null."""
    return {
        "hits": [
            {"id": hit.product_id, "score": hit.score, "product": dict(hit.product)}
            | ({"signals": {name: _finite(value) for name, value in hit.signals.items()}} if explain else {})
            for hit in answer.hits
        ],
        "took_ms": dict(answer.took_ms),
        "query_id": answer.query_id,
        "total": answer.total,
        "total_relation": answer.total_relation,
        "next": answer.next_cursor,
        "facets": {field: facet_json(facet) for field, facet in answer.facets.items()},
    }


def _counted(answer: SearchAnswer) -> str:
    at_least = "at least " if answer.total_relation == "at_least" else ""
    shown = len(answer.hits)
    return (
        f"{shown:,} hits" if shown == answer.total and not at_least else f"{shown:,} of {at_least}{answer.total:,} hits"
    )


def _row(rank: int, hit: Hit, signals: list[str]) -> tuple[object, ...]:
    shown = hit.product
    price = "" if shown.get("price") is None else f"{shown['price']:g} {shown.get('currency', '')}".strip()
    values = (_finite(hit.signals.get(name, math.nan)) for name in signals)
    return (
        rank,
        f"{hit.score:.4f}",
        hit.product_id,
        shown.get("title", ""),
        shown.get("category", ""),
        shown.get("brand", ""),
        price,
        *("-" if value is None else f"{value:.3f}" for value in values),
    )


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
