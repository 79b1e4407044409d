"""Batches for the pocket model: photos augmented on the fly, with texts sampled anew each time they are seen."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from scripts.pocket_data import (
    FIELDS,
    HEADS,
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
from scripts.pocket_model import Batch

_Made = TypeVar("_Made")


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


def read_corpus(data_dir: Path, seed: int) -> Corpus:
    """Read the training split and learn its vocabulary."""
    products = read_products(data_dir, "train")
    return Corpus(products, read_photos(data_dir, products), field_codes(products), build_tokenizer(products, seed))


def epoch_parts(count: int, batch_size: int, seed: int) -> list[npt.NDArray[np.int64]]:
    """Every row once, in random order, in parts of one batch each; what does not fill a batch is left out."""
    order = np.random.default_rng(seed).permutation(count)
    return [order[start : start + batch_size] for start in range(0, count - batch_size + 1, batch_size)]


def made_ahead(make: Callable[[int], _Made], count: int) -> Iterator[_Made]:
    """`make(0)` to `make(count - 1)`, each made in a thread while the one before is used."""
    with ThreadPoolExecutor(max_workers=1) as ahead:
        coming = ahead.submit(make, 0)
        for number in range(count):
            ready = coming.result()
            if number + 1 < count:
                coming = ahead.submit(make, number + 1)
            yield ready
