"""Scarves, gloves, ties and socks."""

from __future__ import annotations

from dataclasses import replace

from demo.colours import darker, is_dark
from demo.curves import Points, arc, band, curve, even, line, oval, path
from demo.garments.torso import both
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece, Seam, move_piece


def scarf(look: Look) -> Drawing:
    """A scarf laid in a loop, its fringed ends hanging."""
    chance = look.chance()
    lean = chance.uniform(-2, 2)
    cloth = look.cloth()
    first = path(
        curve((31.0, 24), (33, 50), (34.0 + lean, 104)),
        line((34 + lean, 104), (52.0 + lean, 104.5)),
        curve((52 + lean, 104.5), (51.5, 60), (49.5, 40)),
        curve((49.5, 40), (40, 34), (31, 24)),
    )
    second = path(
        curve((69.0, 24), (66, 44), (64.0 - lean, 88)),
        line((64 - lean, 88), (47.5 - lean, 88.5)),
        curve((47.5 - lean, 88.5), (48, 60), (48.5, 42)),
        curve((48.5, 42), (60, 36), (69, 24)),
    )
    around, opening = oval((50, 24), (25.6, 15.5)), oval((50, 23.4), (14.2, 7.2))
    round_ = path(arc((50, 23), (25.8, 21.5), 0, 180), arc((50, 23), (14.0, 8.8), 180, 0))
    rolls = tuple(
        Fold(arc((50, 23), (26.0 - d, 21.6 - d), 8, 172), 2.6, h) for d, h in ((2.6, 0.6), (5.2, -0.7), (8.2, 0.5))
    )
    return Drawing(
        (
            Piece((around,), cloth, holes=(opening,), puff=0.8, puff_width=2.4, shade=0.7),
            *_tail(look, first, (34 + lean, 52 + lean, 104.2), (36.5, 41, 46, 49)),
            *_tail(look, second, (47.5 - lean, 64 - lean, 88.2), (51, 55.5, 60, 63)),
            Piece((round_,), cloth, puff=0.9, puff_width=2.8, lift=0.8, folds=rolls, rim=0.3, bow=5.0, wrinkles=0.2),
        )
    )


def _tail(look: Look, outline: Points, end: tuple[float, float, float], xs: tuple[float, ...]) -> tuple[Piece, Piece]:
    left, right, bottom = end
    fringes = tuple(
        band(
            curve(
                (x, bottom - 0.5),
                (x + 0.35 * (number % 3 - 1), bottom + 4),
                (x + 0.6 * ((number * 7) % 3 - 1), bottom + 8),
            ),
            0.85,
            0.5,
        )
        for number, x in enumerate(float(x) for x in even(line((left + 0.6, 0), (right - 0.6, 0)), 15)[:, 0])
    )
    folds = tuple(
        Fold(curve((x, 30), (x + 0.8, bottom * 0.6), (x - 0.6, bottom + 3)), 2.8, 0.5 if n % 2 else -0.6)
        for n, x in enumerate(xs)
    )
    return (
        Piece(fringes, look.solid(darker(look.rgb, 0.06)), puff=0.7, puff_width=0.4, rim=0.2),
        Piece(
            (outline,),
            look.cloth(),
            puff=0.7,
            puff_width=1.8,
            lift=0.6,
            folds=folds,
            rim=0.28,
            wrinkles=look.wrinkles * 0.3,
        ),
    )


