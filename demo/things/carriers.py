"""Roomy bags: totes, backpacks, bucket bags and weekenders."""

from __future__ import annotations

from demo.cloth import plain
from demo.colours import SILVER, darker
from demo.curves import MIDDLE_X, Points, arc, band, block, curve, line, mirrored, moved, oval, path, whole
from demo.garments.torso import both
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece, Seam
from demo.things.bags import GROUND, fittings, handle, trim_leather


def tote(look: Look) -> Drawing:
    """A tall open bag with two long handles."""
    chance = look.chance()
    wide = chance.uniform(25, 29)
    left = MIDDLE_X - wide
    half = path(
        curve((50, 46.8), (36, 46.4), (left, 45.5)),
        curve((left, 45.5), (left + 0.6, 74), (left + 2.5, 103)),
        curve((left + 2.5, 103), (left + 3.2, 105), (left + 6, 105.2)),
        line((left + 6, 105.2), (50, 105.4)),
    )
    back = path(curve((50, 43.0), (36, 43.4), (left + 1, 45.2)), curve((left + 1, 46), (36, 47.4), (50, 47.8)))
    trim = trim_leather(look, 0.08) if chance.random() < 0.6 else look.solid(darker(look.rgb, 0.08))
    strap = handle(38.0, 56.0, 30.0, 14.0)
    tabs = tuple(block(x - 1.9, 47.5, x + 1.9, 60, 0.4) for x in (38.0, 62.0))
    hem = curve((left + 0.4, 49.2), (36, 50.0), (50, 50.2))
    folds = (
        Fold(curve((left + 4, 60), (left + 10, 74), (left + 7, 100)), 4.0, -0.5),
        Fold(curve((60, 52), (64, 74), (60, 98)), 4.5, 0.5),
        Fold(curve((44, 54), (40, 72), (44, 92)), 4.0, -0.35),
        Fold(curve((100 - left - 4, 58), (100 - left - 9, 80), (100 - left - 5, 102)), 4.0, -0.45),
    )
    return Drawing(
        (
            Piece((band(moved(strap, 1.4, -2.8), 2.5),), trim, puff=0.7, puff_width=0.6, shade=0.7),
            Piece((whole(back),), look.solid(darker(look.rgb, 0.12)), puff=0, shade=0.55),
            Piece(
                (whole(half),),
                look.cloth(),
                puff=0.7,
                puff_width=2.6,
                rim=0.25,
                folds=folds,
                wrinkles=look.wrinkles * 0.5,
                bow=0.6,
                seams=tuple(Seam(part, 0.2, -0.25, dash=0.8) for part in (hem, mirrored(hem))),
            ),
            Piece((band(strap, 3.0),), trim, puff=0.7, puff_width=0.7, lift=0.5),
            Piece(
                tabs,
                trim,
                puff=0.5,
                puff_width=0.6,
                lift=0.3,
                seams=tuple(Seam(block(x - 1.3, 52.5, x + 1.3, 59.2), 0.16, -0.3, dash=0.6) for x in (38.0, 62.0)),
            ),
        ),
        GROUND,
    )


def backpack(look: Look) -> Drawing:
    """A backpack with a front pocket and two zips."""
    chance = look.chance()
    cloth = look.cloth()
    trim = look.solid(darker(look.rgb, 0.12)) if chance.random() < 0.5 else plain((122, 80, 50), "leather")
    half = path(
        curve((50, 26), (38, 26.6), (29.5, 33.0), (26.5, 46.0)),
        curve((26.5, 46), (24.6, 72), (25.5, 96.0)),
        curve((25.5, 96), (26.5, 104), (34, 105.5)),
        line((34, 105.5), (50, 106)),
    )
    front = path(
        curve((50, 67), (38, 66.8), (32.0, 68.4)),
        curve((32, 68.4), (30.2, 72), (30.6, 92)),
        curve((30.6, 92), (31.4, 101.4), (38, 102)),
        line((38, 102), (50, 102.3)),
    )
    straps = (
        band(curve((30.5, 38), (22.0, 48), (20.0, 70), (24.5, 92)), 4.6),
        band(curve((69.5, 38), (78.0, 48), (80.0, 70), (75.5, 92)), 4.6),
    )
    grip = band(curve((43.0, 28.0), (43.6, 20.0), (50, 17.5), (56.4, 20.0), (57.0, 28.0)), 2.6)
    creases = look.wrinkles * 0.3
    label = (Seam(block(45.4, 82.9, 54.6, 88.1, 0.4), 0.16, -0.3, dash=0.6),)
    pulls = (oval((68.6, 58.6), (0.8, 2.4)), oval((35.2, 74.6), (0.8, 2.4)))
    return Drawing(
        (
            Piece(straps, trim, puff=0.9, puff_width=1.4, shade=0.85),
            Piece((grip,), trim, puff=0.9, puff_width=0.8),
            Piece((whole(half),), cloth, puff=0.95, puff_width=5.0, rim=0.3, wrinkles=creases, bow=1.4),
            _zip(look, curve((28.8, 56), (33.5, 40.5), (50, 36.5), (66.5, 40.5), (71.2, 56))),
            Piece((whole(front),), cloth, puff=0.95, puff_width=3.0, lift=0.6, bow=1.0, wrinkles=creases),
            _zip(look, curve((33.5, 72.0), (50, 70.6), (66.5, 72.0))),
            Piece((block(44.5, 82.0, 55.5, 89.0, 0.8),), trim, puff=0.5, puff_width=0.6, lift=0.4, seams=label),
            Piece(pulls, plain(SILVER, gloss=0.9), puff=0.9, puff_width=0.4, lift=0.7),
        ),
        GROUND,
    )


