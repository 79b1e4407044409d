"""What was measured, as one page that needs nothing from the web: bars with intervals, tables, the settings chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from evaluation.measures import Measure
from evaluation.page_parts import document, shown, table
from evaluation.profiles.evaluating import LAST_FIFTH, ProfilesEvaluation
from evaluation.profiles.full import FULL
from evaluation.profiles.measuring import NDCG
from evaluation.profiles.published import FLAWS
from evaluation.profiles.slices import RareProducts
from evaluation.scoring import Figure

_TITLE = "How well taste is guessed"
_BAR_PX, _ROW_PX, _LABEL_PX = 420, 24, 130
_TOLD = (NDCG, "recall@10", "recall@50", "precision@10", "hit_rate@10")


def as_page(evaluation: ProfilesEvaluation) -> str:
    """The whole report as HTML."""
    return document(_TITLE, "".join(_sections(evaluation)))


def _sections(evaluation: ProfilesEvaluation) -> Iterator[str]:
    ratings = evaluation.ratings
    yield (
        f'<h1>{_TITLE}</h1><p class="dim">{len(ratings.shoppers):,} events of {len(ratings.shopper_ids):,} shoppers on '
        f"{len(ratings.product_ids):,} products; {int(ratings.liked.sum()):,} likes, "
        f"{int(ratings.disliked.sum()):,} dislikes.</p>"
    )
    yield "".join(f"<p>{escape(note)}.</p>" for note in evaluation.notes)
    yield _measures(evaluation.measures)
    honest = evaluation.figures[LAST_FIFTH]
    yield (
        f"<h2>{LAST_FIFTH}</h2><p>The last fifth of each shopper's events is to be guessed from those before. What he "
        f"knows is not recommended; all other products are ranked. {evaluation.shoppers:,} shoppers.</p>"
        f"{_bars(honest)}{_figures(honest)}"
    )
    yield _comparisons(evaluation.comparisons)
    for cut, found in evaluation.strangers.items():
        events = "one event" if cut == 1 else f"{cut} events"
        yield f"<h2>Strangers, {events} known</h2><p>Methods have learnt from other shoppers alone.</p>{_bars(found)}"
    for name, rare in evaluation.rare.items():
        yield _rare(name, rare)
    for name, flaw in FLAWS.items():
        if evaluation.figures.get(name):
            yield (
                f"<h2>As published: {escape(name)}</h2><p>Mind that this protocol {escape(flaw)}.</p>"
                f"{_figures(evaluation.figures[name], every=True)}"
            )
    yield _chosen(evaluation)
    yield '<p class="dim">Thin lines and small figures are 95 % bootstrap intervals over the shoppers.</p>'


def _measures(found: list[Measure]) -> str:
    rows = []
    for one in found:
        state = '<span class="met">reached</span>' if one.met else '<span class="missed">missed</span>'
        rows.append((escape(one.meaning), _cell(Figure(one.value, one.low, one.high, None)), f"{one.target:g}", state))
    return "<h2>In short</h2>" + table(("", "figure", "at least", ""), rows) if rows else ""


def _bars(found: Mapping[str, Mapping[str, Figure]]) -> str:
    """NDCG@10 of each method, to the scale of the best of them."""
    figures = {name: by_name[NDCG] for name, by_name in found.items()}
    most = max((figure.high for figure in figures.values()), default=0.0) or 1.0
    height = _ROW_PX * len(figures) + 20
    rows = "".join(_bar(name, figure, most, i * _ROW_PX) for i, (name, figure) in enumerate(figures.items()))
    width = _LABEL_PX + _BAR_PX + 70
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" aria-label="{NDCG} of each method">'
        f'{rows}<text x="{_LABEL_PX}" y="{height - 4}">{NDCG}, from 0 to {shown(most)}</text></svg>'
    )


def _bar(name: str, figure: Figure, most: float, y: int) -> str:
    middle = y + _ROW_PX / 2
    low, value, high = (_LABEL_PX + max(0.0, x / most) * _BAR_PX for x in (figure.low, figure.value, figure.high))
    ours = " ours" if name == FULL else ""
    return (
        f'<text x="0" y="{middle + 4}">{escape(name)}</text>'
        f'<rect class="bar{ours}" x="{_LABEL_PX}" y="{y + 4}" width="{value - _LABEL_PX:.1f}" height="{_ROW_PX - 8}"/>'
        f'<line class="whisker" x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"/>'
        f'<text x="{_LABEL_PX + _BAR_PX + 12}" y="{middle + 4}">{shown(figure.value)}</text>'
    )


def _figures(found: Mapping[str, Mapping[str, Figure]], *, every: bool = False) -> str:
    names = _TOLD if not every else list(next(iter(found.values())))
    rows = [(escape(method), *(_cell(by_name[name]) for name in names)) for method, by_name in found.items()]
    return table(("", *names), rows, numbers=True, ours=FULL)


def _comparisons(found: Mapping[str, Figure]) -> str:
    rows = [(escape(name), _cell(figure)) for name, figure in found.items()]
    return f"<h2>One over another</h2><p>{NDCG} of the same shoppers.</p>{table(('', 'times'), rows, numbers=True)}"


def _rare(name: str, found: RareProducts) -> str:
    rows = [
        (escape(one), _cell(found.recall[one]), _cell(found.over_chance[one]), _cell(found.recall_among_all[one]))
        for one in found.recall
    ]
    heads = ("", "recall@50 among themselves", "times chance", "recall@50 among all products")
    return (
        f"<h2>Products with few events: {escape(name)}</h2><p>{found.products:,} products; {found.shoppers:,} shoppers "
        f"like one of them later.</p>{table(heads, rows, numbers=True, ours=FULL)}"
    )


def _chosen(evaluation: ProfilesEvaluation) -> str:
    rows = [
        (escape(name), escape(one.variant.settings), shown(one.validation), f"{len(one.tried):,}")
        for name, one in evaluation.chosen.items()
    ]
    told = "<h2>Settings</h2><p>Chosen by NDCG@10 on the last fifth of what is before the held-out part.</p>"
    return told + table(("", "settings", "validation", "tried"), rows)


def _cell(figure: Figure) -> str:
    return f"{shown(figure.value)}<br><small>{shown(figure.low)} to {shown(figure.high)}</small>"
