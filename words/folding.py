"""Text in the form in which words are compared: one case, one width, no marks that people leave out when they type."""

from __future__ import annotations

import unicodedata

import regex  # type: ignore[import-untyped]  # It ships no type information.

# Compatibility folding would glue them to the word before (`Nike™` to `niketm`) or take halves apart.
_SYMBOLS = regex.compile(r"[™®©℠]")
_FRACTION = regex.compile(r"(\d?)\s?([½¼¾])")
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
# Marks above and below Latin, Greek and Cyrillic letters, Hebrew points and Arabic vowel signs. The marks of other
# scripts are vowels without which the word would be another one.
_MARKS = regex.compile(r"[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670]+")
_STROKED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_BLANK = regex.compile(r"[\s\u200b\p{Cc}\p{Cs}\p{Co}\p{Cn}]+")
# Soft hyphens, joiners and marks of direction stand inside words.
_INVISIBLE = regex.compile(r"(?!\u200b)\p{Cf}+")


def fold(text: str, marked: str = "") -> str:
    """Case, width and marks folded; controls are blanks, blanks are single, invisible characters are gone.

    Parameters
    ----------
    marked: composed lower-case letters that keep their marks.

    >>> fold("Ｃafé Crème™ 5½")
    'cafe creme 5.5'
    >>> fold("Grüße", marked="äöü")
    'grüsse'
    """
    if text.isascii():
        text = text.lower()
        return " ".join((text if text.isprintable() else _BLANK.sub(" ", text)).split())
    text = _INVISIBLE.sub("", _FRACTION.sub(_spelled_out, _SYMBOLS.sub(" ", text)))
    # Folding can undo the composition and composing can bring back capitals, hence both twice (Unicode 3.13, D146).
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFKC", text)
    text = "".join(char if char in marked else without_marks(char) for char in text) if marked else without_marks(text)
    return " ".join(_BLANK.sub(" ", text).split())


def visible(text: str) -> str:
    """The text with controls as blanks and without invisible characters, such as marks of direction.

    >>> visible("red\\x00shirt\\u202e")
    'red shirt'
    """
    return " ".join(_BLANK.sub(" ", _INVISIBLE.sub("", text)).split())


def without_marks(text: str) -> str:
    """Folded text with its last marks dropped as well.

    >>> without_marks("größe")
    'große'
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text))).translate(_STROKED)


def _spelled_out(match: regex.Match[str]) -> str:
    return f"{match[1] or '0'}{_FRACTIONS[match[2]]}"
