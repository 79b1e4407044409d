"""From text to the terms under which the lexical index keeps it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache

from words.folding import fold, without_marks
from words.languages import Language, language_of
from words.measures import measures
from words.variants import variants_of, words_of

# Grows with every change of what terms a text has; an index whose terms were made by another version is made anew.
VERSION = 1
_REMEMBERED_WORDS = 1 << 16


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a text.

    Attributes
    ----------
    words: the stem of each word that is no stop word, in their order, repeated as in the text.
    variants: other spellings of them, and numbers with their units; each once, none of them among the words.
    """

    words: tuple[str, ...]
    variants: tuple[str, ...]


class Analyzer:
    """Folding, cutting, stop words and stemming (Snowball) of one language. Thread-safe.

    Parameters
    ----------
    language: as `languages.language_of` knows it.

    Raises
    ------
    ConfigurationError: a language that is not known.
    """

    def __init__(self, language: str = "english") -> None:
        import Stemmer  # type: ignore[import-not-found]  # It ships no type information.

        self.language: Language = language_of(language)
        self._stemmer = Stemmer.Stemmer(self.language.name, 0)
        self._lock = threading.Lock()
        self._term = lru_cache(_REMEMBERED_WORDS)(self._stemmed)

    @property
    def name(self) -> str:
        """Names the language and the version; texts have the same terms exactly when it is the same."""
        return f"words-{VERSION}-{self.language.name}"

    def fold(self, text: str) -> str:
        """The text as its words are compared, see `folding.fold`."""
        return fold(text, self.language.marked)

    def surface(self, text: str) -> list[str]:
        """The folded words of a text in their order, as they are written and not stemmed.

        >>> Analyzer().surface("Women's Blue T-Shirts")
        ['women', 'blue', 't', 'shirts']
        """
        return words_of(self.fold(text))

    def term(self, word: str) -> str:
        """The term of one folded word; empty for a stop word."""
        return self._term(word)

    def terms(self, text: str) -> Terms:
        """All terms of a text.

        >>> Analyzer().terms("500 ml bottles for the T-shirt")
        Terms(words=('500', 'ml', 'bottl', 't', 'shirt'), variants=('tshirt', '500ml'))
        """
        folded = self.fold(text)
        surface = words_of(folded)
        words = tuple(term for word in surface if (term := self._term(word)))
        forms = [self._term(form) for form in variants_of(folded, surface)]
        present = set(words)
        variants = dict.fromkeys(term for term in [*forms, *measures(folded)] if term and term not in present)
        return Terms(words, tuple(variants))

    def _stemmed(self, word: str) -> str:
        if word in self.language.stop_words:
            return ""
        if any(char.isdecimal() for char in word):
            return word
        # One stemmer object serves one thread at a time.
        with self._lock:
            stem: str = self._stemmer.stemWord(word)
        return without_marks(stem)
