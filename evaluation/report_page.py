"""What was measured, as one page that needs nothing from the web: bars with intervals, tables, the worst queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from evaluation.measures import Measure
from evaluation.page_parts import document, shown, table
from evaluation.queries import Answered, JudgedQuery
from evaluation.scoring import AT_MOST_3, MEANINGS, MRR, NDCG, Figure
from evaluation.search_quality import Evaluation, SetResult
from evaluation.systems import HYBRID
from evaluation.wording import MEANINGS as WORDINGS

_WORST = 12
_SHOWN_HITS = 4
_BAR_PX, _ROW_PX, _LABEL_PX = 420, 24, 90


def as_page(evaluation: Evaluation) -> str:
    """The whole report as HTML."""
    return document("How good the search is", "".join(_sections(evaluation)))


def _sections(evaluation: Evaluation) -> Iterator[str]:
    products = len(evaluation.catalogue.products)
    yield f'<h1>How good the search is</h1><p class="dim">{products:,} products. {_columns(evaluation)}</p>'
    if evaluation.measures:
        yield _measures(evaluation.measures)
    for result in evaluation.results:
        yield _set(result, evaluation.titles)
    named = {name for result in evaluation.results for made in result.figures.values() for name in made}
    rows = [(name, escape(meaning)) for name, meaning in MEANINGS.items() if name in named]
    yield "<h2>What the figures mean</h2>" + table(("figure", "meaning"), rows)
    yield (
        '<p class="dim">Thin lines are 95 % bootstrap intervals over the queries; dashed lines are ceilings, the best '
        "that any system could reach.</p>"
    )


def _columns(evaluation: Evaluation) -> str:
    found = evaluation.attributes
    if found is None:
        return "No column says what a product is, so that no query names attributes."
    return f"Queries name {escape(', '.join(column.name for column in found.columns))}."


def _measures(found: Sequence[Measure]) -> str:
    rows = []
    for one in found:
        state = '<span class="met">reached</span>' if one.met else '<span class="missed">missed</span>'
        bound = f"at {'most' if one.at_most else 'least'} {one.target:g}"
        figure = f"<b>{shown(one.value)}</b> <small>{shown(one.low)} to {shown(one.high)}</small>"
        rows.append((escape(one.meaning), figure, bound, state))
    return "<h2>In short</h2>" + table(("", "figure", "target", ""), rows)


def _set(result: SetResult, titles: Mapping[str, str]) -> str:
    asked = result.asked
    indexed = WORDINGS[asked.wording]
    return (
        f'<h2 id="{escape(asked.name)}">{escape(asked.name)}</h2>'
        f'<p>{escape(asked.meaning.capitalize())}. <span class="dim">{len(asked.queries):,} queries; indexed: '
        f"{escape(indexed)}.</span></p>{_bars(result)}{_figures(result)}{_worst(result, titles)}"
    )


def _leading(result: SetResult) -> str:
    """The figure that stands for the set."""
    if result.asked.expects_nothing:
        return AT_MOST_3
    return MRR if result.asked.as_one else NDCG


def _bars(result: SetResult) -> str:
    name = _leading(result)
    bars = {system: figures[name] for system, figures in result.figures.items() if name in figures}
    height = _ROW_PX * len(bars) + 20
    rows = "".join(_bar(system, figure, i * _ROW_PX) for i, (system, figure) in enumerate(bars.items()))
    ceiling = next((figure.ceiling for figure in bars.values() if figure.ceiling is not None), None)
    line = ""
    if ceiling is not None:
        x = _LABEL_PX + ceiling * _BAR_PX
        line = f'<line class="ceiling" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - 20}"/>'
    width = _LABEL_PX + _BAR_PX + 70
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" aria-label="{name} of each system">'
        f'{rows}{line}<text x="{_LABEL_PX}" y="{height - 4}">{name}, from 0 to 1</text></svg>'
    )


def _bar(system: str, figure: Figure, y: int) -> str:
    middle = y + _ROW_PX / 2
    low, value, high = (_LABEL_PX + max(0.0, min(1.0, x)) * _BAR_PX for x in (figure.low, figure.value, figure.high))
    ours = " ours" if system == HYBRID else ""
    return (
        f'<text x="0" y="{middle + 4}">{escape(system)}</text>'
        f'<rect class="bar{ours}" x="{_LABEL_PX}" y="{y + 4}" width="{value - _LABEL_PX:.1f}" height="{_ROW_PX - 8}"/>'
        f'<line class="whisker" x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"/>'
        f'<text x="{_LABEL_PX + _BAR_PX + 12}" y="{middle + 4}">{shown(figure.value)}</text>'
    )


def _figures(result: SetResult) -> str:
    names = list(dict.fromkeys(name for figures in result.figures.values() for name in figures))
    rows = []
    for system, figures in result.figures.items():
        cells = [_cell(figures[name]) if name in figures else "" for name in names]
        rows.append((escape(system), *cells))
    return table(("", *names), rows, numbers=True, ours=HYBRID)


def _cell(figure: Figure) -> str:
    return f"{shown(figure.value)}<br><small>{shown(figure.low)} to {shown(figure.high)}</small>"


def _worst(result: SetResult, titles: Mapping[str, str]) -> str:
    """The queries that the shop's own search answers worst, with what it showed."""
    scores = result.scores.get(HYBRID)
    if scores is None:
        return ""
    figures = scores.by_measure[_leading(result)]
    order = sorted(range(len(figures)), key=lambda i: (figures[i], result.asked.queries[i].label))[:_WORST]
    rows = [
        _worst_row(result.asked.queries[i], result.answers[HYBRID][i], float(figures[i]), titles)
        for i in order
        if figures[i] < 1
    ]
    if not rows:
        return ""
    heads = ("query", _leading(result), "what was shown first", "what would be right")
    return f"<details><summary>The worst queries of {HYBRID}</summary>{table(heads, rows)}</details>"


def _worst_row(
    judged: JudgedQuery, answered: Answered, figure: float, titles: Mapping[str, str]
) -> tuple[str, str, str, str]:
    first = [_title(product_id, judged, titles) for product_id in answered.ids[:_SHOWN_HITS]]
    right = [escape(titles.get(name, name)) for name in sorted(judged.relevant)[:2]]
    more = len(judged.relevant) - len(right)
    return (
        escape(judged.label),
        shown(figure),
        "<br>".join(first) or "nothing",
        "<br>".join(right) + (f"<br><small>and {more:,} more</small>" if more else "") or "nothing",
    )


def _title(product_id: str, judged: JudgedQuery, titles: Mapping[str, str]) -> str:
    title = escape(titles.get(product_id, product_id))
    return f'<span class="met">{title}</span>' if product_id in judged.relevant else title
