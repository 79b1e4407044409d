"""Found products as a table and as JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cli.terminal import Terminal, table

if TYPE_CHECKING:
    from core.hits import Hit, SearchAnswer


def show_hits(terminal: Terminal, answer: SearchAnswer, *, explain: bool) -> None:
    """Print the answer of a search; with `explain` also the signals of every hit and the time of every stage."""
    if terminal.as_json:
        terminal.result(answer_json(answer, explain=explain))
        return
    if not answer.hits:
        terminal.say("Nothing found.")
        return
    signals = sorted({name for hit in answer.hits for name in hit.signals}) if explain else []
    rows = [_row(rank, hit, signals) for rank, hit in enumerate(answer.hits, 1)]
    terminal.result(None, table("", ("#", "score", "id", "title", "category", "brand", "price", *signals), rows))
    stages = ", ".join(f"{name} {took:.1f}" for name, took in answer.took_ms.items() if name != "total")
    total = answer.took_ms.get("total", 0.0)
    terminal.say(f"{len(answer.hits)} hits in {total:.1f} ms" + (f" ({stages})" if explain else ""), style="dim")


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
    }


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
