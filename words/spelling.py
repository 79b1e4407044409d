"""Typing errors, corrected by the words that the catalogue itself has."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex  # type: ignore[import-untyped]  # It ships no type information.

from words.vocabulary import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PART = regex.compile(r"[\p{L}\p{N}\p{M}]+")
# What is shorter is a size, a code or an abbreviation as often as an error. Three letters may lack one of a word that
# many products have.
_ONE_EDIT_CHARS = 4
_ONE_MISSING_CHARS = 3
_ONE_MISSING_PRODUCTS = 50
_TWO_EDITS_CHARS = 7
_SPLIT_CHARS = 6
_PART_CHARS = 3
_CHARS_MAX = 40
# A word that so few products have may be an error of the catalogue, if a neighbour is this many times as frequent.
_RARE_PRODUCTS = 2
_FAR_MORE = 500
# Each word that is looked up is compared with all words of about its length.
_LOOKED_UP_MAX = 8
# How many times as frequent, by its natural logarithm, a word has to be to win over one that is an edit nearer, or that
# begins with the letter that was typed: few people mistype the first one.
_EDIT_COST = 5.0
_FIRST_LETTER_COST = 2.0
_SPLIT_COST = 2.0


@dataclass(frozen=True, slots=True)
class Replacement:
    """One correction.

    Attributes
    ----------
    written: what was typed, one word or two that belong together.
    meant: what the catalogue has, one word or two.
    edits: letters inserted, left out, exchanged or swapped with their neighbour; 1 for a missing or surplus blank.
    sure: the catalogue does not have what was typed. Else it has it in a product or two, which may be right.
    """

    written: str
    meant: str
    edits: int
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Correction:
    """What became of a text.

    Attributes
    ----------
    text: with what is surely an error corrected: what to search for.
    offered: with everything corrected: what to ask whether it was meant.
    """

    text: str
    offered: str
    replacements: tuple[Replacement, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether something was surely wrong."""
        return any(replacement.sure for replacement in self.replacements)


@dataclass(frozen=True, slots=True)
class _Typed:
    """A word of a text: where it stands, and its folded form."""

    start: int
    end: int
    word: str


