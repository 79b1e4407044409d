"""Batches of products, put together in threads while the batch before is learned from.

Everything about a batch follows from the seed, the epoch and its number: a run that goes on in the middle of an epoch
sees the same batches as one that was never stopped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from encoders.finetuning.products import NO_LABEL, Codes, Corpus, Pixels

_AHEAD = 3
_THREADS = 2
_SHIFT_SHARE = 0.06
_WITHOUT_LABEL = 1 << 40

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Batch:
    """Some products, each with one of its photos and one of its texts.

    Attributes
    ----------
    photos: uint8 (n, height, width, 3), each mirrored or not and shifted a little.
    texts: as the model's tokenizer gave them; `take` of the trainee knows how to cut them.
    labels: int64 (n,), -1 for a product without one.
    text_codes: int64 (n,), equal where the texts are.
    """

    photos: Pixels
    texts: Any
    labels: Tensor
    text_codes: Tensor

    def __len__(self) -> int:
        return len(self.photos)


def shuffled(rows: Codes, seed: int, epoch: int) -> Codes:
    """All rows once, in an order of its own for every epoch."""
    return np.random.default_rng((seed, epoch)).permutation(rows)


def in_pairs(rows: Codes, labels: Codes, seed: int, epoch: int, each: int) -> Codes:
    """All rows once, `each` of one label after another where there are so many (Hermans et al. 2017: P labels, K each).

    Rows that are left over, and those without label, come in twos and threes between them.
    """
    order = shuffled(rows, seed, epoch)
    # A product without label is one of a kind.
    kinds = np.where(labels[order] == NO_LABEL, _WITHOUT_LABEL + order, labels[order])
    by_label = order[np.argsort(kinds, kind="stable")]
    counts = np.unique(np.sort(kinds), return_counts=True)[1]
    packs: list[Codes] = []
    for members in np.split(by_label, np.cumsum(counts)[:-1]):
        packs += np.split(members, range(each, len(members), each))
    turn = np.random.default_rng((seed, epoch, 1)).permutation(len(packs))
    return np.concatenate([packs[at] for at in turn])


def make_batch(
    corpus: Corpus, rows: Codes, tokenize: Callable[[list[str]], Any], seed: Sequence[int], augment: bool = True
) -> Batch:
    """The products of some rows; the title of every second product, on the average, and another text of the others."""
    chance = np.random.default_rng(seed)
    which, text_at = chance.random(len(rows)), chance.random(len(rows))
    photos = np.stack([corpus.photo(row, pick) for row, pick in zip(rows, which, strict=True)])
    if augment:
        photos = _augmented(photos, chance)
    texts = [_text(corpus.texts[row], at) for row, at in zip(rows, text_at, strict=True)]
    code = {text: at for at, text in enumerate(dict.fromkeys(texts))}
    return Batch(
        photos,
        tokenize(texts),
        torch.from_numpy(corpus.labels[rows]),
        torch.tensor([code[text] for text in texts], dtype=torch.int64),
    )


def _text(texts: tuple[str, ...], chance: float) -> str:
    if chance < 0.5 or len(texts) == 1:
        return texts[0]
    return texts[1 + int((2 * chance - 1) * (len(texts) - 1))]


def _augmented(photos: Pixels, chance: np.random.Generator) -> Pixels:
    """Every second photo mirrored, on the average, and all shifted by some pixels, the edge repeated."""
    count, height, width, _ = photos.shape
    mirrored = chance.random(count) < 0.5
    photos[mirrored] = photos[mirrored, :, ::-1]
    down, right = max(1, round(_SHIFT_SHARE * height)), max(1, round(_SHIFT_SHARE * width))
    steps = zip(chance.integers(-down, down + 1, count), chance.integers(-right, right + 1, count), strict=True)
    lines, columns = np.arange(height), np.arange(width)
    for at, (y, x) in enumerate(steps):
        from_lines, from_columns = np.clip(lines - y, 0, height - 1), np.clip(columns - x, 0, width - 1)
        photos[at] = photos[at][from_lines[:, None], from_columns[None, :]]
    return photos


def made_ahead(make: Callable[[int], Made], numbers: Sequence[int]) -> Iterator[Made]:
    """What `make` makes of each number, in order, a few of them ahead in threads."""
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="batch") as pool:
        coming: deque[Future[Made]] = deque()
        try:
            for number in numbers:
                coming.append(pool.submit(make, number))
                if len(coming) > _AHEAD:
                    yield coming.popleft().result()
            while coming:
                yield coming.popleft().result()
        finally:
            for future in coming:
                future.cancel()
