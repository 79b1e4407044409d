"""Patterns printed or woven into a tile; every one repeats at the tile's edges."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping

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
    base = picture.getpixel((0, 0))
    ground: RGB = base if isinstance(base, tuple) else (0, 0, 0)  # type: ignore[assignment]  # An RGB picture.
    match variant % 4:
        case 0:
            _crossed(picture, px_per_unit, 5.0, ((0.0, 2.5),), (second, 0.5))
        case 1:
            _crossed(picture, px_per_unit, 20.0, ((0.0, 7.0),), (mixed(ground, (12, 14, 26), 0.6), 0.55))
            _crossed(picture, px_per_unit, 20.0, ((10.0, 3.0), (14.5, 0.8)), (second, 0.6))
            _crossed(picture, px_per_unit, 20.0, ((3.1, 0.8),), (second, 0.75))
        case 2:
            _crossed(picture, px_per_unit, 8.0, ((0.0, 0.55),), (second, 0.85))
        case _:
            _crossed(picture, px_per_unit, 10.0, ((0.0, 5.0),), (second, 0.5))


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
    base = picture.getpixel((0, 0))
    ground: RGB = base if isinstance(base, tuple) else (0, 0, 0)  # type: ignore[assignment]  # An RGB picture.
    leaf = mixed((88, 122, 78), ground, 0.25)
    pen = ImageDraw.Draw(picture)
    for x, y in _scattered(chance, round(95 / size), 40.0, 1.95 * size):
        turn, scale = chance.uniform(0, 6.3), size * chance.uniform(0.75, 1.25)
        petals = second if chance.random() < 0.72 else mixed(second, (226, 150, 120), 0.45)
        for dx, dy in _wrapped(x, y, 4 * size, 40.0):
            at = ((x + dx) * px_per_unit, (y + dy) * px_per_unit)
            _leaves(pen, at, turn, scale * px_per_unit, leaf)
            _flower(pen, at, turn, scale * px_per_unit, petals)


def leopard(picture: Image.Image, px_per_unit: float, second: RGB, variant: int) -> None:
    """Rosettes of a leopard: broken dark rings around a darker ground."""
    chance = random.Random(variant + 3)
    base = picture.getpixel((0, 0))
    ground: RGB = base if isinstance(base, tuple) else (0, 0, 0)  # type: ignore[assignment]  # An RGB picture.
    pen = ImageDraw.Draw(picture)
    for x, y in _scattered(chance, 70, 40.0, 4.1):
        radius, start = chance.uniform(1.3, 2.1), chance.uniform(0, 360)
        for dx, dy in _wrapped(x, y, 3.0, 40.0):
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


def _crossed(
    picture: Image.Image,
    px_per_unit: float,
    period: float,
    bands: tuple[tuple[float, float], ...],
    thread: tuple[RGB, float],
) -> None:
    colour, share = thread
    mask = Image.new("L", picture.size)
    _bands(ImageDraw.Draw(mask), px_per_unit, period, bands, round(255 * share))
    picture.paste(colour, mask=mask)
    picture.paste(colour, mask=mask.transpose(Image.Transpose.TRANSPOSE))


def _disc(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: RGB) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def _scattered(chance: random.Random, count: int, side: float, distance: float) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for _ in range(count * 12):
        x, y = chance.uniform(0, side), chance.uniform(0, side)
        if all(_apart(x - a, side) ** 2 + _apart(y - b, side) ** 2 > distance**2 for a, b in found):
            found.append((x, y))
            if len(found) == count:
                break
    return found


def _apart(distance: float, side: float) -> float:
    return min(abs(distance), side - abs(distance))


def _wrapped(x: float, y: float, reach: float, side: float) -> list[tuple[float, float]]:
    across = [0.0] + [side] * (x < reach) + [-side] * (x > side - reach)
    down = [0.0] + [side] * (y < reach) + [-side] * (y > side - reach)
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
