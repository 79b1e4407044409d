"""`vitrine eval ranking`: how much better a ranker orders hits."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.declaring import DebugOptions, command
from cli.evaluation_reports import REQUIRE_HELP, FiguresFile, checked, write_json
from cli.opened import opened
from cli.progress import Stages
from cli.terminal import Terminal, table

if TYPE_CHECKING:
    from evaluation.ranking import RankingEvaluation
    from ranking.training import Trained
    from retrieval.reranking.logs import Log


@dataclass(frozen=True, kw_only=True)
class RankingOptions(DebugOptions):
    """What to evaluate on, and what it has to reach."""

    log: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="Pages that were shown, see docs. Default: the shop's.")
    ] = None
    seed: Annotated[int, typer.Option(help="Of the trees and of the bootstrap.")] = 7
    json: FiguresFile = None
    require: Annotated[
        list[str], typer.Option(metavar="FIGURE>=X", help=f"slice.order.ndcg@10>=x; several. {REQUIRE_HELP}")
    ] = field(default_factory=list)


@command
def evaluate_ranking_command(options: RankingOptions, terminal: Terminal) -> int:
    """Learn from the older searches of a log, and order the latest, which nothing was learnt from.

    Beside the order that was shown, that of relevance alone and that of popularity. Nothing is kept, and nothing
    changes for shoppers: `vitrine rank train` does that. Ends with 3 when a --require is missed.
    """
    from evaluation.ranking import as_json, evaluate_trained, named_figures
    from evaluation.requirements import parse_requirement
    from ranking.boosting import Boosting
    from ranking.training import train

    required = [parse_requirement(text) for text in options.require]
    log = _log(options.log)
    with Stages(terminal) as stages:
        trained = train(log.shown, log.events, stages.report, Boosting(seed=options.seed))
    evaluation = evaluate_trained(trained, {}, options.seed)
    write_json(options.json, as_json(evaluation) | {"compared": trained.compared, "features": list(trained.features)})
    _show(terminal, trained, evaluation)
    return checked(terminal, named_figures(evaluation), required)


def _log(path: Path | None) -> Log:
    from retrieval.reranking.logs import file_log, shop_log
    from retrieval.wiring import serving_generation

    if path is not None:
        return file_log(path)
    with opened() as v:
        return shop_log(v, serving_generation(v))


def _show(terminal: Terminal, trained: Trained, evaluation: RankingEvaluation) -> None:
    compared = table("chosen by NDCG@10 on later searches", ("", "NDCG@10"), list(trained.compared.items()))
    terminal.result(None, compared, "")
    for name, figures in evaluation.figures.items():
        gains = evaluation.gains[name]
        rows = [
            (
                system,
                f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})",
                f"{gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})" if (gain := gains.get(system)) else "",
            )
            for system, one in figures.items()
        ]
        title = f"{name}: {evaluation.pages[name]:,} of the latest searches"
        terminal.result(None, table(title, ("order", "NDCG@10, 95 %", "the ranker is above it by"), rows), "")
