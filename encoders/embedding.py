"""From inputs to vectors, in parts: batches on an accelerator, on a processor a share for each of its cores."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from core.vectors import FloatArray

# Below so many weights times inputs a second thread saves nothing, and spins: it took the processor from the engine
# while a query was waiting for it. A query of the pocket model is a quarter of this, one of ViT-B/32 seven times it.
_WORTH_THREADS = 20_000_000


def embed_rows(
    inputs: Sequence[Any],
    features: Callable[[Any], torch.Tensor],
    dim: int,
    *,
    device: torch.device,
    batch_size: int,
    parameters: int,
) -> FloatArray:
    """The model's vectors of all inputs: float32 (n, dim), rows of unit length.

    On a processor each core takes its share through the whole model by itself. Cores that share every single operation
    wait for each other hundreds of times a batch, and spin meanwhile: beside other work, that of the engine or of
    whoever reads the file, it takes several times as long.

    Parameters
    ----------
    features: what the model makes of some of the inputs, not scaled: (n, dim). Called in several threads at once.
    batch_size: inputs that go through the model together, at most.
    parameters: of the model, or 0 where that is not known.
    """
    rows = np.empty((len(inputs), dim), dtype=np.float32)

    def fill(start: int, end: int) -> None:
        with torch.inference_mode():
            vectors = features(inputs[start:end]).float()
            rows[start:end] = torch.nn.functional.normalize(vectors, dim=-1).cpu().numpy()

    def fill_all(size: int, run: Callable[..., Any]) -> None:
        starts = range(0, len(inputs), size)
        list(run(fill, starts, [min(start + size, len(inputs)) for start in starts]))

    threads = torch.get_num_threads()
    if threads > 1 and 0 < len(inputs) * parameters < _WORTH_THREADS:
        with _threads_of_torch(1):
            fill_all(batch_size, map)
    elif device.type == "cpu" and 1 < threads <= len(inputs):
        with _cores(threads) as cores:
            fill_all(min(batch_size, math.ceil(len(inputs) / threads)), cores.map)
    else:
        fill_all(batch_size, map)
    return rows


@contextmanager
def _cores(count: int) -> Iterator[ThreadPoolExecutor]:
    """So many threads for a while, in each of which torch works on one core."""
    # What was set last, in whatever thread, is also the number that threads still to come begin with.
    with (
        _threads_of_torch(count),
        ThreadPoolExecutor(count, "encoder core", initializer=torch.set_num_threads, initargs=(1,)) as cores,
    ):
        yield cores


@contextmanager
def _threads_of_torch(count: int) -> Iterator[None]:
    """Have operations of this thread share so many cores for a while; afterwards it is as it was."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
