"""`vitrine rank`: learning from what shoppers did, and letting it order the hits of searches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.declaring import SharedOptions, command
from cli.opened import opened
from cli.progress import Stages
from cli.terminal import Terminal, table
from core.errors import Conflict

if TYPE_CHECKING:
    from ranking.ranker import Ranker
    from retrieval.wiring import Vitrine


@dataclass(frozen=True, kw_only=True)
class RankerOptions(SharedOptions):
    """Which ranker."""

    ranker: Annotated[str, typer.Argument(metavar="[RANKER]", help="The ranker. Default: the one in service.")] = ""
    search: Annotated[str, typer.Option(help="Words to search for, to tell how one hit is ranked.")] = ""
    hit: Annotated[str, typer.Option(metavar="PRODUCT", help="The hit; needs --search.")] = ""
    user: Annotated[str, typer.Option(metavar="USER_ID", help="The shopper who searches.")] = ""


@dataclass(frozen=True, kw_only=True)
class PromoteOptions(SharedOptions):
    """Which ranker shall order hits."""

    ranker: Annotated[str, typer.Argument(metavar="[RANKER]", help="The ranker. Default: the one trained last.")] = ""
    force: Annotated[bool, typer.Option("--force", help="Though it is not better for certain.")] = False
    rollback: Annotated[bool, typer.Option("--rollback", help="Put the one before into service again.")] = False


@command
def train_ranker(options: SharedOptions, terminal: Terminal) -> None:
    """Learn from the searches that were answered and what shoppers did with them. Nothing changes for shoppers."""
    from evaluation.rankers import train_ranker as trained

    del options
    with opened() as v, Stages(terminal) as stages:
        ranker = trained(v, stages.report)
    _show_described(terminal, ranker)
    terminal.say(f"To let it order hits: vitrine rank promote {ranker.id}")


@command
def promote_ranker(options: PromoteOptions, terminal: Terminal) -> None:
    """Let a ranker order hits, if it is better than what is in service.

    It has to order the pages that were kept from it better than the ranker in service does, or than the order without
    one: the lower end of the 95 % interval of the difference of NDCG@10 has to lie above 0.
    """
    from evaluation.rankers import judge_ranker, require_better
    from evaluation.ranking import as_json
    from retrieval.reranking.promoting import put_into_service, roll_back
    from retrieval.wiring import serving_generation

    with opened() as v:
        generation = serving_generation(v)
        if options.rollback:
            before = roll_back(v, generation)
            terminal.result({"in_service": before}, f"in service: {before or 'no ranker'}")
            return
        ranker = _chosen(v, options.ranker)
        judged: dict[str, Any] = {"forced": True}
        if not options.force:
            evaluation = judge_ranker(v, generation, ranker)
            require_better(evaluation, ranker)
            judged = as_json(evaluation)
        put_into_service(v, generation, ranker, judged)
    terminal.result({"in_service": ranker.id, **judged}, f"in service: {ranker.id}")


@command
def list_rankers(options: SharedOptions, terminal: Terminal) -> None:
    """List all rankers."""
    from retrieval.reranking.folders import open_ranker, ranker_ids
    from retrieval.wiring import serving_generation

    del options
    with opened() as v:
        in_service = serving_generation(v).ranker
        rankers = [open_ranker(v.settings.data_dir, name) for name in ranker_ids(v.settings.data_dir)]
    rows = [
        (one.id, one.about["trained_at"], one.about["loss"], one.about["learnt_from"]["pages"], one.id == in_service)
        for one in rankers
    ]
    data = [dict(one.about) | {"in_service": one.id == in_service} for one in rankers]
    shown = table("", ("id", "trained", "loss", "pages", "in service"), rows)
    terminal.result({"rankers": data}, shown if rows else "There are no rankers. Train one: vitrine rank train")


@command
def show_ranker(options: RankerOptions, terminal: Terminal) -> None:
    """Show what a ranker goes by; with --search and --hit, what each feature adds to the score of one hit."""
    from retrieval.reranking.folders import open_ranker
    from retrieval.wiring import serving_generation

    with opened() as v:
        generation = serving_generation(v)
        if not (options.ranker or generation.ranker):
            raise Conflict("no ranker is in service. Name one, or promote one: vitrine rank promote")
        ranker = open_ranker(v.settings.data_dir, options.ranker or generation.ranker)
        if options.search or options.hit:
            _show_hit(terminal, v, ranker, options)
            return
    _show_described(terminal, ranker)


def _chosen(v: Vitrine, ranker_id: str) -> Ranker:
    from retrieval.reranking.folders import open_ranker, ranker_ids

    known = ranker_ids(v.settings.data_dir)
    if not ranker_id and not known:
        raise Conflict("there are no rankers. Train one first: vitrine rank train")
    return open_ranker(v.settings.data_dir, ranker_id or known[-1])


def _show_described(terminal: Terminal, ranker: Ranker) -> None:
    """How a ranker came to be, what it goes by, and how good it was."""
    about: Mapping[str, Any] = ranker.about
    learnt = about["learnt_from"]
    told = [
        ("id", ranker.id),
        ("learnt from", f"{learnt['pages']:,} pages, {learnt['with_acts']:,} with acts, until {learnt['until']}"),
        ("loss", f"{about['loss']}{' with position' if about['position'] else ''}, {about['trees']} trees"),
    ]
    importances = [(name, value) for name, value in about["importances"].items()]
    figures = [
        (f"{name} ({part['pages']:,} pages)", system, one["value"], f"{one['low']:.3f} to {one['high']:.3f}")
        for name, part in about["held_out"]["slices"].items()
        for system, one in part["ndcg@10"].items()
    ]
    compared = list(about["compared"].items())
    foretold = about.get("foretold") or {}
    recalls = [
        (name, one["value"], f"{one['low']:.3f} to {one['high']:.3f}")
        for name, one in foretold.get("recall@20", {}).items()
    ]
    kept = "kept" if ranker.foretelling is not None else "no better for certain, not kept"
    tried = f"\nshoppers' last wants among the first 20 ({foretold.get('shoppers', 0):,} shoppers; {kept})"
    terminal.result(
        {"id": ranker.id, "features": list(ranker.features), **about},
        table("", ("", ""), told),
        table("\nchosen by NDCG@10 on later pages", ("", "NDCG@10"), compared),
        table("\non the latest pages, kept from all of them", ("", "order", "NDCG@10", "95 %"), figures),
        *([table(tried, ("foretold by", "share", "95 %"), recalls)] if recalls else []),
        table("\nwhat it goes by", ("signal", "share"), importances),
    )


def _show_hit(terminal: Terminal, v: Vitrine, ranker: Ranker, options: RankerOptions) -> None:
    from core.errors import NotFound
    from core.queries import LIMIT_MAX, SearchQuery
    from retrieval.reranking.ordering import with_contributions
    from retrieval.search.pipeline import search

    query = SearchQuery(text=options.search, limit=LIMIT_MAX, user_id=options.user, explain=True)
    found = [hit for hit in search(v, query).hits if hit.product_id == options.hit]
    if not found:
        raise NotFound("hit", options.hit, "--hit")
    (hit,) = with_contributions(found, ranker)
    rows = sorted(
        ((name, hit.signals.get(name), value) for name, value in hit.contributions.items()),
        key=lambda row: -abs(row[2]),
    )
    terminal.result(
        {"ranker": ranker.id, "hit": hit.product_id, "contributions": dict(hit.contributions)},
        table(f"{options.hit} for {options.search!r}", ("signal", "value", "adds"), rows),
    )


app = typer.Typer(help="Learn from what shoppers did, and order hits by it.", no_args_is_help=True)
for name, run in {"train": train_ranker, "promote": promote_ranker, "list": list_rankers, "show": show_ranker}.items():
    app.command(name)(run)
