"""What searches have found a moment ago, for the facets of the next one.

Who clicks on a filter has just seen the answer without it, and from that the facets of filtered fields are counted:
without this each of them would ask the engine once more. Hits never come from here.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

KEPT_S = 60.0
_PRODUCTS_MAX = 400_000

Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """Product ids in no order, and whether they are all that is relevant: `exact`, or `at_least`."""

    ids: tuple[str, ...]
    relation: str


@dataclass
class RecentlyFound:
    """Product ids by what was asked for, for some seconds and up to a number of products. Thread-safe.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back.
    """

    products_max: int = _PRODUCTS_MAX
    now_s: Callable[[], float] = time.monotonic
    _kept: OrderedDict[Key, tuple[float, Found]] = field(default_factory=OrderedDict)
    _products: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Key) -> Found | None:
        """What was found for this, if it is still known.

        Parameters
        ----------
        key: digest of the query, id of the generation, number of the catalogue's last change.
        """
        with self._lock:
            until_s, found = self._kept.get(key, (0.0, None))
        return found if self.now_s() <= until_s else None

    def keep(self, key: Key, found: Found) -> None:
        """Remember what was found just now."""
        with self._lock:
            before = self._kept.pop(key, None)
            self._products -= 0 if before is None else len(before[1].ids)
            self._kept[key] = (self.now_s() + KEPT_S, found)
            self._products += len(found.ids)
            while self._products > self.products_max and len(self._kept) > 1:
                _, (_, dropped) = self._kept.popitem(last=False)
                self._products -= len(dropped.ids)
