"""The different values of one column, each with a code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.filters import Scalar


@dataclass(slots=True)
class Vocabulary:
    """Values by code and codes by value. It only grows, so older columns may share it with newer ones.

    6 and 6.0 are the same, but neither is "6", and `true` is no number.
    """

    values: list[Scalar] = field(default_factory=list)
    _texts: dict[Any, int] = field(default_factory=dict)
    _numbers: dict[Any, int] = field(default_factory=dict)
    _booleans: dict[Any, int] = field(default_factory=dict)
    _ranks: NDArray[np.intp] | None = None
    _folded: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.values)

    def codes(self, values: Sequence[Scalar]) -> list[int]:
        """The codes of values, which get one if they have none yet."""
        types = set(map(type, values))
        if len(types) > 1:
            return [self.codes([value])[0] for value in values]
        known = self._codes_for(next(iter(types))) if types else {}
        # Most columns have few different values, and then all of this is done by sets and maps.
        for value in set(values) - known.keys():
            self.values.append(value)
            known[value] = len(self.values) - 1
        return list(map(known.__getitem__, values))

    def known(self, values: Iterable[Scalar]) -> list[int]:
        """The codes of those values that have one."""
        found = (self._codes_for(type(value)).get(value) for value in values)
        return [code for code in found if code is not None]

    def _codes_for(self, kind: type) -> dict[Any, int]:
        if kind is str:
            return self._texts
        return self._booleans if kind is bool else self._numbers

    def numbers(self) -> NDArray[np.float64]:
        """The values as numbers, NaN where they are none; (n,)."""
        return np.array([value if _is_number(value) else np.nan for value in self.values], dtype=np.float64)

    def ranks(self) -> NDArray[np.intp]:
        """The place of each value among all, sorted: booleans, then numbers, then texts; (n,)."""
        ranks = self._ranks
        if ranks is None or len(ranks) < len(self.values):
            keys = [_order(value) for value in list(self.values)]
            ranks = np.empty(len(keys), dtype=np.intp)
            ranks[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
            self._ranks = ranks
        return ranks

    def holding(self, text: str) -> NDArray[np.intp]:
        """The codes of the values that hold `text`, whatever the case and the accents of both."""
        wanted = folded(text)
        count = len(self.values)
        if len(self._folded) < count:
            self._folded = [folded(str(value)) for value in self.values[:count]]
        return np.array([code for code, value in enumerate(self._folded[:count]) if wanted in value], dtype=np.intp)


def folded(text: str) -> str:
    """The text without case and accents, as searching within a facet compares it."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _order(value: Scalar) -> tuple[int, Scalar]:
    if isinstance(value, str):
        return 2, value
    return (0, value) if isinstance(value, bool) else (1, value)


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
