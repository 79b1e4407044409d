"""Found products as a table and as JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cli.listing import facet_json, show_facets
from cli.terminal import Terminal, table

if TYPE_CHECKING:
    from core.hits import Hit, SearchAnswer
    from core.queries import SearchQuery

# How sure it is, then what its score was made of.
_SIGNALS_FIRST = ("relevance", "text", "image", "lexical")


def show_hits(terminal: Terminal, answer: SearchAnswer, *, explain: bool, query: SearchQuery | None = None) -> None:
    """Print the answer of a search; with `explain` also the signals of every hit and the time of every stage.

    Parameters
    ----------
    query: what was asked, to say what there is nothing of.
    """
    if terminal.as_json:
        terminal.result(answer_json(answer, explain=explain))
        return
    if answer.searched_for is not None:
        terminal.say(f"No product has all of these words. Searched for: {answer.searched_for}")
    if answer.did_you_mean not in (None, answer.searched_for):
        terminal.say(f"Did you mean: {answer.did_you_mean}")
    if not answer.hits:
        terminal.say("Nothing more." if answer.total else _nothing(query))
        show_facets(terminal, answer.facets)
        return
    signals = _signals(answer) if explain else []
    ruled = explain and bool(answer.rules)
    told = explain and any(hit.why for hit in answer.hits)
    rows = [
        (*_row(rank, hit, signals), *((", ".join(hit.rules),) * ruled), *(("; ".join(hit.why),) * told))
        for rank, hit in enumerate(answer.hits, 1)
    ]
    heads = ("#", "score", "id", "title", "category", "brand", "price", *signals, *(("rules",) * ruled))
    heads += ("why",) * told
    terminal.result(None, table("", heads, rows))
    if ruled:
        terminal.say(f"Rules for this query: {', '.join(answer.rules)}")
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
            | _variants(hit)
            | (_explained(hit) if explain else {})
            for hit in answer.hits
        ],
        "took_ms": dict(answer.took_ms),
        "query_id": answer.query_id,
        "total": answer.total,
        "total_relation": answer.total_relation,
        "next": answer.next_cursor,
        "facets": {field: facet_json(facet) for field, facet in answer.facets.items()},
        "did_you_mean": answer.did_you_mean,
        "searched_for": answer.searched_for,
    } | ({"rules": list(answer.rules)} if explain else {})


def _variants(hit: Hit) -> dict[str, Any]:
    if not hit.variants:
        return {}
    products = [{"id": name, "product": dict(payload)} for name, payload in hit.variant_products.items()]
    return {"variants": {"count": hit.variants, "products": products}}


def _explained(hit: Hit) -> dict[str, Any]:
    signals = {name: _finite(value) for name, value in hit.signals.items()}
    why = {"why": list(hit.why)} if hit.why else {}
    added = {"contributions": dict(hit.contributions)} if hit.contributions else {}
    return {"signals": signals, "ranks": dict(hit.ranks), "rules": list(hit.rules), **why, **added}


def _signals(answer: SearchAnswer) -> list[str]:
    found = {name for hit in answer.hits for name in hit.signals}
    return [name for name in _SIGNALS_FIRST if name in found] + sorted(found.difference(_SIGNALS_FIRST))


def _nothing(query: SearchQuery | None) -> str:
    if query is None or not query.text or query.has_image:
        return "Nothing found."
    nearest = "" if query.cutoff == "off" else " --cutoff off shows what is nearest."
    under = "" if query.filter is None else " under these filters"
    return f'Nothing in this shop matches "{query.text}"{under}.{nearest}'


def _counted(answer: SearchAnswer) -> str:
    at_least = "at least " if answer.total_relation == "at_least" else ""
    shown = len(answer.hits)
    return (
        f"{shown:,} hits" if shown == answer.total and not at_least else f"{shown:,} of {at_least}{answer.total:,} hits"
    )


def _row(rank: int, hit: Hit, signals: list[str]) -> tuple[object, ...]:
    shown = hit.product
    price = "" if shown.get("price") is None else f"{shown['price']:g} {shown.get('currency', '')}".strip()
    return (
        rank,
        f"{hit.score:.4f}",
        hit.product_id,
        shown.get("title", "") + (f" (+{hit.variants})" if hit.variants else ""),
        shown.get("category", ""),
        shown.get("brand", ""),
        price,
        *(_signal(hit, name) for name in signals),
    )


def _signal(hit: Hit, name: str) -> str:
    """Its value, and its place among all hits if they were ordered by that alone."""
    value = hit.signals.get(name, math.nan)
    if not math.isfinite(value):
        return "-"
    return f"{value:.3f} #{hit.ranks[name]:,}" if name in hit.ranks else f"{value:.3f}"


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
