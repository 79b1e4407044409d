"""Queries with known answers, made from a shop's own products; and queries that its products cannot answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from core.filters import ATTRIBUTE_PREFIX
from retrieval.columns.cells import Mask
from retrieval.columns.table import Coded, Columns
from words.analysis import Analyzer
from words.dictionary import everyday_words
from words.vocabulary import Vocabulary

_FURTHER_MAX = 2
BRAND = "brand"
# A column with more values than a third of its products tells them apart rather than describes them.
_PRODUCTS_PER_VALUE_MIN = 3
_VALUE_CHARS_MAX = 40
_LETTERS_MIN = 4


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """A query and the products that fulfil it: (rows,), as the columns number them."""

    text: str
    relevant: Mask


@dataclass(frozen=True)
class Sampler:
    """Draws queries from the columns; the same seed gives the same ones."""

    columns: Columns
    vocabulary: Vocabulary
    chance: np.random.Generator

    def described(self, count: int) -> Iterator[KnownAnswer]:
        """Queries such as people type: a category with up to two attributes that one product has ("red shirt").

        None where products have neither: from brands alone nothing is learnt of what words and pictures mean.
        """
        described = self._describing()
        names = [name for name in described if name == "category"] or [name for name in described if name != BRAND][:1]
        alive = np.flatnonzero(self.columns.alive)
        if not names or not len(alive):
            return
        further = [name for name in described if name not in names]
        for row in self.chance.choice(alive, size=count):
            wanted = int(self.chance.integers(0, min(_FURTHER_MAX, len(further)) + 1))
            chosen = [*names, *self.chance.choice(further, size=wanted, replace=False)] if further else names
            answer = self._answer(int(row), [described[str(name)] for name in chosen])
            if answer is not None:
                yield answer

    def titled(self, count: int) -> Iterator[KnownAnswer]:
        """Titles of products; all products of that title are the answer."""
        titles = self.columns.by_field["title"]
        alive = np.flatnonzero(self.columns.alive)
        if not len(alive) or not isinstance(titles, Coded):
            return
        for row in self.chance.choice(alive, size=count):
            answer = self._answer(int(row), [titles])
            if answer is not None:
                yield answer

    def alike(self, row: int) -> Mask:
        """The products that share the category and the most telling attribute of one: (rows,)."""
        described = self._describing()
        columns = [described[name] for name in ("category", *described) if name in described][:2]
        answer = self._answer(row, columns)
        return np.zeros(self.columns.count, dtype=np.bool_) if answer is None else answer.relevant

    def foreign(self, count: int) -> Iterator[str]:
        """Queries of one or two words that no product has, every third with a word that some have."""
        words = sorted(word for word in self._unknown_words() if len(word) >= _LETTERS_MIN)
        known = [str(value) for column in list(self._describing().values())[:3] for value in column.vocabulary.values]
        for number in range(count if words else 0):
            said = [str(word) for word in self.chance.choice(words, size=int(self.chance.integers(1, 3)))]
            if number % 3 == 0 and known:
                said = [str(self.chance.choice(known)).lower(), said[0]]
            yield " ".join(said)

    def _unknown_words(self) -> Iterator[str]:
        analyzer: Analyzer = self.vocabulary.analyzer
        everyday = everyday_words(analyzer.language)
        # Read backwards, the words of a language without a list are no words of the catalogue either.
        for word in everyday or {word[::-1] for word in self.vocabulary.counts}:
            if word.isalpha() and not self.vocabulary.knows(word):
                yield word

    def _describing(self) -> dict[str, Coded]:
        """Columns whose texts describe products, those with most values first."""
        rows = max(1, int(self.columns.alive.sum()))
        found = {
            name: column
            for name, column in self.columns.by_field.items()
            if isinstance(column, Coded)
            and (name in ("category", BRAND) or name.startswith(ATTRIBUTE_PREFIX))
            and 2 <= len(column.vocabulary) <= rows / _PRODUCTS_PER_VALUE_MIN
            and all(isinstance(value, str) and len(value) <= _VALUE_CHARS_MAX for value in column.vocabulary.values)
        }
        return dict(sorted(found.items(), key=lambda item: (-len(item[1].vocabulary), item[0])))

    def _answer(self, row: int, columns: list[Coded]) -> KnownAnswer | None:
        """The products that share one value of each column with this one; None where it has none."""
        relevant = self.columns.alive.copy()
        said = []
        for column in columns:
            codes, _ = column.cells.of(np.array([row]))
            if not len(codes):
                continue
            code = self.chance.choice(codes)
            relevant &= _padded(column.cells.matching(partial(np.equal, code)), len(relevant))
            said.append(str(column.vocabulary.values[int(code)]))
        if not said:
            return None
        self.chance.shuffle(said)
        return KnownAnswer(" ".join(said).lower(), relevant)


def _padded(mask: Mask, count: int) -> Mask:
    """A column that has not been written to lately may be shorter than the others."""
    return mask if len(mask) == count else np.append(mask, np.zeros(count - len(mask), dtype=np.bool_))
