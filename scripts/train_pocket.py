"""Train or evaluate the pocket model: a CLIP of a few million parameters for product photos and titles.

    python -m scripts.train_pocket --data ../shared/data/fashion --out encoders/pocket
    python -m scripts.train_pocket --data ../shared/data/fashion --evaluate encoders/pocket

Training reads the `train` split only, saves a checkpoint after every epoch and goes on from it when started again.
The same seed, epochs and thread count give the same model on the same machine.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from scripts.pocket_batches import Corpus, epoch_parts, made_ahead, make_batch, read_corpus
from scripts.pocket_data import PHOTO_PX
from scripts.pocket_evaluation import evaluate_directory
from scripts.pocket_model import LOGIT_SCALE_MAX, PocketTrainee, save_model, training_loss
from scripts.pocket_refining import embed_fixed_texts, freeze_texts, make_photo_batch, refining_loss


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train: first both towers, then the photo tower alone.

    Photos are shown at `early_px` for `early_share` of the epochs of a phase, because that is twice as fast.
    """

    epochs: int = 12
    refining_epochs: int = 12
    batch_size: int = 256
    learning_rate: float = 2e-3
    weight_decay: float = 0.08
    warmup_steps: int = 250
    early_px: int = 64
    early_share: float = 0.7
    ema_decay: float = 0.995
    seed: int = 7
    label_weights: dict[str, float] = field(
        default_factory=lambda: {"article_type": 0.6, "colour": 0.25, "gender": 0.15}
    )

    def photo_px(self, epoch: int, epochs: int) -> int:
        """The side of the photos in one epoch of a phase of so many, in pixels."""
        return self.early_px if epoch < self.early_share * epochs else PHOTO_PX

    def learning_rate_at(self, step: int, steps: int) -> float:
        """Linear warm-up, then a half cosine down to zero at the last step."""
        if step < self.warmup_steps:
            return self.learning_rate * (step + 1) / self.warmup_steps
        done = (step - self.warmup_steps) / max(1, steps - self.warmup_steps)
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))

    def batch_seed(self, phase: int, epoch: int, number: int) -> int:
        """A seed of its own for every batch."""
        return ((self.seed * 10 + phase) * 100_003 + epoch) * 100_003 + number


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of training: for how long, on what, and what it minimises. `batches` takes the epoch's number."""

    epochs: int
    steps_per_epoch: int
    batches: Callable[[int], Iterator[Any]]
    loss: Callable[[Any], Tensor]


def build_optimizer(trainee: PocketTrainee, plan: Plan) -> torch.optim.AdamW:
    """AdamW that decays only matrices and kernels, not biases, norms, positions or the temperature."""
    named = [(name, weight) for name, weight in trainee.named_parameters() if weight.requires_grad]
    decayed = [w for name, w in named if w.ndim > 1 and "positional" not in name and "heads" not in name]
    chosen = {id(weight) for weight in decayed}
    others = [weight for _, weight in named if id(weight) not in chosen]
    groups = [{"params": decayed, "weight_decay": plan.weight_decay}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=plan.learning_rate, betas=(0.9, 0.98))


class Training:
    """The state of one phase: model, moving average, optimizer, and the checkpoint they are kept in."""

    def __init__(self, trainee: PocketTrainee, plan: Plan, checkpoint: Path) -> None:
        self.trainee, self.plan, self.checkpoint = trainee, plan, checkpoint
        self.trainee.clip.visual.to(memory_format=torch.channels_last)
        averaging = get_ema_multi_avg_fn(plan.ema_decay)  # type: ignore[no-untyped-call]  # torch leaves it untyped.
        self.average = AveragedModel(self.trainee.clip, multi_avg_fn=averaging, use_buffers=True)
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

    def _save_checkpoint(self) -> None:
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

    def run(self, phase: Phase) -> None:
        """Train to the end of the phase, saying after each epoch how it goes."""
        while self.epoch < phase.epochs:
            started = time.monotonic()
            losses = self._run_epoch(phase)
            self._save_checkpoint()
            took_s = time.monotonic() - started
            left_min = took_s * (phase.epochs - self.epoch) / 60
            print(
                f"epoch {self.epoch}/{phase.epochs} loss {sum(losses) / len(losses):.4f} "
                f"{len(losses) * self.plan.batch_size / took_s:.0f} products/s {took_s:.0f} s, "
                f"about {left_min:.0f} min left",
                flush=True,
            )

    def _run_epoch(self, phase: Phase) -> list[float]:
        self.trainee.train()
        losses: list[float] = []
        steps_per_epoch = phase.steps_per_epoch
        for number, batch in enumerate(phase.batches(self.epoch)):
            step = self.epoch * steps_per_epoch + number
            for group in self.optimizer.param_groups:
                group["lr"] = self.plan.learning_rate_at(step, steps_per_epoch * phase.epochs)
            losses.append(self._learn(phase.loss(batch)))
        self.epoch += 1
        return losses

    def _learn(self, loss: Tensor) -> float:
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves Tensor.backward without annotations.
        torch.nn.utils.clip_grad_norm_(self.trainee.parameters(), 2.0)
        self.optimizer.step()
        with torch.no_grad():
            self.trainee.clip.logit_scale.clamp_(0.0, LOGIT_SCALE_MAX)
        self.average.update_parameters(self.trainee.clip)
        return float(loss.detach())


