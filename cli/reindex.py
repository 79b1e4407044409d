"""`vitrine reindex`."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.declaring import SharedOptions, command
from cli.opened import opened
from cli.progress import Stage, duration, rate
from cli.terminal import Terminal
from core.errors import Conflict, InvalidInput
from core.generations import FUSED, TEXT

if TYPE_CHECKING:
    from core.generations import Generation
    from core.settings import Settings
    from evaluation.generations import Comparison
    from retrieval.wiring import Vitrine

_POLL_S = 0.5
_FINE_TUNED = ("local-dir:", "two-tower:")


@dataclass(frozen=True, slots=True)
class Gate:
    """What a new index has to pass before it serves.

    Attributes
    ----------
    force: it is compared, but serves whatever comes of it, and although products are missing.
    must_be_better: it is not enough that it is not worse.
    """

    force: bool
    evaluate: bool = True
    must_be_better: bool = False


@dataclass(frozen=True, kw_only=True)
class ReindexOptions(SharedOptions):
    """What to build, or which way to go."""

    encoder: Annotated[
        str | None, typer.Option(help="Encoder of photos and queries; default: what the settings say.")
    ] = None
    text_encoder: Annotated[str | None, typer.Option(help="Encoder of the text view, if it is another one.")] = None
    product_encoder: Annotated[
        str | None, typer.Option(help="Encoder of whole products for more like this: two-tower:FOLDER.")
    ] = None
    anew: Annotated[bool, typer.Option("--anew", help="Also if the serving index has the same encoders.")] = False
    evaluate: Annotated[
        bool, typer.Option("--evaluate/--no-evaluate", help="Compare the new index with the serving one before.")
    ] = True
    force: Annotated[
        bool, typer.Option("--force", help="Put it into service although it is worse or products are missing.")
    ] = False
    rollback: Annotated[bool, typer.Option("--rollback", help="Let the index serve again that did before.")] = False
    prune: Annotated[bool, typer.Option("--prune", help="Delete every index but the serving one.")] = False


@command
def reindex(options: ReindexOptions, terminal: Terminal) -> None:
    """Build an index with another encoder beside the serving one, and put it into service.

    Searches and imports go on meanwhile, and new products land in both. Stopped or killed, it goes on where it was the
    next time. The index before is kept up to date for --rollback until --prune deletes it.
    """
    from retrieval import reindexing

    _check(options)
    with opened() as v:
        if options.rollback:
            generation = reindexing.roll_back(v)
            terminal.result(
                {"serving": generation.id}, f"Index {generation.id} serves again: {_described(generation)}."
            )
        elif options.prune:
            gone = reindexing.prune(v)
            terminal.result({"pruned": gone}, f"Deleted: {', '.join(gone)}." if gone else "There is no other index.")
        else:
            settings = v.settings.model_copy(update=_encoders(options))
            gate = Gate(force=options.force, evaluate=options.evaluate)
            build_and_exchange(v, settings, gate, terminal, anew=options.anew)


def _check(options: ReindexOptions) -> None:
    ways = [name for name in ("rollback", "prune") if getattr(options, name)]
    builds = options.encoder or options.text_encoder or options.product_encoder or options.anew or options.force
    if len(ways) > 1 or (ways and builds):
        raise InvalidInput("stands alone", field=f"--{ways[0]}", remedy="Leave the other options out")


def _encoders(options: ReindexOptions) -> dict[str, Any]:
    names = ("encoder", "text_encoder", "product_encoder")
    return {name: value for name in names if (value := getattr(options, name)) is not None}


def build_and_exchange(v: Vitrine, settings: Settings, gate: Gate, terminal: Terminal, *, anew: bool = False) -> None:
    """Build the index that the settings describe, and put it into service if it passes the gate.

    Raises
    ------
    Conflict: it does not, or the serving one is built like this already.
    """
    from cli.indexing import learn_relevance
    from retrieval import reindexing
    from retrieval.wiring import serving_generation

    began_s = time.monotonic()
    begun = reindexing.begin(v, settings, anew=anew)
    generation = begun.generation
    terminal.say(f"{'Going on with' if begun.resumed else 'Building'} index {generation.id}: {_described(generation)}.")
    if lost := lost_views(serving_generation(v), generation):
        terminal.say(f"warning: {lost}", style="yellow")
    _index_until_finished(v, generation, terminal)
    learn_relevance(v, generation, terminal)
    compared = _compare(v, generation, terminal, gate) if gate.evaluate else []
    before = reindexing.put_into_service(v, generation, force=gate.force)
    if before.ranker and not generation.ranker:
        terminal.say(
            f"warning: hits are not ranked any more, since {before.ranker} has learnt from those of the index before. "
            "When shoppers have used the new one for a while: vitrine rank train",
            style="yellow",
        )
    there, took_s = v.catalog.queue.progress(generation.id), time.monotonic() - began_s
    terminal.result(
        {
            "serving": generation.id,
            "before": before.id,
            "indexed": there.indexed,
            "failed": there.failed,
            "compared": [asdict(one) for one in compared],
            "took_s": round(took_s, 3),
        },
        f"Index {generation.id} serves: {there.indexed:,} products, {there.failed:,} failed, in {duration(took_s)}.",
    )
    terminal.say("Back to the one before: vitrine reindex --rollback. To delete it: vitrine reindex --prune.")


def lost_views(before: Generation, after: Generation) -> str:
    """What cannot be searched any more because the new index has no such view, and the remedy; empty: nothing."""
    lost = [view.name for view in before.views if after.view(view.name) is None]
    if not lost:
        return ""
    by = {TEXT: " Name an encoder that reads by --text-encoder.", FUSED: " Name that of products by --product-encoder."}
    remedies = "".join(remedy for name, remedy in by.items() if name in lost)
    return f"it has no {' and no '.join(lost)} view, as the serving index has.{remedies}"


def _index_until_finished(v: Vitrine, generation: Generation, terminal: Terminal) -> None:
    """Index what waits for the new index, and show how far it is; workers beside this process take part."""
    from cli.indexing import OwnLoop, woken_workers
    from retrieval.reindexing import is_finished

    with OwnLoop(v, generation) as loop, woken_workers(v), Stage(terminal, "indexing") as stage:
        loop.start()
        start = v.catalog.queue.progress(generation.id)
        while not loop.failed and not is_finished(v, generation):
            now = v.catalog.queue.progress(generation.id)
            done = now.indexed + now.failed
            total = done + now.waiting
            fresh = done - start.indexed - start.failed
            stage.update(done, total, f"{done:,} of {total:,}, {rate(fresh, stage.took_s)}, {now.failed:,} failed")
            time.sleep(_POLL_S)


def _compare(v: Vitrine, generation: Generation, terminal: Terminal, gate: Gate) -> list[Comparison]:
    """Measure both indexes on the shop's own products; raises `Conflict` where the new one may not serve."""
    from evaluation.generations import compare_indexes, refusal
    from retrieval.wiring import serving_generation

    serving = serving_generation(v)
    unseen = _never_shown(serving, generation)
    told = "" if unseen is None else f" by the {len(unseen):,} products that were held out in fine-tuning"
    terminal.say(f"Comparing it with the serving index{told} ...")
    compared = compare_indexes(v, serving, generation, only=unseen)
    if not compared:
        terminal.say("There are no products with photos in both to compare them by.")
    for one in compared:
        terminal.say(
            f"{one.name}: {one.after:.3f}, before {one.before:.3f} "
            f"(difference {one.low:+.3f} to {one.high:+.3f}, {one.products:,} products)"
        )
    reason = refusal(compared, must_be_better=gate.must_be_better)
    if reason and not gate.force:
        raise Conflict(
            f"the new index {reason}. The serving one stays. To exchange them all the same, "
            "repeat the command with --force; to delete the new one: vitrine reindex --prune"
        )
    return compared


def _never_shown(*generations: Generation) -> frozenset[str] | None:
    """Ids of the products that no encoder of these was fine-tuned on; None: nothing is known of any fine-tuning."""
    from encoders.finetuning.outcome import held_out_ids

    names = {view.encoder for generation in generations for view in generation.views}
    folders = [Path(name.partition(":")[2]) for name in sorted(names) if name.startswith(_FINE_TUNED)]
    held_out = [ids for ids in map(held_out_ids, folders) if ids is not None]
    return frozenset.intersection(*held_out) if held_out else None


def _described(generation: Generation) -> str:
    return ", ".join(f"{view.name} by {view.encoder}" for view in generation.views if not view.lexical)
