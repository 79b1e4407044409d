"""Sneakers; the toe points to the left, the ground is at y 90."""

from __future__ import annotations

from demo.cloth import Cloth, plain
from demo.colours import RGB, darker, is_dark, lighter
from demo.curves import Points, band, curve, even, line, moved, oval, path
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece, Seam, move_piece

WHITE_RUBBER: RGB = (236, 234, 228)
GUM: RGB = (176, 126, 78)


def pair(pieces: tuple[Piece, ...], ground: tuple[tuple[float, float, float, float], ...]) -> Drawing:
    """A shoe and, behind it, the other one."""
    away = (8.5, -8.0)
    behind = tuple(move_piece(piece, *away, shade=0.9) for piece in pieces)
    shadows = (*((cx + away[0], cy + away[1], rx, ry) for cx, cy, rx, ry in ground), *ground)
    return Drawing((*behind, *pieces), shadows)


def sneakers(look: Look) -> Drawing:
    """Low sneakers with laces and a rubber sole."""
    chance = look.chance()
    rubber = chance.choice((WHITE_RUBBER, WHITE_RUBBER, WHITE_RUBBER, GUM))
    chunky = look.cut == "chunky"
    throat = curve((27.0, 71.0), (36.0, 67.0), (46.5, 58.5))
    topline = curve((46.5, 58.5), (54.0, 63.0), (65.0, 65.0), (76.0, 61.5), (84.5, 54.5))
    heel_line = curve((84.5, 54.5), (87.6, 54.0), (89.4, 60), (89.4, 70), (91.0, 85.0))
    upper = path(curve((8.0, 85.0), (8.2, 79.5), (12.5, 74.6), (19, 72.6), (27.0, 71.0)), throat, topline, heel_line)
    accent = plain(look.second_rgb, look.material)
    return pair(
        (
            *_sneaker_inside(look, topline),
            Piece(
                (upper,),
                look.cloth(),
                puff=0.9,
                puff_width=3.6,
                rim=0.3,
                wrinkles=0.12,
                folds=(*vamp_folds(), Fold(curve((12, 80), (18, 77), (25, 78)), 5.0, 0.7)),
                seams=tuple(
                    Seam(oval((14.0 + 2.6 * n - 0.8 * m, 78.4 - 0.5 * n - 2.0 * m), (0.28, 0.28)), 0.3, -0.4)
                    for n in range(5)
                    for m in (0, 1)
                ),
            ),
            *_sneaker_overlays(look, accent, heel_line),
            *_sneaker_mark(accent, chance.randrange(3)),
            *_eyestay(look, throat),
            *_laces(throat, WHITE_RUBBER if rubber != WHITE_RUBBER or is_dark(look.rgb) else (226, 224, 218)),
            *_sole(rubber, chunky=chunky),
        ),
        ((50, 91, 44, 3.0),),
    )


def _sneaker_inside(look: Look, topline: Points) -> tuple[Piece, ...]:
    far = path(topline, curve((84.5, 53.6), (76, 55.4), (64, 57.2), (52, 57.0)))
    tongue = curve((38.5, 67.0), (41.0, 56.0), (46.0, 50.4), (51.0, 49.6), (55.5, 52.0), (57.0, 62.0))
    edge = Seam(curve((41.4, 59.5), (45.0, 53.5), (50.0, 51.2), (54.6, 53.4)), 0.2, -0.25, dash=0.6)
    collar = plain(darker(look.second_rgb, 0.12), "canvas")
    return (
        Piece((far,), collar, puff=0.5, puff_width=1.0, shade=0.62),
        Piece((tongue,), look.solid(lighter(look.rgb, 0.06)), puff=0.9, puff_width=1.6, seams=(edge,)),
        Piece((band(moved(topline, 0.6, 0.9), 2.6),), collar, puff=0.9, puff_width=0.9),
    )


def _sneaker_overlays(look: Look, accent: Cloth, heel_line: Points) -> tuple[Piece, ...]:
    guard = path(
        curve((8.0, 85.0), (8.2, 80.5), (10.8, 77.0), (13.5, 75.4)),
        curve((13.5, 75.4), (17, 79.0), (24, 81.0), (34, 80.2)),
        curve((34, 80.2), (36.4, 82), (36.8, 85.0)),
    )
    counter = path(curve((76.5, 85), (76.0, 76), (79.5, 66.0), (84.0, 55.2)), heel_line)
    tab = path(
        curve((83.6, 53.8), (82.8, 59.5), (84.4, 65.0)),
        curve((84.4, 65.0), (87.6, 65.4), (89.8, 64.6)),
        curve((89.8, 64.6), (89.6, 58), (87.8, 53.6)),
        curve((87.8, 53.6), (85.6, 52.6), (83.6, 53.8)),
    )
    row = Seam(curve((14.0, 76.8), (17.4, 80.0), (24, 81.9), (34, 81.2)), 0.18, -0.25, dash=0.6)
    rim = Seam(curve((77.4, 85), (76.9, 76.2), (80.4, 66.4), (84.6, 56.6)), 0.18, -0.25, dash=0.6)
    return (
        Piece((guard,), look.solid(darker(look.rgb, 0.06)), puff=0.6, puff_width=1.0, lift=0.3, rim=0.15, seams=(row,)),
        Piece(
            (counter,), look.solid(darker(look.rgb, 0.06)), puff=0.6, puff_width=1.4, lift=0.3, rim=0.2, seams=(rim,)
        ),
        Piece((tab,), accent, puff=0.7, puff_width=0.8, lift=0.35, rim=0.15),
    )


