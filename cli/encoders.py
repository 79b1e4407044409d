"""`vitrine encoders`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.declaring import SharedOptions, command
from cli.promote import promote_encoder
from cli.terminal import Terminal, table

if TYPE_CHECKING:
    from core.encoders import EncoderDescription
    from encoders.bench import EncoderBench, Stages

app = typer.Typer(
    help="Choose an encoder: what there is, what it needs, how fast it is here.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("promote")(promote_encoder)


@dataclass(frozen=True, kw_only=True)
class ListOptions(SharedOptions):
    """Which encoders."""

    architectures: Annotated[
        bool, typer.Option("--architectures", help="Also every architecture of open_clip, for open_clip:NAME/WEIGHTS.")
    ] = False


@app.command("list")
@command
def list_encoders(options: ListOptions, terminal: Terminal) -> None:
    """List the encoders that have a name of their own.

    Others are named by where they are: open_clip:ARCHITECTURE/PRETRAINED, hf-hub:ORGANISATION/NAME, local-dir:PATH,
    transformers:NAME_OR_PATH.
    """
    from encoders.registry import known_encoders, open_clip_architectures

    known = known_encoders()
    data: dict[str, Any] = {"encoders": [asdict(one) for one in known]}
    rows = [(one.name, _embeds(one), one.dim, _mib(one), one.licence, one.source) for one in known]
    shown = [table("", ("name", "embeds", "numbers", "MiB", "licence", "source"), rows)]
    if options.architectures:
        architectures = open_clip_architectures()
        data["architectures"] = architectures
        shown.append(table("open_clip:NAME/WEIGHTS", ("name", "numbers"), list(architectures.items())))
    terminal.result(data, *shown)


@dataclass(frozen=True, kw_only=True)
class NameOptions(SharedOptions):
    """Which encoder."""

    name: Annotated[str, typer.Argument(metavar="NAME", help="A name `vitrine encoders list` prints, or where it is.")]


@app.command("show")
@command
def show_encoder(options: NameOptions, terminal: Terminal) -> None:
    """Show what is known of an encoder without loading it, and how to use it.

    Of a model on the hub the configuration is asked for, a few kilobytes.
    """
    from encoders import describe_encoder

    known = describe_encoder(options.name)
    views = _views(known)
    facts = [
        ("name", known.name),
        ("family", known.family),
        ("embeds", _embeds(known)),
        ("numbers in a vector", known.dim),
        ("licence", known.licence),
        ("weights", f"{known.parameters:,}" if known.parameters else "unknown until it is loaded"),
        ("MiB", _mib(known) or "unknown until it is loaded"),
        ("source", known.source),
        *((f"view {view}", f"reached by {', '.join(reached)}") for view, reached in views.items()),
        ("in a new shop", _setting(known)),
        ("in an open shop", f"vitrine reindex {_options(known)}"),
    ]
    terminal.result({**asdict(known), "views": views}, table("", ("", ""), facts))


@app.command("fetch")
@command
def fetch_encoder(options: NameOptions, terminal: Terminal) -> None:
    """Download the weights of an encoder, and load it once to prove that it works.

    A server that is started afterwards needs no network.
    """
    from encoders import EncoderOptions, load_encoder

    known = load_encoder(options.name, EncoderOptions(device="cpu", batch_size=1)).description
    facts = [("name", known.name), ("numbers in a vector", known.dim), ("weights", known.parameters)]
    terminal.result(asdict(known), table("", ("", ""), [*facts, ("MiB", _mib(known))]))
    terminal.say("It is on this machine, and it loads.")


@dataclass(frozen=True, kw_only=True)
class BenchOptions(NameOptions):
    """What to measure."""

    count: Annotated[int, typer.Option(min=1, help="Photos, and texts, in a round.")] = 512
    side_px: Annotated[int, typer.Option(min=8, max=4096, help="Side of the square photos, in pixels.")] = 600
    rounds: Annotated[int, typer.Option(min=1, help="How often the stages take turns.")] = 5


@app.command("bench")
@command
def bench(options: BenchOptions, terminal: Terminal) -> None:
    """Measure an encoder here: JPEG bytes in, vectors out, beside the bare forward pass of its model.

    The stages take turns, and the figures are medians over the rounds. Device, batch and threads are those of the
    settings. open_clip:NAME/random measures an architecture without downloading anything.
    """
    from core.settings import load_settings
    from encoders import EncoderOptions
    from encoders.bench import BenchPlan, bench_encoder

    settings = load_settings()
    encoding = EncoderOptions(settings.device, settings.encode_batch, precision=settings.precision)
    plan = BenchPlan(options.count, options.side_px, options.rounds, settings.decode_threads)
    result = bench_encoder(options.name, encoding, plan, terminal.say)
    title = (
        f"{result.encoder.description.name} on {result.device} in {result.precision}, batches of "
        f"{encoding.batch_size}, {plan.threads} threads decode"
    )
    kinds = {"photos": result.photos, "texts": result.texts}
    rows = [row for kind, stages in kinds.items() if stages is not None for row in _stage_rows(kind, stages)]
    terminal.result(
        _bench_json(result, encoding.batch_size, plan.threads), table(title, ("", "stage", "a second"), rows)
    )
    for kind, stages in kinds.items():
        if stages is not None:
            terminal.say(
                f"{kind}: end to end {stages.share_of_forward:.0%} of the bare model; most time goes into "
                f"{stages.bottleneck}"
            )


_STAGES = {
    "whole": "end to end, decoding ahead",
    "decode": "decoding alone",
    "embed": "pixels or text to vectors",
    "forward": "the bare model",
}


def _stage_rows(kind: str, stages: Stages) -> list[tuple[object, ...]]:
    return [(kind, _STAGES[stage], round(stages.median(stage), 1)) for stage in stages.per_s]


def _bench_json(result: EncoderBench, batch: int, threads: int) -> dict[str, Any]:
    def figures(stages: Stages | None) -> dict[str, Any] | None:
        if stages is None:
            return None
        return {
            "per_s": {stage: round(stages.median(stage), 2) for stage in stages.per_s},
            "rounds": {stage: [round(value, 2) for value in values] for stage, values in stages.per_s.items()},
            "share_of_forward": round(stages.share_of_forward, 4),
            "bottleneck": stages.bottleneck,
        }

    return {
        "encoder": asdict(result.encoder.description),
        "device": result.device,
        "precision": result.precision,
        "batch": batch,
        "decode_threads": threads,
        "photos": figures(result.photos),
        "texts": figures(result.texts),
    }


def _embeds(known: EncoderDescription) -> str:
    kinds = " and ".join(kind for kind, there in (("photos", known.photo), ("words", known.text)) if there)
    return kinds or "whole products"


def _views(known: EncoderDescription) -> dict[str, Sequence[str]]:
    """The views that this encoder can fill, and what reaches each."""
    views: dict[str, Sequence[str]] = {}
    if known.photo:
        views["image"] = ("words", "photos", "products") if known.text else ("photos", "products")
    if known.text:
        views["text"] = ("words", "products")
    return views or {"fused": ("products",)}


def _setting(known: EncoderDescription) -> str:
    """What to set; one that sees only, or reads only, wants another one beside it."""
    if known.whole:
        return f"VITRINE_PRODUCT_ENCODER={known.name}"
    eyes = f"VITRINE_ENCODER={known.name if known.photo else 'ANOTHER'}"
    words = f"VITRINE_TEXT_ENCODER={known.name if known.text else 'ANOTHER'}"
    return eyes if known.photo and known.text else f"{eyes} {words}"


def _options(known: EncoderDescription) -> str:
    if known.whole:
        return f"--product-encoder {known.name}"
    eyes = f"--encoder {known.name if known.photo else 'ANOTHER'}"
    words = f"--text-encoder {known.name if known.text else 'ANOTHER'}"
    return eyes if known.photo and known.text else f"{eyes} {words}"


def _mib(known: EncoderDescription) -> int | None:
    return round(known.size_bytes / 2**20) if known.size_bytes else None
