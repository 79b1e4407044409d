"""The run: epochs, early stopping, and going on after an interruption as if there had been none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch

from core.encoders import EncoderDescription
from core.errors import Conflict
from encoders.finetuning.batches import Batch, made_ahead, make_batch
from encoders.finetuning.checkpoints import RandomStates, load_state, save_state
from encoders.finetuning.measuring import Scores, means, single_score
from encoders.finetuning.optimizing import Learner, Stepper
from encoders.finetuning.plan import Plan
from encoders.finetuning.products import Codes, Corpus
from encoders.finetuning.splitting import Split

CHECKPOINT, BEST = "checkpoint.pt", "best.pt"
_POINTS_MAX = 300


class Trainee(Learner, Protocol):
    """What learns: its own loss, its own order, its own measures.

    Attributes
    ----------
    prefix: before its folder, the name that it is called by once it is saved.
    config_file: a folder that has it holds a whole model.
    """

    kind: str
    prefix: str
    config_file: str
    precision: torch.dtype

    @property
    def description(self) -> EncoderDescription:
        """Of what it began with."""

    def tokenize(self, texts: list[str]) -> Any:
        """Texts as `loss` takes them; called in threads."""

    def groups(self) -> list[dict[str, Any]]:
        """Parameters that learn, with `weight_decay` and `share` of the learning rate."""

    def begin_epoch(self, epoch: int) -> None:
        """Let learn what learns in this epoch, from 0."""

    def order(self, rows: Codes, labels: Codes, epoch: int) -> Codes:
        """In which order products are learned from in one epoch; `labels` of all products."""

    def measure(self, corpus: Corpus, rows: Codes) -> Scores:
        """How well it retrieves among some products."""

    def save(self, folder: Path) -> None:
        """Write the model into a folder of its own."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes
    ----------
    step, steps: of all. epoch: the one that is under way, from 1.
    products: learned from since this process began, in `took_s` seconds.
    loss: mean of the last steps. score: of the last evaluation, the larger the better.
    """

    step: int
    steps: int
    epoch: int
    products: int
    took_s: float
    loss: float
    score: float


@dataclass
class RunState:
    """What a run remembers beside its weights; plain values, so that a checkpoint holds nothing that could be run.

    Attributes
    ----------
    losses: of every step so far.
    epochs: of each epoch, 0 before the first: its mean loss, its score and its measures on the validation products.
    before: measures of the base model on the held-out products, row by row.
    took_s: in all processes together.
    """

    step: int = 0
    losses: list[float] = field(default_factory=list)
    epochs: list[dict[str, Any]] = field(default_factory=list)
    before: dict[str, list[float]] = field(default_factory=dict)
    took_s: float = 0.0

    @property
    def best_epoch(self) -> int:
        """The epoch of the highest score; 0: none was better than the base model."""
        scores = [epoch["score"] for epoch in self.epochs]
        return scores.index(max(scores))

    def waited(self) -> int:
        """Epochs since the best one."""
        return len(self.epochs) - 1 - self.best_epoch

    def curve(self) -> list[tuple[int, float]]:
        """Step and mean loss around it, at most a few hundred points."""
        width = max(1, -(-len(self.losses) // _POINTS_MAX))
        parts = [self.losses[at : at + width] for at in range(0, len(self.losses), width)]
        return [(at * width + len(part), sum(part) / len(part)) for at, part in enumerate(parts)]


class Run:
    """One fine-tuning, kept in a folder.

    Parameters
    ----------
    folder: of its checkpoint; the finished model goes elsewhere.
    identity: what must be the same for a run to go on, such as the base model's files.

    Raises
    ------
    Conflict: the folder holds a run of other products, another base model or another plan.
    """

    def __init__(
        self, trainee: Trainee, corpus: Corpus, split: Split, plan: Plan, folder: Path, identity: Mapping[str, str]
    ) -> None:
        self.trainee, self.corpus, self.split, self.plan, self.folder = trainee, corpus, split, plan, folder
        self.step_size = min(plan.batch_size * plan.accumulate, len(split.train))
        self.steps_per_epoch = len(split.train) // self.step_size
        self.steps = plan.epochs * self.steps_per_epoch
        torch.manual_seed(plan.seed)
        self.state = RunState()
        self.resumed = False
        self._identity = {"products": corpus.digest, "kind": trainee.kind, **identity} | {
            name: str(value) for name, value in asdict(plan).items()
        }
        self._stepper = Stepper(trainee, trainee.groups(), plan, trainee.precision)
        self._saved_s = self._told_s = time.monotonic()
        self._restore()

    @property
    def finished(self) -> bool:
        """Whether there is nothing more to learn: all epochs are over, or the last ones brought nothing."""
        done = len(self.state.epochs) - 1
        return done >= self.plan.epochs or (done >= 0 and self.state.waited() >= self.plan.patience)

    def train(self, report: Callable[[Progress], None], checkpoint_every_s: float) -> None:
        """Learn to the end, then take the weights of the best epoch.

        Parameters
        ----------
        report: is told after every step how far it is.
        checkpoint_every_s: how often the run is saved within an epoch; at the end of each it always is.

        Raises
        ------
        Diverged: the loss is no number; the weights are those of the best epoch.
        InvalidInput: the disk is full, or a batch does not fit into memory.
        """
        if not self.state.epochs:
            self.state.before = {
                name: rows.tolist() for name, rows in self.trainee.measure(self.corpus, self.split.held_out).items()
            }
            self._evaluate(0, 0.0)
        began_s, began_step = time.monotonic(), self.state.step
        try:
            while not self.finished:
                for _ in self._epoch():
                    took_s = time.monotonic() - began_s
                    report(self._progress((self.state.step - began_step) * self.step_size, took_s))
                    if time.monotonic() - self._saved_s >= checkpoint_every_s:
                        self._save()
        finally:
            self._take_best()

    def _epoch(self) -> Iterator[None]:
        """The rest of the epoch that the run stands in, step by step, and its evaluation."""
        # Not by the steps: a run that was stopped after an epoch's last one still has to evaluate it.
        epoch = len(self.state.epochs) - 1
        first = self.state.step - epoch * self.steps_per_epoch
        self.trainee.begin_epoch(epoch)
        order = self.trainee.order(self.split.train, self.corpus.labels, epoch)

        def make(number: int) -> Batch:
            rows = order[number * self.step_size : (number + 1) * self.step_size]
            return make_batch(self.corpus, rows, self.trainee.tokenize, (self.plan.seed, epoch, number))

        for batch in made_ahead(make, range(first, self.steps_per_epoch)):
            rate = self.plan.rate_at(self.state.step, self.steps)
            self.state.losses.append(self._stepper.step(batch, rate))
            self.state.step += 1
            yield
        losses = self.state.losses[-self.steps_per_epoch :]
        self._evaluate(epoch + 1, sum(losses) / len(losses))

    def _evaluate(self, epoch: int, loss: float) -> None:
        scores = self.trainee.measure(self.corpus, self.split.validation)
        self.state.epochs.append(
            {"epoch": epoch, "loss": loss, "score": single_score(scores), "validation": means(scores)}
        )
        if self.state.best_epoch == epoch:
            save_state({"epoch": epoch, "model": self.trainee.module.state_dict()}, self.folder / BEST)
        self._save()

    def _progress(self, products: int, took_s: float) -> Progress:
        recent = self.state.losses[-20:]
        return Progress(
            step=self.state.step,
            steps=self.steps,
            epoch=(self.state.step - 1) // self.steps_per_epoch + 1,
            products=products,
            took_s=took_s,
            loss=sum(recent) / len(recent),
            score=self.state.epochs[-1]["score"],
        )

    def _save(self) -> None:
        random = RandomStates.now()
        self.state.took_s += time.monotonic() - self._told_s
        self._told_s = time.monotonic()
        state = {
            "identity": self._identity,
            "run": asdict(self.state),
            "model": self.trainee.module.state_dict(),
            "optimizer": self._stepper.optimizer.state_dict(),
            "scaler": self._stepper.scaler.state_dict(),
            "pass_size": self._stepper.pass_size,
            "random": {"cpu": random.cpu, "cuda": list(random.cuda)},
        }
        save_state(state, self.folder / CHECKPOINT)
        self._saved_s = time.monotonic()

    def _restore(self) -> None:
        state = load_state(self.folder / CHECKPOINT)
        if state is None:
            return
        self._check_identity(state["identity"])
        self.trainee.module.load_state_dict(state["model"])
        self._stepper.optimizer.load_state_dict(state["optimizer"])
        self._stepper.scaler.load_state_dict(state["scaler"])
        self._stepper.pass_size = state["pass_size"]
        RandomStates(state["random"]["cpu"], tuple(state["random"]["cuda"])).restore()
        self.state = RunState(**state["run"])
        self.resumed = True

    def _check_identity(self, known: Mapping[str, str]) -> None:
        other = [name for name in self._identity if known.get(name) != self._identity[name]]
        if other:
            told = "; ".join(f"{name} is {self._identity[name]}, was {known.get(name)}" for name in other)
            raise Conflict(
                f"{self.folder} holds an unfinished fine-tuning of another kind: {told}. Repeat the command as it was "
                "to go on with it, begin anew with --restart, or name another --out"
            )

    def _take_best(self) -> None:
        state = load_state(self.folder / BEST)
        if state is not None:
            self.trainee.module.load_state_dict(state["model"])
        self.trainee.module.eval()
