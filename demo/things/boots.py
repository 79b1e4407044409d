"""Boots and heels; the toe points to the left."""

from __future__ import annotations

import itertools
from dataclasses import replace

from demo.cloth import plain
from demo.colours import BRASS, RGB, darker, lighter
from demo.curves import band, block, curve, even, line, oval, path
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece, Seam
from demo.things.shoes import pair

_RUBBER: RGB = (48, 46, 46)


def ankle_boots(look: Look) -> Drawing:
    """Chelsea boots: elastic at the sides, a low heel."""
    chance = look.chance()
    heel = 11.0 if look.cut == "heeled" else 5.0
    lift = heel - 5.0
    cloth = look.cloth()
    upper = path(
        curve(
            (9.0, 86.5),
            (9.4, 79.5),
            (16, 74.0),
            (30, 70.0 - lift * 0.3),
            (42, 62.0 - lift * 0.5),
            (47.0, 50.0 - lift),
            (47.5, 34.0 - lift),
        ),
        curve((47.5, 34.0 - lift), (62, 36.0 - lift), (79.0, 32.0 - lift)),
        curve((79.0, 32.0 - lift), (80.5, 48 - lift), (82.5, 64 - lift), (85.0, 76 - lift), (85.0, 86 - lift)),
        curve((85.0, 86 - lift), (66, 86.5 - lift * 0.9), (46, 87), (9.0, 87.5)),
    )
    inside = path(
        curve((47.5, 34.0 - lift), (62, 36.0 - lift), (79.0, 32.0 - lift)),
        curve((79.0, 32 - lift), (66, 30.2 - lift), (50, 30.8 - lift)),
    )
    folds = (
        Fold(curve((46, 56 - lift), (54, 60 - lift), (60, 67 - lift)), 2.6, -0.55),
        Fold(curve((41, 63 - lift * 0.5), (48, 67), (52, 74)), 2.6, -0.5),
        Fold(curve((30, 71), (34, 76), (34, 82)), 2.2, -0.3),
        Fold(curve((82, 66 - lift), (74, 68 - lift), (68, 74 - lift)), 2.6, -0.45),
    )
    sole = path(
        curve((8.0, 86.4), (28, 87.6), (48, 87.2), (66, 86.4 - lift * 0.9), (86.0, 85.6 - lift)),
        line((86.0, 85.6 - lift), (86.0, 88.0 - lift)),
        curve((86.0, 88.0 - lift), (66, 89.0 - lift * 0.85), (48, 89.6), (24, 90.8), (10, 89.6)),
        curve((10, 89.6), (7.2, 88), (8.0, 86.4)),
    )
    block_ = path(line((64.0, 88.6 - lift), (86.2, 87.0 - lift), (84.8, 93.0), (66.5 + lift * 0.4, 93.0)))
    dark = plain(darker(look.rgb, 0.55) if chance.random() < 0.6 else (86, 62, 46), "leather", 0.2)
    return pair(
        (
            Piece((inside,), plain((142, 112, 84), "leather"), puff=0.2, shade=0.55),
            _pull_loop(look, lift),
            Piece((block_,), dark, puff=0.6, puff_width=1.0, shade=0.9),
            Piece((upper,), cloth, puff=0.95, puff_width=4.6, rim=0.3, folds=folds, wrinkles=0.12),
            _gusset(look, lift),
            Piece((sole,), dark, puff=0.5, puff_width=0.5, lift=0.2),
        ),
        ((48, 92.6, 42, 3.0),),
    )


def _gusset(look: Look, lift: float) -> Piece:
    """The elastic at the side."""
    outline = path(
        curve((57.5, 35.6 - lift), (58.0, 50 - lift), (62.0, 63.0 - lift)),
        curve((64.5, 63.0 - lift), (68.6, 50 - lift), (69.0, 35.0 - lift)),
    )
    ribs = tuple(
        Seam(line((x, 34 - lift), (x + (63 - x) * 0.5, 63 - lift)), 0.25, -0.25)
        for x in (58.5, 60, 61.5, 63, 64.5, 66, 67.5)
    )
    return Piece((outline,), plain(darker(look.rgb, 0.4), "canvas"), puff=0.4, puff_width=0.6, seams=ribs, rim=0.2)


def _pull_loop(look: Look, lift: float) -> Piece:
    outline = curve((76.6, 35 - lift), (76.4, 28 - lift), (80, 28 - lift), (80.6, 36 - lift))
    hole = curve((78, 35 - lift), (77.8, 29.6 - lift), (79.2, 29.6 - lift), (79.4, 35 - lift))
    return Piece((outline,), plain(darker(look.rgb, 0.3), "canvas"), holes=(hole,), puff=0.5, puff_width=0.4)


