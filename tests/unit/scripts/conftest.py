"""Products and photos small enough to train on within a test."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.pocket_batches import Corpus
from scripts.pocket_data import PHOTO_SIZE, Product, fact_codes
from scripts.pocket_words import build_tokenizer

COLOURS = {"red": (200, 30, 30), "navy blue": (20, 30, 80)}


def product(number: int, colour: str, kind: str) -> Product:
    title = f"Acme {colour} {kind} {number}"
    facts = {"title": title, "article_type": kind, "colour": colour, "gender": "Women", "brand": "Acme"}
    return Product(str(number), title, kind, {"colour": colour, "gender": "Women"}, facts)


@pytest.fixture
def corpus() -> Corpus:
    """Twelve products in two colours and three types, whose photos are a coloured bar as wide as the type says."""
    products, photos = [], np.full((12, *PHOTO_SIZE, 3), 255, dtype=np.uint8)
    for number, photo in enumerate(photos):
        colour, width = list(COLOURS)[number % 2], 20 * (1 + number % 3)
        products.append(product(number, colour, ("belts", "shirts", "coats")[number % 3]))
        photo[20:90, 10 : 10 + width] = COLOURS[colour]
    sharp_at = np.full(12, -1, dtype=np.int64)
    sharp_at[3] = 0
    return Corpus(products, photos, photos[3:4].copy(), sharp_at, fact_codes(products), build_tokenizer(products, 1))
