"""The loss and the score of a run as a drawing that any browser shows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Points = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 760, 220, 64, 34, 56
_INK = {"loss": "#c2410c", "score": "#0369a1"}


def draw_curves(losses: Points, scores: Points, best: float) -> str:
    """Two plots over the same steps as SVG: the loss above, the score on validation products below.

    Parameters
    ----------
    losses, scores: step and value. best: the step whose weights were taken.
    """
    last = max((step for step, _ in (*losses, *scores)), default=1.0) or 1.0
    height = 2 * _HEIGHT + _GAP + _TOP
    plots = (
        _plot("loss", losses, last, _TOP),
        _plot("score", scores, last, _TOP + _HEIGHT + _GAP),
        _mark(best / last, height),
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 24} {height + 40}" role="img" '
        'font-family="system-ui, sans-serif" font-size="13" fill="#475569">\n'
        "<title>Loss and score by step</title>\n"
        '<rect width="100%" height="100%" fill="#ffffff"/>\n'
        f"{''.join(plots)}"
        f'<text x="{_LEFT + _WIDTH}" y="{height + 26}" text-anchor="end">step {last:,.0f}</text>\n</svg>\n'
    )


def _plot(name: str, points: Points, last: float, top: float) -> str:
    values = [value for _, value in points] or [0.0]
    low, high = min(values), max(values)
    span = high - low or 1.0
    placed = [(_LEFT + _WIDTH * step / last, top + _HEIGHT * (1 - (value - low) / span)) for step, value in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{_INK[name]}"/>' for x, y in placed)
    return (
        f'<rect x="{_LEFT}" y="{top}" width="{_WIDTH}" height="{_HEIGHT}" fill="none" stroke="#e2e8f0"/>\n'
        f'<text x="{_LEFT}" y="{top - 10}" font-weight="600">{escape(name)}</text>\n'
        f'<text x="{_LEFT - 8}" y="{top + 10}" text-anchor="end">{high:.3f}</text>\n'
        f'<text x="{_LEFT - 8}" y="{top + _HEIGHT}" text-anchor="end">{low:.3f}</text>\n'
        f'<polyline points="{line}" fill="none" stroke="{_INK[name]}" stroke-width="2" stroke-linejoin="round"/>\n'
        f"{dots if name == 'score' else ''}\n"
    )


def _mark(share: float, bottom: float) -> str:
    x = _LEFT + _WIDTH * share
    side = "end" if share > 0.5 else "start"
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom}" stroke="#94a3b8" stroke-dasharray="4 4"/>\n'
        f'<text x="{x:.1f}" y="{_TOP + _HEIGHT + 20}" text-anchor="{side}">taken</text>\n'
    )
