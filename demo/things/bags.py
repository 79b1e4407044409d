"""Handbags and small bags; they stand on the ground at about y 104."""

from __future__ import annotations

import math

from demo.cloth import Cloth, plain
from demo.colours import BRASS, GOLD, RGB, SILVER, darker
from demo.curves import MIDDLE_X, Points, arc, band, block, curve, even, line, mirrored, moved, oval, path, whole
from demo.garments.torso import both
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece, Seam

GROUND = ((50.0, 104.5, 34.0, 3.4),)


def fittings(look: Look) -> RGB:
    return look.chance().choice((GOLD, GOLD, SILVER, BRASS))


def trim_leather(look: Look, share: float = 0.0) -> Cloth:
    """Handles and trims: leather that goes with the bag."""
    if look.material in ("leather", "suede", "patent leather"):
        return look.solid(darker(look.rgb, share))
    return plain((122, 80, 50), "leather")


def chain(middle: Points, link: float, metal: RGB) -> Piece:
    """A chain of oval links along a line."""
    length = float((((middle[1:] - middle[:-1]) ** 2).sum(axis=1) ** 0.5).sum())
    count = max(3, round(length / (link * 1.45)))
    rings, holes = [], []
    points = even(middle, count)
    steps = points[1:] - points[:-1]
    for number, (x, y) in enumerate(points):
        dx, dy = steps[min(number, count - 2)]
        degrees = float(_degrees(dx, dy))
        thin = 0.62 if number % 2 else 0.3
        rings.append(oval((float(x), float(y)), (link, link * thin), degrees))
        if number % 2:
            holes.append(oval((float(x), float(y)), (link * 0.55, link * 0.26), degrees))
    return Piece(
        tuple(rings), plain(metal, gloss=0.9), holes=tuple(holes), puff=0.9, puff_width=0.35, lift=0.6, rim=0.2
    )


def _degrees(dx: float, dy: float) -> float:
    return math.degrees(math.atan2(dy, dx))


def handle(x: float, foot: float, spring: float, rise: float) -> Points:
    """A handle: straight up from its foot, then round."""
    reach = MIDDLE_X - x
    round_ = arc((MIDDLE_X, spring), (reach, rise), 180, 360)
    return path(
        even(line((x + 0.2, foot), (x, spring)), 8)[:-1], round_, even(line((100 - x, spring), (99.8 - x, foot)), 8)[1:]
    )


def handbag(look: Look) -> Drawing:
    """A handbag with a flap or a zip, one or two handles."""
    chance = look.chance()
    wide = chance.uniform(28, 33)
    top = chance.uniform(54, 60)
    side = curve((MIDDLE_X - wide + 5, top), (MIDDLE_X - wide + 1.5, top + 24), (MIDDLE_X - wide - 1.5, 98.0))
    half = path(
        curve((50, top - 1.5), (38, top - 1.2), (MIDDLE_X - wide + 5, top)),
        side,
        curve((MIDDLE_X - wide - 1.5, 98.0), (MIDDLE_X - wide + 0.5, 103.5), (MIDDLE_X - wide + 7, 104.5)),
        line((MIDDLE_X - wide + 7, 104.5), (50, 105)),
    )
    cloth, trim, metal = look.cloth(), trim_leather(look, 0.06), fittings(look)
    strap = handle(36.0, top + 3, top - 13, 18.0)
    stitched = whole(
        path(
            moved(side, 1.6, 0.0),
            curve((MIDDLE_X - wide, 97), (MIDDLE_X - wide + 3, 102), (MIDDLE_X - wide + 8, 103)),
            line((MIDDLE_X - wide + 8, 103), (50, 103.4)),
        )
    )
    body = Piece(
        (whole(half),),
        cloth,
        puff=0.85,
        puff_width=4.0,
        rim=0.3,
        wrinkles=look.wrinkles * 0.3,
        bow=1.2,
        seams=(Seam(stitched, 0.2, -0.28, dash=0.8),),
        folds=(Fold(curve((32, 98), (50, 101), (68, 98)), 5.0, 0.5),),
    )
    return Drawing(
        (
            Piece((band(moved(strap, 1.5, -2.5), 2.6),), trim, puff=0.8, puff_width=0.8, shade=0.7),
            body,
            *(_flap_front(look, top, wide, metal) if chance.random() < 0.55 else _zip_front(top, wide, trim, metal)),
            Piece(
                (band(strap, 2.9),),
                trim,
                puff=0.9,
                puff_width=0.9,
                lift=0.6,
                seams=tuple(Seam(moved(strap, dx, 0.0), 0.16, -0.25, dash=0.7) for dx in (-0.9, 0.9)),
            ),
            *both(_handle_tab(36.2, top, trim, metal)[0]),
            *both(_handle_tab(36.2, top, trim, metal)[1]),
        ),
        GROUND,
    )


