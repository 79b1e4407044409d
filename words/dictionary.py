"""The everyday words of a language, which are no typing errors although a catalogue may not have them."""

from __future__ import annotations

from words.folding import fold
from words.languages import Language

# How often a word has to stand in the film subtitles that the lists were counted from. Rarer ones are often errors.
_COUNT_MIN = 300


def everyday_words(language: Language) -> frozenset[str]:
    """Folded words that people use; empty for a language without a list.

    Whoever asks a clothes shop for a fridge means no fringe.
    """
    if not language.dictionary:
        return frozenset()
    from spellchecker import SpellChecker

    counts = SpellChecker(language=language.dictionary).word_frequency.dictionary
    return frozenset(fold(word, language.marked) for word, count in counts.items() if count >= _COUNT_MIN)
