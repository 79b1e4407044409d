"""Which fields tell this shop's shoppers apart, by what they wanted of late."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.filters import ATTRIBUTE_PREFIX
from profiles.telling import concentration
from retrieval.columns.cells import Rows, several_each
from retrieval.columns.index import ColumnIndex
from retrieval.columns.table import Coded, Columns
from retrieval.columns.usual import UsualValues
from retrieval.feed.together import TogetherShelf, WantedTogether
from retrieval.refreshing import Refreshed

LOOK_EVERY_S = 60.0
# Reckoning takes no more than this share of the time.
_SHARE_OF_TIME_MAX = 0.01
# So many tell it well enough, by so many products each: one shopper may be a machine.
_SHOPPERS_MAX, _WANTS_MAX = 1_000, 200
_SEED = 7
# A value that a sample of the shop lacks is about as common as half a product.
_UNSEEN = 0.5


@dataclass
class TellingShelf:
    """The concentration of each field, see `profiles.telling`, reckoned again now and then. Thread-safe.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back.
    """

    together: TogetherShelf
    columns: ColumnIndex
    now_s: Callable[[], float] = time.monotonic
    _reckoned: Refreshed[Mapping[str, float]] = field(init=False)

    def __post_init__(self) -> None:
        self._reckoned = Refreshed(LOOK_EVERY_S, self.now_s, _SHARE_OF_TIME_MAX)

    def current(self) -> Mapping[str, float]:
        """By field, `brand` or `attributes.NAME`, as it was a short while ago.

        Raises
        ------
        CatalogUnavailable
        """
        return self._reckoned.current(lambda _: concentrations(self.together.current(), self.columns.current()))


def concentrations(wanted: WantedTogether, columns: Columns) -> dict[str, float]:
    """By field how much alike shoppers choose among its values, as against what there is in the categories they want.

    Not of the category itself: which kinds of products somebody wants is mostly which he was looking for.
    """
    chosen, shoppers = wanted.wants.of(_some(len(wanted.wants.lengths)))
    before = np.searchsorted(shoppers, shoppers)
    few = np.arange(len(shoppers)) - before < _WANTS_MAX
    chosen, shoppers = chosen[few], shoppers[few]
    rows, known = columns.rows_of([wanted.products[number] for number in chosen.tolist()])
    shoppers, categories = shoppers[known], columns.category_numbers(rows)
    made = {}
    for name, column in columns.by_field.items():
        usual = columns.usual_values(name) if name == "brand" or name.startswith(ATTRIBUTE_PREFIX) else None
        if usual is not None and isinstance(column, Coded):
            codes, positions = column.cells.of(rows)
            made[name] = _concentration(usual, shoppers[positions], codes.astype(np.int64), categories[positions])
    return made


def _some(shoppers: int) -> Rows:
    if shoppers <= _SHOPPERS_MAX:
        return np.arange(shoppers)
    return np.random.default_rng(_SEED).choice(shoppers, _SHOPPERS_MAX, replace=False)


def _concentration(usual: UsualValues, shoppers: Rows, codes: NDArray[np.int64], categories: Rows) -> float:
    """Of one field, by what was chosen: (n,) who has, which value, of a product of which category."""
    pairs, counts = np.unique(shoppers * usual.width + codes, return_counts=True)
    who, what = np.divmod(pairs, usual.width)
    sizes = np.bincount(shoppers)
    # What is usual is so by category; a shopper's pairs meet each of his categories once.
    kinds = len(usual.holders)
    mixed, weights = np.unique(shoppers * kinds + categories, return_counts=True)
    whose, category = np.divmod(mixed, kinds)
    at, pair = several_each(whose, np.arange(len(whose)), len(sizes)).of(who)
    least = _UNSEEN / np.maximum(usual.holders, 1)
    common = np.maximum(usual.of(category[at], what[pair]), least[category[at]]) / usual.values_each()[category[at]]
    shares = np.bincount(pair, common * weights[at], len(pairs)) / sizes[who]
    return concentration(sizes[sizes > 0], counts, np.minimum(shares, 1.0))
