"""What came of a run: figures before and after on products it never saw, and the files that tell of it."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import InvalidInput
from encoders.finetuning.checkpoints import disk_errors, move_whole
from encoders.finetuning.curve import draw_curves
from encoders.finetuning.measuring import MEANINGS, Scores, difference
from encoders.finetuning.training import Run

METRICS_FILE, CARD_FILE, CURVE_FILE = "metrics.json", "README.md", "loss.svg"
FORMAT = 1
_UNFINISHED = "model"


@dataclass(frozen=True, slots=True)
class Change:
    """One measure on the held-out products.

    Attributes
    ----------
    before: of the base model; None where the base has no such vectors.
    low, high: ends of the 95 % bootstrap interval of the mean difference, after less before.
    """

    name: str
    queries: int
    before: float | None
    after: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run.

    Attributes
    ----------
    name: by which every command calls the model.
    best_epoch: whose weights were taken; 0: no epoch was better than the base model.
    products_per_s: learned from, evaluation included.
    """

    name: str
    best_epoch: int
    epochs: int
    changes: tuple[Change, ...]
    took_s: float
    products_per_s: float


def finish(run: Run, folder: Path, base: str) -> Outcome:
    """Measure the model on the held-out products, write it, and what is to be known of it, into a folder.

    Raises
    ------
    InvalidInput: the disk is full, or the folder cannot be written; a model that was there before is still there.
    """
    after = run.trainee.measure(run.corpus, run.split.held_out)
    changes = _changes({name: np.array(rows) for name, rows in run.state.before.items()}, after, run.plan.seed)
    state = run.state
    took_s = max(state.took_s, 1e-9)
    outcome = Outcome(
        name=f"{run.trainee.prefix}{folder.absolute()}",
        best_epoch=state.best_epoch,
        epochs=len(state.epochs) - 1,
        changes=changes,
        took_s=took_s,
        products_per_s=state.step * run.step_size / took_s,
    )
    _write(run, base, outcome, folder)
    return outcome


def held_out_ids(folder: Path) -> frozenset[str] | None:
    """Ids of the products that a fine-tuned model was never shown; None for a model that was not made here.

    Raises
    ------
    InvalidInput: its metrics cannot be read.
    """
    path = folder / METRICS_FILE
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return frozenset(str(name) for name in content["held_out"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(
            f"says not which products were held out ({type(error).__name__})",
            field=str(path),
            remedy="Put the file back as fine-tuning wrote it, or delete it to compare by any products",
        ) from error


def _write(run: Run, base: str, outcome: Outcome, folder: Path) -> None:
    """Write all files beside the checkpoint first, so that figures and weights in the folder are always of one run."""
    unfinished = run.folder / _UNFINISHED
    kept = "The model before is still there. " if (folder / METRICS_FILE).is_file() else ""
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        with disk_errors(folder, kept):
            unfinished.mkdir()
            run.trainee.save(unfinished)
            _describe(run, base, outcome, unfinished)
        with disk_errors(folder):
            move_whole(unfinished, folder, run.trainee.config_file)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _describe(run: Run, base: str, outcome: Outcome, folder: Path) -> None:
    state = run.state
    metrics = _metrics(run, base, outcome)
    scores = [(epoch["epoch"] * run.steps_per_epoch, epoch["score"]) for epoch in state.epochs]
    curve = draw_curves(state.curve(), scores, state.best_epoch * run.steps_per_epoch)
    (folder / CURVE_FILE).write_text(curve, encoding="utf-8")
    (folder / METRICS_FILE).write_text(json.dumps(metrics, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / CARD_FILE).write_text(_card(run, base, outcome), encoding="utf-8")


def _changes(before: Scores, after: Scores, seed: int) -> tuple[Change, ...]:
    made = []
    for name, rows in after.items():
        known = before.get(name)
        if not len(rows):
            continue
        if known is None or len(known) != len(rows):
            made.append(Change(name, len(rows), None, float(rows.mean()), None, None))
            continue
        low, high = difference(known, rows, seed)
        made.append(Change(name, len(rows), float(known.mean()), float(rows.mean()), low, high))
    return tuple(made)


def _metrics(run: Run, base: str, outcome: Outcome) -> dict[str, Any]:
    ids, split = run.corpus.ids, run.split
    return {
        "format": FORMAT,
        "kind": run.trainee.kind,
        "base": base,
        "plan": asdict(run.plan),
        "products": {
            "train": len(split.train),
            "validation": len(split.validation),
            "held_out": len(split.held_out),
            "without_photo": run.corpus.without_photo,
            "bad_photos": run.corpus.bad_photos,
            "labels": len(run.corpus.label_names),
            "rare_labels": split.rare,
        },
        "measures": {change.name: asdict(change) | {"meaning": MEANINGS[change.name]} for change in outcome.changes},
        "best_epoch": outcome.best_epoch,
        "epochs": run.state.epochs,
        "losses": [{"step": step, "loss": loss} for step, loss in run.state.curve()],
        "steps_per_epoch": run.steps_per_epoch,
        "took_s": round(outcome.took_s, 3),
        "products_per_s": round(outcome.products_per_s, 3),
        "validation": sorted(ids[row] for row in split.validation),
        "held_out": sorted(ids[row] for row in split.held_out),
    }


def _card(run: Run, base: str, outcome: Outcome) -> str:
    plan, corpus, split = run.plan, run.corpus, run.split
    rows = "\n".join(
        f"| {MEANINGS[one.name]} | {_shown(one.before)} | {one.after:.3f} | {_interval(one)} |"
        for one in outcome.changes
    )
    taken = (
        f"the weights of epoch {outcome.best_epoch} of {outcome.epochs}"
        if outcome.best_epoch
        else "no epoch was better than the base model, so that these are its own weights"
    )
    settings = "\n".join(f"- {name}: {value}" for name, value in asdict(plan).items() if value is not None)
    photos = len(corpus.pixels)
    return f"""---
base_model: {json.dumps(base)}
tags: [{run.trainee.kind}, e-commerce, image-retrieval]
---
# {base}, fine-tuned on the products of a shop

Made by `vitrine finetune {run.trainee.kind}`. The licence is that of the base model.

![Loss and score](./{CURVE_FILE})

## Figures

On {len(split.held_out):,} products that training never saw; {taken}.
The last column is the 95 % bootstrap interval of the difference.

| measure | base | this model | difference |
|---|---|---|---|
{rows}

## Data

{len(corpus):,} products with {photos:,} photos and {len(corpus.label_names):,} labels:
{len(split.train):,} to learn from, {len(split.validation):,} that said when to stop, {len(split.held_out):,} held out.
{split.rare:,} labels with few products were split as one.
Left out: {corpus.without_photo:,} products without a photo, {corpus.bad_photos:,} whose photos cannot be used.

## How

{run.state.step:,} steps in {outcome.took_s:,.0f} s, {outcome.products_per_s:,.0f} products a second.

{settings}
"""


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _interval(change: Change) -> str:
    return "" if change.low is None or change.high is None else f"{change.low:+.3f} to {change.high:+.3f}"