def boots(look: Look) -> Drawing:
    """Laced boots with a treaded sole."""
    chance = look.chance()
    top = chance.choice((24.0, 32.0))
    cloth = look.cloth()
    throat = curve((30.0, 70.5), (40, 64.5), (46.0, 54.0), (47.0, 40.0), (46.5, top + 1))
    upper = path(
        curve((8.6, 88.0), (9.0, 80.5), (16, 74.8), (30.0, 70.5)),
        throat,
        curve((46.5, top + 1), (62, top + 3), (80.0, top - 1)),
        curve((80.0, top - 1), (81.5, 45), (84.0, 64), (88.0, 76), (88.2, 88.0)),
    )
    tongue = curve((38.0, 66.0), (42.0, 50.0), (42.0, top), (46, top - 5), (54, top - 4), (56.0, top + 8))
    inside = path(
        curve((46.5, top + 1), (62, top + 3), (80.0, top - 1)), curve((80.0, top - 1), (66, top - 3), (50, top - 2.4))
    )
    folds = (
        Fold(curve((48, 58), (56, 62), (62, 69)), 2.6, -0.6),
        Fold(curve((43, 65), (50, 69), (54, 76)), 2.6, -0.5),
        Fold(curve((84, 66), (76, 68), (69, 74)), 2.6, -0.5),
        Fold(curve((80, 42), (70, 47), (58, 46)), 3.0, -0.4),
    )
    seams = (
        Seam(curve((49.5, top + 3), (50.0, 42), (48.8, 56), (42, 68), (34, 73.5), (33, 88)), 0.22, -0.35, dash=0.6),
        Seam(curve((50.3, top + 3), (50.8, 42), (49.6, 56), (43, 68.5), (35, 74.3), (34, 88)), 0.22, -0.35, dash=0.6),
        Seam(curve((73, top + 1), (74, 50), (72, 70), (73, 88)), 0.25, -0.35),
    )
    eyes = tuple(oval((float(x) + 1.8, float(y) + 0.6), (0.8, 0.8)) for x, y in even(throat, 10)[1:])
    rows = even(throat, 10)[1:]
    cord = plain(chance.choice(((60, 52, 46), (206, 178, 120), (40, 38, 38))), "canvas")
    bars = tuple(band(curve((float(x) - 3.4, float(y) - 0.8), (float(x) + 2.2, float(y) + 0.8)), 1.1) for x, y in rows)
    crossing = tuple(
        band(line((float(a[0]) + 1.6, float(a[1])), (float(b[0]) - 3.2, float(b[1]))), 0.9)
        for a, b in itertools.pairwise(rows)
    )
    padded = Piece(
        (band(curve((47.5, top + 2.6), (62, top + 4.6), (80.2, top + 0.6)), 4.6),),
        replace(cloth, colour=darker(look.rgb, 0.1)),
        puff=0.8,
        puff_width=1.2,
        lift=0.2,
    )
    return pair(
        (
            Piece((inside,), plain((120, 96, 74), "leather"), puff=0.2, shade=0.5),
            Piece((tongue,), look.solid(darker(look.rgb, 0.08)), puff=0.7, puff_width=1.4),
            Piece((upper,), cloth, puff=0.95, puff_width=4.6, rim=0.3, folds=folds, seams=seams, wrinkles=0.15),
            padded,
            Piece(eyes, plain(BRASS, gloss=0.8), puff=0.8, puff_width=0.3, lift=0.2),
            Piece((*crossing, *bars), cord, puff=0.9, puff_width=0.4, lift=0.6),
            *_treads(),
        ),
        ((50, 95, 44, 3.0),),
    )


def _treads() -> tuple[Piece, ...]:
    shape = path(
        curve((7.6, 86.6), (30, 87.6), (60, 86.8), (90.0, 85.0)),
        line((90.0, 85.0), (90.6, 94.8), (66, 94.8), (64.5, 91.6)),
        curve((64.5, 91.6), (52, 92), (44, 94.2)),
        curve((44, 94.2), (24, 94.8), (12, 93.4)),
        curve((12, 93.4), (6.6, 90.5), (7.6, 86.6)),
    )
    lugs = tuple(Seam(line((x, 91.4), (x + 0.4, 95.2)), 0.8, -0.6) for x in (*range(14, 44, 4), *range(69, 91, 4)))
    welt = Seam(curve((8.4, 88.2), (30, 89.2), (60, 88.4), (90, 86.6)), 0.3, 0.75, dash=0.7)
    return (Piece((shape,), plain(_RUBBER), puff=0.6, puff_width=0.9, seams=(*lugs, welt), lift=0.3),)