class Speller:
    """Corrects words that the catalogue does not have to the likeliest ones that it has. Thread-safe.

    A word that any product has, in any inflection, is left alone, however rare: it may be a brand. At most it is asked
    whether another was meant. Words with digits and everyday words of the language are left alone too. Distances are
    those of Damerau and Levenshtein with adjacent transpositions ("optimal string alignment"): one edit from four
    letters on, two from seven on.

    Parameters
    ----------
    everyday: folded words that are no errors although the catalogue may not have them.
    """

    def __init__(self, vocabulary: Vocabulary, everyday: frozenset[str] = frozenset()) -> None:
        self._vocabulary = vocabulary
        self._everyday = everyday
        self._by_length = _by_length(vocabulary)

    def correct(self, text: str, kept: frozenset[str] = frozenset()) -> Correction:
        """The text with what the catalogue does not have corrected, as far as something near is there.

        Parameters
        ----------
        kept: terms that are no errors although the catalogue may not have them, such as those of synonyms.
        """
        found = list(self._replacements(text, kept))
        if not found:
            return Correction(text, text)
        return Correction(
            _replaced(text, [(span, made) for span, made in found if made.sure]),
            _replaced(text, found),
            tuple(made for _, made in found),
        )

    def is_nonsense(self, text: str) -> bool:
        """Whether none of a text's words is one of the catalogue or of the language.

        Never where the language has no list of everyday words, and not of a text without words.
        """
        words = self._vocabulary.analyzer.surface(text)
        return bool(words and self._everyday) and not any(
            word in self._everyday or self._vocabulary.knows(word) for word in words
        )

    def _replacements(self, text: str, kept: frozenset[str]) -> Iterator[tuple[_Typed, Replacement]]:
        fold = self._vocabulary.analyzer.fold
        typed = [_Typed(match.start(), match.end(), fold(match[0])) for match in _PART.finditer(text)]
        looked_up = i = 0
        while i < len(typed) and looked_up < _LOOKED_UP_MAX:
            span = typed[i]
            if self._is_torn(typed[i : i + 2], text):
                span = _Typed(span.start, typed[i + 1].end, span.word + typed[i + 1].word)
                yield span, Replacement(text[span.start : span.end], span.word, 1)
                i += 1
            elif self._is_doubtful(span.word) and self._vocabulary.analyzer.term(span.word) not in kept:
                looked_up += 1
                meant = self._meant(text[span.start : span.end], span.word)
                if meant is not None:
                    yield span, meant
            i += 1

    def _is_doubtful(self, word: str) -> bool:
        if not word.isalpha() or not _ONE_MISSING_CHARS <= len(word) <= _CHARS_MAX or word in self._everyday:
            return False
        if not self._vocabulary.knows(word):
            return True
        return len(word) >= _ONE_EDIT_CHARS and 0 < self._vocabulary.count(word) <= _RARE_PRODUCTS

    def _is_torn(self, pair: Sequence[_Typed], text: str) -> bool:
        """Whether two words are one word of the catalogue, and one of them by itself is none."""
        if len(pair) < 2 or text[pair[0].end : pair[1].start].strip():
            return False
        left, right = pair[0].word, pair[1].word
        if len(left) < 2 or len(right) < 2 or not left.isalpha() or not right.isalpha():
            return False
        known = self._vocabulary.knows
        return self._vocabulary.count(left + right) > 0 and not (known(left) and known(right))

    def _meant(self, written: str, word: str) -> Replacement | None:
        best = max(self._candidates(word), default=None)
        if best is None:
            return None
        _, meant, edits = best
        here = self._vocabulary.count(word)
        if here:
            there = self._vocabulary.count(meant)
            return Replacement(written, meant, edits, False) if edits == 1 and there >= _FAR_MORE * here else None
        return Replacement(written, meant, edits)

    def _candidates(self, word: str) -> Iterator[tuple[float, str, int]]:
        edits_max = 2 if len(word) >= _TWO_EDITS_CHARS else 1
        short = len(word) < _ONE_EDIT_CHARS
        for candidate, edits, count in self._near(word, edits_max):
            if short and (len(candidate) <= len(word) or count < _ONE_MISSING_PRODUCTS):
                continue
            first_letter = 0.0 if candidate[0] == word[0] else _FIRST_LETTER_COST
            yield math.log(count) - _EDIT_COST * edits - first_letter, candidate, edits
        if len(word) >= _SPLIT_CHARS:
            for cut in range(_PART_CHARS, len(word) - _PART_CHARS + 1):
                left, right = self._vocabulary.count(word[:cut]), self._vocabulary.count(word[cut:])
                if left and right:
                    yield math.log(min(left, right)) - _EDIT_COST - _SPLIT_COST, f"{word[:cut]} {word[cut:]}", 1

    def _near(self, word: str, edits_max: int) -> Iterator[tuple[str, int, int]]:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import cdist

        for length in range(len(word) - edits_max, len(word) + edits_max + 1):
            words, counts = self._by_length.get(length, ((), None))
            if counts is None:
                continue
            edits = cdist([word], words, scorer=OSA.distance, score_cutoff=edits_max)[0]
            for position in (edits <= edits_max).nonzero()[0]:
                if edits[position]:
                    yield words[position], int(edits[position]), int(counts[position])


def _replaced(text: str, found: Sequence[tuple[_Typed, Replacement]]) -> str:
    pieces: list[str] = []
    reached = 0
    for span, made in found:
        pieces += [text[reached : span.start], made.meant]
        reached = span.end
    return "".join([*pieces, text[reached:]])


def _by_length(vocabulary: Vocabulary) -> dict[int, tuple[list[str], NDArray[np.int64]]]:
    """What corrections are chosen from, by the number of letters: words with their counts."""
    import numpy as np

    grouped: dict[int, list[str]] = {}
    for word in vocabulary.counts:
        if _ONE_EDIT_CHARS - 1 <= len(word) <= _CHARS_MAX and word.isalpha():
            grouped.setdefault(len(word), []).append(word)
    return {
        length: (words, np.array([vocabulary.counts[word] for word in words], dtype=np.int64))
        for length, words in grouped.items()
    }
