"""Joined and split forms of compound words, so that one spelling finds the other.

A lexical index matches whole words: it cuts `WH-1000XM5` into `wh` and `1000xm5`, and neither is `WH1000XM5`. Both
products and queries get these forms beside their words, and meet in one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex  # type: ignore[import-untyped]  # It ships no type information.

from words.measures import plain_number

_HYPHENS = "-‐‒–−"
_LETTERS = r"[\p{L}\p{N}\p{M}]+"
_COMPOUND = regex.compile(rf"{_LETTERS}(?:[{_HYPHENS}'’&]{_LETTERS})+")
_PART = regex.compile(_LETTERS)
_WORD = regex.compile(
    rf"\d+(?:\.\d+)+(?![\p{{L}}\p{{N}}])|(?<!\d,)\d+,\d+(?:,\d{{3}})*(?:\.\d+)?(?![\p{{L}}\p{{N}},])|{_LETTERS}"
)
# `men's` is `men` for one who looks for size S, and `l'oreal` is `oreal` for one who looks for size L.
_POSSESSIVE = regex.compile(r"(?<=\p{L})['’]s(?![\p{L}\p{N}])")
_ELISION = regex.compile(r"(?<![\p{L}\p{N}])\p{L}['’](?=\p{L})")
_RUN = regex.compile(r"\d+|[\p{L}\p{M}]+")
# Scripts that put no blanks between words; pairs of signs stand in for them.
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]{2,}")
# A few letters before a number, as in `wh 1000xm5`; longer words before numbers are seldom one name.
_SHORT_LETTERS = 3
_JOINED_CHARS_MAX = 40


def words_of(folded: str) -> list[str]:
    """The words of a folded text in their order, cut at everything that is no letter, digit or mark.

    >>> words_of("men's t-shirt, 1,000 pieces at 5.50")
    ['men', 't', 'shirt', '1000', 'pieces', 'at', '5.5']
    """
    if "'" in folded or "’" in folded:
        folded = _ELISION.sub("", _POSSESSIVE.sub("", folded))
    return [plain_number(word) if "." in word or "," in word else word for word in _WORD.findall(folded)]


def variants_of(folded: str, words: Sequence[str]) -> list[str]:
    """Other spellings of the compound words of a folded text, each once, none of them among its words.

    Hyphens, apostrophes and ampersands are joined over, letters and digits that touch are split, a single letter is
    joined to the word after it and a few letters to the number after them. Scripts without blanks give pairs of signs.

    >>> variants_of("sony wh-1000xm5", ["sony", "wh", "1000xm5"])
    ['wh1000xm5', '1000', 'xm']
    >>> variants_of("t shirt", ["t", "shirt"])
    ['tshirt']
    """
    added: dict[str, None] = dict.fromkeys(_joined(folded, words))
    for word in [*words, *added]:
        # Most words are plain, and there are many of them.
        if not word.isascii() or not (word.isalpha() or word.isdecimal()):
            added.update(dict.fromkeys(_pieces(word)))
    if not added:
        return []
    present = set(words)
    return [form for form in added if form not in present]


def _joined(folded: str, words: Sequence[str]) -> Iterator[str]:
    for compound in _COMPOUND.findall(folded):
        joined = "".join(_PART.findall(compound))
        if not joined.isdecimal() and len(joined) <= _JOINED_CHARS_MAX:
            yield joined
    for left, right in pairwise(words):
        if len(left) <= _SHORT_LETTERS and len(right) <= _JOINED_CHARS_MAX and _belong_together(left, right):
            yield left + right


def _belong_together(left: str, right: str) -> bool:
    if not left.isalpha():
        return False
    return right[0].isdecimal() or (len(left) == 1 and right.isalpha() and len(right) > 1)


def _pieces(word: str) -> Iterator[str]:
    if len(word) > _JOINED_CHARS_MAX:
        return
    runs = _RUN.findall(word)
    if len(runs) > 1 and "." not in word:
        # `iphone5` is worth finding by `5`; single characters out of a longer code only match noise.
        yield from runs if len(runs) == 2 else (run for run in runs if len(run) > 1)
    for unspaced in _UNSPACED.findall(word):
        yield from (left + right for left, right in pairwise(unspaced))
