"""Drawing one product: a silhouette filled with a coloured pattern, on paper, with a soft shadow."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter

from demo.silhouettes import SILHOUETTES, Area, Bow, Line, Mark, Oval

Colour = tuple[int, int, int]

PHOTO_PX = 320
# Everything is drawn twice as large and shrunk, which makes its edges smooth.
_SHEET_PX = 2 * PHOTO_PX
_UNIT = _SHEET_PX / 100

COLOURS: Mapping[str, Colour] = {
    "black": (38, 38, 42),
    "white": (240, 238, 233),
    "grey": (140, 144, 150),
    "navy blue": (30, 42, 86),
    "blue": (48, 108, 196),
    "red": (196, 42, 46),
    "green": (52, 128, 74),
    "yellow": (240, 196, 52),
    "orange": (230, 122, 40),
    "pink": (236, 146, 172),
    "purple": (112, 66, 148),
    "brown": (116, 76, 46),
    "beige": (216, 194, 160),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What one drawing shows, by names out of `SILHOUETTES`, `COLOURS` and `PATTERNS`; the seed makes its accidents."""

    silhouette: str
    colour: str
    second_colour: str
    pattern: str
    seed: int


def draw(look: Look) -> bytes:
    """The drawing as a JPEG of 320 by 320 pixels; the same look gives the same bytes."""
    chance = random.Random(look.seed)
    shape = SILHOUETTES[look.silhouette]
    colour, second = COLOURS[look.colour], COLOURS[look.second_colour]
    sheet = Image.new("RGB", (_SHEET_PX, _SHEET_PX), _paper(chance))
    body = _mask(shape.body, rounded=True)
    _shadow(sheet, body)
    sheet.paste(PATTERNS[look.pattern](colour, second, chance), mask=body)
    if shape.accents:
        sheet.paste(second if second != colour else _darker(colour), mask=_mask(shape.accents, rounded=True))
    if shape.details:
        sheet.paste(_darker(colour), mask=_mask(shape.details, rounded=False))
    photo = sheet.reduce(2)
    out = io.BytesIO()
    photo.rotate(chance.uniform(-3, 3), Image.Resampling.BILINEAR, fillcolor=photo.getpixel((0, 0))).save(
        out, "JPEG", quality=88
    )
    return out.getvalue()


def _mask(marks: tuple[Mark, ...], *, rounded: bool) -> Image.Image:
    mask = Image.new("L", (_SHEET_PX, _SHEET_PX))
    pen = ImageDraw.Draw(mask)
    for mark in marks:
        _put(pen, mark)
    # Blurring an outline and cutting it off at one half rounds its corners.
    return mask.filter(ImageFilter.BoxBlur(_UNIT)).point(_cut) if rounded else mask


def _put(pen: ImageDraw.ImageDraw, mark: Mark) -> None:
    match mark:
        case Area(points):
            pen.polygon([_at(point) for point in points], fill=255)
        case Oval(box):
            pen.ellipse(_box(box), fill=255)
        case Line(points, width):
            pen.line([_at(point) for point in points], fill=255, width=round(width * _UNIT), joint="curve")
        case Bow(box, (start, end), width):
            pen.arc(_box(box), start, end, fill=255, width=round(width * _UNIT))


def _at(point: tuple[float, float]) -> tuple[float, float]:
    return point[0] * _UNIT, point[1] * _UNIT


def _box(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return box[0] * _UNIT, box[1] * _UNIT, box[2] * _UNIT, box[3] * _UNIT


def _cut(value: int) -> int:
    return 255 if value > 127 else 0


def _paper(chance: random.Random) -> Colour:
    tone = chance.randint(244, 252)
    return tone, tone, tone - chance.randint(0, 6)


def _shadow(sheet: Image.Image, body: Image.Image) -> None:
    # A shadow has no fine edges, so it is blurred at a quarter of the size.
    small = body.reduce(4).filter(ImageFilter.GaussianBlur(3.5)).point(_shade)
    sheet.paste((70, 70, 80), (round(_UNIT), round(2.2 * _UNIT)), mask=small.resize(body.size))


def _shade(value: int) -> int:
    return value * 2 // 5


def _darker(colour: Colour) -> Colour:
    # On nearly black cloth a seam shows as a lighter line.
    factor, lift = (0.62, 0) if sum(colour) > 200 else (1.0, 62)
    return tuple(min(255, round(part * factor) + lift) for part in colour)  # type: ignore[return-value]  # Three in, three out.


def _cloth(colour: Colour) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    cloth = Image.new("RGB", (_SHEET_PX, _SHEET_PX), colour)
    return cloth, ImageDraw.Draw(cloth)


def _plain(colour: Colour, second: Colour, chance: random.Random) -> Image.Image:
    del second, chance
    return _cloth(colour)[0]


def _striped(colour: Colour, second: Colour, chance: random.Random) -> Image.Image:
    cloth, pen = _cloth(colour)
    step = chance.choice((32, 40, 48))
    for y in range(0, _SHEET_PX, step):
        pen.rectangle((0, y, _SHEET_PX, y + step * 0.4), fill=second)
    return cloth


def _checked(colour: Colour, second: Colour, chance: random.Random) -> Image.Image:
    cloth, _ = _cloth(colour)
    step = chance.choice((44, 56))
    bands = Image.new("L", cloth.size)
    pen = ImageDraw.Draw(bands)
    for at in range(0, _SHEET_PX, step):
        pen.rectangle((0, at, _SHEET_PX, at + step * 0.35), fill=120)
    across = bands.transpose(Image.Transpose.ROTATE_90)
    cloth.paste(second, mask=bands)
    cloth.paste(second, mask=across)
    return cloth


def _dotted(colour: Colour, second: Colour, chance: random.Random) -> Image.Image:
    cloth, pen = _cloth(colour)
    step, radius = chance.choice(((38, 8), (48, 11)))
    for row, y in enumerate(range(0, _SHEET_PX, step)):
        for x in range((row % 2) * step // 2, _SHEET_PX, step):
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=second)
    return cloth


def _floral(colour: Colour, second: Colour, chance: random.Random) -> Image.Image:
    cloth, pen = _cloth(colour)
    for y in range(28, _SHEET_PX, 64):
        for x in range(28, _SHEET_PX, 64):
            cx, cy = x + chance.randint(-10, 10), y + chance.randint(-10, 10)
            for dx, dy in ((-10, 0), (10, 0), (0, -10), (0, 10)):
                pen.ellipse((cx + dx - 9, cy + dy - 9, cx + dx + 9, cy + dy + 9), fill=second)
            pen.ellipse((cx - 5, cy - 5, cx + 5, cy + 5), fill=(245, 206, 84))
    return cloth


PATTERNS: Mapping[str, Callable[[Colour, Colour, random.Random], Image.Image]] = {
    "plain": _plain,
    "striped": _striped,
    "checked": _checked,
    "dotted": _dotted,
    "floral": _floral,
}
