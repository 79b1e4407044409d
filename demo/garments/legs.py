"""Trousers, jeans, joggers, leggings and shorts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from demo.cloth import Cloth
from demo.colours import BRASS, RGB, darker, is_dark, lighter
from demo.curves import MIDDLE_X, Points, band, block, curve, even, line, mirrored, moved, oval, path
from demo.garments.details import button_colour, buttons
from demo.garments.torso import both, two
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece, Seam

_STITCH: RGB = (196, 142, 74)


@dataclass(frozen=True, slots=True)
class LegCut:
    """The left half of trousers: half widths at the waist and the hip, where a leg's lines run at knee and hem."""

    waist: float = 15.5
    hip: float = 20.5
    knee: tuple[float, float] = (29.5, 46.5)
    hem: tuple[float, float] = (31.0, 45.0)
    top: float = 9.0
    hip_y: float = 33.0
    crotch_y: float = 46.0
    knee_y: float = 80.0
    bottom: float = 118.0

    def outer(self) -> Points:
        """From the waist down to the hem, outside."""
        return curve(
            (MIDDLE_X - self.waist, self.top),
            (MIDDLE_X - (self.waist + self.hip) / 2 - 0.8, (self.top + self.hip_y) / 2),
            (MIDDLE_X - self.hip, self.hip_y),
            (self.knee[0], self.knee_y),
            (self.hem[0], self.bottom),
        )

    def inner(self) -> Points:
        """From the crotch down to the hem."""
        return curve((MIDDLE_X - 0.25, self.crotch_y), (self.knee[1], self.knee_y), (self.hem[1], self.bottom))

    def leg(self) -> Points:
        """The outline of the left half."""
        hem = curve(
            (self.hem[0], self.bottom), ((self.hem[0] + self.hem[1]) / 2, self.bottom + 0.9), (self.hem[1], self.bottom)
        )
        return path(
            self.outer(), hem, self.inner()[::-1], line((MIDDLE_X + 0.15, self.crotch_y), (50.15, self.top + 0.6))
        )


_JEANS: Mapping[str, LegCut] = {
    "slim": LegCut(knee=(31.5, 46.6), hem=(34.0, 45.2)),
    "straight": LegCut(knee=(29.8, 46.8), hem=(30.6, 46.0)),
    "wide-leg": LegCut(knee=(27.0, 47.5), hem=(24.5, 47.8)),
}
_TROUSERS: Mapping[str, LegCut] = {
    "slim": LegCut(knee=(31.0, 46.4), hem=(33.2, 45.0)),
    "straight": LegCut(knee=(29.6, 46.6), hem=(31.0, 45.6)),
    "wide-leg": LegCut(waist=14.5, knee=(26.0, 47.6), hem=(22.5, 48.2)),
}


def leg_piece(cut: LegCut, cloth: Cloth, look: Look, chance: random.Random, *, creased: bool = False) -> Piece:
    length = cut.bottom - cut.crotch_y
    folds = [
        Fold(curve((MIDDLE_X - 0.5, cut.crotch_y - 1), (43, cut.crotch_y + 2), (35.5, cut.crotch_y - 1)), 2.6, -0.5),
        Fold(
            curve((MIDDLE_X - 0.5, cut.crotch_y - 4), (43.5, cut.crotch_y - 3.5), (37.5, cut.crotch_y - 7)), 2.4, -0.4
        ),
        Fold(curve((MIDDLE_X - 1, cut.crotch_y + 2), (44, cut.crotch_y + 6), (37, cut.crotch_y + 8)), 2.6, 0.4),
    ]
    if length > 40:
        left, right = cut.knee
        for number in range(4):
            y = cut.knee_y - 6 + 4.5 * number + chance.uniform(-1, 1)
            start, end = left + (right - left) * 0.1, left + (right - left) * chance.uniform(0.5, 0.9)
            points = ((start, y), ((start + end) / 2, y + 1.6), (end, y + chance.uniform(-1, 2)))
            folds.append(Fold(curve(*points), 2.2, chance.choice((-0.38, -0.3, 0.3))))
        for number in range(3):
            y = cut.bottom - 4 - 4 * number
            left_x, right_x = cut.hem
            points = ((left_x + 1, y - 1), ((left_x + right_x) / 2, y + 1), (right_x - 1, y - 1.5))
            folds.append(Fold(curve(*points), 2.0, -0.32 if number % 2 else 0.28))
    if creased:
        middle = (cut.knee[0] + cut.knee[1]) / 2
        folds.append(
            Fold(
                curve((middle + 1.5, cut.top + 8), (middle, cut.knee_y), (sum(cut.hem) / 2, cut.bottom + 4)), 1.6, 0.55
            )
        )
    hem = Seam(line((cut.hem[0] - 1, cut.bottom - 2.2), (cut.hem[1] + 1, cut.bottom - 2.2)), 0.2, -0.22, dash=0.8)
    return Piece(
        (cut.leg(),),
        cloth,
        folds=tuple(folds),
        wrinkles=look.wrinkles * 0.5,
        puff=0.7,
        puff_width=2.6,
        lift=0.3,
        seams=(hem,),
        rim=0.3,
    )


