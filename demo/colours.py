"""Colours by names people use, and the basic name each is filtered by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RGB = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shade:
    """A named colour.

    Attributes
    ----------
    basic: the plain name a person filters by.
    partners: shades that go with it in a pattern, best first.
    """

    rgb: RGB
    basic: str
    partners: tuple[str, ...]


SHADES: Mapping[str, Shade] = {
    "black": Shade((38, 37, 40), "black", ("cream", "white", "camel", "red")),
    "charcoal": Shade((74, 76, 82), "grey", ("white", "light grey", "mustard")),
    "light grey": Shade((176, 178, 181), "grey", ("white", "charcoal", "navy")),
    "white": Shade((240, 239, 236), "white", ("navy", "black", "red", "sage")),
    "cream": Shade((232, 221, 198), "beige", ("rust", "navy", "forest green", "brown")),
    "sand": Shade((211, 188, 152), "beige", ("white", "brown", "navy")),
    "camel": Shade((182, 134, 82), "brown", ("cream", "black", "navy")),
    "brown": Shade((105, 69, 45), "brown", ("cream", "camel", "sky blue")),
    "rust": Shade((172, 78, 40), "orange", ("cream", "navy", "sand")),
    "orange": Shade((229, 122, 46), "orange", ("cream", "white", "navy")),
    "mustard": Shade((208, 157, 44), "yellow", ("navy", "cream", "charcoal")),
    "lemon": Shade((243, 217, 98), "yellow", ("white", "light grey", "navy")),
    "red": Shade((193, 39, 45), "red", ("white", "navy", "cream", "black")),
    "burgundy": Shade((104, 27, 45), "red", ("cream", "blush", "light grey")),
    "coral": Shade((232, 116, 97), "pink", ("white", "cream", "navy")),
    "blush": Shade((229, 184, 177), "pink", ("white", "burgundy", "charcoal")),
    "fuchsia": Shade((200, 50, 118), "pink", ("white", "cream", "navy")),
    "lavender": Shade((174, 160, 208), "purple", ("white", "charcoal", "plum")),
    "plum": Shade((94, 48, 92), "purple", ("blush", "cream", "lavender")),
    "navy": Shade((33, 43, 78), "blue", ("white", "cream", "red", "sky blue")),
    "cobalt": Shade((38, 84, 176), "blue", ("white", "cream", "lemon")),
    "sky blue": Shade((146, 186, 219), "blue", ("white", "navy", "cream")),
    "teal": Shade((22, 114, 106), "green", ("cream", "mustard", "white")),
    "forest green": Shade((36, 80, 56), "green", ("cream", "mustard", "sand")),
    "olive": Shade((104, 103, 58), "green", ("cream", "black", "rust")),
    "sage": Shade((156, 173, 144), "green", ("white", "cream", "forest green")),
}

GOLD: RGB = (206, 166, 92)
SILVER: RGB = (190, 194, 200)
BRASS: RGB = (176, 138, 74)
STEEL: RGB = (150, 155, 163)
ROSE_GOLD: RGB = (214, 158, 138)


def mixed(first: RGB, second: RGB, share: float) -> RGB:
    """The first colour with so large a share of the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def darker(colour: RGB, share: float = 0.25) -> RGB:
    """The colour in the shade; nearly black stays visible."""
    return mixed(colour, (14, 13, 18), share)


def lighter(colour: RGB, share: float = 0.25) -> RGB:
    """The colour in the light."""
    return mixed(colour, (255, 252, 246), share)


def is_dark(colour: RGB) -> bool:
    """Whether a line on it must be lighter to be seen."""
    return 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2] < 70
