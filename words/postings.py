"""Which phrases have which words, in arrays."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Postings:
    """The phrases of word i are `ids[ends[i] : ends[i + 1]]`.

    As the words are sorted, all words with one beginning have their phrases in one slice.
    """

    ends: NDArray[np.int64]
    ids: Ids

    def slice(self, low: int, high: int) -> Ids:
        """Phrases of the words from `low` on and before `high`, some several times."""
        return self.ids[self.ends[low] : self.ends[high]]


@dataclass(frozen=True, slots=True)
class WordIndex:
    """Words in order, the phrases that have each somewhere, and those that begin with it."""

    words: list[str]
    any: Postings
    first: Postings


class WordIndexBuilder:
    """Takes phrases in the order of their numbers."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._words, self._holders = array("i"), array("i")
        self._first_words, self._begun = array("i"), array("i")

    def add(self, phrase: int, forms: Iterable[str]) -> None:
        """Note the distinct words of a phrase, its first word first."""
        known = self._known
        numbers = [known.setdefault(form, len(known)) for form in forms]
        if numbers:
            self._words.extend(numbers)
            self._holders.extend([phrase] * len(numbers))
            self._first_words.append(numbers[0])
            self._begun.append(phrase)

    def build(self) -> WordIndex:
        """The index of what has been noted."""
        ordered = sorted(self._known)
        rank = np.empty(len(ordered), dtype=np.int32)
        rank[[self._known[word] for word in ordered]] = np.arange(len(ordered), dtype=np.int32)
        return WordIndex(
            ordered,
            _postings(rank, self._words, self._holders),
            _postings(rank, self._first_words, self._begun),
        )


def _postings(rank: Ids, words: array[int], phrases: array[int]) -> Postings:
    of_pair = rank[np.array(words, dtype=np.int32)]
    ends = np.concatenate([[0], np.cumsum(np.bincount(of_pair, minlength=len(rank)))])
    return Postings(ends, np.array(phrases, dtype=np.int32)[np.argsort(of_pair, kind="stable")])