def learn_both_towers(corpus: Corpus, trainee: PocketTrainee, plan: Plan, checkpoint: Path) -> None:
    """First phase; leaves the averaged weights in `trainee`."""

    def batches(epoch: int) -> Iterator[Any]:
        parts = epoch_parts(len(corpus.products), plan.batch_size, plan.seed + epoch)
        px = plan.photo_px(epoch, plan.epochs)
        return made_ahead(lambda i: make_batch(corpus, parts[i], px, plan.batch_seed(1, epoch, i)), len(parts))

    training = Training(trainee, plan, checkpoint)
    steps = len(corpus.products) // plan.batch_size
    training.run(Phase(plan.epochs, steps, batches, lambda batch: training_loss(trainee, batch, plan.label_weights)))
    trainee.clip.load_state_dict(training.average.module.state_dict())


def refine_photo_tower(corpus: Corpus, trainee: PocketTrainee, plan: Plan, checkpoint: Path) -> None:
    """Second phase; leaves the averaged weights in `trainee`."""
    texts = embed_fixed_texts(corpus, trainee, plan.seed)
    freeze_texts(trainee)

    def batches(epoch: int) -> Iterator[Any]:
        parts = epoch_parts(len(corpus.products), plan.batch_size, plan.seed + 1000 + epoch)
        px = plan.photo_px(epoch, plan.refining_epochs)
        return made_ahead(lambda i: make_photo_batch(corpus, parts[i], px, plan.batch_seed(2, epoch, i)), len(parts))

    training = Training(trainee, plan, checkpoint)
    steps = len(corpus.products) // plan.batch_size
    training.run(Phase(plan.refining_epochs, steps, batches, lambda batch: refining_loss(trainee, texts, batch)))
    trainee.clip.load_state_dict(training.average.module.state_dict())


def train(data_dir: Path, out_dir: Path, plan: Plan, checkpoint: Path) -> None:
    """Train through both phases, then write the averaged model to `out_dir`."""
    torch.manual_seed(plan.seed)
    corpus = read_corpus(data_dir, plan.seed)
    trainee = PocketTrainee(corpus.tokenizer.get_vocab_size(), corpus.label_counts())
    learn_both_towers(corpus, trainee, plan, checkpoint)
    refine_photo_tower(corpus, trainee, plan, checkpoint.with_suffix(".refined.ckpt"))
    save_model(trainee.clip, corpus.tokenizer, out_dir)
    print(f"saved to {out_dir}", flush=True)


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """The command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with products.csv and images.zip")
    parser.add_argument("--out", type=Path, default=Path("encoders/pocket"), help="where the model is written")
    parser.add_argument("--evaluate", type=Path, help="a model folder to evaluate on the val split instead of training")
    parser.add_argument("--epochs", type=int, default=Plan().epochs)
    parser.add_argument("--refining-epochs", type=int, default=Plan().refining_epochs)
    parser.add_argument("--seed", type=int, default=Plan().seed)
    parser.add_argument("--checkpoint", type=Path, default=Path("pocket.ckpt"), help="where the run is kept")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    """Train, or evaluate a trained model."""
    options = parse_arguments(arguments)
    if options.evaluate:
        print(evaluate_directory(options.evaluate, options.data))
        return
    plan = Plan(epochs=options.epochs, refining_epochs=options.refining_epochs, seed=options.seed)
    train(options.data, options.out, plan, options.checkpoint)


if __name__ == "__main__":
    main(sys.argv[1:])
