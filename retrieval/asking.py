"""What many shoppers search for, in memory for suggestions."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from catalog.opening import Catalog
from retrieval.refreshing import Refreshed

LOOK_EVERY_S = 300.0
# Reading takes no more than this share of the time.
_SHARE_OF_TIME_MAX = 0.005
# Words of fewer shoppers may tell who they are.
SHOPPERS_MIN = 5
SINCE = timedelta(days=30)
_TEXTS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class PopularQuery:
    """Words, and how many shoppers have searched for them of late."""

    text: str
    shoppers: int


@dataclass
class PopularQueries:
    """The words that most shoppers have found something by, read again every five minutes. Thread-safe.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back.
    """

    catalog: Catalog
    now_s: Callable[[], float] = time.monotonic
    _read: Refreshed[tuple[PopularQuery, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self._read = Refreshed(LOOK_EVERY_S, self.now_s, _SHARE_OF_TIME_MAX)

    def beginning(self, text: str, count: int) -> list[PopularQuery]:
        """The most popular that begin so and go on, or have a word that does.

        Raises
        ------
        CatalogUnavailable
        """
        typed = " ".join(text.lower().split())
        if not typed:
            return []
        known = self._read.current(lambda _: self._look())
        fitting = (one for one in known if f" {typed}" in f" {one.text}" and one.text != typed)
        return sorted(fitting, key=lambda one: not one.text.startswith(typed))[:count]

    def _look(self) -> tuple[PopularQuery, ...]:
        since = datetime.now(UTC) - SINCE
        found = self.catalog.impressions.popular_texts(since, SHOPPERS_MIN, _TEXTS_MAX)
        return _whole_words([PopularQuery(text, shoppers) for text, shoppers in found])


def _whole_words(queries: Sequence[PopularQuery]) -> tuple[PopularQuery, ...]:
    """Without what most shoppers had only begun to type: pages that search at every letter ask for "dre", too."""
    ordered = sorted(queries, key=lambda one: one.text)
    begun: set[str] = set()
    for at, one in enumerate(ordered):
        went_on = 0
        for other in ordered[at + 1 :]:
            if not other.text.startswith(one.text):
                break
            went_on += other.shoppers if other.text[len(one.text)] != " " else 0
        if 2 * went_on >= one.shoppers:
            begun.add(one.text)
    return tuple(one for one in queries if one.text not in begun)
