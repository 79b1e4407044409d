"""The words of a catalogue, with how many products have each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from words.analysis import Analyzer
from words.variants import variants_of, words_of


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Folded words as they are written, and the terms they are stemmed to.

    Attributes
    ----------
    counts: in how many products each word or other spelling of it stands; twice where it stands in two fields.
    terms: the terms of all of them, and in at most how many products each stands; a word is known by its term also in
        another inflection.
    """

    analyzer: Analyzer
    counts: Mapping[str, int]
    terms: Mapping[str, int]

    def count(self, word: str) -> int:
        """How many products have this folded word; 0 for one that none has."""
        return self.counts.get(word, 0)

    def knows(self, word: str) -> bool:
        """Whether a folded word finds something, in this or another inflection, or is a stop word."""
        if word in self.counts:
            return True
        term = self.analyzer.term(word)
        return not term or term in self.terms


class VocabularyBuilder:
    """Counts words, so that a catalogue can be streamed through it."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._counts: Counter[str] = Counter()

    def add(self, forms: Iterable[str], products: int = 1) -> None:
        """Count folded words and other spellings of them, each once for that many products."""
        counts = self._counts
        for form in forms:
            counts[form] += products

    def build(self) -> Vocabulary:
        """What has been counted so far."""
        terms: Counter[str] = Counter()
        for form, count in self._counts.items():
            terms[self._analyzer.term(form)] += count
        # Stop words have no term.
        del terms[""]
        return Vocabulary(self._analyzer, dict(self._counts), dict(terms))


def forms_of(analyzer: Analyzer, text: str) -> dict[str, None]:
    """The words of a text and the other spellings of them, each once, the words first."""
    folded = analyzer.fold(text)
    words = words_of(folded)
    return dict.fromkeys([*words, *variants_of(folded, words)])


def vocabulary_of(analyzer: Analyzer, texts: Iterable[str]) -> Vocabulary:
    """The vocabulary of products, each given by all of its words."""
    builder = VocabularyBuilder(analyzer)
    for text in texts:
        builder.add(forms_of(analyzer, text))
    return builder.build()
