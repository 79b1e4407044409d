"""Joined and split forms of compound words, so that one spelling finds the other.

A lexical index matches whole words: it cuts `WH-1000XM5` into `wh` and `1000xm5`, and neither is `WH1000XM5`. Passages
and queries are both passed through `with_variants`, which adds the forms in which they meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

_HYPHENS = "-‐‒–−"
_COMPOUND = re.compile(rf"[^\W_]+(?:[{_HYPHENS}'’&][^\W_]+)+")
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(r"\d+|[^\W\d_]+")
# A letter or two before a number, as in `wh 1000xm5`; longer words before numbers are seldom one name.
_SHORT_LETTERS = 3
_JOINED_CHARS_MAX = 40
# Adjacent variants must not be taken for the neighbours of a text when it passes through here again.
_FENCE = " / "


def with_variants(text: str) -> str:
    """The text in Unicode's folded form, followed by the other spellings of its compound words.

    Hyphens, apostrophes and ampersands are joined over, letters and digits that touch are split, a single letter is
    joined to the word after it, and a few letters to the number after them. No word of the text is lost.

    >>> with_variants("Sony WH-1000XM5")
    'sony wh-1000xm5 / wh1000xm5 / 1000 / xm'
    >>> with_variants("t shirt")
    't shirt / tshirt'
    """
    folded = _folded(text)
    present = set(_WORD.findall(folded))
    added: dict[str, None] = {}
    for form in _joined(folded):
        added[form] = None
    for word in [*_WORD.findall(folded), *added]:
        added.update(dict.fromkeys(_pieces(word)))
    return _FENCE.join([folded, *(form for form in added if form not in present)])


def _folded(text: str) -> str:
    # Folding can undo the composition and composing can bring back capitals, hence both twice (Unicode 3.13, D146).
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _joined(text: str) -> Iterator[str]:
    for match in _COMPOUND.finditer(text):
        parts = _WORD.findall(match[0])
        joined = "".join(parts)
        if not joined.isdecimal() and len(joined) <= _JOINED_CHARS_MAX:
            yield joined
    for left, right in pairwise(text.split()):
        if _WORD.fullmatch(left) and _WORD.fullmatch(right) and _belong_together(left, right):
            yield left + right


def _belong_together(left: str, right: str) -> bool:
    if not left.isalpha() or len(left) + len(right) > _JOINED_CHARS_MAX:
        return False
    if right[0].isdecimal():
        return len(left) <= _SHORT_LETTERS
    return len(left) == 1 and right.isalpha() and len(right) > 1


def _pieces(word: str) -> list[str]:
    runs = _RUN.findall(word)
    if len(runs) < 2 or len(word) > _JOINED_CHARS_MAX:
        return []
    # `iphone5` is worth finding by `5`; single characters out of a longer code only match noise.
    return runs if len(runs) == 2 else [run for run in runs if len(run) > 1]
