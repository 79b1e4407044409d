"""What is known about one kind of product."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from demo.colours import SHADES
from demo.looks import Look
from demo.pieces import Drawing

DENIM = "navy, sky blue, black, charcoal, light grey, white, cobalt, cream"
LEATHER = (
    "black, brown, camel, burgundy, navy, forest green, olive, cream, red, "
    "rust, sand, charcoal, mustard, blush, teal, white"
)
TAILORED = (
    "black, charcoal, light grey, navy, camel, brown, cream, sand, olive, "
    "forest green, burgundy, sage, plum, rust, sky blue, teal"
)
STONES = "forest green, cobalt, red, plum, fuchsia, teal, sky blue, black, lavender, coral, cream"
FRAMES = "black, brown, camel, navy, burgundy, forest green, light grey, red, cobalt, blush, teal"
STRAW = "sand, cream, camel, brown"

CLOTHES_SIZES = "XS, S, M, L, XL, XXL"
SMALL_SHOES = "36, 37, 38, 39, 40, 41"
ALL_SHOES = "37, 38, 39, 40, 41, 42, 43, 44, 45"
ONE_SIZE = "one size"
_EVERY_SHADE = ", ".join(SHADES)


@dataclass(frozen=True, slots=True)
class Article:
    """What a shop says about a kind.

    Attributes
    ----------
    noun: what a title calls it.
    people: whom it may be for; one is chosen, and what is named twice is chosen twice as often.
    prices: of the plainest and the finest brand, in euros.
    sizes: from the smallest to the largest, or empty.
    """

    noun: str
    category: str
    department: str
    people: str
    prices: tuple[int, int]
    sizes: str = ""


@dataclass(frozen=True, slots=True)
class Make:
    """How a kind may be made; each of these is a list of names with commas, read as `Article.people` is.

    Attributes
    ----------
    patterns: out of `demo.patterns.PATTERNS`, or "plain".
    materials: out of `demo.cloth.MATERIALS`.
    shades: out of `demo.colours.SHADES`.
    cuts: names its drawing knows, said in the title.
    """

    patterns: str
    materials: str
    shades: str = _EVERY_SHADE
    cuts: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of product: how it is drawn, sold and made, and how many designs of it a round of the catalogue has."""

    draw: Callable[[Look], Drawing]
    article: Article
    make: Make
    weight: int = 1


def names(listed: str) -> list[str]:
    """Names out of a list with commas; an empty list has one empty name."""
    return listed.split(", ")