def shawl(look: Look) -> Drawing:
    """A light square scarf with a border, laid as a square with one corner turned up."""
    square = path(
        curve((12, 22), (31, 20.4), (50, 22), (69, 20.6), (88, 22)),
        curve((88, 22), (89.4, 41), (87.8, 60), (89, 79)),
        curve((89, 79), (78, 92), (66, 99.4)),
        curve((66, 99.4), (40, 98.4), (12.5, 100)),
        curve((12.5, 100), (11, 80), (12.6, 60), (10.8, 40), (12, 22)),
    )
    inner = path(
        curve((18.5, 28.6), (50, 28.2), (81.6, 28.6)),
        curve((81.6, 28.6), (82.2, 52), (81.8, 78)),
        curve((81.8, 78), (73, 87), (63.5, 92.8)),
        curve((63.5, 92.8), (40, 92.4), (18.8, 93.4)),
        curve((18.8, 93.4), (18.2, 60), (18.5, 28.6)),
    )
    corner = path(
        curve((89, 79), (80, 78.0), (69.5, 82.5)),
        curve((69.5, 82.5), (66, 90), (66, 99.4)),
        curve((66, 99.4), (78, 92), (89, 79)),
    )
    folds = (
        Fold(curve((22, 26), (40, 46), (48, 74)), 6.0, 0.7),
        Fold(curve((30, 24), (50, 40), (62, 66)), 6.0, -0.7),
        Fold(curve((50, 24), (66, 38), (78, 64)), 6.0, 0.6),
        Fold(curve((14, 50), (28, 66), (36, 96)), 6.0, -0.6),
        Fold(curve((72, 24), (80, 32), (86, 46)), 5.0, -0.5),
        Fold(curve((40, 70), (52, 82), (56, 96)), 5.0, 0.5),
    )
    rim = look.solid(look.second_rgb if look.pattern != "plain" else darker(look.rgb, 0.2))
    return Drawing(
        (
            Piece(
                (square,),
                rim,
                puff=0.5,
                puff_width=1.2,
                folds=folds,
                wrinkles=0.25,
                rim=0.2,
                seams=(Seam(square * 0.97 + (1.5, 1.8), 0.18, -0.2),),
            ),
            Piece((inner,), look.cloth(), puff=0.0, folds=folds, wrinkles=0.25, rim=0.0),
            Piece((corner,), look.solid(darker(look.rgb, 0.08)), puff=0.7, puff_width=1.4, lift=0.8, rim=0.2),
        )
    )


def gloves(look: Look) -> Drawing:
    """A pair of gloves, laid side by side."""
    cloth = look.cloth()
    hand = path(
        curve((22, 100), (21.5, 84), (21.0, 72), (20.5, 54), (22.2, 51.6), (24.0, 54), (25.2, 68)),
        curve((25.2, 68), (25.4, 50), (26.6, 41), (28.8, 40.4), (30.6, 43), (31.0, 66)),
        curve((31.0, 66), (32.0, 46), (33.6, 38), (35.8, 37.6), (37.4, 41), (36.8, 66)),
        curve((36.8, 66), (38.4, 50), (40.4, 44.6), (42.4, 45), (43.0, 49), (42.0, 74)),
        curve((42.0, 74), (44.0, 70), (47.2, 64.5), (49.4, 65.5), (48.8, 70), (44.4, 84), (42.5, 100)),
    )
    wrist = path(
        curve((21.4, 97), (32, 99), (43.2, 97)),
        curve((43.2, 97), (43.6, 106), (43.4, 113)),
        curve((43.4, 113), (32, 115), (21.2, 113)),
        curve((21.2, 113), (21, 105), (21.4, 97)),
    )
    rib = (
        replace(look.solid(darker(look.rgb, 0.08)), weave="rib")
        if look.material not in ("leather", "suede")
        else look.solid(darker(look.rgb, 0.12))
    )
    seams = (
        tuple(Seam(curve((x, 88), (x + 0.3, 78), (x + 0.8, 70)), 0.25, -0.3) for x in (27.5, 32.0, 36.5))
        if look.material in ("leather", "suede")
        else ()
    )
    left = Piece((hand,), cloth, puff=0.95, puff_width=1.7, rim=0.3, seams=seams, wrinkles=0.15, lift=0.3)
    return Drawing((*both(left), *both(Piece((wrist,), rib, puff=0.8, puff_width=2.0, lift=0.4))))


