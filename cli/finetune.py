"""`vitrine finetune`: encoders learn from the shop's own products."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.declaring import command
from cli.progress import Stages, duration, rate
from cli.terminal import Terminal, table
from cli.training_products import ProductSource, TrainingProductOptions

if TYPE_CHECKING:
    from core.settings import Settings
    from encoders.finetuning.outcome import Outcome
    from encoders.finetuning.plan import Plan
    from encoders.finetuning.running import Task, Watching
    from encoders.finetuning.training import Progress, Run

app = typer.Typer(help="Let an encoder learn from your own products.", no_args_is_help=True, rich_markup_mode=None)


@dataclass(frozen=True, kw_only=True)
class FineTuneOptions(TrainingProductOptions):
    """How to learn; the defaults suit a model that knows products already."""

    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the model; a stopped run goes on from it.")]
    epochs: Annotated[int, typer.Option(min=1, help="How often every product is seen, at most.")] = 10
    batch_size: Annotated[int, typer.Option(min=4, help="Products in one pass; each is told from the others.")] = 128
    accumulate: Annotated[int, typer.Option(min=1, help="Passes to a step, where memory is small.")] = 1
    learning_rate: Annotated[float, typer.Option(min=0.0, help="The highest one, after the warm-up.")] = 1e-4
    warmup: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of the steps until it is reached.")] = 0.1
    weight_decay: Annotated[float, typer.Option(min=0.0, help="Of matrices and kernels.")] = 0.05
    patience: Annotated[int, typer.Option(min=1, help="Epochs without a better score before it stops.")] = 3
    held_out: Annotated[
        float,
        typer.Option(
            min=0.01, max=0.4, help="Share of the products that say when to stop, and as many for the verdict."
        ),
    ] = 0.1
    seed: Annotated[int, typer.Option(help="The same seed and products give the same model.")] = 7
    checkpoint_every_s: Annotated[float, typer.Option(min=0.0, help="How often the run is saved, in seconds.")] = 60.0
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew, whatever lies in the folder.")] = False


@dataclass(frozen=True, kw_only=True)
class ClipOptions(FineTuneOptions):
    """What belongs to models of photos and words in one space."""

    base: Annotated[str, typer.Option(help="Encoder to begin with: pocket, or any open_clip one.")] = "pocket"
    supervised: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="Share of the loss that is about labels; the rest pairs photo and text."),
    ] = 0.3
    image_blocks: Annotated[
        int | None, typer.Option(min=0, help="Last blocks of the photo tower that learn. Default: all.")
    ] = None
    text_blocks: Annotated[
        int | None, typer.Option(min=0, help="Last blocks of the text tower that learn. Default: all.")
    ] = None


@dataclass(frozen=True, kw_only=True)
class TwoTowerOptions(FineTuneOptions):
    """What belongs to models of one vector for photo and words together."""

    image: Annotated[str, typer.Option(help="Encoder of the image tower; any that sees photos.")] = "resnet-50"
    text: Annotated[str, typer.Option(help="Encoder of the text tower; any that reads words.")] = (
        "transformers:google-bert/bert-base-uncased"
    )
    learning_rate: Annotated[float, typer.Option(min=0.0, help="Of the projections, the highest one.")] = 1e-3
    half_dim: Annotated[int, typer.Option(min=2, help="Numbers in each half of a product's vector.")] = 128
    margin: Annotated[float, typer.Option(min=0.0, help="Of the triplet loss.")] = 0.2
    frozen_epochs: Annotated[int, typer.Option(min=0, help="First epochs, in which the encoders stand still.")] = 2
    backbone_rate: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Learning rate of the encoders after that, as a share.")
    ] = 0.1


@app.callback()
def _root() -> None:
    """Let an encoder learn from your own products."""


@app.command("clip")
@command
def finetune_clip(options: ClipOptions, terminal: Terminal) -> None:
    """Fine-tune an open_clip model on your own products.

    It is written in open_clip's format, with a model card, the loss curve and its metrics; every other command takes it
    as local-dir:DIR. Stopped or killed, it goes on where it was the next time, with the same result.
    """
    from core.settings import load_settings
    from encoders.finetuning.running import fine_tune_clip

    settings = load_settings()
    source = ProductSource(options, settings)
    plan = replace(
        _plan(options),
        supervised_share=options.supervised,
        image_blocks=options.image_blocks,
        text_blocks=options.text_blocks,
    )
    task = _task(options, settings, options.base, plan)
    with Stages(terminal) as stages:
        outcome = fine_tune_clip(task, source, source.columns, _Shown(terminal, stages, source).watching())
    _tell(terminal, outcome)


@app.command("two-tower")
@command
def finetune_two_tower(options: TwoTowerOptions, terminal: Terminal) -> None:
    """Train one vector for photo and words together, on an encoder for each.

    Projections first, then the encoders as well. The model is called two-tower:DIR; only products reach its vectors.
    Stopped or killed, it goes on where it was the next time, with the same result.
    """
    from core.settings import load_settings
    from encoders.finetuning.running import fine_tune_two_tower

    settings = load_settings()
    source = ProductSource(options, settings)
    plan = replace(
        _plan(options),
        half_dim=options.half_dim,
        margin=options.margin,
        frozen_epochs=options.frozen_epochs,
        backbone_rate=options.backbone_rate,
    )
    task = replace(_task(options, settings, options.image, plan), text_base=options.text)
    with Stages(terminal) as stages:
        outcome = fine_tune_two_tower(task, source, source.columns, _Shown(terminal, stages, source).watching())
    _tell(terminal, outcome)


def _plan(options: FineTuneOptions) -> Plan:
    from encoders.finetuning.plan import Plan

    return Plan(
        epochs=options.epochs,
        batch_size=options.batch_size,
        accumulate=options.accumulate,
        learning_rate=options.learning_rate,
        warmup_share=options.warmup,
        weight_decay=options.weight_decay,
        patience=options.patience,
        held_out_share=options.held_out,
        seed=options.seed,
    )


def _task(options: FineTuneOptions, settings: Settings, base: str, plan: Plan) -> Task:
    from encoders.finetuning.running import Task
    from encoders.loading import EncoderOptions

    return Task(
        base=base,
        out=options.out,
        label=options.label,
        plan=plan,
        options=EncoderOptions(device=settings.device, photo_pixels_max=settings.photo_pixels_max),
        decode_threads=settings.decode_threads,
        checkpoint_every_s=options.checkpoint_every_s,
        restart=options.restart,
    )


@dataclass
class _Shown:
    """Shows how far it is: reading first, then training with its loss, its rate and what is left."""

    terminal: Terminal
    stages: Stages
    source: ProductSource
    _score: float = -1.0

    def watching(self) -> Watching:
        """What training tells."""
        from encoders.finetuning.running import Watching

        return Watching(self._reading, self._began, self._training)

    def _reading(self, products: int) -> None:
        self.stages.at("reading products").update(0, 0, f"{products:,} products")

    def _began(self, run: Run) -> None:
        self.stages.end()
        split, corpus = run.split, run.corpus
        self.terminal.say(
            f"{len(split.train):,} products to learn from, {len(split.validation):,} to know when to stop, "
            f"{len(split.held_out):,} held out; {len(corpus.label_names):,} labels, {split.rare:,} of them rare."
        )
        left_out = corpus.without_photo + corpus.bad_photos
        if left_out:
            self.terminal.say(
                f"{left_out:,} products are left out: {corpus.without_photo:,} have no photo, of {corpus.bad_photos:,} "
                "none can be used."
            )
        if missing := self.source.photos_missing:
            self.terminal.say(f"{missing:,} photos are no longer in the photo store; import their products again.")
        if run.resumed:
            self.terminal.say(f"Going on after step {run.state.step:,} of {run.steps:,}.")

    def _training(self, progress: Progress) -> None:
        if progress.score != self._score:
            self._score = progress.score
            self.terminal.say(f"Score on the validation products: {progress.score:.4f}.")
        note = f"epoch {progress.epoch}, loss {progress.loss:.3f}, {rate(progress.products, progress.took_s)}"
        self.stages.at("training").update(progress.step, progress.steps, note)


def _tell(terminal: Terminal, outcome: Outcome) -> None:
    """Before and after on products that training never saw, and what to do with the model."""
    rows = [
        (
            change.name,
            change.before,
            change.after,
            "" if change.low is None else f"{change.low:+.3f} to {change.high:+.3f}",
        )
        for change in outcome.changes
    ]
    terminal.result(asdict(outcome), table("On held-out products", ("measure", "base", "now", "difference"), rows))
    if outcome.best_epoch:
        taken = f"weights of epoch {outcome.best_epoch} of {outcome.epochs}"
    else:
        taken = "no epoch was better than the base model, so these are its own weights"
    terminal.say(
        f"{outcome.name}: {taken}; {duration(outcome.took_s)}, {outcome.products_per_s:,.0f} products a second."
    )
    if outcome.name.startswith("local-dir:"):
        folder = outcome.name.removeprefix("local-dir:")
        terminal.say(f"To put it into service if it is better: vitrine encoders promote {folder}")
