"""Suggestions while a person types: titles, categories, brands and attribute values whose words begin like that."""

from __future__ import annotations

import operator
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product

import numpy as np
from numpy.typing import NDArray

from words.analysis import Analyzer
from words.phrases import PRODUCT, Phrases, kind_of
from words.postings import Postings, WordIndex
from words.variants import words_of

LIMIT_MAX = 50
_WORDS_MAX = 8
# From these many letters on, a beginning that no word has may hold one error, or two.
_ONE_EDIT_CHARS = 3
_TWO_EDITS_CHARS = 7
_NEAR_MAX = 3
_COMPARED_CHARS = 12
_REMEMBERED_BEGINNINGS = 512
# What begins with what was typed goes before what holds it somewhere, unless that is ten times as frequent.
_STARTS_BONUS = 1.0
_WHOLE_WORD_BONUS = 0.5
_AFTER_ALL_WORDS = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to search for, or to filter by.

    Attributes
    ----------
    text: as the catalogue writes it.
    kind: `category`, `brand`, `attribute` or `product`; or `query`, what others have searched for.
    field: what to filter by (`category`, `brand`, `attributes.colour`); empty for titles of products and for queries.
    count: how many products have it, or how many shoppers have searched for it.
    product_id: one of them, whose photo may stand beside it; empty for queries.
    """

    text: str
    kind: str
    field: str
    count: int
    product_id: str


class Suggester:
    """Finds phrases by the beginnings of their words, in any order, typing errors forgiven. Immutable, thread-safe."""

    def __init__(self, analyzer: Analyzer, phrases: Phrases, index: WordIndex) -> None:
        self._analyzer = analyzer
        self._phrases = phrases
        self._words, self._any, self._first = index.words, index.any, index.first
        self._firsts = tuple(dict.fromkeys(word[0] for word in self._words if word[0].isalpha()))
        self._beginnings = lru_cache(_REMEMBERED_BEGINNINGS)(self._beginnings_of)

    def __len__(self) -> int:
        return len(self._phrases)

    def suggest(self, text: str, limit: int) -> list[Suggestion]:
        """The best phrases for what has been typed so far, best first; at most half of them are no titles of products.

        A phrase has to have a word for each word that was typed, beginning with it; where no phrase does, as many as
        possible and at least half of them.

        Parameters
        ----------
        limit: 1 to 50.
        """
        typed = self._joined(words_of(self._analyzer.fold(text)))[:_WORDS_MAX]
        if not typed or len(self) == 0:
            return []
        ranges = [[self._range(word)] for word in typed]
        best, matched = self._matched(ranges)
        good = matched == best
        if best < len(typed):
            # An error that some product has too, or one that nothing begins with: take what is near for it, but of what
            # is then found only that which has the most words as they were typed.
            wider = [[*of_word, *self._near(word)] for of_word, word in zip(ranges, typed, strict=True)]
            best_of_wider, matched_by_wider = self._matched(wider)
            if best_of_wider == len(typed) or 2 * best < len(typed):
                found = matched_by_wider == best_of_wider
                ranges, best, good = wider, best_of_wider, found & (matched == matched[found].max(initial=0))
        if best == 0 or 2 * best < len(typed):
            return []
        starts = good & self._mask(self._first, ranges[0])
        return self._ranked(typed, good, starts, limit)

    def begins_word(self, text: str) -> bool:
        """Whether the last word of a text is the beginning of one that phrases have."""
        typed = self._joined(words_of(self._analyzer.fold(text)))
        return bool(typed) and operator.lt(*self._range(typed[-1]))

    def _matched(self, ranges: Sequence[Sequence[tuple[int, int]]]) -> tuple[int, NDArray[np.uint8]]:
        """How many of the words each phrase has, and the most that any has."""
        matched = np.zeros(len(self), dtype=np.uint8)
        for of_word in ranges:
            matched += self._mask(self._any, of_word)
        return int(matched.max()), matched

    def _ranked(
        self, typed: Sequence[str], good: NDArray[np.bool_], starts: NDArray[np.bool_], limit: int
    ) -> list[Suggestion]:
        # Phrases are numbered best first, so that the first ones are the best ones.
        enough = 4 * limit
        candidates = dict.fromkeys(chain(np.flatnonzero(starts)[:enough], np.flatnonzero(good)[:enough]))
        scored = sorted((-self._score(int(i), typed, starts=bool(starts[i])), int(i)) for i in candidates)
        return _mixed(list(self._distinct(i for _, i in scored)), limit)

    def _score(self, phrase: int, typed: Sequence[str], *, starts: bool) -> float:
        words = self._analyzer.surface(self._phrases.texts[phrase])
        whole = sum(word in words for word in typed) / len(typed)
        return float(self._phrases.scores[phrase]) + _STARTS_BONUS * starts + _WHOLE_WORD_BONUS * whole

    def _distinct(self, ids: Iterator[int]) -> Iterator[Suggestion]:
        seen: set[str] = set()
        for i in ids:
            found = self._suggestion(i)
            folded = self._analyzer.fold(found.text)
            if folded not in seen:
                seen.add(folded)
                yield found

    def _suggestion(self, i: int) -> Suggestion:
        phrases = self._phrases
        name = phrases.fields[phrases.field_of[i]]
        return Suggestion(phrases.texts[i], kind_of(name), name, int(phrases.counts[i]), phrases.product_ids[i])

    def _joined(self, typed: Sequence[str]) -> list[str]:
        """The same with single letters joined to the words after them where there are such words: `t sh` is `tsh`."""
        joined: list[str] = []
        for word in typed:
            if joined and len(joined[-1]) == 1 and operator.lt(*self._range(joined[-1] + word)):
                joined[-1] += word
            else:
                joined.append(word)
        return joined

    def _range(self, beginning: str) -> tuple[int, int]:
        """The words that begin like that, as a range of their sorted list."""
        low = bisect_left(self._words, beginning)
        return low, bisect_left(self._words, beginning + _AFTER_ALL_WORDS, low)

    def _mask(self, postings: Postings, ranges: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
        mask = np.zeros(len(self), dtype=np.bool_)
        for low, high in ranges:
            mask[postings.slice(low, high)] = True
        return mask

    def _near(self, word: str) -> list[tuple[int, int]]:
        """Ranges of the words whose beginnings are nearest to one that no word begins with.

        Few people mistype the first letter; only when nothing begins with it or the second are all words looked at.
        """
        if len(word) < _ONE_EDIT_CHARS or not word.isalpha():
            return []
        word = word[:_COMPARED_CHARS]
        found = self._nearest(word, dict.fromkeys(word[:2])) or self._nearest(word, self._firsts)
        return [of_word for *_, of_word in sorted(found)[:_NEAR_MAX]]

    def _nearest(self, word: str, firsts: Iterable[str]) -> list[tuple[int, bool, int, tuple[int, int]]]:
        """Beginnings within reach: edits, whether the first letter differs, how many have it (less is more), range."""
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import cdist

        edits_max = 2 if len(word) >= _TWO_EDITS_CHARS else 1
        found: list[tuple[int, bool, int, tuple[int, int]]] = []
        for first, length in product(firsts, range(len(word) - 1, len(word) + 2)):
            beginnings = self._beginnings(first, length)
            if not beginnings:
                continue
            edits = cdist([word], beginnings, scorer=OSA.distance, score_cutoff=edits_max)[0]
            for i in np.flatnonzero(edits <= edits_max):
                low, high = self._range(beginnings[i])
                if beginnings[i] == word[:-1]:
                    # A wrong last letter must not find whatever begins like the letters before it.
                    high = low + (self._words[low] == beginnings[i])
                if beginnings[i] == word or low == high:
                    continue
                mass = int(self._any.ends[high] - self._any.ends[low])
                found.append((int(edits[i]), first != word[0], -mass, (low, high)))
        return found

    def _beginnings_of(self, first: str, length: int) -> list[str]:
        """The distinct beginnings of that many letters that begin with one letter."""
        low, high = self._range(first)
        return list(dict.fromkeys(word[:length] for word in self._words[low:high] if len(word) >= length))


def _mixed(found: Sequence[Suggestion], limit: int) -> list[Suggestion]:
    """The best ones, titles of products making up at least half as long as there are enough."""
    titles = [suggestion for suggestion in found if suggestion.kind == PRODUCT]
    others = [suggestion for suggestion in found if suggestion.kind != PRODUCT]
    of_others = max((limit + 1) // 2, limit - len(titles))
    chosen = others[:of_others]
    return [*chosen, *titles[: limit - len(chosen)]]
