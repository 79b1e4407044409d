"""Figures of parts of the products: by label, by colour, frequent and rare, titles seen and not seen."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from evaluation.page_parts import shown, table
from evaluation.retrieval.evaluating import RetrievalEvaluation, Slice
from evaluation.retrieval.measuring import NDCG, RECALL_1
from evaluation.scoring import Figure

_OPEN_ROWS_MAX = 12


def slice_tables(evaluation: RetrievalEvaluation) -> str:
    """A table for each kind of slice, closed where it is long."""
    kinds = list(dict.fromkeys(kind for slices in evaluation.slices.values() for kind in slices))
    return "".join(_kind(kind, {name: own[kind] for name, own in evaluation.slices.items()}) for kind in kinds)


def _kind(kind: str, by_protocol: Mapping[str, Mapping[str, Slice]]) -> str:
    sizes: dict[str, int] = {}
    for slices in by_protocol.values():
        for value, one in slices.items():
            sizes[value] = max(sizes.get(value, 0), one.queries)
    rows = [
        (escape(value), f"{size:,}", *(_cell(slices.get(value)) for slices in by_protocol.values()))
        for value, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
    ]
    made = table(("", "products", *by_protocol), rows, numbers=True)
    title = f"By {escape(kind)}"
    if len(rows) <= _OPEN_ROWS_MAX:
        return f"<h3>{title}</h3>{made}"
    return f"<h3>{title}</h3><details><summary>{len(rows):,} values</summary>{made}</details>"


def _cell(one: Slice | None) -> str:
    """Recall@1 and NDCG@10, the latter with its interval."""
    if one is None:
        return ""
    first, gain = one.figures[RECALL_1], one.figures[NDCG]
    return f"{shown(first.value)} · {shown(gain.value)}<br><small>{_ends(gain)}</small>"


def _ends(figure: Figure) -> str:
    return f"{shown(figure.low)} to {shown(figure.high)}"
