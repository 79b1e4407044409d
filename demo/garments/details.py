"""Small things sewn on: buttons, pockets, collars, plackets, zips, cuffs, drawstrings."""

from __future__ import annotations

import numpy as np

from demo.cloth import Cloth, plain
from demo.colours import RGB, STEEL, darker, is_dark, lighter
from demo.curves import MIDDLE_X, Point, Points, band, block, curve, line, mirrored, moved, oval, path
from demo.garments.torso import SleeveCut, Torso, sleeve_lines
from demo.pieces import Piece, Seam, mirror_piece


def buttons(places: tuple[Point, ...], colour: RGB, radius: float = 0.85, gloss: float = 0.35) -> Piece:
    """Round buttons with a sewn middle."""
    return Piece(
        tuple(oval(place, (radius, radius)) for place in places),
        plain(colour, gloss=gloss),
        puff=0.8,
        puff_width=0.35,
        lift=0.7,
        rim=0.3,
        seams=tuple(Seam(line((x - 0.25, y), (x + 0.25, y)), 0.35, -0.45) for x, y in places),
    )


def button_colour(rgb: RGB) -> RGB:
    """Buttons that are seen on cloth of a colour, without crying."""
    return lighter(rgb, 0.3) if is_dark(rgb) else darker(rgb, 0.35)


def button_column(x: float, top: float, bottom: float, count: int) -> tuple[Point, ...]:
    """Places at equal distances."""
    return tuple((x, float(y)) for y in np.linspace(top, bottom, count))


def placket(cloth: Cloth, top: float, bottom: float, half_width: float = 1.9) -> Piece:
    """The strip down the front that carries the buttons."""
    left, right = MIDDLE_X - half_width, MIDDLE_X + half_width
    seams = tuple(Seam(line((x, top), (x, bottom)), 0.16, -0.22, dash=0.7) for x in (left + 0.5, right - 0.5))
    return Piece((block(left, top, right, bottom),), cloth, puff=0.35, puff_width=0.5, rim=0.12, lift=0.3, seams=seams)


def pocket(box: tuple[float, float, float, float], cloth: Cloth, *, pointed: bool = True) -> Piece:
    """A patch pocket (left, top, right, bottom)."""
    left, top, right, bottom = box
    middle = (left + right) / 2
    foot = (middle, bottom + (1.3 if pointed else 0.0))
    outline = line((left, top), (right, top), (right, bottom - 0.6), foot, (left, bottom - 0.6))
    stitched = line(
        (left + 0.5, top),
        (left + 0.5, bottom - 0.9),
        (foot[0], foot[1] - 0.6),
        (right - 0.5, bottom - 0.9),
        (right - 0.5, top),
    )
    hem = line((left, top + 1.5), (right, top + 1.5))
    return Piece(
        (outline,),
        cloth,
        puff=0.4,
        puff_width=0.5,
        rim=0.12,
        lift=0.35,
        seams=(Seam(stitched, 0.16, -0.25, dash=0.6), Seam(hem, 0.2, -0.22)),
    )


def flap(box: tuple[float, float, float, float], cloth: Cloth) -> Piece:
    """The flap of a pocket (left, top, right, bottom)."""
    left, top, right, bottom = box
    outline = path(block(left, top, right, bottom, 0.6))
    return Piece(
        (outline,),
        cloth,
        puff=0.5,
        puff_width=0.5,
        rim=0.2,
        lift=0.55,
        seams=(Seam(line((left + 0.5, bottom - 0.7), (right - 0.5, bottom - 0.7)), 0.16, -0.25, dash=0.6),),
    )


def shirt_collar(cloth: Cloth, torso: Torso, spread: float = 4.8, length: float = 12.0) -> tuple[Piece, ...]:
    """A turned-down collar that closes at the throat."""
    x, y = torso.neck
    meet = (MIDDLE_X, torso.neck_depth - 1.0)
    tip = (MIDDLE_X - spread, y + length)
    outline = path(
        curve(meet, (x + 3.0, y + 1.4), (x + 0.6, y - 2.8)),
        curve((x + 0.6, y - 2.8), (x - 1.8, y + 0.8), (x - 1.6, y + 4.4)),
        line((x - 1.6, y + 4.4), tip),
        line(tip, meet),
    )
    edge = line((x - 0.9, y + 4.3), (tip[0] + 0.1, tip[1] - 0.9), (meet[0] - 0.5, meet[1] + 0.6))
    left = Piece(
        (outline,),
        cloth,
        puff=0.5,
        puff_width=0.8,
        rim=0.15,
        lift=0.7,
        seams=(Seam(edge, 0.16, -0.2, dash=0.6),),
        grain=24,
    )
    stand = path(
        curve((x + 0.6, y - 2.8), (MIDDLE_X, y - 1.4), (100 - x - 0.6, y - 2.8)),
        curve((100 - x - 1.5, y + 1.0), (MIDDLE_X, y + 3.4), (x + 1.5, y + 1.0)),
    )
    back = Piece((stand,), cloth, puff=0.3, puff_width=0.8, rim=0.1, shade=0.86)
    return back, left, mirror_piece(left)