def _handle_tab(x: float, top: float, trim: Cloth, metal: RGB) -> tuple[Piece, Piece]:
    tab = Piece(
        (block(x - 2.2, top + 4, x + 2.2, top + 13, 1.8),),
        trim,
        puff=0.7,
        puff_width=0.7,
        lift=0.5,
        seams=(Seam(block(x - 1.5, top + 7, x + 1.5, top + 12.2, 1.2), 0.16, -0.28, dash=0.6),),
    )
    ring = Piece(
        (oval((x, top + 3.4), (2.2, 2.6)),),
        plain(metal, gloss=0.9),
        holes=(oval((x, top + 3.4), (1.3, 1.7)),),
        puff=0.9,
        puff_width=0.4,
        lift=0.4,
    )
    return tab, ring


def _flap_front(look: Look, top: float, wide: float, metal: RGB) -> tuple[Piece, ...]:
    left = MIDDLE_X - wide
    half = path(
        curve((50, top - 2), (38, top - 1.8), (left + 5, top - 0.5)),
        curve((left + 5, top - 0.5), (left + 3, top + 12), (left + 5, top + 20)),
        curve((left + 5, top + 20), (38, top + 26), (50, top + 27)),
    )
    edge = curve((left + 6.4, top + 19.4), (38, top + 24.8), (50, top + 25.6))
    flap = Piece(
        (whole(half),),
        look.cloth(),
        puff=0.7,
        puff_width=1.8,
        lift=0.75,
        rim=0.2,
        seams=tuple(Seam(part, 0.18, -0.28, dash=0.7) for part in (edge, mirrored(edge))),
    )
    clasp = Piece(
        (block(46.4, top + 21.5, 53.6, top + 29.5, 1.0),), plain(metal, gloss=0.9), puff=0.9, puff_width=0.8, lift=0.6
    )
    knob = Piece(
        (block(48.6, top + 23.8, 51.4, top + 27.4, 0.6),), plain(metal, gloss=1.0), puff=0.9, puff_width=0.5, lift=0.8
    )
    return flap, clasp, knob


def _zip_front(top: float, wide: float, trim: Cloth, metal: RGB) -> tuple[Piece, ...]:
    left = MIDDLE_X - wide
    teeth = curve((left + 8, top + 3.0), (50, top + 1.8), (100 - left - 8, top + 3.0))
    return (
        Piece((band(teeth, 2.4),), trim, puff=0.5, puff_width=0.5, lift=0.2, seams=(Seam(teeth, 0.6, -0.5, dash=0.4),)),
        Piece(
            (block(46.5, top + 33, 53.5, top + 38, 0.8),),
            plain(metal, gloss=0.8),
            puff=0.6,
            puff_width=0.4,
            lift=0.3,
            seams=(Seam(line((48, top + 35.5), (52, top + 35.5)), 0.5, -0.4),),
        ),
        Piece(
            (oval((100 - left - 9.5, top + 5.6), (0.9, 2.4)),),
            plain(metal, gloss=0.9),
            puff=0.9,
            puff_width=0.4,
            lift=0.7,
        ),
    )