def _waistband(cut: LegCut, cloth: Cloth, depth: float = 4.6, loops: bool = True) -> tuple[Piece, ...]:
    left = MIDDLE_X - cut.waist
    half = path(
        curve((MIDDLE_X, cut.top + 1.0), (left + 7, cut.top + 0.7), (left, cut.top - 0.2)),
        line((left, cut.top - 0.2), (left - 1.0, cut.top + depth - 0.6)),
        curve(
            (left - 1.0, cut.top + depth - 0.6), (left + 7, cut.top + depth + 0.6), (MIDDLE_X, cut.top + depth + 1.0)
        ),
    )
    rows = (
        Seam(
            path(curve((left, cut.top + depth - 1), (left + 7, cut.top + depth), (50, cut.top + depth + 0.3))),
            0.16,
            -0.25,
            dash=0.7,
        ),
    )
    strip = Piece(
        (path(half, mirrored(half)),),
        cloth,
        puff=0.5,
        puff_width=0.8,
        rim=0.2,
        lift=0.35,
        seams=(*rows, *(Seam(mirrored(rows[0].middle), 0.16, -0.25, dash=0.7),)),
    )
    if not loops:
        return (strip,)
    shapes = tuple(
        block(x - 0.7, cut.top - 0.5, x + 0.7, cut.top + depth + 1.2, 0.4) for x in (left + 4.5, 100 - left - 4.5)
    )
    return strip, Piece(shapes, cloth, puff=0.6, puff_width=0.4, lift=0.6, rim=0.25)


def _inside_back(cut: LegCut, look: Look) -> Piece:
    left = MIDDLE_X - cut.waist
    half = path(
        curve((MIDDLE_X, cut.top - 1.6), (left + 7, cut.top - 1.5), (left, cut.top - 0.4)),
        curve((left, cut.top + 0.2), (left + 7, cut.top + 2), (MIDDLE_X, cut.top + 2.4)),
    )
    return Piece((path(half, mirrored(half)),), look.solid(darker(look.rgb, 0.1)), puff=0, rim=0, shade=0.6)


def _fly(cut: LegCut, tone: float = -0.3, dash: float = 0.0) -> Piece:
    depth = cut.crotch_y - 7
    side = path(
        line((54.2, cut.top + 5.5), (54.0, depth - 7)), curve((54.0, depth - 7), (53.0, depth - 1.5), (50.2, depth + 2))
    )
    return Piece(
        (block(49.9, cut.top + 5, 50.4, cut.crotch_y - 0.6),),
        Cloth((30, 30, 34), opacity=0.35),
        puff=0,
        rim=0,
        seams=(Seam(side, 0.2, tone, dash=dash),),
    )


def jeans(look: Look) -> Drawing:
    """Jeans: five pockets, rivets, contrasting stitches."""
    chance = look.chance()
    cut = _JEANS[look.cut]
    cloth = look.solid()
    thread = _STITCH if not is_dark(look.rgb) or chance.random() < 0.6 else (120, 120, 126)
    worn = chance.random() < 0.6
    leg = leg_piece(cut, cloth, look, chance)
    pieces = [_inside_back(cut, look), *both(leg)]
    if worn:
        pieces += [*_worn(cut, look)]
    pockets = curve((36.0, cut.top + 5.4), (37.5, 21.0), (31.8, 25.4))
    lines = (*two(pockets), *two(moved(pockets, 0.0, 0.9)))
    fly = path(line((54.2, cut.top + 5.5), (54.0, 31)), curve((54.0, 31), (53.0, 36.5), (50.2, 40)))
    return Drawing(
        (
            *pieces,
            Piece(
                (block(49.9, cut.top + 5, 50.35, cut.crotch_y - 0.6),), Cloth((24, 26, 34), opacity=0.45), puff=0, rim=0
            ),
            *_stitches((*lines, fly, moved(fly, 0.8, 0.0)), thread),
            *both(Piece((band(pockets, 0.5),), Cloth((20, 22, 30), opacity=0.5), puff=0, rim=0)),
            *_waistband(cut, cloth),
            *_stitches(two(curve((35, cut.top + 1.2), (42, cut.top + 1.8), (49.5, cut.top + 2.1))), thread),
            buttons(((50.0, cut.top + 3.2),), BRASS, 1.25, 0.8),
            buttons(((36.6, 15.6), (31.9, 24.2), (63.4, 15.6), (68.1, 24.2)), BRASS, 0.5, 0.8),
        )
    )


def _stitches(lines: tuple[Points, ...], thread: RGB) -> tuple[Piece, ...]:
    shapes = tuple(band(stretch, 0.24) for middle in lines for stretch in _pieces_of(middle))
    return (Piece(shapes, Cloth(thread), puff=0, rim=0),)


