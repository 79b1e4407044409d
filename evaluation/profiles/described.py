"""What products are about: their words as vectors, encoded once and remembered, and their categories."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from core.products import Product
from core.settings import Settings
from core.vectors import FloatArray, unit_rows
from evaluation.profiles.signals import Contents
from evaluation.retrieval.encoding import remembering_shelf

Report = Callable[[str, int, int], None]

_AT_ONCE = 256
# Some shops write several categories into one cell.
_SEPARATORS = re.compile(r"[|>;,]")
# Rarer ones say nothing of others.
_CATEGORIES_MAX = 300


def encoder_named(text: str) -> str:
    """The name of a text encoder; a folder alone is one of a transformers model."""
    return f"transformers:{Path(text).absolute()}" if Path(text).is_dir() else text


def describe(
    products: Mapping[str, Product],
    ids: Sequence[str],
    encoder: str,
    settings: Settings,
    cache_dir: Path,
    report: Report,
) -> Contents:
    """Vectors and categories in the order of `ids`; zeros for what is not among the products.

    Raises
    ------
    EncoderUnavailable: the encoder cannot be loaded.
    """
    shelf = remembering_shelf(settings, cache_dir)
    told = [(row, products[name].passage()) for row, name in enumerate(ids) if name in products]
    remembering = shelf.get(encoder)
    vectors = np.zeros((len(ids), remembering.description.dim), dtype=np.float32)
    for start in range(0, len(told), _AT_ONCE):
        report("encoding texts", start, len(told))
        part = told[start : start + _AT_ONCE]
        vectors[[row for row, _ in part]] = remembering.embed_passages([text for _, text in part])
    shelf.save()
    return Contents(vectors, _categories(products, ids))


def _categories(products: Mapping[str, Product], ids: Sequence[str]) -> FloatArray:
    named = [_named(products.get(name)) for name in ids]
    counts = Counter(value for values in named for value in values)
    columns = {value: place for place, (value, _) in enumerate(sorted(counts.most_common(_CATEGORIES_MAX)))}
    rows = np.zeros((len(ids), len(columns)), dtype=np.float32)
    for row, values in enumerate(named):
        for value in values & columns.keys():
            rows[row, columns[value]] = 1
    return unit_rows(rows)


def _named(product: Product | None) -> set[str]:
    text = "" if product is None or product.category is None else product.category
    return {part.strip() for part in _SEPARATORS.split(text) if part.strip()}
