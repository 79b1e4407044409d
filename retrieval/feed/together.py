"""What other shoppers' wants say of one shopper's next: products wanted together with his, and by those like him.

Counted when it is asked for, over the latest acts of the shop in memory, so that nothing has to be trained first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nlargest

import numpy as np
from numpy.typing import NDArray

from catalog.opening import Catalog
from retrieval.columns.cells import Rows
from retrieval.refreshing import Refreshed

LOOK_EVERY_S = 60.0
# Reading takes no more than this share of the time.
_SHARE_OF_TIME_MAX = 0.01
PAIRS_MAX = 100_000
# Added to how often a product is wanted, so that chance meetings of rare ones say little.
_SHRINKAGE = 5.0
# What a single shopper wants together is his own business, and chance.
_MEETINGS_MIN = 2
_LIKED_MAX, _SHOPPERS_MAX = 12, 50


@dataclass(frozen=True, slots=True)
class _Lists:
    """Numbers by number: those of i stand in `pool` from `starts[i]` up to `starts[i + 1]`."""

    starts: Rows
    pool: Rows

    def of(self, numbers: Rows) -> tuple[Rows, Rows]:
        """All numbers that stand there, and for each the position in `numbers` that it belongs to."""
        lengths = self.lengths[numbers]
        positions = np.repeat(np.arange(len(numbers)), lengths)
        within = np.arange(len(positions)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return self.pool[self.starts[numbers][positions] + within], positions

    @property
    def lengths(self) -> Rows:
        """How many numbers stand at each."""
        return np.diff(self.starts)


@dataclass(frozen=True, slots=True)
class WantedTogether:
    """Who wants what, both ways round.

    Attributes
    ----------
    products, shoppers: names by number. wanted_by: shoppers by product. wants: products by shopper.
    """

    products: tuple[str, ...]
    shoppers: Mapping[str, int]
    wanted_by: _Lists
    wants: _Lists
    _number_of: Mapping[str, int]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> WantedTogether:
        """From shoppers and what they want; a pair that comes twice counts once."""
        once = sorted(set(pairs))
        products = tuple(sorted({product for _, product in once}))
        number_of = {name: number for number, name in enumerate(products)}
        shoppers = {name: number for number, name in enumerate(dict.fromkeys(shopper for shopper, _ in once))}
        who = np.array([shoppers[shopper] for shopper, _ in once], dtype=np.intp)
        what = np.array([number_of[product] for _, product in once], dtype=np.intp)
        return cls(products, shoppers, _lists(what, who, len(products)), _lists(who, what, len(shoppers)), number_of)

    def beside(self, liked: Mapping[str, float], user_id: str) -> dict[str, tuple[float, str]]:
        """Products that others want together with what a shopper likes: how strongly, and with which of his.

        For each of the weightiest the shrunken cosine cᵢⱼ / √((cᵢ + 5)(cⱼ + 5)) with every other; the strongest counts.

        Parameters
        ----------
        liked: weights above 0 by product id.
        """
        found: dict[str, tuple[float, str]] = {}
        known = [name for name in nlargest(_LIKED_MAX, liked, key=liked.__getitem__) if name in self._number_of]
        sizes = self.wanted_by.lengths + _SHRINKAGE
        for name in known:
            number = self._number_of[name]
            others = self._others(np.array([number]), user_id)[0]
            met = np.bincount(self.wants.of(others)[0], minlength=len(self.products))
            for product in np.flatnonzero(met >= _MEETINGS_MIN).tolist():
                score = float(met[product] / np.sqrt(sizes[number] * sizes[product]))
                if product != number and score > found.get(self.products[product], (0.0, ""))[0]:
                    found[self.products[product]] = (score, name)
        return {product_id: told for product_id, told in found.items() if product_id not in liked}

    def of_like_minded(self, liked: Mapping[str, float], user_id: str) -> dict[str, float]:
        """What shoppers want who want the same: Σ over them of the cosine between his wants and theirs.

        Only of shoppers who share two products with him at least, and only products that two of them want.
        """
        own = np.array([self._number_of[name] for name in liked if name in self._number_of], dtype=np.intp)
        if not len(own):
            return {}
        shoppers, counts = np.unique(self._others(own, user_id)[0], return_counts=True)
        alike = counts >= _MEETINGS_MIN
        cosines = counts[alike] / np.sqrt(len(own) * self.wants.lengths[shoppers[alike]])
        nearest = np.argsort(-cosines, kind="stable")[:_SHOPPERS_MAX]
        products, positions = self.wants.of(shoppers[alike][nearest])
        sums = np.bincount(products, weights=cosines[nearest][positions], minlength=len(self.products))
        sums[np.bincount(products, minlength=len(self.products)) < _MEETINGS_MIN] = 0.0
        sums[own] = 0.0
        return {self.products[product]: float(sums[product]) for product in np.flatnonzero(sums).tolist()}

    def _others(self, products: Rows, user_id: str) -> tuple[Rows, Rows]:
        """The other shoppers who want these products, and with which of them."""
        shoppers, positions = self.wanted_by.of(products)
        others: NDArray[np.bool_] = shoppers != self.shoppers.get(user_id, -1)
        return shoppers[others], positions[others]


@dataclass
class TogetherShelf:
    """The shop's wants in memory, read again a minute after they were read last. Thread-safe.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back.
    """

    catalog: Catalog
    now_s: Callable[[], float] = time.monotonic
    _read: Refreshed[WantedTogether] = field(init=False)

    def __post_init__(self) -> None:
        self._read = Refreshed(LOOK_EVERY_S, self.now_s, _SHARE_OF_TIME_MAX)

    def current(self) -> WantedTogether:
        """As they were a short while ago.

        Raises
        ------
        CatalogUnavailable
        """
        return self._read.current(lambda _: WantedTogether.of(self.catalog.wants.latest(PAIRS_MAX)))

    def look_again(self) -> None:
        """This very process has erased a shopper."""
        self._read.look_again()


def _lists(numbers: Rows, values: Rows, count: int) -> _Lists:
    order = np.argsort(numbers, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(numbers, minlength=count))]).astype(np.intp)
    return _Lists(starts, values[order])
