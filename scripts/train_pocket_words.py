"""Teach a pocket model the words of other goods without a single photo, and without unlearning what it knows.

    python -m scripts.train_pocket_words --data ../shared/data/fashion --start-from OLD --out NEW

The text tower learns from titles, passages and phrases of the fashion products and of drawn ones, while its vectors of
fashion texts are held where they were, so that the photo tower still fits them. Minutes instead of hours.
"""

from __future__ import annotations

import argparse
import copy
import math
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor

from demo.catalogue import plan
from scripts.pocket_captions import Caption, query_caption, record_caption, states_mask
from scripts.pocket_data import FIELDS, HEADS, Product, fact_codes, read_products
from scripts.pocket_drawn import SEED, as_product
from scripts.pocket_loss import contrast, embed_titles, label_loss, matches, set_heads
from scripts.pocket_model import PocketTrainee, save_model, take_weights
from scripts.pocket_words import build_tokenizer

HELD_WEIGHT = 8.0
# Products of each kind in a batch.
HALF = 96
SCALE = torch.tensor(20.0)


@dataclass(frozen=True, slots=True)
class Words:
    """Products without photos: fashion first, then drawn; `codes` int64 (n, fields)."""

    products: list[Product]
    codes: npt.NDArray[np.int64]
    tokenizer: Tokenizer
    fashion_count: int

    def token_ids(self, captions: list[Caption]) -> Tensor:
        """Token ids of texts, padded to the longest: int64 (n, t)."""
        encoded = self.tokenizer.encode_batch([caption.text for caption in captions])
        return torch.tensor([encoding.ids for encoding in encoded])


def read_words(data_dir: Path, drawn: int, seed: int) -> Words:
    """The fashion products of the training split, and so many drawn ones of the training seed."""
    fashion = read_products(data_dir, "train")
    products = fashion + [as_product(product) for product in plan(drawn, SEED)]
    return Words(products, fact_codes(products), build_tokenizer(products, seed), len(fashion))


# The loss of one step: of the trainee, as it was before, on products drawn by chance.
Lesson = Callable[[PocketTrainee, PocketTrainee, random.Random], Tensor]


def moved(vectors: Tensor, before: PocketTrainee, ids: Tensor) -> Tensor:
    """How far the vectors (n, dim) of texts are from where they were: 1 - cosine, on average."""
    with torch.no_grad():
        wanted = before.embed_texts(ids)
    return (1 - (vectors * wanted).sum(dim=1)).mean()


def new_words_loss(words: Words, trainee: PocketTrainee, before: PocketTrainee, chance: random.Random) -> Tensor:
    """The loss of one batch, half of it fashion and half drawn."""
    rows = chance.sample(range(words.fashion_count), HALF)
    rows += chance.sample(range(words.fashion_count, len(words.products)), HALF)
    products, codes = [words.products[row] for row in rows], torch.from_numpy(words.codes[rows])
    records = [record_caption(product, chance) for product in products]
    queries = [query_caption(product, chance) for product in products]
    ids = words.token_ids([*records, *queries])
    vectors = trainee.embed_texts(ids)
    record, query = vectors.chunk(2)
    loss = contrast(query, record, matches(torch.from_numpy(states_mask(queries)), codes), SCALE)
    loss = loss + label_loss(trainee, record, codes)
    held = torch.cat([torch.arange(HALF), 2 * HALF + torch.arange(HALF)])
    return loss + HELD_WEIGHT * moved(vectors[held], before, ids[held])


def teach(words: Words, source: Path, lesson: Lesson, steps: int, seed: int) -> PocketTrainee:
    """Train the text tower that is in `source` by so many steps of a lesson; the photo tower stays as it is."""
    counts = {name: int(words.codes[:, FIELDS.index(name)].max()) + 1 for name in HEADS}
    trainee = PocketTrainee(words.tokenizer.get_vocab_size(), counts)
    take_weights(trainee, words.tokenizer, source)
    before = copy.deepcopy(trainee).requires_grad_(False)
    set_heads(trainee, embed_titles(words, trainee), torch.from_numpy(words.codes))
    learning = [*trainee.clip.text.parameters(), *trainee.heads.parameters()]
    optimizer = torch.optim.AdamW(learning, lr=6e-4, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    chance = random.Random(seed)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 6e-4 * min((step + 1) / 20, 0.5 * (1 + math.cos(math.pi * step / steps)))
        loss = lesson(trainee, before, chance)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves Tensor.backward without annotations.
        optimizer.step()
        if step % 20 == 0:
            print(f"step {step}/{steps} loss {float(loss.detach()):.3f}", flush=True)
    return trainee


def lesson_options(about: str | None, arguments: list[str], *, drawn: int, steps: int) -> argparse.Namespace:
    """The command line of a script that teaches a lesson; `drawn` and `steps` where nothing else is said."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with products.csv")
    parser.add_argument("--start-from", type=Path, required=True, help="the model folder to begin with")
    parser.add_argument("--out", type=Path, required=True, help="where the model is written")
    parser.add_argument("--drawn", type=int, default=drawn, help="how many drawn products")
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    """Teach words and write the model."""
    options = lesson_options(__doc__, arguments, drawn=6000, steps=300)
    torch.manual_seed(options.seed)
    words = read_words(options.data, options.drawn, options.seed)
    trainee = teach(words, options.start_from, partial(new_words_loss, words), options.steps, options.seed)
    save_model(trainee.clip, words.tokenizer, options.out)


if __name__ == "__main__":
    main(sys.argv[1:])
