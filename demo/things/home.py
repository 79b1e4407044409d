"""Lamps, mugs, vases and cushions."""

from __future__ import annotations

from dataclasses import replace

from demo.cloth import plain
from demo.colours import BRASS, darker, lighter, mixed
from demo.curves import band, curve, line, mirrored, oval, path, whole
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece, Seam


def lamp(look: Look) -> Drawing:
    """A table lamp; the look's colour is the shade's."""
    chance = look.chance()
    top, low = chance.uniform(15, 20), chance.uniform(25, 31)
    shade = path(
        curve((50 - top, 18), (50, 20.5), (50 + top, 18)),
        line((50 + top, 18), (50 + low, 58)),
        curve((50 + low, 58), (50, 62.5), (50 - low, 58)),
        line((50 - low, 58), (50 - top, 18)),
    )
    inside = curve((50 - top, 18), (50, 15.6), (50 + top, 18), (50, 20.5), (50 - top, 18))
    glow = lighter(look.rgb, 0.22)
    base = plain(chance.choice((BRASS, (226, 220, 208), (60, 58, 60), (168, 122, 82))), gloss=0.6)
    stem = chance.randrange(3)
    body = {
        0: path(curve((48.6, 60), (48.6, 80), (48.2, 102)), line((51.8, 102), (51.4, 60))),
        1: whole(path(curve((50, 62), (46, 63), (45.5, 68), (38, 80), (37, 92), (43, 103), (50, 104)))),
        2: whole(path(curve((50, 62), (47.5, 64), (44, 69), (47.5, 75), (41.5, 84), (47, 92), (43, 103), (50, 104)))),
    }[stem]
    foot = path(
        curve((34, 106), (38, 102.5), (50, 101.5), (62, 102.5), (66, 106)),
        curve((66, 106), (62, 109), (50, 110), (38, 109), (34, 106)),
    )
    return Drawing(
        (
            Piece((inside,), plain(darker(look.rgb, 0.2)), puff=0, shade=0.8),
            Piece((body,), base, puff=1.0, puff_width=3.0, rim=0.3),
            Piece((foot,), base, puff=0.9, puff_width=1.4, rim=0.2, lift=0.2),
            Piece(
                (shade,),
                look.cloth() if look.pattern != "plain" else plain(glow, "linen"),
                puff=0.9,
                puff_width=6.0,
                rim=0.25,
                lift=0.3,
                fade=-0.18,
                bow=-3.0,
            ),
            Piece(
                (
                    band(curve((50 - low, 57.4), (50, 61.8), (50 + low, 57.4)), 1.3),
                    band(curve((50 - top, 18.4), (50, 20.9), (50 + top, 18.4)), 1.1),
                ),
                plain(darker(look.rgb, 0.12)),
                puff=0.6,
                puff_width=0.4,
            ),
        ),
        ((50, 108.5, 19, 2.6),),
    )


def mug(look: Look) -> Drawing:
    """A mug with a handle."""
    chance = look.chance()
    bulge = chance.uniform(-1.5, 3.5)
    glaze = 0.6 if chance.random() < 0.6 else 0.15
    body = path(
        curve((24, 50), (46, 54), (68, 50)),
        curve((68, 50), (68 + bulge, 72), (65.5, 94), (63, 98)),
        curve((63, 98), (46, 102), (29, 98)),
        curve((29, 98), (26.5, 94), (24 - bulge, 72), (24, 50)),
    )
    mouth = oval((46, 50), (22, 4.6))
    hollow = oval((46, 50.4), (20.2, 3.5))
    drink = curve((27.5, 51.6), (46, 50.4), (64.5, 51.6), (56, 53.4), (46, 53.8), (36, 53.4), (27.5, 51.6))
    handle = band(curve((66.5, 58), (78, 56), (85, 66), (80, 80), (66, 87)), 4.6, 4.0)
    cloth = replace(look.cloth(), weave="smooth", gloss=glaze)
    rim = plain(lighter(look.rgb, 0.25), gloss=0.6)
    drips: tuple[Piece, ...] = ()
    if look.pattern == "plain" and chance.random() < 0.4:
        drip = path(
            curve((24 - bulge * 0.3, 58), (30, 66), (35, 63), (41, 70), (48, 64), (54, 69), (60, 63), (68, 60)),
            curve((68, 50), (46, 54), (24, 50)),
        )
        drips = (Piece((drip,), plain(look.second_rgb, gloss=glaze), puff=0.4, puff_width=0.8, lift=0.15),)
    return Drawing(
        (
            Piece((handle,), plain(look.rgb, gloss=glaze), puff=1.0, puff_width=1.2, rim=0.3),
            Piece((body,), cloth, puff=0.95, puff_width=6.0, rim=0.3, bow=-3.0),
            *drips,
            Piece((mouth,), rim, puff=0.8, puff_width=0.5),
            Piece((hollow,), plain(darker(look.rgb, 0.1)), puff=0, shade=0.7, fade=-0.2),
            Piece((drink,), plain((92, 60, 40), gloss=0.3), puff=0.1),
        ),
        ((47, 99.5, 20, 2.8),),
    )


