"""Batches for the pocket model: photos augmented on the fly, with texts sampled anew each time they are seen."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
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

from scripts.pocket_captions import Caption, query_caption, record_caption, states_mask
from scripts.pocket_data import (
    FIELDS,
    HEADS,
    WHITE,
    Pixels,
    Product,
    fact_codes,
    read_photos,
    read_products,
    read_sharp_photos,
)
from scripts.pocket_drawn import DrawnSet
from scripts.pocket_words import build_tokenizer

# How often an epoch shows each drawn photo: they are few beside the real ones.
DRAWN_ROUNDS = 2
_Made = TypeVar("_Made")
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is learnt from, in memory; one row per photo.

    Attributes
    ----------
    photos: uint8 (n, height, width, 3).
    sharp: for some rows the same photo with more detail: uint8 (m, height, width, 3).
    sharp_at: where a row's sharp photo lies in `sharp`, or -1: int64 (n,).
    codes: facts as numbers: int64 (n, fields).
    """

    products: list[Product]
    photos: Pixels
    sharp: Pixels
    sharp_at: npt.NDArray[np.int64]
    codes: npt.NDArray[np.int64]
    tokenizer: Tokenizer

    def label_counts(self) -> dict[str, int]:
        """How many values each label head tells apart."""
        return {name: int(self.codes[:, FIELDS.index(name)].max()) + 1 for name in HEADS}

    def token_ids(self, captions: Sequence[Caption]) -> Tensor:
        """Token ids of texts, padded to the longest: int64 (n, t)."""
        encoded = self.tokenizer.encode_batch([caption.text for caption in captions])
        return torch.tensor([encoding.ids for encoding in encoded])


def read_corpus(data_dir: Path, drawn: DrawnSet, seed: int) -> Corpus:
    """Read the training split, put the drawn products behind it, and learn the vocabulary of both."""
    fashion = read_products(data_dir, "train")
    products = [*fashion, *drawn.products * DRAWN_ROUNDS]
    rows, sharp = read_sharp_photos(data_dir, fashion)
    sharp_at = np.full(len(products), -1, dtype=np.int64)
    sharp_at[rows] = np.arange(len(rows))
    photos = np.concatenate([read_photos(data_dir, fashion), *[drawn.photos] * DRAWN_ROUNDS])
    return Corpus(products, photos, sharp, sharp_at, fact_codes(products), build_tokenizer(products, seed))


@dataclass(frozen=True, slots=True)
class Batch:
    """Photos, a record text and a query text of the same products, with what is true of them.

    Attributes
    ----------
    rows: of the corpus, int64 (n,).
    codes: int64 (n, fields).
    record_states, query_states: which fields a text states, bool (n, fields).
    others: rows of further products whose titles the photos are compared with, int64 (m,).
    """

    rows: Tensor
    photos: Tensor
    record_ids: Tensor
    query_ids: Tensor
    codes: Tensor
    record_states: Tensor
    query_states: Tensor
    others: Tensor


def make_batch(corpus: Corpus, rows: npt.NDArray[np.int64], size: Size, seed: int, others: int) -> Batch:
    """One batch of augmented photos and freshly sampled texts of the products in `rows`; decided by the seed alone."""
    chance, generator = random.Random(seed), torch.Generator().manual_seed(seed)
    photos = augment(torch.from_numpy(pick_photos(corpus, rows, chance)), size, generator)
    return make_batch_of(
        corpus, rows, photos, chance, torch.randint(len(corpus.products), (others,), generator=generator)
    )


def make_batch_of(
    corpus: Corpus, rows: npt.NDArray[np.int64], photos: Tensor, chance: random.Random, others: Tensor
) -> Batch:
    """Freshly sampled texts of the products in `rows` beside what is shown of their photos."""
    products = [corpus.products[row] for row in rows]
    records = [record_caption(product, chance) for product in products]
    queries = [query_caption(product, chance) for product in products]
    ids = corpus.token_ids([*records, *queries])
    return Batch(
        rows=torch.from_numpy(rows),
        photos=photos,
        record_ids=ids[: len(rows)],
        query_ids=ids[len(rows) :],
        codes=torch.from_numpy(corpus.codes[rows]),
        record_states=torch.from_numpy(states_mask(records)),
        query_states=torch.from_numpy(states_mask(queries)),
        others=others,
    )


def pick_photos(corpus: Corpus, rows: npt.NDArray[np.int64], chance: random.Random) -> Pixels:
    """The photos of `rows`; where there is a sharp one, that every other time."""
    photos = corpus.photos[rows]
    for number, at in enumerate(corpus.sharp_at[rows]):
        if at >= 0 and chance.random() < 0.5:
            photos[number] = corpus.sharp[at]
    return photos


