"""Train or evaluate the pocket model: a CLIP of a few million parameters for product photos and titles.

    python -m scripts.train_pocket --data ../shared/data/fashion --out encoders/pocket
    python -m scripts.train_pocket --data ../shared/data/fashion --evaluate encoders/pocket

Training reads the `train` split only, saves a checkpoint after every epoch and goes on from it when started again.
The same seed, epochs and thread count give the same model on the same machine.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from scripts.pocket_data import (
    FIELDS,
    HEADS,
    PHOTO_PX,
    WHITE,
    Product,
    build_tokenizer,
    field_codes,
    query_caption,
    read_photos,
    read_products,
    record_caption,
    states_mask,
)
from scripts.pocket_evaluation import evaluate_directory
from scripts.pocket_model import LOGIT_SCALE_MAX, Batch, PocketTrainee, save_model, training_loss


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train. Photos are shown at `early_px` for `early_share` of the epochs, because that is twice as fast."""

    epochs: int = 12
    batch_size: int = 256
    learning_rate: float = 2e-3
    weight_decay: float = 0.08
    warmup_steps: int = 250
    early_px: int = 64
    early_share: float = 0.75
    ema_decay: float = 0.995
    seed: int = 7
    label_weights: dict[str, float] = field(
        default_factory=lambda: {"article_type": 0.6, "colour": 0.25, "gender": 0.15}
    )

    def photo_px(self, epoch: int) -> int:
        """The side of the photos in this epoch, in pixels."""
        return self.early_px if epoch < self.early_share * self.epochs else PHOTO_PX

    def learning_rate_at(self, step: int, steps: int) -> float:
        """Linear warm-up, then a half cosine down to zero at the last step."""
        if step < self.warmup_steps:
            return self.learning_rate * (step + 1) / self.warmup_steps
        done = (step - self.warmup_steps) / max(1, steps - self.warmup_steps)
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


@dataclass(frozen=True, slots=True)
class Corpus:
    """The training split in memory: products, photos uint8 (n, px, px, 3), field codes int64 (n, fields), tokenizer."""

    products: list[Product]
    photos: npt.NDArray[np.uint8]
    codes: npt.NDArray[np.int64]
    tokenizer: Tokenizer

    def label_counts(self) -> dict[str, int]:
        """How many values each label head tells apart."""
        return {name: int(self.codes[:, FIELDS.index(name)].max()) + 1 for name in HEADS}


