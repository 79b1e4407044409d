"""A fine-tuning from photos to a trained model, over nothing but forward and backward passes on the same batches."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.context import Context
from benchmarks.measures import Measure, Target, alternated, ratios
from encoders import EncoderOptions
from encoders.finetuning.batches import Batch, make_batch
from encoders.finetuning.clip import ClipTrainee
from encoders.finetuning.plan import Plan
from encoders.finetuning.products import TrainingProduct, read_corpus
from encoders.finetuning.splitting import stratified_split
from encoders.finetuning.training import Run
from encoders.photos import PhotoLimits
from evaluation.catalogue import CatalogueFile, read_catalogue, with_photos

_TARGET = Target(1.15)
_THREADS = 2


def measure(context: Context) -> list[Measure]:
    """The pocket model on some hundred products."""
    plan = Plan(epochs=context.sized(4, 1), batch_size=context.sized(128, 16), patience=9)
    file = CatalogueFile(
        path=context.products.products_path,
        photos=context.products.photos_path,
        products_max=context.sized(1_500, 60),
    )
    products = list(_products(file))
    folder = context.work_dir / "run"
    batches = _batches(_prepared(ClipTrainee("pocket", plan, EncoderOptions(device="cpu")), products, plan, folder))

    def whole(number: int) -> float:
        shutil.rmtree(folder, ignore_errors=True)
        trainee = ClipTrainee("pocket", plan, EncoderOptions(device="cpu"))
        began_s = time.perf_counter()
        run = _prepared(trainee, products, plan, folder)
        run.train(lambda _: None, checkpoint_every_s=60.0)
        took_s = time.perf_counter() - began_s
        context.say(f"round {number + 1}: fine-tuned in {took_s:.1f} s")
        return took_s

    def bare(number: int) -> float:
        trainee = ClipTrainee("pocket", plan, EncoderOptions(device="cpu"))
        trainee.begin_epoch(0)
        began_s = time.perf_counter()
        for _ in range(plan.epochs):
            for batch in batches:
                trainee.module.zero_grad(set_to_none=True)
                trainee.loss(batch).backward()  # type: ignore[no-untyped-call]  # torch leaves it without annotations.
        took_s = time.perf_counter() - began_s
        context.say(f"round {number + 1}: the bare passes took {took_s:.1f} s")
        return took_s

    sides = alternated(context.rounds, {"whole": whole, "bare": bare})
    name = "fine-tuning (decoding, steps, evaluation, checkpoints) over bare forward and backward passes"
    return [ratios(name, sides["whole"], sides["bare"], _TARGET)]


def _products(file: CatalogueFile) -> Iterator[TrainingProduct]:
    limits = PhotoLimits()
    for incoming in with_photos(file, read_catalogue(file).ids, limits):
        product = incoming.product
        photos = tuple(photo.data for photo in incoming.photos)
        yield TrainingProduct(product.id, (product.title, product.passage()), photos, product.category)


def _prepared(trainee: ClipTrainee, products: list[TrainingProduct], plan: Plan, folder: Path) -> Run:
    corpus = read_corpus(products, trainee.prepare_photo, folder / "photos.bin", _THREADS, lambda _: None)
    split = stratified_split(corpus.labels, corpus.groups, plan.held_out_share, plan.seed)
    return Run(trainee, corpus, split, plan, folder, {})


def _batches(run: Run) -> list[Batch]:
    """Those of the first epoch; those of the others are of the same size."""
    order = run.trainee.order(run.split.train, run.corpus.labels, 0)
    size = run.step_size
    starts = range(0, run.steps_per_epoch * size, size)
    return [
        make_batch(run.corpus, order[start : start + size], run.trainee.tokenize, (run.plan.seed, 0, number))
        for number, start in enumerate(starts)
    ]
