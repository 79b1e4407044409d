"""Flat shoes: sneakers, loafers, ballet flats, sandals; the toe points to the left, the ground is at y 90."""

from __future__ import annotations

from dataclasses import replace

from demo.cloth import Cloth, plain
from demo.colours import RGB, darker, is_dark, lighter
from demo.curves import Points, arc, band, block, curve, even, line, oval, path
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
                folds=(*_vamp_folds(), Fold(curve((12, 80), (18, 77), (25, 78)), 5.0, 0.7)),
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
        Piece((band(topline + (0.6, 0.9), 2.6),), collar, puff=0.9, puff_width=0.9),
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
        throat + (-0.2, 0.2),
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
                folds=(*_vamp_folds(), Fold(curve((52, 60), (64, 65), (78, 61)), 3.0, -0.5)),
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
    inside = path(
        curve((38, 66.0), (48, 69.5), (62, 70.0), (76, 66.0), (85.5, 60.0)),
        curve((85, 59.4), (72, 62.0), (56, 63), (44, 62)),
    )
    apron = curve((13.5, 81.0), (18, 78.4), (30, 75.4), (42, 73.0), (52, 71.6))
    strap = path(
        curve((30.5, 70.2), (36.5, 66.6), (40.5, 65.6)),
        curve((40.5, 65.6), (46, 73), (49.0, 83.0)),
        line((49, 83), (41, 84.5)),
        curve((41, 84.5), (38, 77), (30.5, 70.2)),
    )
    seams = (
        Seam(apron, 0.5, -0.35),
        Seam(apron + (0.2, 1.0), 0.2, -0.3, dash=0.7),
        Seam(curve((73, 67.5), (74, 76), (72, 87)), 0.22, -0.3),
    )
    top: tuple[Piece, ...] = (
        Piece(
            (strap,),
            cloth,
            puff=0.5,
            puff_width=0.7,
            lift=0.3,
            rim=0.12,
            seams=(Seam(curve((38.5, 71.0), (41.5, 74), (43.4, 78)), 0.7, -0.6),),
        ),
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
    inside = path(
        curve((29, 75.6), (37, 81.0), (50, 82.0), (66, 79.0), (80, 71.0), (86.0, 68.5)),
        curve((85, 68), (70, 72), (54, 74.5), (40, 74.6)),
    )
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
    """Flat sandals: two broad straps with buckles, or a toe strap and one around the ankle."""
    chance = look.chance()
    sole = plain(chance.choice(((190, 148, 104), (122, 88, 62), (206, 180, 144))), "leather", 0.05)
    bed = path(
        curve((7.5, 85.2), (24, 83.4), (44, 85.0), (66, 84.0), (91, 81.4)),
        curve((91, 85), (60, 87.5), (30, 88), (8.5, 87.5)),
    )
    upper = _two_straps(look) if look.cut == "two-strap" else _ankle_straps(look)
    behind, front = upper
    return pair(
        (
            *behind,
            Piece((bed,), plain(darker(sole.colour, 0.1), "suede"), puff=0.4, puff_width=0.8, shade=0.95),
            *_platform(sole, 83.0),
            *front,
        ),
        ((50, 91, 44, 3.0),),
    )


def _two_straps(look: Look) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    cloth = look.solid()
    first = path(
        curve((13.5, 88.0), (14.0, 79.0), (20.5, 72.6)),
        curve((20.5, 72.6), (28, 70.0), (36.5, 71.0)),
        curve((36.5, 71.0), (33.6, 78), (34.5, 88.6)),
        curve((34.5, 88.6), (24, 89.4), (13.5, 88)),
    )
    second = path(
        curve((38.0, 88.4), (38.2, 76.0), (44.5, 66.5)),
        curve((44.5, 66.5), (52, 63.0), (60.0, 64.0)),
        curve((60.0, 64.0), (57.6, 74), (59.5, 88.0)),
        curve((59.5, 88.0), (48, 89.0), (38.0, 88.4)),
    )
    hollows = (
        curve((36.0, 71.4), (40.5, 74.5), (41.0, 82.0), (34.0, 85.0), (33.6, 77.0), (36.0, 71.4)),
        curve((59.6, 64.4), (65.0, 69.0), (65.6, 80.0), (58.6, 85.0), (57.6, 74.0), (59.6, 64.4)),
    )
    bands = (
        band(curve((21.0, 77.5), (28.5, 75.4), (36.6, 76.6)), 4.4),
        band(curve((42.0, 73.4), (50.5, 69.6), (60.4, 71.4)), 4.4),
    )
    buckles = ((25.0, 76.4), (47.2, 70.6))
    rows = tuple(
        Seam(edge, 0.18, -0.28, dash=0.7)
        for edge in (curve((14.8, 87), (15.2, 79.4), (21.2, 73.6)), curve((39.4, 87), (39.5, 76.4), (45.2, 67.6)))
    )
    rings = tuple(block(x - 2.0, y - 3.4, x + 2.0, y + 3.4, 0.7) for x, y in buckles)
    return (
        (Piece(hollows, look.solid(darker(look.rgb, 0.35)), puff=0.2, shade=0.75),),
        (
            Piece((first, second), cloth, puff=0.85, puff_width=2.0, lift=0.3, rim=0.25, seams=rows),
            Piece(bands, cloth, puff=0.8, puff_width=0.8, lift=0.5),
            Piece(
                rings,
                plain((206, 174, 108), gloss=0.8),
                holes=tuple(block(x - 1.0, y - 2.3, x + 1.0, y + 2.3, 0.3) for x, y in buckles),
                puff=0.8,
                puff_width=0.4,
                lift=0.4,
            ),
        ),
    )


def _ankle_straps(look: Look) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    cloth, inside = look.solid(), look.solid(darker(look.rgb, 0.35))
    toe = path(
        curve((14.0, 88.0), (15.0, 80.0), (22.0, 74.6)),
        curve((22.0, 74.6), (29.0, 72.6), (35.0, 73.6)),
        curve((35.0, 73.6), (31.0, 79.0), (29.0, 88.6)),
    )
    hollow = curve((34.6, 74.0), (38.5, 77.0), (37.0, 84.0), (29.5, 86.0), (31.0, 79.0), (34.6, 74.0))
    cup = path(
        curve((68.5, 87.0), (73.0, 72.0), (80.0, 58.5)),
        curve((80.0, 58.5), (84.0, 56.4), (87.6, 59.0)),
        curve((87.6, 59.0), (88.0, 70), (90.6, 86.0)),
    )
    far, near = arc((72.5, 60.5), (15.4, 4.6), 180, 360), arc((72.5, 60.5), (15.4, 4.6), 0, 180)
    return (
        (Piece((band(far, 2.4), hollow), inside, puff=0.5, puff_width=0.6, shade=0.8),),
        (
            Piece((toe,), cloth, puff=0.85, puff_width=1.8, lift=0.3, rim=0.25),
            Piece(
                (cup,),
                cloth,
                puff=0.85,
                puff_width=1.8,
                lift=0.3,
                rim=0.25,
                seams=(Seam(curve((70.4, 86), (74.6, 72.5), (80.8, 60.5)), 0.18, -0.28, dash=0.7),),
            ),
            Piece((band(near, 2.8),), cloth, puff=0.8, puff_width=0.8, lift=0.5),
            Piece(
                (block(66.0, 62.0, 69.6, 68.0, 0.7),),
                plain((206, 174, 108), gloss=0.8),
                holes=(block(67.0, 63.2, 68.6, 66.8, 0.3),),
                puff=0.8,
                puff_width=0.4,
                lift=0.4,
            ),
        ),
    )


def _platform(cork: Cloth, top: float) -> tuple[Piece, ...]:
    outline = path(
        curve((7.0, 86.8), (25, 87.2), (50, 86.8), (74, top + 2.2), (91.6, top + 1.0)),
        curve((91.6, top + 1.0), (92.4, 87), (90.0, 91.0)),
        curve((90.0, 91.0), (50, 91.4), (18, 91.0), (9.0, 90.0)),
        curve((9.0, 90.0), (6.2, 88.6), (7.0, 86.8)),
    )
    seams = (Seam(curve((7.5, 89.0), (50, 89.2), (91.6, 87.4)), 0.25, -0.22),)
    return (Piece((outline,), cork, puff=0.6, puff_width=1.0, seams=seams, lift=0.2),)
