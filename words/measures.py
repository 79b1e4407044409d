"""Numbers with units, so that `500ml`, `500 ml` and `0,5 l` are one word, and so are `12 inch`, `12-inch` and `12"`."""

from __future__ import annotations

from collections.abc import Iterator

import regex  # type: ignore[import-untyped]  # It ships no type information.

_INCH, _FOOT = "inch", "ft"
# Spellings by the unit they stand for; metric ones by the smallest of their kind, with how many of those they are.
_UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("inch", "inches", "in", '"', "''", "′′", "”", "zoll"), (_INCH, 1)),
    **dict.fromkeys(("ft", "foot", "feet", "fuss"), (_FOOT, 1)),
    **dict.fromkeys(("ml", "millilitre", "milliliter", "millilitres", "milliliters"), ("ml", 1)),
    **dict.fromkeys(("cl", "centilitre", "centiliter"), ("ml", 10)),
    "dl": ("ml", 100),
    **dict.fromkeys(("l", "ltr", "litre", "liter", "litres", "liters"), ("ml", 1000)),
    "mg": ("mg", 1),
    **dict.fromkeys(("g", "gr", "gm", "gram", "grams", "gramm", "gramme"), ("mg", 1000)),
    **dict.fromkeys(("kg", "kilo", "kilos", "kilogram", "kilograms", "kilogramm"), ("mg", 1_000_000)),
    "mm": ("mm", 1),
    **dict.fromkeys(("cm", "centimetre", "centimeter", "centimetres", "centimeters", "zentimeter"), ("mm", 10)),
    **dict.fromkeys(("m", "metre", "meter", "metres", "meters"), ("mm", 1000)),
    **dict.fromkeys(("oz", "ounce", "ounces", "unze", "unzen"), ("oz", 1)),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), ("lb", 1)),
    **dict.fromkeys(("w", "watt", "watts"), ("w", 1)),
    **dict.fromkeys(("v", "volt", "volts"), ("v", 1)),
    "mah": ("mah", 1),
    "hz": ("hz", 1),
    "mb": ("mb", 1),
    "gb": ("mb", 1024),
    "tb": ("mb", 1024 * 1024),
    **dict.fromkeys(("mp", "megapixel", "megapixels"), ("mp", 1)),
}
NUMBER = r"\d+(?:[.,]\d+)*"
_MEASURE = regex.compile(
    rf"(?<![\w.,])({NUMBER})\s?-?\s?({'|'.join(sorted(map(regex.escape, _UNITS), key=len, reverse=True))})(?![\w\"'′])"
)
_DIGIT = regex.compile(r"\d")
_THOUSANDS = regex.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_THOUSANDS_BY_POINTS = regex.compile(r"\d{1,3}(?:\.\d{3})+,\d+")
_DECIMAL = regex.compile(r"\d+[.,]\d+")
_PLAIN = regex.compile(r"\d+(?:\.\d+)?")
_DIGITS_MAX = 12


def plain_number(text: str) -> str:
    """A number as digits with a point: `1,000` has no comma, a decimal comma is a point; versions and lists stay.

    >>> [plain_number(text) for text in ("1,000", "0,5", "1.000,5", "5.50", "10.4.1", "6,8,10")]
    ['1000', '0.5', '1000.5', '5.5', '10.4.1', '6,8,10']
    """
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    elif _THOUSANDS_BY_POINTS.fullmatch(text):
        text = text.replace(".", "")
    if _DECIMAL.fullmatch(text):
        whole, _, rest = text.replace(",", ".").partition(".")
        rest = rest.rstrip("0")
        return f"{whole}.{rest}" if rest else whole
    return text


def measures(folded: str) -> Iterator[str]:
    """One word for every number with a unit in a folded text.

    >>> list(measures('0,5 l bottle, 12" pan'))
    ['500ml', '12inch']
    """
    if not _DIGIT.search(folded):
        return
    for match in _MEASURE.finditer(folded):
        number = plain_number(match[1])
        if len(number) > _DIGITS_MAX or not _PLAIN.fullmatch(number):
            continue
        unit, times = _UNITS[match[2]]
        yield f"{float(number) * times:.10g}{unit}"