def tall_boots(look: Look) -> Drawing:
    """Boots up to the knee."""
    heel = 9.5 if look.cut == "heeled" else 4.5
    lift = heel - 4.5
    upper = path(
        curve(
            (9.6, 112.0),
            (10.4, 106.0),
            (17, 101.0),
            (30, 98.0 - lift * 0.4),
            (42, 91.0 - lift * 0.6),
            (48.6, 77.0 - lift),
            (46.4, 48.0 - lift),
            (42.0, 16.0),
        ),
        curve((42.0, 16.0), (58, 19.0), (79.0, 13.0)),
        curve((79.0, 13.0), (80.5, 34), (77.0, 60 - lift), (74.6, 80 - lift), (80.5, 97 - lift), (82.5, 112 - lift)),
        curve((82.5, 112 - lift), (64, 112.4 - lift * 0.9), (46, 113), (9.6, 113.0)),
    )
    inside = path(
        curve((42.0, 16.0), (58, 19.0), (79.0, 13.0)), curve((79, 13), (74, 11.2), (60, 10.8), (46, 12.4), (42.0, 16.0))
    )
    folds = (
        Fold(curve((46, 80 - lift), (56, 84 - lift), (66, 82 - lift)), 3.0, -0.7),
        Fold(curve((45, 87 - lift * 0.6), (54, 92), (62, 91)), 3.0, -0.6),
        Fold(curve((78, 78 - lift), (68, 77 - lift), (60, 72 - lift)), 3.0, -0.5),
        Fold(curve((52, 24), (56, 48), (57, 70)), 5.0, 0.8),
        Fold(curve((46, 60), (54, 64), (62, 61)), 3.0, -0.35),
    )
    seams = (
        Seam(curve((66, 17), (65, 50), (66, 78 - lift), (70, 96 - lift), (70, 112)), 0.25, -0.3),
        Seam(curve((42.2, 19.4), (58, 22.4), (79.4, 16.6)), 0.2, -0.28, dash=0.7),
    )
    sole = path(
        curve((8.8, 112.0), (32, 113.0), (50, 112.6), (66, 112 - lift * 0.9), (83.2, 111.4 - lift)),
        line((83.2, 111.4 - lift), (83.2, 113.6 - lift)),
        curve((83.2, 113.6 - lift), (64, 114.6 - lift * 0.85), (48, 115), (26, 115.8), (10.4, 115)),
        curve((10.4, 115), (7.8, 113.6), (8.8, 112.0)),
    )
    block_ = line((65.0, 114.2 - lift), (83.4, 113.0 - lift), (82.0, 118.0), (67.0 + lift * 0.6, 118.0))
    dark = plain(darker(look.rgb, 0.5), "leather", 0.25)
    return pair(
        (
            Piece((inside,), plain((140, 112, 86), "leather"), puff=0.2, shade=0.5),
            Piece((block_,), dark, puff=0.6, puff_width=1.0, shade=0.9),
            Piece((upper,), look.cloth(), puff=0.95, puff_width=5.0, rim=0.32, folds=folds, seams=seams, wrinkles=0.25),
            Piece((sole,), dark, puff=0.5, puff_width=0.5, lift=0.2),
        ),
        ((48, 117, 38, 2.6),),
    )


_BROAD_HEEL = path(
    curve((70.5, 76.0), (78, 72), (86.2, 69.5)),
    curve((86.2, 69.5), (86.8, 80), (86.4, 95)),
    line((86.4, 95), (74.8, 95)),
    curve((74.8, 95), (74.6, 84), (70.5, 76.0)),
)
_THIN_HEEL = path(
    curve((72.5, 76.0), (79, 71.5), (86.0, 69.5)),
    curve((86.0, 69.5), (85.4, 80), (84.2, 95)),
    line((84.2, 95), (82.2, 95)),
    curve((82.2, 95), (81.9, 87), (80.0, 80.5), (72.5, 76.0)),
)


def _ankle_strap(look: Look) -> tuple[Piece, ...]:
    over = band(curve((77, 55.0), (66, 50.0), (55, 49.0), (50.5, 51.5)), 1.9)
    near = band(curve((50.5, 51.5), (58, 56), (70, 58.5), (79.5, 53.0)), 2.0)
    buckle, hole = block(60.5, 54.5, 64.0, 59.0, 0.5), block(61.4, 55.5, 63.1, 58.0, 0.3)
    return (
        Piece((over,), look.solid(), puff=0.7, puff_width=0.6, shade=0.65),
        Piece((near,), look.solid(), puff=0.8, puff_width=0.6, lift=0.3),
        Piece((buckle,), plain(BRASS, gloss=0.8), holes=(hole,), puff=0.8, puff_width=0.3),
    )


