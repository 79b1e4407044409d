"""Necklaces, earrings, rings and bracelets."""

from __future__ import annotations

import math

from demo.cloth import plain
from demo.colours import BRASS, GOLD, RGB, ROSE_GOLD, SILVER, darker, lighter
from demo.curves import Points, arc, band, curve, even, line, loop, mirrored, oval, path
from demo.garments.torso import both
from demo.looks import Look
from demo.pieces import Drawing, Piece
from demo.things.bags import chain

METALS: dict[str, RGB] = {"gold": GOLD, "silver": SILVER, "rose gold": ROSE_GOLD, "brass": BRASS}


def gem(centre: tuple[float, float], radius: float, colour: RGB) -> tuple[Piece, ...]:
    """A cut stone seen from above: facets in lighter and darker tones."""
    outline = oval(centre, (radius, radius))[::6]
    table = oval(centre, (radius * 0.52, radius * 0.52))[::6]
    light: list[Points] = []
    dark: list[Points] = []
    for number in range(8):
        facet = path(
            outline[number : number + 1],
            outline[(number + 1) % 8 : (number + 1) % 8 + 1],
            table[(number + 1) % 8 : (number + 1) % 8 + 1],
            table[number : number + 1],
        )
        (light if number in (4, 5, 7) else dark).append(facet)
    return (
        Piece((outline,), plain(colour, gloss=0.8), puff=0.5, puff_width=0.8, lift=0.3),
        Piece(tuple(light), plain(lighter(colour, 0.55), gloss=0.4), puff=0, rim=0),
        Piece(tuple(dark[::2]), plain(darker(colour, 0.25)), puff=0, rim=0),
        Piece((table,), plain(lighter(colour, 0.28), gloss=0.5), puff=0.2, rim=0),
    )


def necklace(look: Look) -> Drawing:
    """A chain with a pendant, or a row of pearls; the look's colour is the stone's."""
    chance = look.chance()
    metal = METALS[look.material]
    drop = chance.uniform(76, 92)
    curve_ = curve((22, 18), (25, 42), (36, drop - 14), (50, drop), (64, drop - 14), (75, 42), (78, 18))
    if look.cut == "beaded":
        return Drawing(_beads(curve_, look.rgb, chance.uniform(2.0, 2.8)))
    style = chance.randrange(3)
    bail = Piece(
        (oval((50, drop + 1.2), (1.5, 2.0)),),
        plain(metal, gloss=0.95),
        holes=(oval((50, drop + 1.2), (0.8, 1.2)),),
        puff=1.0,
        puff_width=0.4,
        lift=0.4,
    )
    pieces = (chain(curve_, 0.95, metal), bail)
    if style == 0:
        setting = Piece(
            (oval((50, drop + 9.0), (6.4, 6.4)),), plain(metal, gloss=0.95), puff=1.0, puff_width=0.8, lift=0.6
        )
        return Drawing((*pieces, setting, *gem((50, drop + 9.0), 5.2, look.rgb)))
    if style == 1:
        drop_shape = loop(
            (50, drop + 2.6),
            (53.4, drop + 9),
            (55.4, drop + 14.5),
            (50, drop + 19.5),
            (44.6, drop + 14.5),
            (46.6, drop + 9),
        )
        return Drawing((*pieces, Piece((drop_shape,), plain(look.rgb, gloss=0.9), puff=1.0, puff_width=2.4, lift=0.6)))
    ring = Piece(
        (oval((50, drop + 9.5), (7.5, 7.5)),),
        plain(metal, gloss=0.95),
        holes=(oval((50, drop + 9.5), (5.6, 5.6)),),
        puff=1.0,
        puff_width=0.6,
        lift=0.5,
    )
    return Drawing((*pieces, ring, *gem((50, drop + 9.5), 3.2, look.rgb)))


def _beads(middle: Points, colour: RGB, radius: float) -> tuple[Piece, ...]:
    length = float((((middle[1:] - middle[:-1]) ** 2).sum(axis=1) ** 0.5).sum())
    points = even(middle, round(length / (2.06 * radius)))
    first = tuple(oval((float(x), float(y)), (radius, radius)) for x, y in points[::2])
    second = tuple(oval((float(x), float(y)), (radius, radius)) for x, y in points[1::2])
    bead = plain(colour, gloss=0.75)
    return (
        Piece(first, bead, puff=1.1, puff_width=radius * 0.5, lift=0.4, rim=0.3),
        Piece(second, bead, puff=1.1, puff_width=radius * 0.5, lift=0.4, rim=0.3),
    )


