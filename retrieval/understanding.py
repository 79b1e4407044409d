"""What a person means by what they typed: errors corrected, taken apart, and synonyms added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from retrieval.wiring import Vitrine
from words.parsing import ParsedQuery, parse
from words.synonyms import Synonyms
from words.vocabulary import Vocabulary

# What was typed in two words counts more than the one word the catalogue has for it.
_JOINED_WEIGHT = 0.8


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a text asks for, in the words of the catalogue.

    Attributes
    ----------
    text: plain words for encoders: errors corrected, without operators and without what is not wanted.
    lexical: texts with their weights, for `LexicalEncoder.weighted_query`; none when nothing is asked for in words.
    parsed: the corrected text taken apart; its `negatives` are what is not wanted.
    parsed_from: the corrected text, operators included.
    did_you_mean: the text, operators included, with everything corrected that may be an error; None if nothing may be.
    searched_instead: whether some of that was corrected without asking, because no product has what was typed.
    """

    text: str
    lexical: Mapping[str, float]
    parsed: ParsedQuery
    parsed_from: str
    did_you_mean: str | None
    searched_instead: bool


def understand(v: Vitrine, text: str) -> Understanding:
    """Understand what was typed; words in quotation marks are taken as they are written.

    A text of signs alone, such as emoji, keeps them for the encoders.

    Raises
    ------
    InvalidQuery: see `words.parsing.parse`.
    """
    lexicon = v.lexicon.current()
    language = lexicon.vocabulary.analyzer.language
    analyzer = lexicon.vocabulary.analyzer
    quoted = (word for phrase in parse(text, language).phrases for word in analyzer.surface(phrase))
    synonyms = v.synonyms.current()
    corrected = lexicon.speller.correct(text, synonyms.terms | {analyzer.term(word) for word in quoted})
    parsed = parse(corrected.text, language)
    return Understanding(
        text=parsed.text,
        lexical=lexical_texts(parsed, synonyms, lexicon.vocabulary),
        parsed=parsed,
        parsed_from=corrected.text,
        did_you_mean=corrected.offered if corrected.replacements else None,
        searched_instead=corrected.changed,
    )


def lexical_texts(parsed: ParsedQuery, synonyms: Synonyms, vocabulary: Vocabulary) -> dict[str, float]:
    """What to look up by words: the terms themselves, and with less weight their synonyms and joined forms."""
    weights = dict(parsed.weights)
    for text, weight in parsed.weights.items():
        added = dict(synonyms.expand(text))
        words = vocabulary.analyzer.surface(text)
        for left, right in pairwise(words):
            if vocabulary.count(left + right):
                added[left + right] = _JOINED_WEIGHT
        for other, share in added.items():
            weights[other] = max(weights.get(other, 0.0), weight * share)
    return weights