def augment(photos: Tensor, side_px: int, generator: torch.Generator) -> Tensor:
    """Random flip, zoom, stretch, turn, shift, exposure and erasing: uint8 (n, p, p, 3) to float (n, 3, side, side).

    White is mapped to zero while the photo is moved, so that what comes in from outside is white as in the padding.
    Hue is left alone: colour is part of what a product is.
    """
    count = len(photos)

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, generator=generator)

    flip = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0)
    zoom, stretch, turn = uniform(0.75, 1.1), uniform(0.9, 1.1), uniform(-0.12, 0.12)
    rows = [flip * zoom * stretch * turn.cos(), -zoom * turn.sin(), uniform(-0.15, 0.15)]
    columns = [flip * zoom * turn.sin(), zoom / stretch * turn.cos(), uniform(-0.15, 0.15)]
    theta = torch.stack([torch.stack(rows, dim=1), torch.stack(columns, dim=1)], dim=1)
    pixels = (photos.permute(0, 3, 1, 2).float() - WHITE) / 127.5
    grid = functional.affine_grid(theta, [count, 3, side_px, side_px], align_corners=False)
    moved = functional.grid_sample(pixels, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    contrast = uniform(0.85, 1.15)[:, None, None, None]
    moved = erase((moved * contrast).clamp(-2.0, 0.0), generator) + 1.0
    return moved.contiguous(memory_format=torch.channels_last)


def erase(photos: Tensor, generator: torch.Generator) -> Tensor:
    """Set a rectangle of a quarter of the photos to a random grey, in place (Zhong et al. 2020, random erasing)."""
    side = photos.shape[-1]
    chances = torch.rand(len(photos), 6, generator=generator).tolist()
    for photo, (happens, height, width, top, left, grey) in zip(photos, chances, strict=True):
        if happens < 0.25:
            tall, wide = int(side * (0.15 + 0.3 * height)), int(side * (0.15 + 0.3 * width))
            y, x = int((side - tall) * top), int((side - wide) * left)
            photo[:, y : y + tall, x : x + wide] = -2.0 * grey
    return photos


def make_batch(corpus: Corpus, rows: npt.NDArray[np.int64], side_px: int, seed: int) -> Batch:
    """One batch of augmented photos and freshly sampled texts of the products in `rows`; decided by the seed alone."""
    chance, generator = random.Random(seed), torch.Generator().manual_seed(seed)
    products = [corpus.products[row] for row in rows]
    records = [record_caption(product, chance) for product in products]
    queries = [query_caption(product, chance) for product in products]
    encoded = corpus.tokenizer.encode_batch([caption.text for caption in [*records, *queries]])
    ids = torch.tensor([encoding.ids for encoding in encoded])
    codes = torch.from_numpy(corpus.codes[rows])
    return Batch(
        photos=augment(torch.from_numpy(corpus.photos[rows]), side_px, generator),
        record_ids=ids[: len(rows)],
        query_ids=ids[len(rows) :],
        codes=codes,
        record_states=torch.from_numpy(states_mask(records)),
        query_states=torch.from_numpy(states_mask(queries)),
        labels={name: codes[:, FIELDS.index(name)] for name in HEADS},
    )


def epoch_batches(corpus: Corpus, plan: Plan, epoch: int) -> Iterator[Batch]:
    """The batches of one epoch, each prepared in a thread while the one before is learnt from."""
    order = np.random.default_rng(plan.seed + epoch).permutation(len(corpus.products))
    steps = len(order) // plan.batch_size
    parts = [order[i * plan.batch_size : (i + 1) * plan.batch_size] for i in range(steps)]
    with ThreadPoolExecutor(max_workers=1) as ahead:
        seeds = [(plan.seed * 1_000_003 + epoch) * 100_003 + number for number in range(steps)]
        coming = ahead.submit(make_batch, corpus, parts[0], plan.photo_px(epoch), seeds[0])
        for number in range(steps):
            batch = coming.result()
            if number + 1 < steps:
                coming = ahead.submit(make_batch, corpus, parts[number + 1], plan.photo_px(epoch), seeds[number + 1])
            yield batch


def build_optimizer(trainee: PocketTrainee, plan: Plan) -> torch.optim.AdamW:
    """AdamW that decays only matrices and kernels, not biases, norms, positions or the temperature."""
    named = list(trainee.named_parameters())
    decayed = [p for name, p in named if p.ndim > 1 and "positional" not in name and "heads" not in name]
    chosen = {id(p) for p in decayed}
    others = [p for _, p in named if id(p) not in chosen]
    groups = [{"params": decayed, "weight_decay": plan.weight_decay}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=plan.learning_rate, betas=(0.9, 0.98))


class Training:
    """The state of a run: model, moving average, optimizer, and the checkpoint they are kept in."""

    def __init__(self, corpus: Corpus, plan: Plan, checkpoint: Path) -> None:
        torch.manual_seed(plan.seed)
        self.corpus, self.plan, self.checkpoint = corpus, plan, checkpoint
        self.trainee = PocketTrainee(corpus.tokenizer.get_vocab_size(), corpus.label_counts())
        self.trainee.clip.visual.to(memory_format=torch.channels_last)
        self.average = AveragedModel(
            self.trainee.clip, multi_avg_fn=get_ema_multi_avg_fn(plan.ema_decay), use_buffers=True
        )
        self.optimizer = build_optimizer(self.trainee, plan)
        self.epoch = 0
        if checkpoint.exists():
            self._restore()

    def _restore(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        self.trainee.load_state_dict(state["trainee"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch = state["epoch"]

    def save_checkpoint(self) -> None:
        """Replace the checkpoint in one step, so that a stop in the middle leaves the one before."""
        state = {
            "trainee": self.trainee.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "epoch": self.epoch,
        }
        unfinished = self.checkpoint.with_suffix(".partial")
        torch.save(state, unfinished)
        unfinished.replace(self.checkpoint)

    def run_epoch(self) -> float:
        """Learn from every product once; the mean loss."""
        self.trainee.train()
        steps_per_epoch = len(self.corpus.products) // self.plan.batch_size
        losses = []
        for number, batch in enumerate(epoch_batches(self.corpus, self.plan, self.epoch)):
            step = self.epoch * steps_per_epoch + number
            for group in self.optimizer.param_groups:
                group["lr"] = self.plan.learning_rate_at(step, steps_per_epoch * self.plan.epochs)
            losses.append(self._learn(batch))
        self.epoch += 1
        return sum(losses) / len(losses)

    def _learn(self, batch: Batch) -> float:
        loss = training_loss(self.trainee, batch, self.plan.label_weights)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves Tensor.backward without annotations.
        torch.nn.utils.clip_grad_norm_(self.trainee.parameters(), 2.0)
        self.optimizer.step()
        with torch.no_grad():
            self.trainee.clip.logit_scale.clamp_(0.0, LOGIT_SCALE_MAX)
        self.average.update_parameters(self.trainee.clip)
        return float(loss.detach())


def read_corpus(data_dir: Path, seed: int) -> Corpus:
    """Read the training split and learn its vocabulary."""
    products = read_products(data_dir, "train")
    return Corpus(products, read_photos(data_dir, products), field_codes(products), build_tokenizer(products, seed))


def train(data_dir: Path, out_dir: Path, plan: Plan, checkpoint: Path) -> None:
    """Train to the end of the plan, then write the averaged model to `out_dir`."""
    corpus = read_corpus(data_dir, plan.seed)
    training = Training(corpus, plan, checkpoint)
    while training.epoch < plan.epochs:
        started = time.monotonic()
        loss = training.run_epoch()
        training.save_checkpoint()
        took_s = time.monotonic() - started
        left_min = took_s * (plan.epochs - training.epoch) / 60
        print(
            f"epoch {training.epoch}/{plan.epochs} loss {loss:.4f} temperature "
            f"{training.trainee.clip.logit_scale.exp().item():.1f} {len(corpus.products) / took_s:.0f} products/s "
            f"{took_s:.0f} s, about {left_min:.0f} min left",
            flush=True,
        )
    save_model(training.average.module, corpus.tokenizer, out_dir)
    print(f"saved to {out_dir}", flush=True)


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """The command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with products.csv and images.zip")
    parser.add_argument("--out", type=Path, default=Path("encoders/pocket"), help="where the model is written")
    parser.add_argument("--evaluate", type=Path, help="a model folder to evaluate on the val split instead of training")
    parser.add_argument("--epochs", type=int, default=Plan().epochs)
    parser.add_argument("--seed", type=int, default=Plan().seed)
    parser.add_argument("--checkpoint", type=Path, default=Path("pocket.ckpt"), help="where the run is kept")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    """Train, or evaluate a trained model."""
    options = parse_arguments(arguments)
    if options.evaluate:
        print(evaluate_directory(options.evaluate, options.data))
        return
    plan = Plan(epochs=options.epochs, seed=options.seed)
    train(options.data, options.out, plan, options.checkpoint)


if __name__ == "__main__":
    main(sys.argv[1:])