def _sneaker_mark(accent: Cloth, style: int) -> tuple[Piece, ...]:
    """What is put on the side: a wave, a broad and a thin bar, or a panel."""
    wave = band(curve((44.0, 80.0), (51, 75.6), (58, 79.4), (66, 76.4), (76.4, 80.4)), 2.6)
    bars = tuple(
        line((x, 70.0), (x + w, 69.6), (x + w - 7.0, 84), (x - 7.0, 84)) for x, w in ((57.0, 6.0), (65.5, 2.0))
    )
    panel = path(
        curve((52.0, 66.8), (57, 68.6), (64.5, 69.0)),
        curve((64.5, 69.0), (62, 77), (63.5, 84.5)),
        line((63.5, 84.5), (49.0, 85.0)),
        curve((49.0, 85.0), (52, 76), (52.0, 66.8)),
    )
    shapes = ((wave,), bars, (panel,))[style]
    return (Piece(shapes, accent, puff=0.5, puff_width=0.5, lift=0.3, rim=0.12),)


def _eyestay(look: Look, throat: Points) -> tuple[Piece, ...]:
    outline = path(
        moved(throat, -0.2, 0.2),
        line((50.8, 61.4), (50.0, 65.6)),
        curve((50.0, 65.6), (43.0, 71.4), (35.5, 74.6), (29.5, 75.4)),
        line((29.5, 75.4), (27.0, 71.0)),
    )
    row = Seam(curve((49.2, 65.2), (42.6, 70.6), (35.4, 73.7), (30.2, 74.6)), 0.18, -0.25, dash=0.6)
    return (
        Piece(
            (outline,), look.solid(darker(look.rgb, 0.05)), puff=0.6, puff_width=0.7, lift=0.35, rim=0.15, seams=(row,)
        ),
    )


def vamp_folds() -> tuple[Fold, ...]:
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
        curve((8.2, top + 1.5), (22, top + 2.2), (50, top + 1.4), (78, top + 0.4), (91.0, top - 1.2)),
        curve((91.0, top - 1.2), (92.4, 86), (90.0, 90.0)),
        curve((90.0, 90), (50, 90.6), (18, 90.2), (10.0, 88.4)),
        curve((10.0, 88.4), (6.8, 85.5), (8.2, top + 1.5)),
    )
    groove = curve((8.0, 87.0), (30, 87.8), (60, 87.6), (92, 85.6))
    tread = tuple(Seam(line((x, 88.4), (x + 0.6, 90.4)), 0.4, -0.3) for x in range(14, 90, 3))
    stitched = Seam(
        curve((9.4, top + 3.0), (22, top + 3.6), (50, top + 2.8), (78, top + 2.0), (91, top + 0.4)),
        0.18,
        -0.2,
        dash=0.6,
    )
    return (
        Piece(
            (outline,),
            plain(rubber),
            puff=0.7,
            puff_width=1.2,
            lift=0.3,
            rim=0.25,
            seams=(Seam(groove, 0.3, -0.22), stitched, *tread),
        ),
    )


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
            Piece(
                (upper,),
                look.cloth(),
                puff=0.9,
                puff_width=4.0,
                rim=0.3,
                seams=seams,
                folds=(*vamp_folds(), Fold(curve((52, 60), (64, 65), (78, 61)), 3.0, -0.5)),
                wrinkles=0.15,
            ),
            Piece(
                (patch,),
                plain(WHITE_RUBBER),
                puff=0.6,
                puff_width=0.5,
                lift=0.4,
                seams=(Seam(oval((66.0, 50.5), (3.6, 3.6)), 0.25, -0.3),),
            ),
            Piece(holes, plain((196, 198, 202), gloss=0.6), puff=0.7, puff_width=0.3),
            *_laces(throat, (236, 234, 228)),
            Piece((cap,), plain(WHITE_RUBBER), puff=0.8, puff_width=2.4, lift=0.3),
            *_sole(WHITE_RUBBER, chunky=True),
        ),
        ((50, 91, 44, 3.2),),
    )
