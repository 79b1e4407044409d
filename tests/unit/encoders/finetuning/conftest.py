"""Drawn products, a tiny open_clip model with random weights, and runs over them."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from encoders.finetuning.outcome import Outcome
from encoders.finetuning.plan import Plan
from encoders.finetuning.products import TrainingProduct
from encoders.finetuning.running import Task, Watching, fine_tune_clip
from encoders.finetuning.training import Progress, Run
from encoders.loading import EncoderOptions
from tests.integration.workers.tiny_shop import save_tiny_encoder
from tests.shop import COLOURS, KINDS, photo

PLAN = Plan(epochs=4, batch_size=24, learning_rate=2e-3, supervised_share=0.5, patience=4)


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Two threads that wait for each other cost more than they bring with models as small as these."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return save_tiny_encoder(tmp_path_factory.mktemp("tiny"))


def drawn(count: int) -> Iterator[TrainingProduct]:
    """Shirts, shoes and bags in four colours; the kind is the label."""
    for number in range(count):
        colour, kind = list(COLOURS)[number % len(COLOURS)], KINDS[number % len(KINDS)]
        seeds = (number, 1000 + number) if number % 5 == 0 else (number,)
        pictures = tuple(photo(colour, kind, seed=seed) for seed in seeds)
        yield TrainingProduct(
            f"p{number}", (f"{colour} {kind}", f"{colour} {kind}. {kind}s. number {number}"), pictures, kind
        )


def task(base: str, out: Path, plan: Plan = PLAN, *, restart: bool = False, every_s: float = 60.0) -> Task:
    return Task(base, out, "kind", plan, EncoderOptions(device="cpu"), 2, every_s, restart)


@contextmanager
def files_up_to(size_bytes: int) -> Iterator[None]:
    """The system refuses to write larger files, as a full disk does."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


class Watched:
    """What a run has told."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.steps: list[Progress] = []
        self.read = 0

    def watching(self) -> Watching:
        return Watching(self._reading, self.runs.append, self.steps.append)

    def _reading(self, products: int) -> None:
        self.read = products


@pytest.fixture(scope="session")
def products() -> list[TrainingProduct]:
    return list(drawn(160))


@pytest.fixture(scope="module")
def finished(
    tiny: str, products: list[TrainingProduct], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Outcome, Watched, Path]:
    """A run that was never stopped."""
    out, watched = tmp_path_factory.mktemp("finished") / "model", Watched()
    return fine_tune_clip(task(tiny, out), products, list, watched.watching()), watched, out
