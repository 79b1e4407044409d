"""The page as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from core.settings import Settings
from encoders.photos import PhotoLimits
from evaluation.page_parts import document, shown, table
from evaluation.retrieval.encoding import Report
from evaluation.retrieval.evaluating import RetrievalEvaluation
from evaluation.retrieval.measuring import MEANINGS, NDCG, PRECISION_1, RECALL_1
from evaluation.retrieval.page.charts import bars, forest
from evaluation.retrieval.page.examples import examples, pictured
from evaluation.retrieval.page.labels import confusions, zero_shot_table
from evaluation.retrieval.page.look import STYLE
from evaluation.retrieval.page.pictures import thumbnails
from evaluation.retrieval.page.slices import slice_tables
from evaluation.retrieval.page.space import mapped_rows, projected, space_map
from evaluation.retrieval.page.training import training_curves
from evaluation.retrieval.protocols import MEANINGS as PROTOCOLS
from evaluation.scoring import Figure

Section = tuple[str, str, str]


def as_page(evaluation: RetrievalEvaluation, settings: Settings, report: Report) -> str:
    """The whole report as HTML, photos inside it.

    Parameters
    ----------
    report: what is being done, and how much of it is done.
    """
    sections = [section for section in _sections(evaluation, settings, report) if section[2]]
    links = "".join(f'<a href="#{anchor}">{title}</a>' for anchor, title, _ in sections)
    body = "".join(f'<h2 id="{anchor}">{title}</h2>{content}' for anchor, title, content in sections)
    name = escape(evaluation.request.encoder)
    head = f'<h1>How well {name} finds products</h1><p class="dim">{_about(evaluation)}</p><nav>{links}</nav>'
    return document(f"How well {evaluation.request.encoder} finds products", head + body, STYLE)


def _about(evaluation: RetrievalEvaluation) -> str:
    judged, file = evaluation.judged, evaluation.request.file
    part = "" if file.split is None else f", split {escape(file.split)}"
    said = [
        f"{len(judged):,} products of {escape(file.path.name)}{part}",
        f"a hit is what has the same {escape(judged.column)}, of {len(judged.labels.names):,} values",
    ]
    left = {**judged.left_out, "without a usable photo": evaluation.without_photo}
    said += [f"left out: {count:,} {escape(reason)}" for reason, count in left.items() if count]
    return "; ".join(said) + "."


def _sections(evaluation: RetrievalEvaluation, settings: Settings, report: Report) -> Iterator[Section]:
    found, judged, seed = evaluation.measured, evaluation.judged, evaluation.request.seed
    report("drawing", 0, 3)
    mapped = mapped_rows(evaluation.encoded)
    places = None if mapped is None else projected(mapped[1], seed)
    report("drawing", 1, 3)
    shown_ids = pictured(found, judged)
    if mapped is not None:
        shown_ids |= {judged.products[row].id for row in mapped[0]}
    limits = PhotoLimits(settings.photo_bytes_max, settings.photo_pixels_max)
    photos = thumbnails(evaluation.request.file, shown_ids, limits)
    report("drawing", 2, 3)
    yield "figures", "Figures", _figures(evaluation)
    yield "comparison", "Compared", _comparison(evaluation)
    if mapped is not None and places is not None:
        yield "map", "Map", _map_said(len(mapped[0])) + space_map(judged, mapped[0], places, photos)
    yield "examples", "Examples", examples(found, judged, photos)
    yield "confusion", "Confusion", "" if evaluation.confusion is None else confusions(evaluation.confusion, judged)
    yield "names", "Labels without examples", _zero_shot(evaluation)
    yield "slices", "Slices", _slices(evaluation)
    yield "training", "Training", training_curves(evaluation.request.encoder)
    yield "meanings", "What the figures mean", _meanings(evaluation)


def _figures(evaluation: RetrievalEvaluation) -> str:
    figures = evaluation.figures
    names = list(dict.fromkeys(name for own in figures.values() for name in own if name != PRECISION_1))
    rows = [
        (f"{escape(protocol)}", *(_cell(own[name]) if name in own else "" for name in names))
        for protocol, own in figures.items()
    ]
    said = (
        f"Blue is {RECALL_1}, grey {NDCG}; thin lines are 95 % intervals, dashed ones the best that could be reached."
    )
    return f'{bars(figures)}<p class="dim">{said}</p>{table(("", *names), rows, numbers=True)}'


def _cell(figure: Figure) -> str:
    best = "" if figure.ceiling is None or figure.ceiling > 0.9995 else f"<br><small>of {shown(figure.ceiling)}</small>"
    return f"{shown(figure.value)}<br><small>±{(figure.high - figure.low) / 2:.3f}</small>{best}"


def _comparison(evaluation: RetrievalEvaluation) -> str:
    before = evaluation.request.compared_with
    if before is None:
        return ""
    rows = [
        (
            f"{escape(protocol)}, {name}",
            shown(one.before),
            shown(one.after),
            f"{one.value:+.3f}<br><small>{one.low:+.3f} to {one.high:+.3f}</small>",
            f'<span class="{ {"better": "met", "worse": "missed"}.get(one.verdict, "dim") }">{one.verdict}</span>',
        )
        for protocol, own in evaluation.differences.items()
        for name, one in own.items()
    ]
    heads = ("", escape(before), escape(evaluation.request.encoder), "difference", "")
    said = "Differences product by product; better and worse are said where the 95 % interval leaves zero out."
    full = f"<details><summary>Every figure</summary>{table(heads, rows, numbers=True)}</details>"
    return f'<p class="dim">{said}</p>{forest(evaluation.differences)}{full}'


def _map_said(count: int) -> str:
    return (
        f'<p class="dim">{count:,} products, drawn by chance; what the encoder holds to be alike lies together (t-SNE: '
        "near means alike, far says little). Point at one for its photo; choose a label to see it alone.</p>"
    )


def _zero_shot(evaluation: RetrievalEvaluation) -> str:
    if evaluation.zero_shot is None:
        return ""
    said = "Each photo is called by the label whose name is nearest to it; nothing else is told of the labels."
    return f'<p class="dim">{said}</p>{zero_shot_table(evaluation.zero_shot, evaluation.judged)}'


def _slices(evaluation: RetrievalEvaluation) -> str:
    said = f"{RECALL_1} · {NDCG}, and the 95 % interval of the latter."
    return f'<p class="dim">{said}</p>{slice_tables(evaluation)}'


def _meanings(evaluation: RetrievalEvaluation) -> str:
    protocols = [(escape(name), escape(PROTOCOLS[name])) for name in evaluation.figures]
    named = {name for own in evaluation.figures.values() for name in own}
    metrics = [(escape(name), escape(meaning)) for name, meaning in MEANINGS.items() if name in named]
    return table(("protocol", "question"), protocols) + table(("figure", "meaning"), metrics)