def vase(look: Look) -> Drawing:
    """A vase, with a few twigs or without."""
    chance = look.chance()
    half = {
        0: curve((43, 40), (42.5, 46), (36, 56), (28, 72), (30, 92), (38, 106), (50, 108)),
        1: curve((40, 30), (43.5, 42), (44.5, 56), (34, 72), (30, 90), (36, 105), (50, 107)),
        2: curve((36, 44), (34, 60), (33, 80), (36, 100), (40, 106), (50, 107)),
    }[chance.randrange(3)]
    top_x, top_y = float(half[0, 0]), float(half[0, 1])
    body = path(curve((50, top_y + 1.6), (50 - (50 - top_x) * 0.6, top_y + 1.2), (top_x, top_y)), half)
    glaze = 0.65 if chance.random() < 0.5 else 0.1
    cloth = look.cloth()
    mouth = oval((50, top_y), (50 - top_x, 2.0))
    shell = replace(cloth, weave="smooth" if glaze > 0.3 else "suede", gloss=glaze)
    front = curve((top_x, top_y), (50 - (50 - top_x) * 0.6, top_y + 1.5), (50, top_y + 2.0))
    return Drawing(
        (
            Piece((mouth,), plain(lighter(look.rgb, 0.15), gloss=glaze), puff=0.8, puff_width=0.4),
            Piece((oval((50, top_y), (50 - top_x - 1.0, 1.5)),), plain(darker(look.rgb, 0.45)), puff=0, fade=-0.3),
            *(_twigs(top_y, look) if chance.random() < 0.6 else ()),
            Piece((whole(body),), shell, puff=1.0, puff_width=6.5, rim=0.32, bow=-3.0),
            Piece(
                (band(path(front, mirrored(front)), 0.9),),
                plain(lighter(look.rgb, 0.15), gloss=glaze),
                puff=0.8,
                puff_width=0.3,
            ),
        ),
        ((50, 106.5, 16, 2.8),),
    )


def _twigs(top_y: float, look: Look) -> tuple[Piece, ...]:
    stems = (
        curve((50, top_y + 3), (47, top_y - 12), (38, 10)),
        curve((50, top_y + 3), (51, top_y - 14), (55, 4)),
        curve((50, top_y + 3), (55, top_y - 10), (66, 14)),
    )
    green = mixed((104, 128, 88), look.second_rgb, 0.1)
    leaves = []
    for number, stem in enumerate(stems):
        for row in (5, 8, 11, 14, 17):
            x, y = (float(value) for value in stem[min(row, len(stem) - 1)])
            side = 1 if (row + number) % 2 else -1
            leaves.append(oval((x + side * 3.0, y - 1.6), (3.4, 1.5), -32 * side))
    return (
        Piece(tuple(band(stem, 0.7, 0.5) for stem in stems), plain((110, 92, 66)), puff=0.6, puff_width=0.3),
        Piece(tuple(leaves), plain(green), puff=0.8, puff_width=0.8, lift=0.4),
    )


def cushion(look: Look) -> Drawing:
    """A square cushion with piping."""
    half = curve(
        (50, 28),
        (34, 27),
        (18, 24.5),
        (15.6, 25.6),
        (14.6, 28),
        (17.4, 44),
        (18, 62),
        (17.4, 80),
        (14.6, 97),
        (15.6, 99.4),
        (18, 100.5),
        (34, 98),
        (50, 97),
    )
    outline = whole(half)
    folds = tuple(
        Fold(curve((x, y), (x + dx, y + dy)), 4.0, h)
        for x, y, dx, dy, h in (
            (17, 27, 14, 12, 0.9),
            (83, 27, -14, 12, 0.9),
            (17, 98, 14, -13, 0.9),
            (83, 98, -14, -13, 0.9),
            (30, 30, 4, 12, -0.6),
            (70, 95, -5, -13, -0.6),
            (20, 44, 12, 3, -0.6),
            (80, 78, -12, -4, -0.6),
        )
    )
    return Drawing(
        (
            Piece((band(outline, 1.7),), look.solid(darker(look.rgb, 0.15)), puff=0.8, puff_width=0.5),
            Piece(
                (outline,), look.cloth(), puff=1.0, puff_width=7.0, rim=0.32, folds=folds, wrinkles=look.wrinkles * 0.5
            ),
        )
    )


def blanket(look: Look) -> Drawing:
    """A folded blanket with fringes."""
    layers = []
    for number in range(4):
        y = 88.0 - 11.5 * number
        lean = (0.0, 0.8, -0.6, 0.3)[number]
        shape = path(
            curve((17 + lean, y), (50, y + 1.0), (80, y)),
            curve((80, y), (85.5 + lean, y + 2.0), (86.5 + lean, y + 6.2), (85.0 + lean, y + 10.4), (80, y + 12)),
            curve((80, y + 12), (50, y + 13), (17 + lean, y + 12)),
            curve(
                (17 + lean, y + 12), (13.6 + lean, y + 10), (13.2 + lean, y + 6), (13.8 + lean, y + 2), (17 + lean, y)
            ),
        )
        crease = Seam(curve((15.5 + lean, y + 6.2), (40, y + 7.0), (74, y + 6.4)), 0.5, -0.3)
        layers.append(
            Piece((shape,), look.cloth(), puff=1.0, puff_width=2.4, rim=0.32, lift=0.35, wrinkles=0.12, seams=(crease,))
        )
    top = path(
        curve((23, 44), (50, 43.4), (77, 44)),
        curve((77, 44), (82, 47), (84.0, 54.0)),
        curve((84.0, 54.0), (50, 57.4), (16, 54.0)),
        curve((16, 54), (18, 47), (23, 44)),
    )
    fringe = tuple(
        band(curve((x, 99.0), (x + 0.5 * (x % 2), 103), (x - 0.4 + 0.3 * (x % 3), 107)), 0.9, 0.6)
        for x in range(18, 82, 2)
    )
    return Drawing(
        (
            Piece(fringe, look.solid(darker(look.rgb, 0.08)), puff=0.8, puff_width=0.4, lift=0.2),
            *layers,
            Piece((top,), look.cloth(), puff=0.8, puff_width=3.0, rim=0.2, lift=0.3, wrinkles=0.15),
        ),
        ((50, 103.0, 36, 3.0),),
    )
