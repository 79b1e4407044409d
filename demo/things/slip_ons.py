"""Loafers, ballet flats and sandals; the toe points to the left, the ground is at y 90."""

from __future__ import annotations

from demo.cloth import Cloth, plain
from demo.colours import RGB, darker
from demo.curves import arc, band, block, curve, line, moved, oval, path
from demo.looks import Look
from demo.pieces import Drawing, Piece, Seam
from demo.things.shoes import pair, vamp_folds


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
        Seam(moved(apron, 0.2, 1.0), 0.2, -0.3, dash=0.7),
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
            Piece((upper,), cloth, puff=0.9, puff_width=4.2, rim=0.3, seams=seams, folds=vamp_folds()[:2]),
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