def clutch(look: Look) -> Drawing:
    """A small flat bag with an envelope flap, on a chain or without."""
    chance = look.chance()
    metal = fittings(look)
    box = block(17, 58, 83, 98, 2.5)
    point = chance.choice((86.0, 80.0))
    flap = path(
        curve((17, 59.5), (17.5, 57.4), (20, 57)),
        line((20, 57), (80, 57)),
        curve((80, 57), (82.5, 57.4), (83, 59.5)),
        curve((83, 59.5), (68, point - 9), (53, point - 0.4)),
        curve((53, point - 0.4), (50, point + 0.8), (47, point - 0.4)),
        curve((47, point - 0.4), (32, point - 9), (17, 59.5)),
    )
    edge = curve((20, 61.5), (34, point - 10), (50, point - 1.6))
    hanging: tuple[Piece, ...] = ()
    if chance.random() < 0.55:
        hanging = (chain(curve((20, 60), (24, 36), (50, 26), (76, 36), (80, 60)), 1.5, metal),)
    return Drawing(
        (
            *hanging,
            Piece(
                (box,),
                look.cloth(),
                puff=0.8,
                puff_width=2.4,
                rim=0.25,
                wrinkles=look.wrinkles * 0.2,
                seams=(Seam(block(18.2, 59, 81.8, 96.8, 2), 0.18, -0.25, dash=0.7),),
            ),
            Piece(
                (flap,),
                look.cloth(),
                puff=0.7,
                puff_width=1.6,
                lift=0.75,
                rim=0.2,
                seams=tuple(Seam(part, 0.18, -0.25, dash=0.7) for part in (edge, mirrored(edge))),
            ),
            Piece((oval((50, point - 4.0), (2.4, 2.4)),), plain(metal, gloss=1.0), puff=1.0, puff_width=1.0, lift=0.7),
        ),
        ((50.0, 97.6, 36.0, 2.8),),
    )


def crossbody(look: Look) -> Drawing:
    """A small rounded bag on a long strap."""
    chance = look.chance()
    cloth, metal = look.cloth(), fittings(look)
    half = path(curve((50, 66), (36, 66), (28.5, 68.5)), curve((28.5, 68.5), (25, 82), (29, 97), (38, 104), (50, 105)))
    flap = path(
        curve((50, 64.6), (36, 64.8), (27.6, 67.5)), curve((27.6, 67.5), (25.6, 78), (30, 87), (40, 91.5), (50, 92.4))
    )
    edge = curve((27.4, 78), (31, 86), (40.6, 90), (50, 90.8))
    strap = curve((29, 70), (21, 46), (30, 20), (50, 12.5), (70, 20), (79, 46), (71, 70))
    line_piece = Piece((band(strap, 1.9),), trim_leather(look, 0.05), puff=0.9, puff_width=0.6)
    hanging = chain(strap, 1.3, metal) if chance.random() < 0.3 else line_piece
    fastening = Piece(
        (block(47.6, 84.5, 52.4, 96.0, 2.2),), trim_leather(look, 0.1), puff=0.7, puff_width=0.6, lift=0.6
    )
    return Drawing(
        (
            hanging,
            Piece((whole(half),), cloth, puff=0.9, puff_width=3.6, rim=0.3, wrinkles=look.wrinkles * 0.2),
            Piece(
                (whole(flap),),
                cloth,
                puff=0.75,
                puff_width=1.8,
                lift=0.75,
                rim=0.2,
                seams=tuple(Seam(part, 0.18, -0.28, dash=0.7) for part in (edge, mirrored(edge))),
            ),
            fastening,
            Piece((oval((50, 93.0), (1.5, 1.5)),), plain(metal, gloss=1.0), puff=1.0, puff_width=0.7, lift=0.7),
            *both(
                Piece(
                    (oval((28.6, 70.0), (2.0, 2.4)),),
                    plain(metal, gloss=0.9),
                    holes=(oval((28.6, 70.0), (1.2, 1.5)),),
                    puff=0.9,
                    puff_width=0.4,
                    lift=0.4,
                )
            ),
        ),
        ((50.0, 104.8, 25.0, 3.0),),
    )
