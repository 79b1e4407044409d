"""Flat shoes: sneakers, loafers, ballet flats, sandals; the toe points to the left, the ground is at y 90."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from demo.cloth import Cloth, plain
from demo.colours import RGB, darker, is_dark, lighter
from demo.curves import Points, band, block, curve, even, line, oval, path
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece, Seam, move_piece

WHITE_RUBBER: RGB = (236, 234, 228)
GUM: RGB = (176, 126, 78)


def pair(pieces: tuple[Piece, ...], ground: tuple[tuple[float, float, float, float], ...]) -> Drawing:
    """A shoe and, behind it, the other one."""
    away = (7.0, -10.0)
    behind = tuple(move_piece(piece, *away, shade=0.9) for piece in pieces)
    shadows = (*((cx + away[0], cy + away[1], rx, ry) for cx, cy, rx, ry in ground), *ground)
    return Drawing((*behind, *pieces), shadows)


def sneakers(look: Look) -> Drawing:
    """Low sneakers with laces and a rubber sole."""
    chance = look.chance()
    rubber = chance.choice((WHITE_RUBBER, WHITE_RUBBER, GUM, look.second_rgb))
    chunky = look.cut == "chunky"
    accent = look.second_rgb
    return pair(_sneaker(look, rubber, accent, chunky=chunky), ((50, 91, 44, 3.2),))


def _sneaker(look: Look, rubber: RGB, accent: RGB, *, chunky: bool) -> tuple[Piece, ...]:
    cloth = look.cloth()
    throat = curve((28.5, 67.5), (38, 62.5), (48.5, 53.0))
    upper = path(
        curve((9.0, 84.0), (9.4, 77.5), (15, 71.5), (28.5, 67.5)),
        throat,
        curve((48.5, 53.0), (56, 57.0), (66, 59.0), (77, 56.0), (84.0, 48.5)),
        curve((84.0, 48.5), (87.5, 47.4), (89.2, 53), (88.8, 66), (91.0, 84.0)),
    )
    toe_cap = path(curve((9.0, 84.0), (9.4, 77.5), (15, 71.5), (24.0, 68.6)), curve((24.0, 68.6), (29.5, 75), (29.0, 84)))
    heel = path(curve((79.0, 84), (78.6, 68), (81.4, 51.5)), curve((81.4, 51.5), (84, 48.5)), curve((84.0, 48.5), (87.5, 47.4), (89.2, 53), (88.8, 66), (91.0, 84.0)))
    swoosh = path(curve((45.0, 78.5), (58, 74.0), (72, 61.0)), curve((75.5, 60.0), (66, 74), (50.0, 80.5)))
    stay = path(throat + (0.0, 0.3), line((52.5, 57.0), (51.0, 62.0)), curve((51.0, 62.0), (44, 69.5), (36.5, 73.0)), line((36.5, 73), (28.5, 67.5)))
    tongue = curve((40.0, 62.0), (43.0, 49.0), (49.0, 46.0), (55.0, 47.5), (59.5, 57.5))
    collar = path(curve((46.5, 55.0), (56, 57.0), (66, 59.0), (77, 56.0), (84.0, 48.5)), curve((84.5, 47.8), (76, 50.5), (62, 51.5), (50, 50.5)))
    trim = plain(accent, look.material)
    seams = (
        Seam(curve((24.5, 69.5), (30.0, 75), (29.6, 84)), 0.2, -0.25, dash=0.6),
        Seam(curve((59.0, 58.5), (62, 70), (60, 84)), 0.25, -0.25),
    )
    return (
        Piece((collar,), plain(darker(accent, 0.1), "canvas"), puff=0.3, shade=0.62),
        Piece((tongue,), replace(plain(look.rgb, "canvas"), colour=lighter(look.rgb, 0.08)), puff=0.8, puff_width=1.4),
        Piece((upper,), cloth, puff=0.9, puff_width=4.0, rim=0.3, seams=seams, folds=_vamp_folds(), wrinkles=0.12),
        Piece((toe_cap,), look.solid(darker(look.rgb, 0.05)), puff=0.7, puff_width=2.6, lift=0.25, rim=0.15),
        Piece((heel,), trim, puff=0.6, puff_width=1.6, lift=0.25, rim=0.2),
        Piece((swoosh,), trim, puff=0.4, puff_width=0.5, lift=0.25, rim=0.1),
        Piece((stay,), look.solid(darker(look.rgb, 0.04)), puff=0.6, puff_width=0.8, lift=0.4, rim=0.15, seams=(Seam(curve((50.2, 62.2), (43.6, 68.9), (36.6, 72.2)), 0.18, -0.25, dash=0.6),)),
        *_laces(throat, WHITE_RUBBER if rubber != WHITE_RUBBER or is_dark(look.rgb) else (228, 226, 220)),
        *_sole(rubber, chunky=chunky),
    )


def _vamp_folds() -> tuple[Fold, ...]:
    return (
        Fold(curve((27, 69.5), (31, 74), (32, 79)), 2.0, -0.4),
        Fold(curve((31, 68.0), (35, 73), (36, 78)), 2.0, -0.3),
        Fold(curve((66, 61), (70, 70), (71, 80)), 3.0, 0.4),
    )


def _laces(throat: Points, colour: RGB) -> tuple[Piece, ...]:
    rows = even(throat, 7)[1:6]
    bars = tuple(band(curve((x - 3.0, y - 1.4), (x + 0.6, y + 0.4), (x + 3.2, y + 4.2)), 1.5) for x, y in rows)
    x, y = rows[-1]
    loops = (
        band(curve((x + 1, y), (x - 5, y - 3.4), (x - 6.4, y + 1.2), (x, y + 0.8)), 1.0),
        band(curve((x + 1, y), (x + 6, y + 2), (x + 6.5, y + 7.5), (x + 1.2, y + 1.6)), 1.0),
    )
    return (Piece((*bars, *loops), plain(colour, "canvas"), puff=0.9, puff_width=0.5, lift=0.7, rim=0.2),)


def _sole(rubber: RGB, *, chunky: bool) -> tuple[Piece, ...]:
    top = 79.5 if chunky else 82.0
    outline = path(
        curve((8.2, top + 1.5), (22, top + 2.2), (50, top + 1.4), (78, top), (91.4, top - 3.0)),
        curve((91.4, top - 3.0), (93.4, 85), (90.5, 90.0)),
        curve((90.5, 90), (50, 90.6), (18, 90.2), (10.0, 88.4)),
        curve((10.0, 88.4), (6.8, 85.5), (8.2, top + 1.5)),
    )
    groove = curve((8.0, 87.0), (30, 87.8), (60, 87.6), (92, 85.6))
    tread = tuple(Seam(line((x, 88.4), (x + 0.6, 90.4)), 0.4, -0.3) for x in range(14, 90, 3))
    stitched = Seam(curve((9.4, top + 3.0), (22, top + 3.6), (50, top + 2.8), (78, top + 1.4), (91, top - 1.4)), 0.18, -0.2, dash=0.6)
    return (Piece((outline,), plain(rubber), puff=0.7, puff_width=1.2, lift=0.3, rim=0.25, seams=(Seam(groove, 0.3, -0.22), stitched, *tread)),)


def high_tops(look: Look) -> Drawing:
    """Canvas sneakers that reach over the ankle, with a rubber toe."""
    throat = curve((27.5, 69.0), (38, 64.0), (46.5, 53.0), (49.5, 35.0))
    upper = path(
        curve((9.0, 85.0), (9.4, 79.5), (15, 73.5), (27.5, 69.0)),
        throat,
        curve((49.5, 35.0), (62, 37.0), (80.5, 33.5)),
        curve((80.5, 33.5), (83.6, 34), (84.8, 50), (86.0, 66), (90.0, 85.0)),
    )
    cap = path(curve((8.4, 86.0), (8.8, 79.5), (14, 74.6), (21.5, 71.6)), curve((21.5, 71.6), (26.5, 77.5), (26.4, 86)))
    tongue = curve((38.0, 64.0), (41.5, 46.0), (43.5, 31.0), (49, 29.0), (56, 31.0), (58.0, 40.0))
    inside = path(curve((49.5, 35.0), (62, 37.0), (80.5, 33.5)), curve((80.5, 33.2), (66, 31.2), (52, 31.5)))
    seams = (
        Seam(curve((52.5, 36), (50.5, 53), (43, 64.5), (31.5, 70.8), (30.5, 85)), 0.2, -0.3, dash=0.6),
        Seam(curve((75, 35), (77, 60), (80, 85)), 0.2, -0.3, dash=0.6),
    )
    patch = oval((66.0, 50.5), (4.6, 4.6))
    holes = tuple(oval((float(x) + 3.0, float(y) + 1.8), (0.75, 0.75)) for x, y in even(throat, 9)[1:])
    return pair(
        (
            Piece((inside,), look.solid(darker(look.rgb, 0.1)), puff=0.2, shade=0.6),
            Piece((tongue,), look.solid(lighter(look.rgb, 0.08)), puff=0.8, puff_width=1.4),
            Piece((upper,), look.cloth(), puff=0.9, puff_width=4.0, rim=0.3, seams=seams, folds=(*_vamp_folds(), Fold(curve((52, 60), (64, 65), (78, 61)), 3.0, -0.5)), wrinkles=0.15),
            Piece((patch,), plain(WHITE_RUBBER), puff=0.6, puff_width=0.5, lift=0.4, seams=(Seam(oval((66.0, 50.5), (3.6, 3.6)), 0.25, -0.3),)),
            Piece(holes, plain((196, 198, 202), gloss=0.6), puff=0.7, puff_width=0.3),
            *_laces(throat, (236, 234, 228)),
            Piece((cap,), plain(WHITE_RUBBER), puff=0.8, puff_width=2.4, lift=0.3),
            *_sole(WHITE_RUBBER, chunky=True),
        ),
        ((50, 91, 44, 3.2),),
    )


def _low_sole(colour: RGB, heel: float) -> tuple[Piece, ...]:
    sole = path(
        curve((8.0, 86.2), (25, 87.4), (50, 86.4), (66, 85.6), (89.6, 85.0)),
        line((89.6, 85.0), (89.8, 87.4)),
        curve((89.8, 87.4), (64, 88.2), (46, 88.6), (22, 90.0), (9.5, 89.0)),
        curve((9.5, 89.0), (7.2, 87.8), (8.0, 86.2)),
    )
    block_ = path(line((65.0, 87.0), (90.0, 86.0), (89.0, 87 + heel), (66.5, 87 + heel)))
    shaded = plain(colour, "leather", 0.2)
    return (
        Piece((block_,), shaded, puff=0.6, puff_width=0.8, shade=0.9),
        Piece((sole,), shaded, puff=0.5, puff_width=0.5, rim=0.2, lift=0.2),
    )


def loafers(look: Look) -> Drawing:
    """Slip-on leather shoes with a strap across."""
    chance = look.chance()
    cloth = look.solid()
    tassel = look.cut == "tasselled"
    upper = path(
        curve((8.2, 87.2), (8.6, 81.0), (15, 75.5), (27, 71.5), (38, 66.0)),
        curve((38, 66.0), (48, 69.5), (62, 70.0), (76, 66.0), (85.5, 60.0)),
        curve((85.5, 60.0), (89.2, 61), (90.0, 73), (89.8, 86.4)),
        curve((89.8, 86.4), (60, 87.0), (30, 88.2), (8.2, 87.2)),
    )
    tongue = curve((34, 68.5), (37, 61.5), (42.5, 59.8), (49, 63.5), (53, 70.0))
    inside = path(curve((38, 66.0), (48, 69.5), (62, 70.0), (76, 66.0), (85.5, 60.0)), curve((85, 59.4), (72, 62.0), (56, 63), (44, 62)))
    apron = curve((13.5, 81.0), (18, 78.4), (30, 75.4), (42, 73.0), (52, 71.6))
    strap = path(curve((30.5, 70.2), (36.5, 66.6), (40.5, 65.6)), curve((40.5, 65.6), (46, 73), (49.0, 83.0)), line((49, 83), (41, 84.5)), curve((41, 84.5), (38, 77), (30.5, 70.2)))
    seams = (Seam(apron, 0.5, -0.35), Seam(apron + (0.2, 1.0), 0.2, -0.3, dash=0.7), Seam(curve((73, 67.5), (74, 76), (72, 87)), 0.22, -0.3))
    top: tuple[Piece, ...] = (
        Piece((strap,), cloth, puff=0.6, puff_width=0.9, lift=0.5, seams=(Seam(curve((38.5, 71.0), (41.5, 74), (43.4, 78)), 0.7, -0.6),)),
    )
    if tassel:
        tassels = tuple(band(curve((40 + dx, 70.5), (36.5 + dx, 75), (35.0 + dx, 80.5)), 1.4, 2.6) for dx in (0.0, 4.0))
        top = (*top, Piece(tassels, look.solid(darker(look.rgb, 0.1)), puff=0.9, puff_width=0.7, lift=0.7))
    return pair(
        (
            Piece((inside,), plain((150, 116, 84), "leather"), puff=0.2, shade=0.62),
            Piece((tongue,), cloth, puff=0.8, puff_width=1.4),
            Piece((upper,), cloth, puff=0.9, puff_width=4.2, rim=0.3, seams=seams, folds=_vamp_folds()[:2]),
            *top,
            *_low_sole(darker(look.rgb, 0.5), 4.4),
        ),
        ((50, 91, 43, 3.0),),
    )


def ballet_flats(look: Look) -> Drawing:
    """Flat, low-cut shoes with a small bow."""
    upper = path(
        curve((8.2, 87.2), (9.0, 82.0), (15, 78.6), (24, 76.5), (29, 75.6)),
        curve((29, 75.6), (37, 81.0), (50, 82.0), (66, 79.0), (80, 71.0), (86.0, 68.5)),
        curve((86.0, 68.5), (89.0, 70), (89.6, 78), (89.4, 86.6)),
        curve((89.4, 86.6), (60, 87.0), (30, 88.2), (8.2, 87.2)),
    )
    inside = path(curve((29, 75.6), (37, 81.0), (50, 82.0), (66, 79.0), (80, 71.0), (86.0, 68.5)), curve((85, 68), (70, 72), (54, 74.5), (40, 74.6)))
    trim = curve((28, 75.6), (37, 81.0), (50, 82.0), (66, 79.0), (80, 71.0), (86.4, 68.5))
    left = curve((29.5, 77.5), (22.5, 72.6), (21.0, 78.6), (29.5, 78.6))
    right = curve((29.5, 77.5), (35.5, 73.8), (37.0, 80.2), (29.5, 78.6))
    bow = look.solid(darker(look.rgb, 0.08))
    return pair(
        (
            Piece((inside,), plain((206, 178, 146), "leather"), puff=0.2, shade=0.72),
            Piece((upper,), look.cloth(), puff=0.9, puff_width=3.2, rim=0.3, wrinkles=0.1),
            Piece((band(trim, 1.3),), bow, puff=0.7, puff_width=0.5, lift=0.3),
            Piece((left, right), bow, puff=0.9, puff_width=0.9, lift=0.6),
            Piece((oval((29.6, 78.0), (1.5, 1.4)),), bow, puff=0.9, puff_width=0.6, lift=0.5),
            *_low_sole((92, 68, 50), 2.6),
        ),
        ((50, 91, 42, 2.6),),
    )


def sandals(look: Look) -> Drawing:
    """Flat sandals with straps and a buckle."""
    chance = look.chance()
    cloth = look.solid()
    cork = plain(chance.choice(((190, 148, 104), (112, 80, 56), (210, 186, 150))), "leather", 0.1)
    insole = path(curve((8.0, 84.6), (24, 83.0), (44, 84.4), (66, 82.5), (91, 80.2)), curve((91, 84), (60, 87), (30, 88), (9, 87.5)))
    toes = (
        band(curve((14, 85.5), (17, 76.0), (25, 73.0), (33.5, 78.0), (36.5, 87.0)), 5.0),
        band(curve((29, 86.0), (33, 73.5), (40, 71.0), (48, 76.0), (51, 86.5)), 5.0),
    )
    far = (band(curve((24, 74.0), (20, 78), (18, 84)), 4.0), band(curve((40, 72), (35, 77), (33, 84)), 4.0), band(curve((56, 60.5), (68, 56.5), (82, 58)), 3.0))
    ankle = band(curve((88.0, 83.5), (86.5, 70), (85.0, 60.0), (72, 64.0), (56, 60.5)), 3.4)
    side = band(curve((50, 85), (54, 72), (56.5, 61)), 3.2)
    buckle = block(63.0, 59.4, 68.0, 66.2, 0.8)
    return pair(
        (
            Piece(far, cloth, puff=0.5, puff_width=0.8, shade=0.62),
            Piece((insole,), plain(darker(cork.colour, 0.12), "leather"), puff=0.3, shade=0.95),
            Piece(toes, cloth, puff=0.8, puff_width=1.4, lift=0.5, rim=0.25),
            Piece((side, ankle), cloth, puff=0.7, puff_width=1.0, lift=0.4, rim=0.25),
            Piece((buckle,), plain((200, 170, 104), gloss=0.8), holes=(block(64.2, 60.8, 66.8, 64.8, 0.3),), puff=0.8, puff_width=0.4, lift=0.5),
            *_platform(cork, chance.uniform(80, 85)),
        ),
        ((50, 91, 44, 3.0),),
    )


def _platform(cork: Cloth, top: float) -> tuple[Piece, ...]:
    outline = path(
        curve((7.5, 86.4), (25, 86.6), (50, 86.0), (74, top + 1), (92, top)),
        curve((92, top), (93, 86), (90.5, 90)),
        curve((90.5, 90), (50, 90.5), (18, 90.2), (9.5, 89.4)),
        curve((9.5, 89.4), (6.6, 88), (7.5, 86.4)),
    )
    rows = np.array([0.0, 1.4])
    seams = tuple(Seam(curve((8, 88.0 + dy * 0.6), (50, 88.0 + dy * 0.6), (92, 86.0 + dy)), 0.25, -0.22) for dy in rows)
    return (Piece((outline,), cork, puff=0.6, puff_width=1.0, seams=seams, lift=0.2),)