def heels(look: Look) -> Drawing:
    """Pumps on a high heel, thin or broad."""
    chance = look.chance()
    cloth = look.cloth()
    upper = path(
        curve((7.6, 90.0), (10.5, 85.5), (20, 80.5), (30, 77.0), (34.0, 75.4)),
        curve((34.0, 75.4), (43, 80.0), (55, 76.0), (67, 65.0), (78.0, 52.5), (82.5, 49.0)),
        curve((82.5, 49.0), (86.2, 52), (87.0, 60), (85.4, 70.5)),
        curve((85.4, 70.5), (76, 73.0), (66, 79.5), (52, 88.0), (38, 92.2), (22, 93.0), (7.6, 90.0)),
    )
    inside = path(
        curve((34.0, 75.4), (43, 80.0), (55, 76.0), (67, 65.0), (78.0, 52.5), (82.5, 49.0)),
        curve((80.5, 49), (66, 57.5), (52, 68), (42, 72.6)),
    )
    heel = _BROAD_HEEL if look.cut == "block-heel" else _THIN_HEEL
    sole = path(
        curve((7.4, 90.0), (22, 93.2), (38, 92.4), (52, 88.2), (66, 79.8), (78, 73.0)),
        curve((78, 74.2), (66, 81.4), (53, 89.8), (39, 94.4), (22, 95.0), (8.4, 92.4)),
    )
    extras = _ankle_strap(look) if chance.random() < 0.4 else ()
    folds = (Fold(curve((20, 82), (28, 84), (38, 88)), 5.0, 0.5), Fold(curve((84, 53), (84.5, 60), (83, 68)), 3.0, 0.5))
    return pair(
        (
            Piece((inside,), plain((214, 186, 156), "leather"), puff=0.3, shade=0.78),
            Piece((heel,), look.solid(darker(look.rgb, 0.04)), puff=0.9, puff_width=1.4),
            *extras[:1],
            Piece((upper,), cloth, puff=0.95, puff_width=3.6, rim=0.28, folds=folds),
            Piece((sole,), plain(darker(look.rgb, 0.5)), puff=0.3),
            *extras[1:],
        ),
        ((28, 94, 22, 2.6), (82, 95.4, 6, 1.6)),
    )


def rain_boots(look: Look) -> Drawing:
    """Glossy rubber boots."""
    rubber = replace(plain(look.rgb, gloss=0.6))
    upper = path(
        curve(
            (10.0, 108.0), (10.6, 100.0), (18, 93.5), (32, 90.0), (42, 83.0), (45.5, 70.0), (43.5, 44.0), (42.0, 24.0)
        ),
        curve((42.0, 24.0), (58, 27.5), (80.0, 22.0)),
        curve((80.0, 22.0), (81.0, 44), (79.5, 66), (80.5, 84), (86.0, 98), (86.5, 108.0)),
    )
    inside = path(curve((42.0, 24.0), (58, 27.5), (80.0, 22.0)), curve((80, 22), (64, 19.4), (44, 21.0)))
    rim = band(curve((41.6, 25.6), (58, 29.2), (80.4, 23.8)), 3.4)
    strip = band(curve((9.8, 102.5), (30, 104.0), (60, 103.0), (86.6, 100.0)), 3.0)
    sole = path(
        curve((9.0, 106.0), (30, 107.4), (60, 106.6), (87.4, 104.0)),
        line((87.4, 104), (87.6, 113.4), (66, 113.4), (64.5, 110.6)),
        curve((64.5, 110.6), (50, 111), (44, 113.0)),
        curve((44, 113), (26, 113.4), (12, 112)),
        curve((12, 112), (8.4, 109.4), (9, 106)),
    )
    folds = (
        Fold(curve((46, 72), (56, 76), (68, 74)), 3.0, -0.7),
        Fold(curve((80, 76), (70, 78), (60, 84)), 3.0, -0.5),
        Fold(curve((52, 32), (55, 50), (56, 66)), 4.5, 0.8),
    )
    trim = plain(lighter(look.rgb, 0.5) if look.second == look.shade else look.second_rgb, gloss=0.4)
    return pair(
        (
            Piece((inside,), plain((60, 58, 58)), puff=0.2, shade=0.7),
            Piece((upper,), rubber, puff=0.95, puff_width=5.0, rim=0.3, folds=folds),
            Piece((rim, strip), trim, puff=0.7, puff_width=0.8, lift=0.2),
            Piece(
                (sole,),
                plain((52, 50, 50)),
                puff=0.6,
                puff_width=0.9,
                seams=tuple(
                    Seam(line((x, 110), (x + 0.3, 114)), 0.7, -0.5) for x in (*range(15, 44, 4), *range(69, 88, 4))
                ),
            ),
        ),
        ((48, 113.6, 42, 2.8),),
    )
