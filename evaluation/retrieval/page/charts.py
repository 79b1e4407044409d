"""Figures as drawings: bars with intervals and ceilings, differences around zero, curves of a training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from evaluation.page_parts import shown
from evaluation.retrieval.comparing import Difference
from evaluation.retrieval.measuring import NDCG, RECALL_1
from evaluation.scoring import Figure

_LABEL_PX, _BAR_PX, _ROW_PX, _VALUE_PX = 150, 700, 46, 130
_CURVE_WIDTH_PX, _CURVE_HEIGHT_PX = 620, 170

Points = Sequence[tuple[float, float]]


def bars(figures: Mapping[str, Mapping[str, Figure]]) -> str:
    """Recall@1 and NDCG@10 of every protocol, with intervals, and a dashed line at the best that could be reached."""
    height = _ROW_PX * len(figures) + 22
    width = _LABEL_PX + _BAR_PX + _VALUE_PX
    rows = "".join(
        f'<text class="strong" x="0" y="{i * _ROW_PX + 26}">{escape(name)}</text>'
        f"{_bar(own[RECALL_1], RECALL_1, 'first', i * _ROW_PX + 6)}{_bar(own[NDCG], NDCG, 'second', i * _ROW_PX + 24)}"
        for i, (name, own) in enumerate(figures.items())
    )
    scale = "".join(
        f'<text class="soft" x="{_LABEL_PX + share * _BAR_PX:.0f}" y="{height - 4}" text-anchor="middle">{share:g}'
        "</text>"
        for share in (0, 0.25, 0.5, 0.75, 1)
    )
    return _svg(width, height, f"{RECALL_1} and {NDCG} of every protocol", rows + scale)


def _bar(figure: Figure, name: str, kind: str, y: int) -> str:
    low, value, high = (_LABEL_PX + share * _BAR_PX for share in (figure.low, figure.value, figure.high))
    ceiling = "" if figure.ceiling is None else _ceiling(_LABEL_PX + figure.ceiling * _BAR_PX, y)
    return (
        f'<rect class="track" x="{_LABEL_PX}" y="{y}" width="{_BAR_PX}" height="13" rx="3"/>'
        f'<rect class="{kind}" x="{_LABEL_PX}" y="{y}" width="{value - _LABEL_PX:.1f}" height="13" rx="3"/>'
        f'<line class="whisker" x1="{low:.1f}" x2="{high:.1f}" y1="{y + 6.5}" y2="{y + 6.5}"/>{ceiling}'
        f'<text x="{_LABEL_PX + _BAR_PX + 10}" y="{y + 11}">{shown(figure.value)}'
        f'<tspan class="soft"> {name}</tspan></text>'
    )


def _ceiling(x: float, y: int) -> str:
    return f'<line class="ceiling" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 2}" y2="{y + 15}"/>'


def forest(differences: Mapping[str, Mapping[str, Difference]]) -> str:
    """Differences of recall@1 and NDCG@10 with their intervals, to both sides of zero."""
    rows = [(f"{name}, {metric}", own[metric]) for name, own in differences.items() for metric in (RECALL_1, NDCG)]
    if not rows:
        return ""
    reach = max(0.01, *(max(abs(one.low), abs(one.high)) for _, one in rows))
    middle, half, row_px = 480, 230, 24
    height = row_px * len(rows) + 20
    drawn = "".join(
        f'<text x="0" y="{i * row_px + 17}">{escape(name)}</text>'
        f'<line class="spread {one.verdict}" x1="{middle + half * one.low / reach:.1f}" '
        f'x2="{middle + half * one.high / reach:.1f}" y1="{i * row_px + 13}" y2="{i * row_px + 13}"/>'
        f'<circle class="dot" cx="{middle + half * one.value / reach:.1f}" cy="{i * row_px + 13}" r="4"/>'
        f'<text x="{middle + half + 16}" y="{i * row_px + 17}">{one.value:+.3f} '
        f'<tspan class="soft">{one.verdict}</tspan></text>'
        for i, (name, one) in enumerate(rows)
    )
    zero = f'<line class="zero" x1="{middle}" x2="{middle}" y1="0" y2="{height - 18}"/>'
    ends = "".join(
        f'<text class="soft" x="{middle + side * half}" y="{height - 3}" text-anchor="middle">{side * reach:+.3f}'
        "</text>"
        for side in (-1, 1)
    )
    return _svg(middle + half + 130, height, "Differences with 95 % intervals", zero + drawn + ends)


def curve(name: str, points: Points, steps: float, taken: float) -> str:
    """One curve over training steps; a dashed line stands at the step whose weights were taken."""
    values = [value for _, value in points]
    low, high = min(values), max(values)
    left, top, span = 64, 24, high - low or 1.0
    placed = " ".join(
        f"{left + _CURVE_WIDTH_PX * step / steps:.1f},{top + _CURVE_HEIGHT_PX * (1 - (value - low) / span):.1f}"
        for step, value in points
    )
    mark = left + _CURVE_WIDTH_PX * taken / steps
    line = f'<line class="ceiling" x1="{mark:.1f}" x2="{mark:.1f}" y1="{top}" y2="{top + _CURVE_HEIGHT_PX}"/>'
    return _svg(
        left + _CURVE_WIDTH_PX + 12,
        top + _CURVE_HEIGHT_PX + 24,
        f"{name} by step",
        f'<text class="strong" x="{left}" y="14">{escape(name)}</text>{line}'
        f'<text class="soft" x="{left - 8}" y="{top + 8}" text-anchor="end">{high:.3f}</text>'
        f'<text class="soft" x="{left - 8}" y="{top + _CURVE_HEIGHT_PX}" text-anchor="end">{low:.3f}</text>'
        f'<line class="zero" x1="{left}" x2="{left + _CURVE_WIDTH_PX}" y1="{top + _CURVE_HEIGHT_PX + 4}" '
        f'y2="{top + _CURVE_HEIGHT_PX + 4}"/>'
        f'<polyline points="{placed}" fill="none" stroke="var(--ours)" stroke-width="2" stroke-linejoin="round"/>'
        f'<text class="soft" x="{left + _CURVE_WIDTH_PX}" y="{top + _CURVE_HEIGHT_PX + 20}" text-anchor="end">'
        f"step {steps:,.0f}</text>",
    )


def _svg(width: float, height: float, label: str, drawn: str) -> str:
    size = f'viewBox="0 0 {width} {height}" width="{width}"'
    return f'<div class="wide"><svg {size} role="img" aria-label="{escape(label)}">{drawn}</svg></div>'
