"""Typing errors as fingers make them: a key beside the right one, a letter left out, doubled, or two exchanged."""

from __future__ import annotations

import random
from collections.abc import Container

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_CHARS_MIN = 4
_FIRST_LETTER_SHARE = 0.1
_TRIES = 20


def misspelt(text: str, known: Container[str], chance: random.Random) -> str | None:
    """The text with one typing error in one of its words; None when no word of it can be misspelt.

    Words of four plain letters and more are misspelt, and never into another word of the catalogue, which would be no
    error. The first letter is seldom wrong.

    Parameters
    ----------
    known: words of the catalogue in lower case.
    """
    words = text.split()
    places = [i for i, word in enumerate(words) if len(word) >= _CHARS_MIN and word.isascii() and word.isalpha()]
    if not places:
        return None
    for _ in range(_TRIES):
        place = chance.choice(places)
        wrong = _slip(words[place].lower(), chance)
        if wrong != words[place].lower() and wrong not in known:
            return " ".join([*words[:place], wrong, *words[place + 1 :]])
    return None


def _slip(word: str, chance: random.Random) -> str:
    at = 0 if chance.random() < _FIRST_LETTER_SHARE else chance.randrange(1, len(word))
    kind = chance.choice(("beside", "left out", "surplus", "exchanged"))
    if kind == "beside":
        return word[:at] + chance.choice(_beside(word[at])) + word[at + 1 :]
    if kind == "left out":
        return word[:at] + word[at + 1 :]
    if kind == "surplus":
        return word[:at] + chance.choice([word[at], *_beside(word[at])]) + word[at:]
    other = at + 1 if at + 1 < len(word) else at - 1
    first, second = sorted((at, other))
    return word[:first] + word[second] + word[first] + word[second + 1 :]


def _beside(letter: str) -> list[str]:
    """The keys left and right of one on an English keyboard."""
    row = next(row for row in _ROWS if letter in row)
    at = row.index(letter)
    return [row[i] for i in (at - 1, at + 1) if 0 <= i < len(row)]