def _pieces_of(middle: Points, stitch: float = 0.8, gap: float = 0.45) -> list[Points]:
    length = float((((middle[1:] - middle[:-1]) ** 2).sum(axis=1) ** 0.5).sum())
    count = max(2, round(length / (stitch + gap)))
    points = even(middle, 3 * count + 1)
    return [points[3 * number : 3 * number + 3] for number in range(count)]


def _worn(cut: LegCut, look: Look) -> tuple[Piece, ...]:
    x = (cut.knee[0] + cut.knee[1]) / 2
    pale = replace(look.solid(lighter(look.rgb, 0.5)), opacity=0.5)
    patch = Piece((oval((x - 0.5, 60), (3.2, 24), 2),), pale, puff=0, rim=0, soft=2.2)
    return both(patch)


def trousers(look: Look) -> Drawing:
    """Chinos or suit trousers, slim, straight or wide, with or without a crease."""
    chance = look.chance()
    cut = _TROUSERS[look.cut]
    cloth = look.cloth()
    leg = leg_piece(cut, cloth, look, chance, creased=chance.random() < 0.5)
    slant = line((37.4, cut.top + 5.4), (31.6, cut.top + 19))
    pocket_lines = (Seam(slant, 0.35, -0.5), Seam(moved(slant, 0.8, 0.0), 0.16, -0.25, dash=0.7))
    return Drawing(
        (
            _inside_back(cut, look),
            *both(replace(leg, seams=(*leg.seams, *pocket_lines))),
            _fly(cut),
            *_waistband(cut, cloth),
            buttons(((50.0, cut.top + 3.2),), button_colour(look.rgb), 0.95),
        )
    )


def joggers(look: Look) -> Drawing:
    """Sweatpants: an elastic waist, cords and cuffs."""
    chance = look.chance()
    cut = LegCut(waist=15.0, hip=20.5, knee=(29.0, 46.8), hem=(33.5, 44.2), bottom=112)
    cloth = look.cloth()
    rib = replace(look.solid(darker(look.rgb, 0.07)), weave="rib")
    cuff_shape = path(
        curve((33.2, 111), (33.6, 115), (34.2, 118.5)),
        line((34.2, 118.5), (43.6, 118.5)),
        curve((43.6, 118.5), (44.4, 115), (44.5, 111)),
    )
    leg = leg_piece(cut, cloth, look, chance)
    slant = Seam(curve((35.6, cut.top + 5.4), (34.5, 21), (30.8, 27.5)), 0.4, -0.45)
    cords = tuple(
        band(curve((50 + side * 1.2, 12.5), (50 + side * 2.4, 22), (50 + side * 1.6 + lean, 31)), 0.8)
        for side, lean in ((-1, -0.8), (1, 0.6))
    )
    gathers = tuple(Fold(line((x, cut.top), (x + 0.1, cut.top + 5.5)), 0.9, 0.28) for x in range(36, 66, 2))
    waist = _waistband(cut, rib, 5.4, loops=False)[0]
    return Drawing(
        (
            _inside_back(cut, look),
            *both(Piece((cuff_shape,), rib, puff=0.7, puff_width=1.4)),
            *both(replace(leg, seams=(slant,))),
            replace(waist, folds=gathers, seams=()),
            Piece(cords, Cloth((232, 230, 224), "canvas"), puff=0.9, puff_width=0.4, lift=0.7),
        )
    )


def leggings(look: Look) -> Drawing:
    """Tight leggings with a high waistband."""
    chance = look.chance()
    cut = LegCut(waist=13.0, hip=18.5, knee=(35.4, 46.4), hem=(39.2, 45.4), hip_y=34, knee_y=84)
    leg = leg_piece(cut, look.cloth(), look, chance)
    band_piece = _waistband(cut, look.solid(darker(look.rgb, 0.05)), 9.0, loops=False)[0]
    stripe = Seam(curve((33.5, 36), (37.4, 84), (40.2, 116)), 0.25, -0.25)
    return Drawing(
        (_inside_back(cut, look), *both(replace(leg, puff_width=3.2, seams=(*leg.seams, stripe))), band_piece)
    )


def shorts(look: Look) -> Drawing:
    """Shorts with a fly and slanted pockets, or with an elastic waist."""
    chance = look.chance()
    bottom = chance.uniform(66, 76)
    cut = LegCut(
        knee=(27.4, 48.4),
        hem=(26.0, 48.6),
        top=24,
        hip_y=44,
        crotch_y=58,
        knee_y=(58 + bottom) / 2 + 3,
        bottom=bottom + 12,
    )
    cloth = look.cloth()
    leg = leg_piece(cut, cloth, look, chance)
    slant = line((37.4, cut.top + 5.4), (31.2, cut.top + 17))
    pocket_lines = (Seam(slant, 0.35, -0.5), Seam(moved(slant, 0.8, 0.0), 0.16, -0.25, dash=0.7))
    return Drawing(
        (
            _inside_back(cut, look),
            *both(replace(leg, seams=(*leg.seams, *pocket_lines))),
            _fly(cut),
            *_waistband(cut, cloth),
            buttons(((50.0, cut.top + 3.2),), button_colour(look.rgb), 0.95),
        )
    )
