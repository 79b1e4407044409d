"""A whole fine-tuning: from products to a folder with a model that is measured."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import Conflict, InvalidInput
from encoders.finetuning.checkpoints import disk_errors
from encoders.finetuning.clip import ClipTrainee
from encoders.finetuning.optimizing import Diverged
from encoders.finetuning.outcome import METRICS_FILE, Outcome, finish
from encoders.finetuning.plan import Plan
from encoders.finetuning.products import Corpus, TrainingProduct, check_labels, read_corpus
from encoders.finetuning.splitting import stratified_split
from encoders.finetuning.training import CHECKPOINT, Progress, Run
from encoders.finetuning.two_tower import TwoTowerTrainee
from encoders.fingerprints import fingerprint
from encoders.loading import EncoderOptions

RUN_FOLDER, PIXELS = "run", "photos.bin"
_LOCK = ".finetuning.lock"


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be made.

    Attributes
    ----------
    base: name of the encoder to begin with; of a two-tower model, its image backbone.
    out: folder of the model; while training, what it goes on from lies in `run` below it.
    label: the column that labels come from, for messages.
    restart: forget what an earlier run has left there.
    text_base: the text backbone of a two-tower model; empty for others.
    """

    base: str
    out: Path
    label: str
    plan: Plan
    options: EncoderOptions
    decode_threads: int
    checkpoint_every_s: float
    restart: bool
    text_base: str = ""

    @property
    def bases(self) -> str:
        """What is begun with, for a person."""
        return f"{self.base} and {self.text_base}" if self.text_base else self.base


@dataclass(frozen=True, slots=True)
class Watching:
    """Who wants to know how far it is.

    Attributes
    ----------
    reading: is told how many products have been read. began: once, with the run that begins or goes on.
    training: is told after every step.
    """

    reading: Callable[[int], None]
    began: Callable[[Run], None]
    training: Callable[[Progress], None]


def fine_tune_clip(
    task: Task, products: Iterable[TrainingProduct], columns: Callable[[], Sequence[str]], watching: Watching
) -> Outcome:
    """Fine-tune an open_clip model.

    Parameters
    ----------
    products: read once, in the same order every time.
    columns: names of the columns that labels could come from, asked for when the one that was named does not do.

    Raises
    ------
    ConfigurationError, EncoderUnavailable: there is no such base model, or it cannot be loaded.
    InvalidInput: products, labels or settings that nothing can be learned with, or a disk that is full.
    Conflict: the folder holds something else already, or another fine-tuning is writing to it.
    """
    with _held(task):
        return _fine_tune(task, ClipTrainee(task.base, task.plan, task.options), products, columns, watching)


def fine_tune_two_tower(
    task: Task, products: Iterable[TrainingProduct], columns: Callable[[], Sequence[str]], watching: Watching
) -> Outcome:
    """Train a two-tower model on two encoders; parameters and errors as of `fine_tune_clip`."""
    with _held(task):
        trainee = TwoTowerTrainee(task.base, task.text_base, task.plan, task.options)
        return _fine_tune(task, trainee, products, columns, watching)


def _fine_tune(
    task: Task,
    trainee: ClipTrainee | TwoTowerTrainee,
    products: Iterable[TrainingProduct],
    columns: Callable[[], Sequence[str]],
    watching: Watching,
) -> Outcome:
    pixels_file = task.out / RUN_FOLDER / PIXELS
    corpus = read_corpus(products, trainee.prepare_photo, pixels_file, task.decode_threads, watching.reading)
    check_labels(corpus, task.label, columns())
    return _run_to_end(task, _run(task, trainee, corpus), watching)


@contextmanager
def _held(task: Task) -> Iterator[None]:
    """Keep other runs out of the folder: they would write their photos under those that this one reads.

    Raises
    ------
    Conflict: it is the base model's own folder, holds a finished model, or another run is in it.
    InvalidInput: it cannot be written.
    """
    if task.out.absolute() in (_folder_of(task.base), _folder_of(task.text_base)):
        raise Conflict(f"--out {task.out} is the folder of the base model itself; name another one")
    lock = FileLock(task.out / _LOCK)
    with disk_errors(task.out):
        task.out.mkdir(parents=True, exist_ok=True)
        try:
            held = lock.acquire(timeout=0)
        except Timeout as error:
            raise Conflict(
                f"another fine-tuning is writing to --out {task.out}; let it end, or name another folder"
            ) from error
    with held:
        try:
            _check_out(task)
            yield
        finally:
            # While it is still held: who has opened it meanwhile sees that it is gone, and makes another.
            (task.out / _LOCK).unlink(missing_ok=True)


def _check_out(task: Task) -> None:
    """Refuse a folder that holds a finished model, before anything is read; make room if that was asked for."""
    if task.restart:
        shutil.rmtree(task.out / RUN_FOLDER, ignore_errors=True)
    elif (task.out / METRICS_FILE).is_file() and not (task.out / RUN_FOLDER / CHECKPOINT).is_file():
        raise Conflict(f"--out {task.out} holds a finished model; name another folder, or begin anew with --restart")


def _folder_of(name: str) -> Path:
    """The folder that an encoder's name means, if it means one."""
    return Path(name.partition(":")[2]).expanduser().absolute() if ":" in name else Path()


def _run_to_end(task: Task, run: Run, watching: Watching) -> Outcome:
    """Train, measure and write the model; what was kept to go on from is deleted at the end."""
    watching.began(run)
    try:
        run.train(watching.training, task.checkpoint_every_s)
    except Diverged as error:
        raise _diverged(task, run, error) from error
    outcome = finish(run, task.out, task.bases)
    shutil.rmtree(task.out / RUN_FOLDER)
    return outcome


def _run(task: Task, trainee: ClipTrainee | TwoTowerTrainee, corpus: Corpus) -> Run:
    plan = task.plan
    split = stratified_split(corpus.labels, corpus.groups, plan.held_out_share, plan.seed)
    if min(len(split.validation), len(split.held_out)) < 2 or len(split.train) < 2:
        raise InvalidInput(
            f"leaves {len(split.validation)} of {len(corpus)} products for validation and {len(split.held_out)} for "
            "the verdict",
            field="--held-out",
            value=plan.held_out_share,
            remedy="Hold out a larger share, or fine-tune on more products",
        )
    bases = [fingerprint(name) for name in (task.base, task.text_base) if name]
    identity = {"base": task.bases, "fingerprint of the base": " ".join(bases), "label": task.label}
    return Run(trainee, corpus, split, plan, task.out / RUN_FOLDER, identity)


def _diverged(task: Task, run: Run, error: Diverged) -> InvalidInput:
    """Write the best state so far, if it is better than the base model, and say where it is."""
    kept = "No epoch was complete, so nothing was written"
    if run.state.best_epoch:
        finish(run, task.out, task.bases)
        kept = f"The model of epoch {run.state.best_epoch}, the best so far, is in {task.out}"
    elif len(run.state.epochs) > 1:
        kept = "No epoch was better than the base model, so nothing was written"
    return InvalidInput(
        f"{error} at step {run.state.step + 1:,} of {run.steps:,}; training has stopped",
        field="--learning-rate",
        value=task.plan.learning_rate,
        remedy=f"{kept}. Take a lower learning rate or a longer warm-up, with --restart",
    )
