"""Products of a feed in an order of more variety: unlike those before them in look, in words and in category."""

from __future__ import annotations

import math

import numpy as np

from core.vectors import FloatArray
from retrieval.columns.cells import NO_CODE, Rows
from retrieval.columns.table import Columns
from retrieval.search.diversity import WINDOW, spread_out
from retrieval.search.fusion import PRODUCT
from retrieval.taste.tasting import Looks

# Chosen by eye on the drawn shop: neighbours differ, and what is liked still leads.
_DIVERSITY = 0.35
# So many products compete for each place.
_CHOICE = 3
# How much of being alike is to stand in one category.
_CATEGORY_SHARE = 0.3


def varied(scores: FloatArray, looks: Looks, categories: Rows, count: int) -> Rows:
    """Positions of all products, the best first, those of them spread out that may come on a page.

    Parameters
    ----------
    scores: (n,), finite. looks: by view, (n, dim), rows of zeros where there is none.
    categories: (n,) codes, below 0 for none. count: places of the page.
    """
    order = np.argsort(-scores, kind="stable")
    first = order[: min(WINDOW, _CHOICE * count)]
    if len(first) < 3:
        return order
    spread = spread_out(scores[first], _alike(looks, categories, first), _DIVERSITY)
    return np.concatenate([first[spread], order[len(first) :]])


def categories_of(columns: Columns, rows: Rows) -> Rows:
    """For each row a number that products of the same category share; below 0 without one."""
    column = columns.by_field["category"]
    codes, positions = column.cells.of(rows)
    found = np.full(len(rows), NO_CODE, dtype=np.intp)
    found[positions] = codes
    return found


def _alike(looks: Looks, categories: Rows, chosen: Rows) -> FloatArray:
    """Vectors whose products say how alike the chosen ones are, from -1 to 1."""
    total = sum(PRODUCT.get(view, 1.0) for view in looks) or 1.0
    blocks = [
        rows[chosen] * np.float32(math.sqrt((1 - _CATEGORY_SHARE) * PRODUCT.get(view, 1.0) / total))
        for view, rows in looks.items()
    ]
    names, own = np.unique(categories[chosen], return_inverse=True)
    same = np.zeros((len(chosen), len(names)), dtype=np.float32)
    known = names[own] >= 0
    same[np.flatnonzero(known), own[known]] = math.sqrt(_CATEGORY_SHARE)
    return np.hstack([*blocks, same])
