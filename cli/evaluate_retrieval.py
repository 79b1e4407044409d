"""`vitrine eval retrieval`: how well an encoder finds products."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.declaring import command
from cli.evaluation_reports import (
    REQUIRE_HELP,
    FiguresFile,
    KeptVectors,
    ReportFile,
    cache_dir,
    checked,
    listed,
    write_json,
    write_report,
)
from cli.product_files import CatalogueOptions
from cli.progress import Stages
from cli.terminal import Terminal, table
from core.errors import InvalidInput

if TYPE_CHECKING:
    from core.settings import Settings
    from evaluation.retrieval.evaluating import RetrievalEvaluation, RetrievalRequest
    from evaluation.scoring import Figure

_SHOWN = ("recall@1", "recall@5", "recall@10", "mrr", "ndcg@10", "map", "precision@5", "precision@10")
_COMPARED = ("recall@1", "recall@10", "ndcg@10")


@dataclass(frozen=True, kw_only=True)
class RetrievalOptions(CatalogueOptions):
    """What to evaluate, with what, and what it has to reach."""

    products: Annotated[Path, typer.Option(help="Products as CSV, JSONL or Parquet, as for `vitrine import`.")]
    label: Annotated[str, typer.Option(metavar="COLUMN", help="What has the same value there is a hit.")]
    train_split: Annotated[
        str | None,
        typer.Option(metavar="SPLIT", help="Rows that the encoder was trained on, to tell titles it has seen."),
    ] = None
    encoder: Annotated[
        str | None, typer.Option(metavar="NAME", help="An encoder, or concatenated:PARTS. Default: VITRINE_ENCODER.")
    ] = None
    serving: Annotated[bool, typer.Option("--serving", help="The vectors of the index that is in service.")] = False
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="BEFORE AFTER", help="Two encoders: figures of the second, and how much better it is."),
    ] = None
    slices: Annotated[str, typer.Option(help="More columns to tell figures in: colour,gender. Default: colour.")] = ""
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 7
    cache: KeptVectors = None
    json: FiguresFile = None
    html: ReportFile = None
    require: Annotated[
        list[str], typer.Option(metavar="FIGURE>=X", help=f"protocol.metric>=x; several. {REQUIRE_HELP}")
    ] = field(default_factory=list)


@command
def evaluate_retrieval_command(options: RetrievalOptions, terminal: Terminal) -> int:
    """Let every product look for others: by title, by photo, by both. What has the same label is a hit.

    Nothing is indexed, and your shop is not touched. Ends with 3 when a --require is missed.
    """
    from core.settings import load_settings
    from evaluation.requirements import parse_requirement
    from evaluation.retrieval.evaluating import evaluate_retrieval
    from evaluation.retrieval.report import as_json, check_names, named_figures

    required = [parse_requirement(text) for text in options.require]
    check_names(required, compared=options.compare is not None)
    settings = load_settings()
    with Stages(terminal) as stages:
        evaluation = evaluate_retrieval(settings, _request(options, settings), stages.report)
        if options.html is not None:
            from evaluation.retrieval.page.whole import as_page

            write_report(options.html, as_page(evaluation, settings, stages.report))
    write_json(options.json, as_json(evaluation))
    _show(terminal, evaluation)
    return checked(terminal, named_figures(evaluation), required)


def _request(options: RetrievalOptions, settings: Settings) -> RetrievalRequest:
    from evaluation.retrieval.evaluating import RetrievalRequest

    before, after = _systems(options, settings)
    return RetrievalRequest(
        file=options.catalogue_file(options.products),
        label=options.label,
        cache_dir=cache_dir(options.cache, settings),
        encoder=after,
        compared_with=before,
        slices=listed(options.slices),
        train_split=options.train_split,
        seed=options.seed,
    )


def _systems(options: RetrievalOptions, settings: Settings) -> tuple[str | None, str]:
    """What is compared with, if anything, and what is judged."""
    from evaluation.retrieval.systems import SERVING

    if sum((options.encoder is not None, options.serving, options.compare is not None)) > 1:
        raise InvalidInput(
            "name one thing to judge, and several were given",
            field="--encoder, --serving, --compare",
            remedy=f"Write --compare BEFORE AFTER; either may be {SERVING}",
        )
    if options.compare is not None:
        return options.compare
    return None, SERVING if options.serving else options.encoder or settings.encoder


def _show(terminal: Terminal, evaluation: RetrievalEvaluation) -> None:
    """The figures by protocol, and below them the best that any encoder could reach."""
    judged = evaluation.judged
    title = (
        f"{evaluation.request.encoder}: {len(judged):,} products with {len(judged.labels.names):,} values of "
        f"{judged.column}. Figures with half their 95 % interval"
    )
    rows = [
        (protocol, *(_shown(figures.get(name)) for name in _SHOWN)) for protocol, figures in evaluation.figures.items()
    ]
    best = [
        (protocol, *(_ceiling(figures.get(name)) for name in _SHOWN))
        for protocol, figures in evaluation.figures.items()
    ]
    terminal.result(None, table(title, ("", *_SHOWN), rows), "", table("at best", ("", *_SHOWN), best))
    _show_differences(terminal, evaluation)
    for reason, count in {**judged.left_out, "without a usable photo": evaluation.without_photo}.items():
        if count:
            terminal.say(f"left out: {count:,} {reason}", style="yellow")


def _show_differences(terminal: Terminal, evaluation: RetrievalEvaluation) -> None:
    rows = [
        (protocol, name, f"{one.before:.3f}", f"{one.after:.3f}", f"{one.low:+.3f} to {one.high:+.3f}", one.verdict)
        for protocol, found in evaluation.differences.items()
        for name, one in found.items()
        if name in _COMPARED
    ]
    if rows:
        title = f"{evaluation.request.encoder} less {evaluation.request.compared_with}, product by product"
        heads = ("", "", "before", "after", "difference, 95 %", "it is")
        terminal.result(None, "", table(title, heads, rows))


def _shown(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return f"{figure.value:.3f} ±{(figure.high - figure.low) / 2:.3f}"


def _ceiling(figure: Figure | None) -> str:
    return "" if figure is None or figure.ceiling is None else f"{figure.ceiling:.3f}"
