"""Cloth, leather, metal: a colour, a pattern and a weave as one tile that repeats without a visible joint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from demo.colours import RGB
from demo.patterns import PATTERNS
from demo.weaves import WEAVES, Weave

# A pattern's tile covers so many sheet units in both directions, a weave's half as many; every period divides them.
TILE_UNITS = 40.0
WEAVE_UNITS = 20.0
# Twice the pixels of a photo per sheet unit, since tiles are sampled without interpolation.
TILE_PX_PER_UNIT = 12.8

Field = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Cloth:
    """What a piece is made of.

    Attributes
    ----------
    pattern: a name out of `PATTERNS`, or "plain".
    variant: which of the pattern's designs.
    weave: a name out of `WEAVES`, or "smooth".
    gloss: 0 for felt, 1 for polished metal.
    opacity: below 1 what lies behind shines through.
    """

    colour: RGB
    weave: str = "smooth"
    gloss: float = 0.0
    pattern: str = "plain"
    second: RGB = (245, 243, 238)
    variant: int = 0
    opacity: float = 1.0


def printed(cloth: Cloth, px_per_unit: float) -> tuple[Field, Field, Field]:
    """The tile of a pattern: red, green and blue, each float32 of shape (side, side), 0 to 255."""
    side = round(TILE_UNITS * px_per_unit)
    picture = Image.new("RGB", (side, side), cloth.colour)
    PATTERNS[cloth.pattern](picture, px_per_unit, cloth.second, cloth.variant)
    # Dye runs a little, and soft edges survive sampling.
    soft = picture.filter(ImageFilter.BoxBlur(px_per_unit / TILE_PX_PER_UNIT))
    red, green, blue = (np.asarray(band, dtype=np.float32) for band in soft.split())
    return red, green, blue


def woven(weave: str, px_per_unit: float) -> Field:
    """The tile of a weave: the light it gives back, around 1, float32 of shape (side, side)."""
    return WEAVES[weave](Weave(round(WEAVE_UNITS * px_per_unit), WEAVE_UNITS))


@dataclass(frozen=True, slots=True)
class Material:
    """How a named material looks: its weave, its gloss, and how much it wrinkles (0 to 1)."""

    weave: str
    gloss: float = 0.0
    wrinkles: float = 0.5


MATERIALS: Mapping[str, Material] = {
    "cotton": Material("jersey", 0.0, 0.5),
    "poplin": Material("poplin", 0.02, 0.6),
    "linen": Material("linen", 0.0, 1.0),
    "flannel": Material("felt", 0.0, 0.5),
    "viscose": Material("poplin", 0.08, 0.6),
    "silk": Material("poplin", 0.3, 0.6),
    "satin": Material("smooth", 0.45, 0.6),
    "denim": Material("denim", 0.0, 0.6),
    "corduroy": Material("corduroy", 0.0, 0.4),
    "wool": Material("felt", 0.0, 0.25),
    "tweed": Material("tweed", 0.0, 0.2),
    "cashmere": Material("fine knit", 0.0, 0.3),
    "merino wool": Material("fine knit", 0.0, 0.35),
    "knitted wool": Material("knit", 0.0, 0.25),
    "cable knit": Material("cable", 0.0, 0.2),
    "ribbed cotton": Material("rib", 0.0, 0.3),
    "fleece": Material("fleece", 0.0, 0.3),
    "jersey": Material("jersey", 0.0, 0.45),
    "nylon": Material("nylon", 0.2, 0.6),
    "leather": Material("leather", 0.45, 0.3),
    "patent leather": Material("smooth", 0.9, 0.15),
    "suede": Material("suede", 0.0, 0.3),
    "canvas": Material("canvas", 0.0, 0.35),
    "straw": Material("straw", 0.05, 0.1),
    "felt": Material("felt", 0.0, 0.15),
    "velvet": Material("suede", 0.12, 0.5),
    "rubber": Material("smooth", 0.6, 0.1),
    "acetate": Material("smooth", 0.55, 0.0),
    "metal": Material("smooth", 0.9, 0.0),
    "steel": Material("brushed", 0.8, 0.0),
    "gold": Material("smooth", 0.95, 0.0),
    "silver": Material("smooth", 0.95, 0.0),
    "rose gold": Material("smooth", 0.95, 0.0),
    "stoneware": Material("smooth", 0.4, 0.0),
}


def plain(colour: RGB, material: str = "smooth", gloss: float | None = None) -> Cloth:
    """One colour of a named material."""
    known = MATERIALS.get(material, Material("smooth"))
    return Cloth(colour, known.weave, known.gloss if gloss is None else gloss)
