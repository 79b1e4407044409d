"""`vitrine eval profiles`: how well it is guessed what shoppers will like."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.declaring import DebugOptions, command
from cli.evaluation_reports import (
    REQUIRE_HELP,
    FiguresFile,
    KeptVectors,
    ReportFile,
    cache_dir,
    checked,
    write_json,
    write_report,
)
from cli.product_files import Encoding, parse_mapping
from cli.progress import Stages
from cli.terminal import Terminal, table

if TYPE_CHECKING:
    from core.settings import Settings
    from evaluation.profiles.evaluating import ProfilesEvaluation, ProfilesRequest
    from evaluation.scoring import Figure

_SHOWN = ("ndcg@10", "recall@10", "recall@50", "precision@10", "hit_rate@10")


@dataclass(frozen=True, kw_only=True)
class ProfilesOptions(DebugOptions):
    """What to evaluate, and what it has to reach."""

    events: Annotated[Path, typer.Option(help="Ratings or events as CSV, JSONL or Parquet.")]
    map: Annotated[
        list[str],
        typer.Option(metavar="FIELD=COLUMN", help="Column of user_id, product_id, value or created_at; several."),
    ] = field(default_factory=list)
    like: Annotated[
        str | None, typer.Option(metavar="'>=4'", help="Which values are likes. Default: every event is one.")
    ] = None
    dislike: Annotated[str | None, typer.Option(metavar="'<=2'", help="Which values are dislikes. Default: none.")] = (
        None
    )
    products: Annotated[
        Path | None, typer.Option(help="Products as for `vitrine import`; those that nobody rated are ranked as well.")
    ] = None
    map_product: Annotated[
        list[str], typer.Option(metavar="FIELD=COLUMN", help="Which column is a field of a product; several.")
    ] = field(default_factory=list)
    text_encoder: Annotated[
        str | None,
        typer.Option(metavar="NAME|FOLDER", help="Reads the products' words. Default: that of the shop."),
    ] = None
    encoding: Encoding = None
    seed: Annotated[int, typer.Option(help="Of the bootstrap and of all that is drawn by lot.")] = 7
    cache: KeptVectors = None
    json: FiguresFile = None
    html: ReportFile = None
    require: Annotated[
        list[str], typer.Option(metavar="FIGURE>=X", help=f"measure>=x or method.metric>=x; several. {REQUIRE_HELP}")
    ] = field(default_factory=list)


@command
def evaluate_profiles_command(options: ProfilesOptions, terminal: Terminal) -> int:
    """Guess the last fifth of each shopper's events from those before: by profiles, by others' methods, by both.

    Your shop is not touched. Ends with 3 when a --require is missed.
    """
    from core.settings import load_settings
    from evaluation.profiles.evaluating import evaluate_profiles
    from evaluation.profiles.report import as_json, named_figures
    from evaluation.requirements import parse_requirement

    required = [parse_requirement(text) for text in options.require]
    settings = load_settings()
    with Stages(terminal) as stages:
        evaluation = evaluate_profiles(settings, _request(options, settings), stages.report)
    write_json(options.json, as_json(evaluation))
    if options.html is not None:
        from evaluation.profiles.page import as_page

        write_report(options.html, as_page(evaluation))
    _show(terminal, evaluation)
    return checked(terminal, named_figures(evaluation), required)


def _request(options: ProfilesOptions, settings: Settings) -> ProfilesRequest:
    from evaluation.catalogue import CatalogueFile
    from evaluation.profiles.evaluating import ProfilesRequest
    from evaluation.profiles.ratings import RatingsFile, parse_condition

    ratings = RatingsFile(
        path=options.events,
        mapping=parse_mapping(options.map),
        encoding=options.encoding,
        like=None if options.like is None else parse_condition(options.like, "--like"),
        dislike=None if options.dislike is None else parse_condition(options.dislike, "--dislike"),
    )
    catalogue = None
    if options.products is not None:
        catalogue = CatalogueFile(
            path=options.products, mapping=parse_mapping(options.map_product), encoding=options.encoding
        )
    return ProfilesRequest(
        ratings=ratings,
        catalogue=catalogue,
        text_encoder=options.text_encoder or settings.text_encoder or settings.encoder,
        cache_dir=cache_dir(options.cache, settings),
        seed=options.seed,
    )


def _show(terminal: Terminal, evaluation: ProfilesEvaluation) -> None:
    """The honest protocol, the slices, and the few figures that say whether taste is guessed well."""
    from evaluation.profiles.evaluating import LAST_FIFTH
    from evaluation.profiles.measuring import NDCG

    for protocol, found in evaluation.figures.items():
        rows = [(method, *(_figure(by_name[name]) for name in _SHOWN)) for method, by_name in found.items()]
        title = (
            f"{protocol}, {evaluation.shoppers:,} shoppers" if protocol == LAST_FIFTH else f"as published: {protocol}"
        )
        terminal.result(None, table(title, ("", *_SHOWN), rows), "")
    cuts = evaluation.strangers
    if cuts:
        methods = next(iter(cuts.values()))
        rows = [(method, *(_figure(found[method][NDCG]) for found in cuts.values())) for method in methods]
        heads = ("", *(f"{cut} known" for cut in cuts))
        terminal.result(None, table(f"strangers, {NDCG} by how many events are known", heads, rows), "")
    for name, rare in evaluation.rare.items():
        title = f"products with few training events ({name}): {rare.products:,}, liked by {rare.shoppers:,} shoppers"
        rows = [
            (one, _figure(rare.recall[one]), _figure(rare.over_chance[one]), _figure(rare.recall_among_all[one]))
            for one in rare.recall
        ]
        heads = ("", "recall@50 among them", "times chance", "recall@50 among all")
        terminal.result(None, table(title, heads, rows), "")
    rows = [
        (name, f"{one.value:.3f}", f"{one.low:.3f} to {one.high:.3f}") for name, one in evaluation.comparisons.items()
    ]
    terminal.result(None, table(f"{NDCG} of the same shoppers", ("", "times", "95 %"), rows), "")
    measured = [
        (
            one.name,
            f"{one.value:.3f}",
            f"{one.low:.3f} to {one.high:.3f}",
            f"{one.target:g}",
            "yes" if one.met else "no",
        )
        for one in evaluation.measures
    ]
    if measured:
        terminal.result(None, table("", ("measure", "value", "95 %", "at least", "met"), measured))
    for note in evaluation.notes:
        terminal.say(note, style="yellow")


def _figure(figure: Figure) -> str:
    return f"{figure.value:.3f} ±{(figure.high - figure.low) / 2:.3f}"
