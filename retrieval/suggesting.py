"""Suggestions while a person types, with photos."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import InvalidQuery
from core.queries import TEXT_CHARS_MAX
from retrieval.asking import PopularQuery
from retrieval.wiring import Vitrine
from words.suggesting import LIMIT_MAX, Suggestion

QUERY = "query"
# One suggestion in so many may be what others search for.
_ASKED_SHARE = 4


@dataclass(frozen=True, slots=True)
class ShownSuggestion:
    """A suggestion, and the digest of the photo beside it; None where the product has none."""

    suggestion: Suggestion
    photo_digest: str | None


@dataclass(frozen=True, slots=True)
class SuggestionAnswer:
    """What to offer for a text that is being typed.

    Attributes
    ----------
    did_you_mean: the text with typing errors corrected; None where there are none.
    """

    suggestions: tuple[ShownSuggestion, ...]
    did_you_mean: str | None


def suggest(v: Vitrine, text: str, limit: int) -> SuggestionAnswer:
    """The best suggestions for what has been typed so far, what others search for first; blank text has none.

    Raises
    ------
    InvalidQuery: a limit out of range, or a text that is too long.
    """
    if not 1 <= limit <= LIMIT_MAX:
        raise InvalidQuery(f"must be between 1 and {LIMIT_MAX}", field="limit", value=limit)
    if len(text) > TEXT_CHARS_MAX:
        raise InvalidQuery(f"is longer than {TEXT_CHARS_MAX} characters", field="q", value=text)
    lexicon = v.lexicon.current()
    found = lexicon.suggester.suggest(text, limit)
    asked = v.popular_queries.beginning(text, max(1, limit // _ASKED_SHARE))
    known = {one.text for one in asked}
    found = [*map(_suggestion, asked), *(one for one in found if one.text.lower() not in known)][:limit]
    shown = [suggestion.product_id for suggestion in found if suggestion.product_id]
    photos = v.catalog.words.first_photos(shown) if shown else {}
    analyzer = lexicon.vocabulary.analyzer
    # The word that is being typed is no error while it may become a word.
    unfinished = analyzer.surface(text)[-1:] if lexicon.suggester.begins_word(text) else []
    kept = v.synonyms.current().terms | {analyzer.term(word) for word in unfinished}
    corrected = lexicon.speller.correct(text, kept)
    return SuggestionAnswer(
        tuple(ShownSuggestion(suggestion, photos.get(suggestion.product_id)) for suggestion in found),
        corrected.offered if corrected.replacements else None,
    )


def _suggestion(asked: PopularQuery) -> Suggestion:
    return Suggestion(asked.text, QUERY, "", asked.shoppers, "")