def tie(look: Look) -> Drawing:
    """A necktie with its knot."""
    blade = path(
        curve((47.0, 20), (44.6, 50), (40.5, 100)),
        line((40.5, 100), (50, 113), (59.5, 100)),
        curve((59.5, 100), (55.4, 50), (53.0, 20)),
    )
    knot = path(
        line((43.6, 9.0), (56.4, 9.0)),
        curve((56.4, 9), (55.4, 16), (52.8, 22)),
        curve((52.8, 22), (50, 23), (47.2, 22)),
        curve((47.2, 22), (44.6, 16), (43.6, 9)),
    )
    neck = path(curve((43.6, 9.0), (32, 4), (34, -6), (50, -8)))
    folds = (
        Fold(curve((50, 22), (49.4, 30), (50.5, 44)), 2.4, -0.7),
        Fold(curve((46, 30), (44.5, 60), (43.5, 98)), 3.0, 0.4),
        Fold(curve((54.5, 40), (56, 70), (56, 98)), 3.0, -0.35),
    )
    return Drawing(
        (
            *both(Piece((band(neck, 4.2),), look.cloth(), puff=0.6, puff_width=0.9, shade=0.82, grain=30)),
            Piece((blade,), look.cloth(), puff=0.7, puff_width=1.6, folds=folds, rim=0.25, grain=42),
            Piece(
                (knot,),
                look.cloth(),
                puff=0.9,
                puff_width=1.8,
                lift=0.8,
                grain=-40,
                folds=(Fold(curve((46, 10), (50, 16), (51, 22)), 2.4, 0.5),),
            ),
        )
    )


def socks(look: Look) -> Drawing:
    """A pair of socks."""
    cloth = look.cloth()
    contrast = look.solid(
        look.second_rgb if not is_dark(look.second_rgb) or look.pattern != "plain" else darker(look.rgb, 0.15)
    )
    leg = path(
        curve((34, 20), (34.6, 44), (34.4, 66), (31, 78)),
        curve((31, 78), (22, 86), (13, 92), (10.0, 99)),
        curve((10, 99), (10.5, 105.5), (18, 107)),
        curve((18, 107), (32, 104.5), (46, 100), (54.5, 91)),
        curve((54.5, 91), (57.0, 84), (56.0, 70), (55.6, 44), (56.0, 20)),
    )
    toe = path(
        curve((24, 84.5), (28, 94), (26, 105.4)),
        curve((26, 105.4), (14, 107.6), (10.2, 104), (10, 99)),
        curve((10, 99), (13, 92), (24, 84.5)),
    )
    heel = path(
        curve((56.4, 74), (46, 80), (42, 90), (46.5, 99.8)), curve((46.5, 99.8), (54, 95), (57, 88), (56.4, 74))
    )
    top = path(
        line((33.6, 17), (56.4, 17)),
        curve((56.4, 17), (56.8, 24), (56.2, 31)),
        line((56.2, 31), (33.9, 31)),
        curve((33.9, 31), (33.4, 24), (33.6, 17)),
    )
    rib = replace(contrast, weave="rib")
    one = (
        Piece(
            (leg,),
            cloth,
            puff=0.9,
            puff_width=3.0,
            rim=0.3,
            wrinkles=0.25,
            lift=0.4,
            folds=(
                Fold(curve((33, 78), (42, 80), (52, 74)), 3.0, -0.6),
                Fold(curve((31, 84), (40, 86), (48, 84)), 3.0, -0.4),
            ),
        ),
        Piece((toe, heel), contrast, puff=0.8, puff_width=2.0),
        Piece((top,), rib, puff=0.8, puff_width=1.6, lift=0.2),
    )
    return Drawing(
        (*(move_piece(piece, 22.0, -6.0, 0.95) for piece in one), *(move_piece(piece, 4.0, 2.0) for piece in one))
    )