def augment(photos: Tensor, size: Size, generator: torch.Generator) -> Tensor:
    """Random flip, zoom, stretch, turn, shift, light and erasing: uint8 (n, h, w, 3) to float (n, 3, *size).

    White is mapped to zero while the photo is moved, so that what comes in from outside is white as in the padding.
    Hue is left alone: colour is part of what a product is.
    """
    count, aspect = len(photos), size[0] / size[1]

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, generator=generator)

    flip = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0)
    zoom, stretch, turn = uniform(0.82, 1.14), uniform(0.93, 1.07), uniform(-0.07, 0.07)
    rows = [flip * zoom * stretch * turn.cos(), -zoom * turn.sin() * aspect, uniform(-0.1, 0.1)]
    columns = [flip * zoom * turn.sin() / aspect, zoom / stretch * turn.cos(), uniform(-0.1, 0.1)]
    theta = torch.stack([torch.stack(rows, dim=1), torch.stack(columns, dim=1)], dim=1)
    pixels = (photos.permute(0, 3, 1, 2).float() - WHITE) / 127.5
    grid = functional.affine_grid(theta, [count, 3, *size], align_corners=False)
    moved = functional.grid_sample(pixels, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    contrast = uniform(0.9, 1.1)[:, None, None, None]
    moved = erase(paint_walls((moved * contrast).clamp(-2.0, 0.0), generator), generator)
    return dim((moved + 2.0), generator).sub_(1.0).contiguous(memory_format=torch.channels_last)


def paint_walls(photos: Tensor, generator: torch.Generator) -> Tensor:
    """Give a sixth of the photos, valued -2 to 0, a wall of another colour where they are white, in place.

    White is a wall when nothing else lies between it and one of the borders, so that a white shirt stays white.
    """
    chosen = (torch.rand(len(photos), generator=generator) < 1 / 6).nonzero()[:, 0]
    light = -2.0 * (0.65 * torch.rand(len(chosen), 1, generator=generator) ** 2)
    colour = light - 0.3 * torch.rand(len(chosen), 3, generator=generator) * torch.rand(
        len(chosen), 1, generator=generator
    )
    white = (photos[chosen].amin(dim=1) > -0.06).byte()
    reached = white.cumprod(1) | white.cumprod(2) | white.flip(1).cumprod(1).flip(1) | white.flip(2).cumprod(2).flip(2)
    wall = reached.bool()[:, None]
    photos[chosen] = torch.where(wall, colour[:, :, None, None].clamp(-1.9, 0.0), photos[chosen])
    return photos


def dim(photos: Tensor, generator: torch.Generator) -> Tensor:
    """Put a quarter of the photos, valued 0 to 2, in dimmer, slightly tinted light: a studio's wall is not white."""
    count = len(photos)
    chosen = torch.rand(count, generator=generator) < 0.25
    level = 0.8 + 0.2 * torch.rand(count, 1, generator=generator)
    light = level * (0.96 + 0.04 * torch.rand(count, 3, generator=generator))
    return photos * torch.where(chosen[:, None], light, torch.ones_like(light))[:, :, None, None]


def erase(photos: Tensor, generator: torch.Generator) -> Tensor:
    """Set a rectangle of a tenth of the photos to a random grey, in place (Zhong et al. 2020, random erasing)."""
    height, width = photos.shape[-2:]
    chances = torch.rand(len(photos), 6, generator=generator).tolist()
    for photo, (happens, tall, wide, top, left, grey) in zip(photos, chances, strict=True):
        if happens < 0.1:
            rows, columns = int(height * (0.15 + 0.25 * tall)), int(width * (0.15 + 0.25 * wide))
            y, x = int((height - rows) * top), int((width - columns) * left)
            photo[:, y : y + rows, x : x + columns] = -2.0 * grey
    return photos


def epoch_parts(count: int, batch_size: int, seed: int) -> list[npt.NDArray[np.int64]]:
    """Every row once, in random order, in parts of one batch each; what does not fill a batch is left out."""
    order = np.random.default_rng(seed).permutation(count)
    return [order[start : start + batch_size] for start in range(0, count - batch_size + 1, batch_size)]


def made_ahead(make: Callable[[int], _Made], count: int) -> Iterator[_Made]:
    """`make(0)` to `make(count - 1)`, each made in a thread while the one before is used."""
    with ThreadPoolExecutor(max_workers=1, initializer=torch.set_num_threads, initargs=(1,)) as ahead:
        coming = ahead.submit(make, 0)
        for number in range(count):
            ready = coming.result()
            if number + 1 < count:
                coming = ahead.submit(make, number + 1)
            yield ready
