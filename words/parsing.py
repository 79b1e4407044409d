"""What a person types, taken apart: terms with weights, phrases, and what is not wanted.

    red dress               two terms
    "red dress"             a phrase: its words belong together, and are meant as they are written
    "red dress"^2 silk      the phrase counts twice as much as a word without a number; from 0 to 100
    shirt -blue -"polo"     blue is not wanted, nor is polo
    shirt but not blue      the same in words (German: aber nicht, aber kein)

Everything else is words. A quotation mark without its partner, a caret without a number, and a hyphen that stands for
itself mean nothing; a quotation mark behind a digit means inches. Controls are blanks, and marks of direction are gone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import regex  # type: ignore[import-untyped]  # It ships no type information.

from core.errors import InvalidQuery
from core.queries import TEXT_CHARS_MAX
from words.folding import fold, visible
from words.languages import Language, language_of

WEIGHT_MAX = 100.0

_QUOTES = regex.compile("[“”„‟«»]")
_NUMBER = r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_PIECE = regex.compile(
    r'(?P<minus>[-−](?=["\p{L}\p{N}]))?'
    r'(?:"(?P<phrase>[^"]*)"(?=[\s^.,;:!?)]|$)|(?P<word>\S+?))'
    # A comma between two digits belongs to a number: 0,5 l.
    rf"(?:\^(?P<weight>{_NUMBER})(?=[\s,;]|$)|(?=[\s;]|(?<!\d),|,(?!\d)|$))[,;]?"
)
_MEANINGFUL = regex.compile(r"[\p{L}\p{N}]")
_INCHES = regex.compile(r'\d"+$')
_CODE = regex.compile(r"(?=\S*\d)(?=\S*\p{L})[\p{L}\d][\p{L}\d./-]{2,}|\d{5,}")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or a phrase, that is wanted.

    Attributes
    ----------
    is_phrase: it stood in quotation marks.
    weight: how much it counts, from 0 to 100; 1 when nothing is said.
    """

    text: str
    weight: float = 1.0
    is_phrase: bool = False

    @property
    def is_code(self) -> bool:
        """Whether it looks like a model or article number: letters and digits together, or five digits and more."""
        return bool(_CODE.fullmatch(self.text))


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What a text asks for.

    Attributes
    ----------
    text: what is wanted as plain words, for encoders; signs without letters, such as emoji, included.
    terms: in their order; none for a text of negatives or signs alone.
    negatives: words and phrases that are not wanted.
    """

    text: str
    terms: tuple[Term, ...] = ()
    negatives: tuple[str, ...] = ()

    @property
    def phrases(self) -> tuple[str, ...]:
        """The terms that were put in quotation marks."""
        return tuple(term.text for term in self.terms if term.is_phrase)

    @property
    def codes(self) -> tuple[str, ...]:
        """The terms that look like model or article numbers."""
        return tuple(term.text for term in self.terms if term.is_code)

    @property
    def weights(self) -> Mapping[str, float]:
        """The weight of every text that is above 0, words of one weight that stand together being one text.

        They stay together because neighbours can be two parts of one name (`wh 1000xm5`). Of several weights of one
        text the largest counts.
        """
        found: dict[str, float] = {}
        for weight, terms in groupby(self.terms, key=lambda term: term.weight):
            text = " ".join(term.text for term in terms)
            if weight > 0:
                found[text] = max(weight, found.get(text, 0.0))
        return found


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    weight: float
    is_phrase: bool
    is_negative: bool

    @property
    def is_meaningful(self) -> bool:
        return bool(_MEANINGFUL.search(self.text))


def parse(text: str, language: Language | None = None) -> ParsedQuery:
    """Take a text apart.

    Parameters
    ----------
    language: whose words for "but not" are understood; default: English.

    Raises
    ------
    InvalidQuery: more than 4,000 characters, a weight below 0 or above 100, or every weight 0.
    """
    if len(text) > TEXT_CHARS_MAX:
        raise InvalidQuery(f"is longer than {TEXT_CHARS_MAX:,} characters", field="text", value=text)
    pieces = _negated(list(_pieces(_QUOTES.sub('"', visible(text)))), language or language_of("english"))
    wanted = [piece for piece in pieces if not piece.is_negative]
    terms = tuple(Term(piece.text, piece.weight, piece.is_phrase) for piece in wanted if piece.is_meaningful)
    if terms and all(term.weight == 0 for term in terms):
        raise InvalidQuery("gives every word the weight 0", field="text", value=text, remedy="Leave ^0 out")
    return ParsedQuery(
        " ".join(piece.text for piece in wanted if piece.weight > 0),
        terms,
        tuple(dict.fromkeys(piece.text for piece in pieces if piece.is_negative and piece.is_meaningful)),
    )


def _pieces(text: str) -> Iterator[_Piece]:
    for match in _PIECE.finditer(text):
        phrase = match["phrase"]
        plain = _plain(match["word"]) if phrase is None else " ".join(phrase.replace("^", " ").split())
        if plain:
            yield _Piece(plain, _weight(match), phrase is not None, match["minus"] is not None)


def _plain(word: str) -> str:
    """A word without quotation marks and carets that mean nothing; those behind a digit mean inches."""
    word = " ".join(word.replace("^", " ").split())
    return word.strip('"()[]{}') + ('"' if _INCHES.search(word) else "")


def _weight(match: regex.Match[str]) -> float:
    if match["weight"] is None:
        return 1.0
    weight = float(match["weight"])
    if not math.isfinite(weight) or not 0 <= weight <= WEIGHT_MAX:
        raise InvalidQuery(
            f"has a weight that is not between 0 and {WEIGHT_MAX:g}",
            field="text",
            value=match[0],
            remedy='Write weights like "red dress"^2',
        )
    return weight


def _negated(pieces: Sequence[_Piece], language: Language) -> list[_Piece]:
    """The same with "but not" taken out, and what stands after it as a negative."""
    found: list[_Piece] = []
    i = 0
    while i < len(pieces):
        pair = tuple("" if piece.is_phrase else fold(piece.text, language.marked) for piece in pieces[i : i + 2])
        if pair in language.negators and i + 2 < len(pieces) and pieces[i + 2].is_meaningful:
            found.append(replace(pieces[i + 2], is_negative=True))
            i += 3
        else:
            found.append(pieces[i])
            i += 1
    return found
