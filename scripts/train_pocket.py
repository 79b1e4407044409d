"""Train or evaluate the pocket model: a CLIP of a few million parameters for product photos and titles.

    python -m scripts.train_pocket --data ../shared/data/fashion --out encoders/pocket
    python -m scripts.train_pocket --data ../shared/data/fashion --evaluate encoders/pocket

Training reads the `train` split only, saves a checkpoint after every epoch and goes on from it when started again.
"""

from __future__ import annotations

import argparse
import copy
import math
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from scripts.pocket_batches import Batch, Corpus, Size, epoch_parts, made_ahead, make_batch, read_corpus
from scripts.pocket_data import PHOTO_SIZE
from scripts.pocket_drawn import read_drawn
from scripts.pocket_evaluation import evaluate_directory, evaluate_drawn
from scripts.pocket_loss import Memory, embed_batch_texts, embed_titles, set_heads, training_loss
from scripts.pocket_model import LOGIT_SCALE_MAX, PocketTrainee, embed_photos, embed_prepared, save_model, take_weights

CORES = 2
CHECKPOINT_STEPS = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train: small photos at an even learning rate, then photos of full size while the rate falls to zero.

    Attributes
    ----------
    epochs, late_epochs: in all, and how many of them with full size.
    text_rate: the text tower's learning rate as a share of `learning_rate`.
    text_epochs: how long the text tower learns; from then on it stands still, which makes a step a quarter cheaper.
    others: products of other batches whose titles each photo is compared with.
    """

    epochs: float = 30
    late_epochs: float = 8
    text_epochs: int = 12
    batch_size: int = 256
    learning_rate: float = 1e-3
    text_rate: float = 1.0
    weight_decay: float = 0.08
    warmup_steps: int = 200
    early_size: Size = (80, 60)
    others: int = 4096
    ema_decay: float = 0.997
    seed: int = 7

    def photo_size(self, epoch: int) -> Size:
        """Height and width of the photos in one epoch, in pixels."""
        return self.early_size if epoch < self.epochs - self.late_epochs else PHOTO_SIZE

    def learning_rate_at(self, step: int, steps_per_epoch: int) -> float:
        """Linear warm-up, an even stretch, then half a cosine down to zero at the last step."""
        if step < self.warmup_steps:
            return self.learning_rate * (step + 1) / self.warmup_steps
        late_steps = self.late_epochs * steps_per_epoch
        done = 1 - (self.epochs * steps_per_epoch - step) / max(1, late_steps)
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * min(1.0, max(0.0, done))))

    def batch_seed(self, epoch: int, number: int) -> int:
        """A seed of its own for every batch."""
        return (self.seed * 100_003 + epoch) * 100_003 + number


def build_optimizer(trainee: PocketTrainee, plan: Plan) -> torch.optim.AdamW:
    """AdamW that decays only matrices and kernels, not biases, norms, positions, label heads or the temperature."""
    groups = []
    for of_text, rate in ((True, plan.text_rate), (False, 1.0)):
        named = [(n, w) for n, w in trainee.named_parameters() if n.startswith("clip.text.") == of_text]
        decayed = [w for n, w in named if w.ndim > 1 and "positional" not in n and "heads" not in n]
        chosen = {id(weight) for weight in decayed}
        others = [weight for _, weight in named if id(weight) not in chosen]
        groups += [
            {"params": decayed, "weight_decay": plan.weight_decay, "share": rate},
            {"params": others, "weight_decay": 0.0, "share": rate},
        ]
    return torch.optim.AdamW(groups, lr=plan.learning_rate, betas=(0.9, 0.98), fused=True)


def twin(tower: nn.Module) -> nn.Module:
    """A copy with the same weights, not equal ones, and statistics of its own, so that threads do not write in one."""
    return copy.deepcopy(tower, {id(weight): weight for weight in tower.parameters()})


class Training:
    """The state of a run: model, moving average, optimizer, and the checkpoint they are kept in."""

    def __init__(self, corpus: Corpus, trainee: PocketTrainee, plan: Plan, checkpoint: Path) -> None:
        self.corpus, self.trainee, self.plan, self.checkpoint = corpus, trainee, plan, checkpoint
        self.trainee.clip.visual.to(memory_format=torch.channels_last)
        averaging = get_ema_multi_avg_fn(plan.ema_decay)  # type: ignore[no-untyped-call]  # torch leaves it untyped.
        self.towers = [trainee.clip.visual, *(twin(trainee.clip.visual) for _ in range(CORES - 1))]
        self.average = AveragedModel(self.trainee.clip, multi_avg_fn=averaging, use_buffers=True)
        self.optimizer = build_optimizer(self.trainee, plan)
        self.cores = ThreadPoolExecutor(CORES, initializer=torch.set_num_threads, initargs=(1,))
        self.steps_per_epoch = len(corpus.products) // plan.batch_size
        self.step = 0
        if checkpoint.exists():
            self._restore()
        else:
            self.memory = Memory(
                titles=embed_titles(corpus, trainee),
                photos=embed_prepared(trainee.clip.visual, corpus.photos, plan.photo_size(0)),
                codes=torch.from_numpy(corpus.codes),
            )

    @property
    def epoch(self) -> int:
        """The epoch that the next step belongs to, from 0."""
        return self.step // self.steps_per_epoch

    def _restore(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        self.trainee.load_state_dict(state["trainee"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]
        self.memory = Memory(state["titles"], state["photos"], torch.from_numpy(self.corpus.codes))

    def _save_checkpoint(self) -> None:
        """Replace the checkpoint in one step, so that a stop in the middle leaves the one before."""
        state = {
            "trainee": self.trainee.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "titles": self.memory.titles,
            "photos": self.memory.photos,
        }
        unfinished = self.checkpoint.with_suffix(".partial")
        torch.save(state, unfinished)
        unfinished.replace(self.checkpoint)

    def run(self) -> None:
        """Train to the end, saying after each epoch how it goes; leaves the averaged weights in the trainee."""
        while self.epoch < self.plan.epochs:
            started, epoch, size = time.monotonic(), self.epoch, self.plan.photo_size(self.epoch)
            texts_learn = epoch < self.plan.text_epochs
            if epoch == self.plan.text_epochs:
                self._rest_texts()
            self.trainee.clip.text.requires_grad_(texts_learn)
            losses = self._run_epoch(size)
            self._save_checkpoint()
            took_s = time.monotonic() - started
            print(
                f"epoch {epoch + 1}/{self.plan.epochs} at {size[0]}x{size[1]} loss {sum(losses) / len(losses):.4f} "
                f"{len(losses) * self.plan.batch_size / took_s:.0f} photos/s {took_s:.0f} s",
                flush=True,
            )
        self.trainee.clip.load_state_dict(self.average.module.state_dict())

    def _rest_texts(self) -> None:
        """Leave the text tower at its averaged weights, to stand still from now on."""
        averaged = {
            name: weight for name, weight in self.average.module.state_dict().items() if name.startswith("text.")
        }
        self.trainee.clip.load_state_dict(averaged, strict=False)

    def _run_epoch(self, size: Size) -> list[float]:
        """The epoch from the step it stands at, which is its first unless the run was interrupted within it."""
        self.trainee.train()
        for tower in self.towers:
            tower.train()
        epoch, first = divmod(self.step, self.steps_per_epoch)
        if first == 0:
            self.memory = replace(self.memory, titles=embed_titles(self.corpus, self.trainee))
        parts = epoch_parts(len(self.corpus.products), self.plan.batch_size, self.plan.seed + epoch)[first:]

        def make(number: int) -> Batch:
            seed = self.plan.batch_seed(epoch, first + number)
            return make_batch(self.corpus, parts[number], size, seed, self.plan.others)

        losses: list[float] = []
        for batch in made_ahead(make, len(parts)):
            rate = self.plan.learning_rate_at(self.step, self.steps_per_epoch)
            for group in self.optimizer.param_groups:
                group["lr"] = rate * group["share"]
            losses.append(self._learn(batch))
            self.step += 1
            if self.step % CHECKPOINT_STEPS == 0:
                self._save_checkpoint()
        return losses

    def _learn(self, batch: Batch) -> float:
        """One step. Each core takes its share of the photos through the photo tower, forth and back, on its own.

        Two threads inside every operation wait for each other a hundred times a step, which on a busy machine triples
        the processor time.
        """
        self.optimizer.zero_grad(set_to_none=True)
        shares = zip(self.towers, batch.photos.chunk(CORES), strict=True)
        coming = [self.cores.submit(embed_photos, tower, part) for tower, part in shares]
        texts_stand = self.epoch >= self.plan.text_epochs
        record, query = embed_batch_texts(self.trainee, batch, self.memory.titles, texts_stand)
        parts = [share.result() for share in coming]
        photo = torch.cat([part.detach() for part in parts]).requires_grad_()
        loss = training_loss(self.trainee, batch, (photo, record, query), self.memory)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves Tensor.backward without annotations.
        if photo.grad is not None:
            self._learn_photos(parts, photo.grad)
        torch.nn.utils.clip_grad_norm_(self.trainee.parameters(), 2.0)
        self.optimizer.step()
        with torch.no_grad():
            self.trainee.clip.logit_scale.clamp_(0.0, LOGIT_SCALE_MAX)
        self.average.update_parameters(self.trainee.clip)
        self.memory.photos[batch.rows] = photo.detach()
        return float(loss.detach())

    def _learn_photos(self, parts: list[Tensor], gradients: Tensor) -> None:
        """Carry the gradients of the photos' vectors (n, dim) back through the photo tower, a share on each core."""
        weights = list(self.trainee.clip.visual.parameters())
        coming = [
            self.cores.submit(torch.autograd.grad, part, weights, gradient)
            for part, gradient in zip(parts, gradients.chunk(CORES), strict=True)
        ]
        for weight, *found in zip(weights, *(share.result() for share in coming), strict=True):
            weight.grad = torch.stack(found).sum(dim=0)


