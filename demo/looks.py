"""How one product looks, by name, and one photo of it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from demo.cloth import MATERIALS, Cloth
from demo.colours import RGB, SHADES


@dataclass(frozen=True, slots=True)
class Look:
    """What a product looks like.

    Attributes
    ----------
    kind: a name out of `demo.kinds.all_kinds.KINDS`.
    shade, second: names out of `SHADES`; the second is for patterns, soles and linings.
    cut: one of the kind's cuts ("slim", "V-neck"), or empty.
    style: what the rest of its make is drawn from; variants in other colours share it.
    """

    kind: str
    shade: str
    second: str
    pattern: str
    material: str
    cut: str
    style: int

    @property
    def rgb(self) -> RGB:
        """The main colour."""
        return SHADES[self.shade].rgb

    @property
    def second_rgb(self) -> RGB:
        """The other colour."""
        return SHADES[self.second].rgb

    def chance(self) -> random.Random:
        """For the cut: the same for every colour variant."""
        return random.Random(self.style)

    def cloth(self) -> Cloth:
        """What most of it is made of."""
        material = MATERIALS[self.material]
        return Cloth(
            self.rgb, material.weave, material.gloss, self.pattern, self.second_rgb, variant=self.style // 7 % 60
        )

    def solid(self, rgb: RGB | None = None) -> Cloth:
        """The same material without its pattern, in its own or another colour."""
        material = MATERIALS[self.material]
        return Cloth(self.rgb if rgb is None else rgb, material.weave, material.gloss)

    @property
    def wrinkles(self) -> float:
        """How much it wrinkles, for pieces of its size."""
        return MATERIALS[self.material].wrinkles


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo: a look, one of the `VIEWS` and of the `BACKDROPS` by name, and a seed for its accidents."""

    look: Look
    view: str
    backdrop: str
    seed: int


@dataclass(frozen=True, slots=True)
class DrawnProduct:
    """A product of the drawn shop: its record without photos, and what its photos show."""

    id: str
    record: dict[str, Any]
    shots: tuple[Shot, ...]
