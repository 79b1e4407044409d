"""Teach a pocket model that a category which a text states decides what kind of product it is.

    python -m scripts.train_pocket_categories --data ../shared/data/fashion --start-from OLD --out NEW

Texts such as "Category: Kurtas. Name: Blue kurta" are drawn together where they state one category and pushed apart
where they do not. Titles, passages and phrases are held where they were, so that the photo tower still fits them. No
photo is needed, and minutes are enough.
"""

from __future__ import annotations

import random
import sys
from dataclasses import replace

import torch
from tokenizers import Tokenizer
from torch import Tensor

from scripts.pocket_captions import Caption, behind, query_caption, title_caption
from scripts.pocket_data import Product
from scripts.pocket_loss import contrast
from scripts.pocket_model import PocketTrainee, save_model
from scripts.train_pocket_words import SCALE, Lesson, Words, lesson_options, moved, read_words, teach

HELD_WEIGHT = 20.0
# How often the article type is stated, where there is one; else the shop's own category, which is wider.
TYPE_SHARE = 0.8


def categories_lesson(words: Words, count: int = 64) -> Lesson:
    """Supervised contrast (Khosla et al. 2020) of texts by the category that they state; other texts are held.

    Parameters
    ----------
    count: of each batch, how many fashion products as they come, and with every type as often; half as many are drawn.
    """
    fashion, drawn = words.products[: words.fashion_count], words.products[words.fashion_count :]
    by_type: dict[str, list[Product]] = {}
    for product in fashion:
        by_type.setdefault(product.fact("article_type"), []).append(product)
    types = list(by_type.values())

    def loss(trainee: PocketTrainee, before: PocketTrainee, chance: random.Random) -> Tensor:
        products = chance.choices(fashion, k=count) + chance.choices(drawn, k=count // 2)
        products += [chance.choice(chance.choice(types)) for _ in range(count)]
        categories = [stated(product, chance) for product in products]
        whole = [Caption(behind(*both), ()) for both in zip(categories, products, strict=True)]
        partly = [
            Caption(behind(category, replace(product, title=title_caption(product, chance).text)), ())
            for category, product in zip(categories, products, strict=True)
        ]
        held = [(title_caption if chance.random() < 0.5 else query_caption)(product, chance) for product in products]
        ids = words.token_ids([*whole, *partly, *held])
        first, second, others = trainee.embed_texts(ids).chunk(3)
        codes = torch.tensor([categories.index(category) for category in categories])
        told = contrast(first, second, codes[:, None] == codes[None, :], SCALE)
        return told + HELD_WEIGHT * moved(others, before, ids[-len(held) :])

    return loss


def stated(product: Product, chance: random.Random) -> str:
    """What is stated as the category of a product: its article type, or what the shop calls its category."""
    if product.fact("article_type") and chance.random() < TYPE_SHARE:
        return product.facts["article_type"]
    return product.category


def main(arguments: list[str]) -> None:
    """Teach categories and write the model."""
    options = lesson_options(__doc__, arguments, drawn=3000, steps=200)
    torch.manual_seed(options.seed)
    tokenizer = Tokenizer.from_file(str(options.start_from / "tokenizer.json"))
    words = replace(read_words(options.data, options.drawn, options.seed), tokenizer=tokenizer)
    trainee = teach(words, options.start_from, categories_lesson(words), options.steps, options.seed)
    save_model(trainee.clip, words.tokenizer, options.out)


if __name__ == "__main__":
    main(sys.argv[1:])