def earrings(look: Look) -> Drawing:
    """A pair of earrings: hoops, drops or studs."""
    metal = METALS[look.material]
    shine = plain(metal, gloss=0.95)
    hook = band(curve((30, 44), (29.0, 35), (33.6, 31), (36.6, 37)), 0.9)
    hooks = both(Piece((hook,), shine, puff=1.0, puff_width=0.35, lift=0.4))
    if look.cut == "hoop":
        hoop = Piece(
            (oval((31, 60), (13.5, 15.5)),),
            shine,
            holes=(oval((31, 59.4), (11.2, 13.2)),),
            puff=1.1,
            puff_width=0.8,
            lift=0.6,
        )
        stones = tuple(
            oval((31 + 12.3 * math.cos(math.radians(a)), 59.8 + 14.4 * math.sin(math.radians(a))), (1.3, 1.3))
            for a in (50, 70, 90, 110, 130)
        )
        return Drawing(
            (*both(hoop), *both(Piece(stones, plain(look.rgb, gloss=0.9), puff=1.0, puff_width=0.5, lift=0.3)))
        )
    if look.cut == "drop":
        shape = loop((30, 52), (34.6, 60), (38.0, 70), (30, 79), (22.0, 70), (25.4, 60))
        link = Piece(
            (oval((30, 46.5), (1.8, 2.4)),), shine, holes=(oval((30, 46.5), (0.9, 1.4)),), puff=1.0, puff_width=0.4
        )
        cap_ = Piece(
            (path(curve((27.6, 55.4), (30, 50.4), (32.4, 55.4)), line((32.4, 55.4), (27.6, 55.4))),),
            shine,
            puff=0.9,
            puff_width=0.6,
            lift=0.3,
        )
        return Drawing(
            (
                *hooks,
                *both(link),
                *both(Piece((shape,), plain(look.rgb, gloss=0.9), puff=1.0, puff_width=2.6, lift=0.6)),
                *both(cap_),
            )
        )
    setting = Piece((oval((32, 60), (9.4, 9.4)),), shine, puff=1.0, puff_width=0.9, lift=0.6)
    stone = gem((32, 60), 7.6, look.rgb)
    return Drawing((*both(setting), *(piece for part in stone for piece in both(part))))


def ring(look: Look) -> Drawing:
    """A ring with a stone, seen from a little above."""
    chance = look.chance()
    metal = METALS[look.material]
    shine = plain(metal, gloss=0.95)
    size = chance.uniform(7.0, 9.5)
    top = 42.0
    half = path(
        curve(
            (50, 49.5), (44.5, 50.5), (36.0, 54.0), (28.0, 62.0), (24.6, 74.0), (27.5, 87.0), (36.5, 96.5), (50, 100.0)
        ),
        curve(
            (50, 95.6), (38.5, 92.4), (30.8, 84.5), (28.4, 74.0), (31.5, 64.0), (38.5, 57.0), (45.5, 54.0), (50, 53.4)
        ),
    )
    deep = path(
        curve(
            (50, 53.4), (45.5, 54.0), (38.5, 57.0), (31.5, 64.0), (28.4, 74.0), (30.8, 84.5), (38.5, 92.4), (50, 95.6)
        ),
        curve((50, 93.2), (39.8, 90.2), (33.0, 83.4), (30.8, 74.0), (33.5, 65.2), (40, 58.8), (46, 56.2), (50, 55.8)),
    )
    cup = path(
        curve((50 - size * 0.8, top + size * 0.55), (46.5, 49.0), (47.0, 53.0)),
        curve((53.0, 53.0), (53.5, 49.0), (50 + size * 0.8, top + size * 0.55)),
    )
    claws = tuple(
        oval((50 + size * 0.9 * math.cos(math.radians(a)), top + size * 0.9 * math.sin(math.radians(a))), (1.15, 1.15))
        for a in (40, 140, 220, 320)
    )
    beside = tuple(oval(place, (1.7, 1.7)) for place in ((40.6, 52.8), (59.4, 52.8), (36.4, 55.4), (63.6, 55.4)))
    stones = (Piece(beside, plain(lighter(look.rgb, 0.2), gloss=0.9), puff=1.0, puff_width=0.6, lift=0.4),)
    return Drawing(
        (
            Piece(
                (path(deep, mirrored(deep)),),
                plain(darker(metal, 0.25), gloss=0.4),
                puff=0.4,
                puff_width=0.8,
                shade=0.82,
            ),
            Piece((path(half, mirrored(half)),), shine, puff=1.1, puff_width=1.0, rim=0.2, lift=0.2),
            *(stones if chance.random() < 0.5 else ()),
            Piece((cup,), shine, puff=0.9, puff_width=1.0, lift=0.2),
            Piece((oval((50, top), (size + 1.0, size + 1.0)),), shine, puff=1.0, puff_width=0.6, lift=0.4),
            *gem((50, top), size, look.rgb),
            Piece(claws, shine, puff=1.0, puff_width=0.4, lift=0.5),
        ),
        ((50, 99.5, 17, 2.2),),
    )


def bracelet(look: Look) -> Drawing:
    """A bangle, a row of beads or a chain."""
    metal = METALS[look.material]
    if look.cut == "beaded":
        return Drawing(_beads(arc((50, 62), (31, 24), -88, 272), look.rgb, 3.0), ((50, 86, 28, 2.4),))
    if look.cut == "bangle":
        outer, inner = oval((50, 62), (34, 25)), oval((50, 60.6), (31, 20.6))
        stones = tuple(
            oval((50 + 32.4 * math.cos(math.radians(a)), 61.6 + 23.4 * math.sin(math.radians(a))), (1.8, 1.8))
            for a in range(50, 131, 16)
        )
        return Drawing(
            (
                Piece((outer,), plain(metal, gloss=0.95), holes=(inner,), puff=1.0, puff_width=1.2, rim=0.3),
                Piece(stones, plain(look.rgb, gloss=0.9), puff=1.0, puff_width=0.6, lift=0.4),
            ),
            ((50, 86, 28, 2.4),),
        )
    links = chain(arc((50, 62), (32, 23), -85, 275), 2.4, metal)
    charm = loop((50, 88), (53, 93), (54, 97), (50, 101), (46, 97), (47, 93))
    return Drawing((links, Piece((charm,), plain(look.rgb, gloss=0.9), puff=1.0, puff_width=1.6, lift=0.5)))
