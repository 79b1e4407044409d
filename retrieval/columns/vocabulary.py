"""The different values of one column, each with a code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.filters import Scalar

Key = tuple[str, Scalar]


def scalar_key(value: Scalar) -> Key:
    """What makes two values the same: 6 and 6.0 are, but neither is "6", and `true` is no number."""
    if isinstance(value, str):
        return "text", value
    return ("bool", value) if isinstance(value, bool) else ("number", float(value))


@dataclass(slots=True)
class Vocabulary:
    """Values by code and codes by value. It only grows, so older columns may share it with newer ones."""

    values: list[Scalar] = field(default_factory=list)
    _codes: dict[Key, int] = field(default_factory=dict)
    _ranks: NDArray[np.intp] | None = None
    _folded: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.values)

    def code(self, value: Scalar) -> int:
        """The code of a value, which gets one if it has none yet."""
        key = scalar_key(value)
        code = self._codes.get(key)
        if code is None:
            self.values.append(value)
            code = self._codes[key] = len(self.values) - 1
        return code

    def known(self, values: Iterable[Scalar]) -> list[int]:
        """The codes of those values that have one."""
        found = (self._codes.get(scalar_key(value)) for value in values)
        return [code for code in found if code is not None]

    def numbers(self) -> NDArray[np.float64]:
        """The values as numbers, NaN where they are none; (n,)."""
        return np.array([value if _is_number(value) else np.nan for value in self.values], dtype=np.float64)

    def only_numbers(self, codes: Iterable[int]) -> bool:
        """Whether all these codes stand for numbers."""
        return all(_is_number(self.values[code]) for code in codes)

    def ranks(self) -> NDArray[np.intp]:
        """The place of each value among all, sorted: booleans, then numbers, then texts; (n,)."""
        ranks = self._ranks
        if ranks is None or len(ranks) < len(self.values):
            keys = [scalar_key(value) for value in list(self.values)]
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


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