def train(options: argparse.Namespace) -> None:
    """Train to the end, then write the averaged model."""
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    plan = Plan(
        epochs=options.epochs,
        late_epochs=options.late_epochs,
        text_epochs=options.text_epochs,
        learning_rate=options.rate,
        text_rate=options.text_rate,
        early_size=(options.early_height, options.early_height * 3 // 4),
        seed=options.seed,
    )
    corpus = read_corpus(
        options.data, read_drawn(options.drawn, options.checkpoint.with_suffix(".drawn.npz")), plan.seed
    )
    if options.start_from:
        corpus = replace(corpus, tokenizer=Tokenizer.from_file(str(options.start_from / "tokenizer.json")))
    trainee = PocketTrainee(corpus.tokenizer.get_vocab_size(), corpus.label_counts())
    if options.start_from:
        new = take_weights(trainee, corpus.tokenizer, options.start_from)
        set_heads(trainee, embed_titles(corpus, trainee), torch.from_numpy(corpus.codes))
        print(f"started from {options.start_from}; from random: {', '.join(new) or 'nothing'}", flush=True)
    training = Training(corpus, trainee, plan, options.checkpoint)
    training.run()
    save_model(trainee.clip, corpus.tokenizer, options.out)
    print(f"saved to {options.out}", flush=True)


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """The command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with products.csv and images.zip")
    parser.add_argument("--out", type=Path, default=Path("encoders/pocket"), help="where the model is written")
    parser.add_argument("--evaluate", type=Path, help="a model folder to evaluate on the val split instead of training")
    parser.add_argument("--start-from", type=Path, help="a model folder to begin with, instead of random weights")
    parser.add_argument("--rate", type=float, default=Plan().learning_rate, help="the learning rate while it is even")
    parser.add_argument("--text-rate", type=float, default=Plan().text_rate, help="the text tower's share of the rate")
    parser.add_argument("--early-height", type=int, default=80, help="of photos before the late epochs, in pixels")
    parser.add_argument("--epochs", type=float, default=Plan().epochs)
    parser.add_argument("--late-epochs", type=float, default=Plan().late_epochs, help="of them at full size")
    parser.add_argument("--text-epochs", type=int, default=Plan().text_epochs, help="of them the text tower learns")
    parser.add_argument("--drawn", type=int, default=1500, help="how many drawn products to train on as well")
    parser.add_argument("--seed", type=int, default=Plan().seed)
    parser.add_argument("--checkpoint", type=Path, default=Path("pocket.ckpt"), help="where the run is kept")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    """Train, or evaluate a trained model."""
    options = parse_arguments(arguments)
    if options.evaluate:
        print(evaluate_directory(options.evaluate, options.data))
        print(evaluate_drawn(options.evaluate, options.drawn))
        return
    train(options)


if __name__ == "__main__":
    main(sys.argv[1:])
