"""The words of a product as an encoder and the lexical index see them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence

# What is opened and never closed reaches to the end, as in browsers; that also keeps the search linear in the text.
_TAG = re.compile(
    r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[a-z/!?][^<>]{0,2000}>", re.DOTALL | re.IGNORECASE
)
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+")


def plain_text(markup: str) -> str:
    """Words without HTML tags, entities, scripts or runs of white space.

    >>> plain_text("<p>Soft &amp; warm<br>wool</p>")
    'Soft & warm wool'
    """
    text = _TAG.sub(" ", markup) if "<" in markup else markup
    return _SPACE.sub(" ", html.unescape(text)).strip()


def passage(
    title: str,
    brand: str | None,
    category: str | None,
    description: str,
    attributes: Mapping[str, object],
) -> str:
    """Title, brand, category, attributes and description as one text, each part ended by a full stop.

    The description comes last, because it is the longest and encoders cut what does not fit. A part whose words stand
    already in what comes before it adds nothing and is left out.

    >>> passage("Blue shirt", "Acme", "Shirts", "", {"colour": "Blue", "size": [38, 40], "organic": True})
    'Blue shirt. Acme. Shirts. organic. size 38 40'
    """
    parts = [plain_text(title), plain_text(brand or ""), plain_text(category or "")]
    parts += _attribute_parts(attributes)
    parts.append(plain_text(description))
    return ". ".join(_without_repeats(parts))


def _attribute_parts(attributes: Mapping[str, object]) -> Iterator[str]:
    for name in sorted(attributes):
        value = attributes[name]
        if isinstance(value, bool):
            if value:
                yield _spoken(name)
        elif isinstance(value, str):
            yield plain_text(value)
        elif isinstance(value, int | float):
            yield f"{_spoken(name)} {_number(value)}"
        elif isinstance(value, Sequence):
            yield _list_part(name, value)


def _list_part(name: str, values: Sequence[object]) -> str:
    words = [v if isinstance(v, str) else _number(v) for v in values if isinstance(v, str | int | float)]
    numbers_only = all(not isinstance(v, str) for v in values)
    return plain_text(" ".join([_spoken(name), *words] if numbers_only else words))


def _number(value: float) -> str:
    return str(int(value)) if isinstance(value, int) or value.is_integer() else f"{value:.15g}"


def _spoken(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").strip()


def _without_repeats(parts: list[str]) -> Iterator[str]:
    seen = " "
    for part in parts:
        words = f" {' '.join(_WORD.findall(part.lower()))} "
        if part and words not in seen:
            seen += words.lstrip()
            yield part.rstrip(".")
