"""`vitrine eval`: how good a search is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.declaring import command
from cli.evaluate_profiles import evaluate_profiles_command
from cli.evaluate_ranking import evaluate_ranking_command
from cli.evaluate_retrieval import evaluate_retrieval_command
from cli.evaluation_reports import (
    REQUIRE_HELP,
    FiguresFile,
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

if TYPE_CHECKING:
    from core.settings import Settings
    from evaluation.search_quality import Evaluation, EvaluationRequest

app = typer.Typer(help="Measure how good searches and encoders are.", no_args_is_help=True, rich_markup_mode=None)
app.command("retrieval")(evaluate_retrieval_command)
app.command("ranking")(evaluate_ranking_command)
app.command("profiles")(evaluate_profiles_command)


@dataclass(frozen=True, kw_only=True)
class EvaluationOptions(CatalogueOptions):
    """What to evaluate with, and what it has to reach."""

    products: Annotated[Path, typer.Option(help="Products as CSV, JSONL or Parquet, as for `vitrine import`.")]
    sharper_photos: Annotated[
        Path | None, typer.Option(metavar="DIR|TAR|ZIP", help="Other, sharper files of the photos, to ask with.")
    ] = None
    queries: Annotated[int, typer.Option(min=1, help="Queries in each set, at most.")] = 300
    sets: Annotated[str, typer.Option(help="Only sets whose names begin so: attribute,known_item_typo.")] = ""
    attributes: Annotated[str, typer.Option(help="Columns that queries may name: colour,gender. Default: found.")] = ""
    seed: Annotated[int, typer.Option(help="Another seed asks other queries.")] = 7
    cache: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keeps indexed products between runs. Default: evaluation/ in data_dir."),
    ] = None
    json: FiguresFile = None
    html: ReportFile = None
    require: Annotated[
        list[str],
        typer.Option(metavar="FIGURE>=X", help=f"set.system.metric>=x or measure>=x; several. {REQUIRE_HELP}"),
    ] = field(default_factory=list)


@app.callback()
def _root() -> None:
    """Measure how good searches and encoders are."""


@app.command("search")
@command
def evaluate_search_command(options: EvaluationOptions, terminal: Terminal) -> int:
    """Ask queries with known answers, made from a catalogue, of the search, of each view alone and of BM25.

    The products are indexed into a shop of their own, never into yours. Ends with 3 when a --require is missed.
    """
    from core.settings import load_settings
    from evaluation.report import as_json, named_figures
    from evaluation.requirements import parse_requirement
    from evaluation.search_quality import evaluate_search

    required = [parse_requirement(text) for text in options.require]
    settings = load_settings()
    request = _request(options, settings)
    with Stages(terminal) as stages:
        evaluation = evaluate_search(settings, request, stages.report)
    data = as_json(evaluation)
    write_json(options.json, data)
    if options.html is not None:
        from evaluation.report_page import as_page

        write_report(options.html, as_page(evaluation))
    _show(terminal, evaluation)
    return checked(terminal, named_figures(evaluation), required)


def _request(options: EvaluationOptions, settings: Settings) -> EvaluationRequest:
    from evaluation.search_quality import EvaluationRequest

    return EvaluationRequest(
        file=options.catalogue_file(options.products),
        cache_dir=cache_dir(options.cache, settings),
        queries_max=options.queries,
        seed=options.seed,
        sets=listed(options.sets),
        attributes=listed(options.attributes),
        sharper_photos=options.sharper_photos,
    )


def _show(terminal: Terminal, evaluation: Evaluation) -> None:
    """The figures by set, then the few that say whether the search is good."""
    for result in evaluation.results:
        names = list(dict.fromkeys(name for figures in result.figures.values() for name in figures))
        rows = [
            (system, *(_shown(figures[name].value) if name in figures else "" for name in names))
            for system, figures in result.figures.items()
        ]
        ceilings = {name: f.ceiling for figures in result.figures.values() for name, f in figures.items()}
        best = ("ceiling", *("" if ceilings[name] is None else _shown(ceilings[name]) for name in names))
        title = f"{result.asked.name}: {result.asked.meaning} ({len(result.asked.queries)} queries)"
        terminal.result(None, table(title, ("", *names), [*rows, best]), "")
    measured = [
        (
            measure.name,
            f"{measure.value:.3f}",
            f"{measure.low:.3f} to {measure.high:.3f}",
            f"{'at most' if measure.at_most else 'at least'} {measure.target:g}",
            "yes" if measure.met else "no",
            measure.meaning,
        )
        for measure in evaluation.measures
    ]
    if measured:
        terminal.result(None, table("", ("measure", "value", "95 %", "target", "met", "what"), measured))


def _shown(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value > 10 else f"{value:.3f}"
