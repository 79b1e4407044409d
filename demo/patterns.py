"""Patterns printed or woven into a tile; every one repeats at the tile's edges."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageDraw

from demo.colours import RGB, mixed

# Bands of stripes: the period and, within it, (start, width); all in sheet units, all periods divide a tile's 40.
_STRIPES: tuple[tuple[float, tuple[tuple[float, float], ...]], ...] = (
    (5.0, ((0.0, 1.7),)),
    (5.0, ((0.0, 2.5),)),
    (10.0, ((0.0, 5.0),)),
    (8.0, ((0.0, 1.1), (2.3, 1.1))),
    (4.0, ((0.0, 1.0),)),
    (10.0, ((0.0, 3.2), (4.4, 0.9), (7.9, 0.9))),
)
# The side of a tile, in sheet units.
_TILE = 40.0
_FINE_STRIPES = (2.5, 4.0, 2.0, 5.0)


def striped(picture: Image.Image, px_per_unit: float, second: RGB, variant: int) -> None:
    """Stripes across."""
    period, bands = _STRIPES[variant % len(_STRIPES)]
    _bands(ImageDraw.Draw(picture), px_per_unit, period, bands, second)


def pinstriped(picture: Image.Image, px_per_unit: float, second: RGB, variant: int) -> None:
    """Fine stripes down, as on shirts and suits."""
    period = _FINE_STRIPES[variant % len(_FINE_STRIPES)]
    pen = ImageDraw.Draw(picture)
    width = 0.42 * px_per_unit if variant % 2 else period * 0.4 * px_per_unit
    for number in range(round(picture.width / (period * px_per_unit))):
        left = number * period * px_per_unit
        pen.rectangle((left, 0, left + width, picture.height), fill=second)


def checked(picture: Image.Image, px_per_unit: float, second: RGB, variant: int) -> None:
    """Gingham, tartan, windowpane or blocks."""
    ground = _ground(picture)
    match variant % 4:
        case 0:
            _crossed(picture, px_per_unit, 5.0, (_Thread(((0.0, 2.5),), second, 0.5),))
        case 1:
            threads = (
                _Thread(((0.0, 7.0),), mixed(ground, (12, 14, 26), 0.6), 0.55),
                _Thread(((10.0, 3.0), (14.5, 0.8)), second, 0.6),
                _Thread(((3.1, 0.8),), second, 0.75),
            )
            _crossed(picture, px_per_unit, 20.0, threads)
        case 2:
            _crossed(picture, px_per_unit, 8.0, (_Thread(((0.0, 0.55),), second, 0.85),))
        case _:
            _crossed(picture, px_per_unit, 10.0, (_Thread(((0.0, 5.0),), second, 0.5),))


def dotted(picture: Image.Image, px_per_unit: float, second: RGB, variant: int) -> None:
    """Dots, every other row shifted by half."""
    period, radius = ((5.0, 0.85), (4.0, 0.5), (8.0, 1.7), (5.0, 1.15))[variant % 4]
    pen = ImageDraw.Draw(picture)
    count = round(picture.width / (period * px_per_unit))
    for row in range(2 * count + 1):
        for column in range(count + 1):
            x = (column + 0.5 * (row % 2)) * period * px_per_unit
            _disc(pen, x, row * period / 2 * px_per_unit, radius * px_per_unit, second)


def floral(picture: Image.Image, px_per_unit: float, second: RGB, variant: int) -> None:
    """Flowers and leaves, scattered."""
    chance = random.Random(variant * 7919 + 11)
    size = (1.3, 2.4, 1.8)[variant % 3]
    ground = _ground(picture)
    leaf = mixed((88, 122, 78), ground, 0.25)
    pen = ImageDraw.Draw(picture)
    for x, y in _scattered(chance, 2.75 * size):
        turn, scale = chance.uniform(0, 6.3), size * chance.uniform(0.75, 1.25)
        petals = second if chance.random() < 0.72 else mixed(second, (226, 150, 120), 0.45)
        for dx, dy in _wrapped(x, y, 4 * size):
            at = ((x + dx) * px_per_unit, (y + dy) * px_per_unit)
            _leaves(pen, at, turn, scale * px_per_unit, leaf)
            _flower(pen, at, turn, scale * px_per_unit, petals)


def leopard(picture: Image.Image, px_per_unit: float, second: RGB, variant: int) -> None:
    """Rosettes of a leopard: broken dark rings around a darker ground."""
    chance = random.Random(variant + 3)
    ground = _ground(picture)
    pen = ImageDraw.Draw(picture)
    for x, y in _scattered(chance, 4.6):
        radius, start = chance.uniform(1.3, 2.1), chance.uniform(0, 360)
        for dx, dy in _wrapped(x, y, 3.0):
            cx, cy, r = (x + dx) * px_per_unit, (y + dy) * px_per_unit, radius * px_per_unit
            box = (cx - r, cy - 0.8 * r, cx + r, cy + 0.8 * r)
            pen.ellipse(box, fill=mixed(ground, (128, 74, 34), 0.6))
            pen.arc(box, start, start + 140, fill=second, width=round(0.42 * r))
            pen.arc(box, start + 170, start + 300, fill=second, width=round(0.42 * r))


PATTERNS: Mapping[str, Callable[[Image.Image, float, RGB, int], None]] = {
    "striped": striped,
    "pinstriped": pinstriped,
    "checked": checked,
    "dotted": dotted,
    "floral": floral,
    "leopard": leopard,
}


def _bands(
    pen: ImageDraw.ImageDraw,
    px_per_unit: float,
    period: float,
    bands: tuple[tuple[float, float], ...],
    fill: RGB | int,
) -> None:
    side = pen.im.size[0]
    for number in range(round(side / (period * px_per_unit))):
        for start, width in bands:
            top = (number * period + start) * px_per_unit
            pen.rectangle((0, round(top), side, round(top + width * px_per_unit) - 1), fill=fill)


@dataclass(frozen=True, slots=True)
class _Thread:
    """One colour of a check: its bands (start, width) in a period, in sheet units, and how much of it is seen."""

    bands: tuple[tuple[float, float], ...]
    colour: RGB
    share: float

    def covers(self, place: float) -> bool:
        """Whether a place within the period lies in one of its bands."""
        return any(start <= place < start + width for start, width in self.bands)


def _crossed(picture: Image.Image, px_per_unit: float, period: float, threads: tuple[_Thread, ...]) -> None:
    """Bands across and down; where two cross, both colours mix."""
    side = round(period * px_per_unit)
    cell = Image.new("RGB", (side, side))
    pen = ImageDraw.Draw(cell)
    ground = _ground(picture)
    bands = [band for thread in threads for band in thread.bands]
    ends = {0.0, period, *(start for start, _ in bands), *(start + width for start, width in bands)}
    spans = list(pairwise(sorted(ends)))
    for top, bottom in spans:
        for left, right in spans:
            colour = ground
            for thread in threads:
                for place in (top, left):
                    colour = mixed(colour, thread.colour, thread.share) if thread.covers(place) else colour
            box = (left, top, right, bottom)
            pen.rectangle([round(edge * px_per_unit) for edge in box], fill=colour)
    for x in range(0, picture.width, side):
        for y in range(0, picture.height, side):
            picture.paste(cell, (x, y))


def _ground(picture: Image.Image) -> RGB:
    red, green, blue = picture.crop((0, 0, 1, 1)).tobytes()
    return red, green, blue


def _disc(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: RGB) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def _scattered(chance: random.Random, distance: float) -> list[tuple[float, float]]:
    """Places about so far from each other on a tile of 40 by 40: a grid, every other row shifted, shaken."""
    count = 2 * round(_TILE / distance / 2)
    step = _TILE / count
    return [
        (
            (column + 0.5 * (row % 2) + chance.uniform(-0.28, 0.28)) * step % _TILE,
            (row + chance.uniform(0.2, 0.8)) * step,
        )
        for row in range(count)
        for column in range(count)
    ]


def _wrapped(x: float, y: float, reach: float) -> list[tuple[float, float]]:
    across = [0.0] + [_TILE] * (x < reach) + [-_TILE] * (x > _TILE - reach)
    down = [0.0] + [_TILE] * (y < reach) + [-_TILE] * (y > _TILE - reach)
    return [(dx, dy) for dx in across for dy in down]


def _flower(pen: ImageDraw.ImageDraw, at: tuple[float, float], turn: float, size: float, petals: RGB) -> None:
    x, y = at
    shade = mixed(petals, (70, 30, 40), 0.18)
    for number in range(5):
        angle = turn + number * 2 * math.pi / 5
        px, py = x + math.cos(angle) * size * 0.62, y + math.sin(angle) * size * 0.62
        _disc(pen, px, py, size * 0.5, petals)
        pen.line((x, y, px, py), fill=shade, width=max(1, round(size * 0.12)))
    _disc(pen, x, y, size * 0.28, (222, 178, 84))


def _leaves(pen: ImageDraw.ImageDraw, at: tuple[float, float], turn: float, size: float, leaf: RGB) -> None:
    for angle in (turn + 0.6, turn + 3.4):
        cx, cy = math.cos(angle), math.sin(angle)
        x, y = at[0] + cx * size * 1.55, at[1] + cy * size * 1.55
        side = 0.34 * size
        pen.polygon(
            (
                (x - cx * size * 0.75, y - cy * size * 0.75),
                (x - cy * side, y + cx * side),
                (x + cx * size * 0.75, y + cy * size * 0.75),
                (x + cy * side, y - cx * side),
            ),
            fill=leaf,
        )
