"""Everything that is known of a catalogue's words, collected in one pass over its products."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from words.analysis import Analyzer
from words.phrases import ATTRIBUTE_PREFIX, BRAND, CATEGORY, PhraseCounter, is_of_use
from words.postings import WordIndexBuilder
from words.spelling import Speller
from words.suggesting import Suggester
from words.variants import words_of
from words.vocabulary import Vocabulary, VocabularyBuilder, forms_of

_TITLE = ""
# A longer text is no value that one would choose, and seldom comes twice.
_PHRASE_CHARS_MAX = 200
_VALUE_CHARS_MAX = 50
_PHRASES_A_BREATH = 50


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of a catalogue at one moment."""

    vocabulary: Vocabulary
    speller: Speller
    suggester: Suggester


class LexiconBuilder:
    """Takes products one after the other. A text that many of them share is looked at once.

    Parameters
    ----------
    everyday: folded words that are no errors although the catalogue may not have them.
    """

    def __init__(self, analyzer: Analyzer, everyday: frozenset[str] = frozenset()) -> None:
        self._analyzer = analyzer
        self._everyday = everyday
        self._phrases = PhraseCounter()
        self._vocabulary = VocabularyBuilder(analyzer)
        self._fields: dict[str, str] = {}
        self._spoken: set[str] = set()

    def add(
        self,
        product_id: str,
        texts: Mapping[str, str | None],
        attributes: Mapping[str, object],
        *,
        suggested: bool = True,
    ) -> None:
        """Note the words of one product.

        Parameters
        ----------
        texts: `title`, `brand`, `category` and `description`, as far as there are such.
        attributes: texts and lists of texts count; numbers and truth values are no words.
        suggested: else its words are known and nothing more.
        """
        if not suggested:
            for text in (*texts.values(), *(text for value in attributes.values() for text in _texts(value))):
                self._read(text)
            return
        self._note(product_id, _TITLE, texts.get("title"), _PHRASE_CHARS_MAX)
        for name in (BRAND, CATEGORY):
            self._note(product_id, name, texts.get(name), _PHRASE_CHARS_MAX)
        for name, value in attributes.items():
            # Most values are texts that other products have, too, and there are many of them.
            if not isinstance(value, str) or not self._phrases.count(self._field(name), value):
                self._note_attribute(product_id, name, value)
        self._read(texts.get("description"))

    def build(self, breathe: Callable[[], None] = lambda: None) -> Lexicon:
        """What is known now; nothing can be added afterwards.

        Parameters
        ----------
        breathe: called every millisecond or so, to let other threads go first.
        """
        phrases = self._phrases.phrases()
        useful = is_of_use(phrases)
        index = WordIndexBuilder()
        for i, text in enumerate(phrases.texts):
            if i % _PHRASES_A_BREATH == 0:
                breathe()
            forms = forms_of(self._analyzer, text)
            self._vocabulary.add(forms, int(phrases.counts[i]))
            # Numbers are nothing that one begins to type.
            if useful[phrases.field_of[i]] and any(char.isalpha() for char in text):
                index.add(i, forms)
        vocabulary = self._vocabulary.build()
        suggester = Suggester(self._analyzer, phrases, index.build())
        return Lexicon(vocabulary, Speller(vocabulary, self._everyday), suggester)

    def _note_attribute(self, product_id: str, name: str, value: object) -> None:
        found = list(_texts(value))
        for text in found:
            self._note(product_id, self._field(name), text, _VALUE_CHARS_MAX)
        if not found and name not in self._spoken:
            # What is no text is read with its name: `size 38`, `organic`.
            self._spoken.add(name)
            self._read(name.replace("_", " "))

    def _field(self, name: str) -> str:
        field = self._fields.get(name)
        if field is None:
            field = self._fields[name] = f"{ATTRIBUTE_PREFIX}{name}"
        return field

    def _note(self, product_id: str, name: str, text: str | None, chars_max: int) -> None:
        if text and len(text) <= chars_max:
            self._phrases.add(product_id, name, text)
        else:
            self._read(text)

    def _read(self, text: str | None) -> None:
        if text:
            self._vocabulary.add(set(words_of(self._analyzer.fold(text))))


def _texts(value: object) -> Iterator[str]:
    for text in value if isinstance(value, list | tuple) else (value,):
        if isinstance(text, str):
            yield text