def cuff(torso: Torso, cut: SleeveCut, cloth: Cloth, depth: float = 5.0) -> Piece:
    """The cuff of the left sleeve."""
    outer, inner = sleeve_lines(torso, cut)
    row = round(29 * (1 - depth / cut.length))
    past = (outer[-1] - outer[-4]) * 0.12
    outline = path(
        moved(outer[row:], -0.3, 0.0),
        curve(
            tuple(outer[-1] + past * 0.4 + (0.1, 0.0)),
            tuple((outer[-1] + inner[-1]) / 2 + past * 1.6),
            tuple(inner[-1] + past * 0.4 + (-0.1, 0.0)),
        ),
        moved(inner[row:][::-1], 0.35, 0.0),
    )
    return Piece((outline,), cloth, grain=cut.degrees, puff=0.7, puff_width=1.2, rim=0.25, lift=0.35)


def rib_hem(torso: Torso, cloth: Cloth, depth: float = 5.0, inset: float = 1.2) -> Piece:
    """A ribbed band at the bottom."""
    x, y = torso.hem
    half = path(
        curve((MIDDLE_X, y - 1 + torso.hem_sag), (39.0, y - 1 + 0.8 * torso.hem_sag), (x - 0.2, y - 1)),
        curve((x - 0.2, y - 1), (x + inset * 0.4, y + depth * 0.5), (x + inset, y + depth)),
        curve((x + inset, y + depth), (39.0, y + depth + 0.8 * torso.hem_sag), (MIDDLE_X, y + depth + torso.hem_sag)),
    )
    return Piece((path(half, mirrored(half)),), cloth, puff=0.75, puff_width=1.6, rim=0.25, lift=0.2)


def zip_fastener(top: float, bottom: float, metal: RGB = STEEL, tape: RGB = (40, 40, 44)) -> tuple[Piece, ...]:
    """A zip down the middle, with its slider."""
    teeth = line((MIDDLE_X, top), (MIDDLE_X, bottom))
    tape_piece = Piece((block(49.1, top, 50.9, bottom),), plain(tape, "canvas"), puff=0.3, puff_width=0.4, rim=0.1)
    teeth_piece = Piece(
        (block(49.6, top, 50.4, bottom),),
        plain(metal, gloss=0.5),
        puff=0.5,
        puff_width=0.3,
        rim=0.1,
        seams=(Seam(teeth, 0.8, -0.45, dash=0.3),),
    )
    slider = Piece(
        (block(49.2, top + 0.4, 50.8, top + 2.4, 0.4), block(49.6, top + 2.2, 50.4, top + 5.6, 0.4)),
        plain(metal, gloss=0.8),
        puff=0.8,
        puff_width=0.4,
        lift=0.8,
    )
    return tape_piece, teeth_piece, slider


def drawstrings(torso: Torso, colour: RGB, length: float = 22.0) -> tuple[Piece, ...]:
    """Two cords hanging from a hood."""
    cords = []
    for side, lean in ((-1, -1.0), (1, 1.4)):
        x = MIDDLE_X + side * 3.4
        top = torso.neck_depth + 0.5
        middle = curve((x, top), (x + side * 0.6 + lean * 0.3, top + length * 0.5), (x + lean, top + length))
        cords.append(band(middle, 0.75))
    ends = [oval((float(cord[31 // 2][0]), float(cord[:, 1].max())), (0.6, 1.0)) for cord in cords]
    return (Piece((*cords, *ends), plain(colour, "canvas"), puff=0.9, puff_width=0.4, lift=0.8, rim=0.2),)


def welt(left: Point, right: Point, cloth: Cloth, width: float = 1.1) -> Piece:
    """The welt of a slanted pocket."""
    return Piece((band(line(left, right), width),), cloth, puff=0.6, puff_width=0.4, lift=0.5, rim=0.2)


def slit(middle: Points, width: float = 0.5) -> Seam:
    """A dark opening."""
    return Seam(middle, width, -0.6)
