"""Labels as they were told: what is taken for what, and what photos are called without any example."""

from __future__ import annotations

from html import escape

import numpy as np
from numpy.typing import NDArray

from evaluation.page_parts import shown, table
from evaluation.retrieval.judging import JudgedProducts
from evaluation.retrieval.labelling import Confusion, ZeroShot

_LABELS_MAX, _PAIRS_MAX, _ROWS_MAX = 18, 15, 20
_CELL_PX, _LEFT_PX, _TOP_PX = 30, 180, 120
# A share below this is no more than a stray.
_TOLD_SHARE = 0.05


def confusions(confusion: Confusion, judged: JudgedProducts) -> str:
    """A grid of the most frequent labels, and the pairs that are confused most."""
    names = judged.labels.names
    pairs = [
        (escape(names[label]), escape(names[other]), f"{count:,}", shown(count / confusion.counts[label].sum()))
        for label, other, count in confusion.worst(_PAIRS_MAX)
    ]
    said = (
        f'<p class="dim">A product is taken for the label of {escape(confusion.by)}. Numbers are per cent of the row, '
        "those of at least 5.</p>"
    )
    if not pairs:
        return f"{said}{_grid(confusion, judged)}<p>Nothing is confused.</p>"
    heads = ("label", "taken for", "products", "share of the label")
    return f"{said}{_grid(confusion, judged)}<h3>Confused most</h3>{table(heads, pairs)}"


def _grid(confusion: Confusion, judged: JudgedProducts) -> str:
    sizes = confusion.counts.sum(axis=1)
    codes = np.argsort(-sizes, kind="stable")[:_LABELS_MAX]
    codes = codes[sizes[codes] > 0]
    others = np.setdiff1d(np.arange(len(sizes)), codes)
    own = confusion.counts[codes]
    columns = np.concatenate([own[:, codes], own[:, others].sum(axis=1, keepdims=True)], axis=1)
    shares = columns / sizes[codes][:, None]
    names = [escape(judged.labels.names[code]) for code in codes]
    rows = "".join(_grid_row(i, names[i], int(sizes[codes[i]]), shares[i]) for i in range(len(codes)))
    heads = "".join(
        f'<text transform="translate({_LEFT_PX + i * _CELL_PX + 19} {_TOP_PX - 8}) rotate(-55)">{name}</text>'
        for i, name in enumerate([*names, "others"])
    )
    width, height = _LEFT_PX + (len(codes) + 1) * _CELL_PX + 90, _TOP_PX + len(codes) * _CELL_PX + 8
    return (
        f'<div class="wide"><svg viewBox="0 0 {width} {height}" width="{width}" role="img" '
        f'aria-label="What is taken for what">{heads}{rows}</svg></div>'
    )


def _grid_row(row: int, name: str, size: int, shares: NDArray[np.float64]) -> str:
    y = _TOP_PX + row * _CELL_PX
    cells = "".join(
        f'<rect class="cell" x="{_LEFT_PX + i * _CELL_PX}" y="{y}" width="{_CELL_PX}" height="{_CELL_PX}" '
        f'fill="var(--{"ours" if i == row else "bad"})" fill-opacity="{_opacity(float(share)):.2f}"/>'
        + (_share(_LEFT_PX + i * _CELL_PX, y, float(share)) if share >= _TOLD_SHARE else "")
        for i, share in enumerate(shares)
    )
    head = f'{name}<tspan class="soft"> {size:,}</tspan>'
    return f'<text x="{_LEFT_PX - 8}" y="{y + 19}" text-anchor="end">{head}</text>{cells}'


def _opacity(share: float) -> float:
    """Little is seen as well, and much leaves the number on it readable."""
    return 0.04 if share == 0 else 0.1 + 0.5 * share


def _share(x: int, y: int, share: float) -> str:
    return f'<text x="{x + _CELL_PX / 2}" y="{y + 19}" text-anchor="middle">{share * 100:.0f}</text>'


def zero_shot_table(zero: ZeroShot, judged: JudgedProducts) -> str:
    """How many photos are nearest to the name of their label, in all and label by label."""
    figures = "".join(
        f"<b>{shown(figure.value)}</b> {name} <small>({shown(figure.low)} to {shown(figure.high)})</small>. "
        for name, figure in zero.figures.items()
    )
    counts = zero.confusion.counts
    order = np.argsort(-counts.sum(axis=1), kind="stable")
    rows = [_label_row(int(code), counts, judged) for code in order if counts[code].sum()]
    heads = ("label", "products", "called so", "", "called most often otherwise")
    shown_rows, rest = rows[:_ROWS_MAX], rows[_ROWS_MAX:]
    more = f"<details><summary>{len(rest):,} rarer labels</summary>{table(heads, rest)}</details>" if rest else ""
    return f"<p>{figures}</p>{table(heads, shown_rows)}{more}"


def _label_row(code: int, counts: NDArray[np.int64], judged: JudgedProducts) -> tuple[str, ...]:
    size, right = int(counts[code].sum()), int(counts[code, code])
    wrong = counts[code].copy()
    wrong[code] = 0
    other = int(wrong.argmax())
    otherwise = f"{escape(judged.labels.names[other])} <small>{wrong[other]:,}</small>" if wrong[other] else ""
    share = right / size
    meter = f'<meter value="{share:.3f}" aria-label="share"></meter>'
    return escape(judged.labels.names[code]), f"{size:,}", shown(share), meter, otherwise
