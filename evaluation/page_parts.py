"""What all reports have in common as web pages: one file each that needs nothing from the web, light or dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

STYLE = """
:root { color-scheme: light dark; --ink: #1c1d22; --dim: #6a6d78; --ground: #fff; --line: #e3e4ea; --bar: #9aa7c7;
  --ours: #3557d6; --good: #19734a; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e9ef; --dim: #9a9daa; --ground: #15161a; --line: #2c2e36;
  --bar: #4d5a80; --ours: #8aa2ff; --good: #5bc98f; --bad: #ff8a80 } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); max-width: 62rem;
  margin: 2rem auto; padding: 0 1.25rem }
h1 { font-size: 1.6rem; margin-bottom: .2rem } h2 { font-size: 1.15rem; margin: 2.6rem 0 .1rem }
p { margin: .2rem 0 .8rem } .dim, small { color: var(--dim) }
.wide { overflow-x: auto } table { border-collapse: collapse; margin: .6rem 0; font-variant-numeric: tabular-nums }
th, td { padding: .25rem .8rem .25rem 0; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top }
td.n, th.n { text-align: right } tr.ours td { font-weight: 600 }
.met { color: var(--good) } .missed { color: var(--bad) }
svg { max-width: 100%; height: auto; display: block } svg text { fill: var(--ink); font: 12px system-ui, sans-serif }
.bar { fill: var(--bar) } .ours .bar, .bar.ours { fill: var(--ours) } .whisker { stroke: var(--ink); stroke-width: 1.5 }
.ceiling { stroke: var(--dim); stroke-dasharray: 3 3 } summary { cursor: pointer; margin: .4rem 0 }
"""


def document(title: str, body: str, style: str = "") -> str:
    """A whole page; `body` is HTML, `style` is added to the look of all reports."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}{style}</style></head><body>{body}</body></html>\n"
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: bool = False, ours: str = "") -> str:
    """Cells are HTML; with `numbers` all columns but the first stand to the right. The row of `ours` stands out."""

    def cells(tag: str, row: Sequence[str]) -> str:
        return "".join(
            f'<{tag} class="n">{cell}</{tag}>' if numbers and i else f"<{tag}>{cell}</{tag}>"
            for i, cell in enumerate(row)
        )

    body = "".join(
        f'<tr class="ours">{cells("td", row)}</tr>' if ours and row[0] == ours else f"<tr>{cells('td', row)}</tr>"
        for row in rows
    )
    return f'<div class="wide"><table><thead><tr>{cells("th", heads)}</tr></thead><tbody>{body}</tbody></table></div>'


def shown(value: float) -> str:
    """A figure for a person."""
    if not math.isfinite(value):
        return "–"
    return f"{value:,.0f}" if abs(value) > 10 else f"{value:.3f}"