def _zip(look: Look, middle: Points) -> Piece:
    teeth = (Seam(middle, 0.6, -0.4, dash=0.4),)
    return Piece((band(middle, 2.0),), look.solid(darker(look.rgb, 0.25)), puff=0.5, puff_width=0.5, seams=teeth)


def bucket_bag(look: Look) -> Drawing:
    """A round bag drawn together with a cord."""
    trim, metal = trim_leather(look, 0.08), fittings(look)
    half = path(
        curve((50, 52.5), (38, 52.6), (29.5, 50.5)),
        curve((29.5, 50.5), (31.0, 62), (27.5, 80), (26.5, 100)),
        curve((26.5, 100), (30, 104), (50, 105.5)),
    )
    back = curve(
        (29.5, 50.5), (38, 48), (50, 47.4), (62, 48), (70.5, 50.5), (60, 53), (50, 53.4), (40, 53), (29.5, 50.5)
    )
    strap = curve((31, 56), (27, 32), (38, 15), (50, 12.5), (62, 15), (73, 32), (69, 56))
    gathers = tuple(
        Fold(curve((x, 50), (x - (x - 50) * 0.02, 62), (x + (x - 50) * 0.1, 76)), 2.2, h)
        for x, h in ((34, -0.6), (39, 0.6), (44, -0.6), (50, 0.6), (56, -0.6), (61, 0.6), (66, -0.6))
    )
    cord = curve((30.5, 60.0), (40, 62.0), (50, 62.4), (60, 62.0), (69.5, 60.0))
    ends = (band(curve((48.5, 62), (46, 71), (46.5, 79)), 0.9), band(curve((51.5, 62), (54.5, 70), (53.5, 77)), 0.9))
    base = path(
        curve((26.6, 94), (38, 97.5), (50, 98.2), (62, 97.5), (73.4, 94)),
        curve((73.5, 100), (70, 104), (50, 105.5), (30, 104), (26.5, 100)),
    )
    return Drawing(
        (
            Piece((band(strap, 2.6),), trim, puff=0.8, puff_width=0.7),
            Piece((back,), look.solid(darker(look.rgb, 0.2)), puff=0, shade=0.6),
            Piece(
                (whole(half),),
                look.cloth(),
                puff=0.9,
                puff_width=5.0,
                rim=0.3,
                folds=gathers,
                wrinkles=look.wrinkles * 0.4,
                bow=1.8,
            ),
            Piece(
                (base,),
                trim,
                puff=0.8,
                puff_width=2.4,
                lift=0.3,
                seams=(
                    Seam(curve((26.8, 95.2), (38, 98.7), (50, 99.4), (62, 98.7), (73.2, 95.2)), 0.18, -0.28, dash=0.7),
                ),
            ),
            Piece((band(cord, 1.1), *ends), trim, puff=0.9, puff_width=0.4, lift=0.6),
            *both(
                Piece(
                    (oval((31, 57), (1.8, 1.8)),),
                    plain(metal, gloss=0.9),
                    holes=(oval((31, 57), (1.0, 1.0)),),
                    puff=0.9,
                    puff_width=0.4,
                    lift=0.3,
                )
            ),
        ),
        ((50.0, 104.6, 26.0, 3.2),),
    )


def weekender(look: Look) -> Drawing:
    """A long travel bag with two handles and a zip."""
    metal = fittings(look)
    trim = trim_leather(look, 0.1)
    half = path(
        curve((50, 54), (32, 54.5), (18, 58)),
        curve((18, 58), (11, 70), (11, 92)),
        curve((11, 92), (12, 103), (20, 105)),
        line((20, 105), (50, 105.4)),
    )
    strap = handle(34.0, 84.0, 50.0, 17.0)
    teeth = curve((17, 60), (32, 56.4), (50, 55.8), (68, 56.4), (83, 60))
    corners = path(
        curve((11, 90), (19, 91.5), (24, 105)), line((24, 105), (20, 105)), curve((20, 105), (12, 103), (11, 90))
    )
    folds = (
        Fold(curve((22, 64), (27, 78), (23, 98)), 4.5, -0.5),
        Fold(curve((46, 62), (52, 80), (48, 102)), 6.0, 0.5),
        Fold(curve((78, 64), (73, 82), (77, 100)), 4.5, -0.5),
    )
    return Drawing(
        (
            Piece((band(moved(strap, 1.5, -3.0), 3.0),), trim, puff=0.8, puff_width=0.8, shade=0.7),
            Piece(
                (whole(half),),
                look.cloth(),
                puff=0.9,
                puff_width=4.6,
                rim=0.3,
                folds=folds,
                wrinkles=look.wrinkles * 0.5,
                bow=1.4,
            ),
            Piece((band(teeth, 2.4),), trim, puff=0.5, puff_width=0.5, seams=(Seam(teeth, 0.6, -0.5, dash=0.4),)),
            *both(Piece((corners,), trim, puff=0.7, puff_width=1.6, lift=0.3)),
            Piece(
                (band(strap, 3.3),),
                trim,
                puff=0.8,
                puff_width=0.9,
                lift=0.5,
                seams=tuple(Seam(moved(strap, dx, 0.0), 0.16, -0.25, dash=0.7) for dx in (-1.1, 1.1)),
            ),
            Piece(
                (oval((21.0, 62.6), (0.9, 2.6)), *(arc((x, 66), (1.2, 1.2), 0, 350) for x in (34.1, 65.9))),
                plain(metal, gloss=0.9),
                puff=0.9,
                puff_width=0.5,
                lift=0.6,
            ),
        ),
        ((50.0, 104.8, 42.0, 3.4),),
    )
