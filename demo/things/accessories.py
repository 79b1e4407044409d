"""Watches, glasses, belts and jewellery."""

from __future__ import annotations

import math

from demo.cloth import Cloth, plain
from demo.colours import BRASS, GOLD, RGB, ROSE_GOLD, SILVER, darker, is_dark, lighter
from demo.curves import Points, arc, band, block, curve, even, line, loop, mirrored, oval, path
from demo.garments.torso import both
from demo.looks import Look
from demo.pieces import Drawing, Piece, Seam
from demo.things.bags import chain

METALS: dict[str, RGB] = {"gold": GOLD, "silver": SILVER, "rose gold": ROSE_GOLD, "brass": BRASS}


def watch(look: Look) -> Drawing:
    """A wristwatch on a strap of leather or metal; the look's colour is the strap's."""
    chance = look.chance()
    metal = chance.choice((GOLD, SILVER, SILVER, ROSE_GOLD))
    dial = chance.choice(((244, 242, 236), (28, 30, 36), look.second_rgb, (30, 46, 84)))
    radius = chance.uniform(17.5, 21)
    strap = _strap(look)
    ink = (236, 234, 228) if is_dark(dial) else (40, 40, 44)
    centre = (50.0, 62.5)
    marks = tuple(
        _ray(centre, radius * 0.66, radius * (0.78 if n % 3 else 0.82), n * 30, 0.5 if n % 3 else 1.0)
        for n in range(12)
    )
    hands = (_ray(centre, -2.0, radius * 0.46, 304, 1.3), _ray(centre, -2.4, radius * 0.68, 60, 0.9))
    lugs = tuple(
        block(50 + sx * 9.5 - 2.4, 62.5 + sy * (radius + 1) - 3, 50 + sx * 9.5 + 2.4, 62.5 + sy * (radius + 1) + 3, 1)
        for sx in (-1, 1)
        for sy in (-1, 1)
    )
    return Drawing(
        (
            *strap,
            Piece(
                (*lugs, block(50 + radius, 60.0, 50 + radius + 3.4, 65.0, 0.9)),
                plain(metal, gloss=0.9),
                puff=0.9,
                puff_width=0.7,
                lift=0.3,
            ),
            Piece(
                (oval(centre, (radius + 1.6, radius + 1.6)),),
                plain(metal, gloss=0.95),
                puff=1.0,
                puff_width=1.2,
                lift=0.6,
            ),
            Piece(
                (oval(centre, (radius - 1.4, radius - 1.4)),),
                plain(darker(metal, 0.35), gloss=0.4),
                puff=-0.7,
                puff_width=0.7,
                rim=0.1,
            ),
            Piece(
                (oval(centre, (radius - 2.2, radius - 2.2)),),
                plain(dial, gloss=0.05),
                puff=0.0,
                rim=0.2,
                puff_width=1.4,
            ),
            Piece(marks, plain(ink), puff=0),
            Piece(
                hands, plain(metal if is_dark(dial) else (52, 52, 58), gloss=0.4), puff=0.6, puff_width=0.3, lift=0.6
            ),
            Piece(
                (_ray(centre, -5, radius * 0.72, 190, 0.35), oval(centre, (1.2, 1.2))),
                plain((190, 60, 50)),
                puff=0.5,
                puff_width=0.3,
                lift=0.5,
            ),
            Piece(
                (
                    path(
                        arc(centre, (radius - 2.6, radius - 2.6), 200, 290),
                        arc(centre, (radius - 6.5, radius - 4.2), 290, 200),
                    ),
                ),
                Cloth((255, 255, 255), opacity=0.13),
                puff=0,
                rim=0,
            ),
        )
    )


def _ray(centre: tuple[float, float], near: float, far: float, degrees: float, width: float) -> Points:
    angle = math.radians(degrees - 90)
    dx, dy = math.cos(angle), math.sin(angle)
    return band(
        line((centre[0] + near * dx, centre[1] + near * dy), (centre[0] + far * dx, centre[1] + far * dy)), width
    )


def _strap(look: Look) -> tuple[Piece, ...]:
    if look.material == "steel":
        links = tuple(
            block(50 - w, y, 50 + w, y + 4.6, 0.8)
            for y in (*range(4, 44, 5), *range(81, 121, 5))
            for w in (10.0 - 0.06 * abs(62 - y),)
        )
        middle = tuple(block(46.4, y + 0.1, 53.6, y + 4.5, 0.6) for y in (*range(4, 44, 5), *range(81, 121, 5)))
        return (
            Piece(links, plain(look.rgb, gloss=0.8), puff=0.9, puff_width=0.7, rim=0.25),
            Piece(middle, plain(lighter(look.rgb, 0.2), gloss=0.9), puff=0.9, puff_width=0.6, rim=0.2, lift=0.2),
        )
    half = path(
        curve((50, 1), (43.6, 1.4), (42.2, 5)), curve((42.2, 5), (40.6, 24), (39.6, 45)), line((39.6, 45), (50, 45))
    )
    lower = path(
        line((50, 80), (39.6, 80)),
        curve((39.6, 80), (40.6, 104), (42.4, 121)),
        curve((42.4, 121), (44, 124), (50, 124.4)),
    )
    stitched = tuple(
        Seam(side, 0.22, 0.35 if is_dark(look.rgb) else -0.3, dash=0.9)
        for part in (curve((43.6, 6), (42, 24), (41.1, 45)), curve((41.1, 80), (42.1, 104), (43.8, 120)))
        for side in (part, mirrored(part))
    )
    holes = tuple(oval((50, y), (0.7, 0.9)) for y in (101, 106, 111, 116))
    return (
        Piece(
            (path(half, mirrored(half)), path(lower, mirrored(lower))),
            look.solid(),
            puff=0.9,
            puff_width=1.8,
            seams=stitched,
            rim=0.3,
        ),
        Piece(holes, plain((26, 24, 24)), puff=0),
    )


_FRAMES = ("round", "square", "aviator", "cat-eye")


def _lens_shape(style: int) -> Points:
    """The left lens; the nose is at x 50."""
    return (
        oval((28.0, 62.0), (15.5, 15.0)),
        loop((13.0, 52.6), (28, 51.2), (42.0, 53.0), (43.4, 62), (40.2, 72.6), (28, 74.8), (16.0, 73.0), (12.0, 62)),
        loop(
            (11.5, 54.0), (26, 51.6), (42.0, 54.4), (43.0, 60.5), (38.0, 71.5), (27, 77.0), (15.6, 72.0), (10.6, 62.0)
        ),
        loop(
            (8.4, 50.0),
            (16.5, 51.4),
            (33, 53.0),
            (42.4, 55.6),
            (42.8, 63.0),
            (36.5, 71.4),
            (25, 73.4),
            (14.0, 69.0),
            (10.2, 60.0),
        ),
    )[style]


def _framed(look: Look, glass: Cloth, *, dark: bool) -> Drawing:
    chance = look.chance()
    style = _FRAMES.index(look.cut)
    # Aviators are wire; the others are cut from a sheet.
    width = 1.3 if style == 2 else chance.uniform(2.4, 3.6)
    frame = plain(look.rgb, gloss=0.55)
    lens = _lens_shape(style)
    centre = lens.mean(axis=0)
    outer = (lens - centre) * (1 + width / 15.5) + centre
    edge = float(outer[:, 0].min())
    bridge = curve((43.6, 60.0), (46.6, 57.6), (50, 56.9), (53.4, 57.6), (56.4, 60.0))
    above = (band(curve((38.5, 53.2), (50, 51.8), (61.5, 53.2)), 1.2),) if style == 2 else ()
    hinge = band(curve((edge + 2.6, 57.2), (edge - 0.6, 56.2)), max(2.0, width))
    arm = band(curve((edge + 0.2, 56.6), (edge + 3.6, 47), (edge + 10.5, 38.4), (edge + 17.5, 36.0)), 1.9, 1.2)
    shine = path(curve((17.5, 70), (21, 60), (28, 53.5)), curve((31.5, 53.5), (24.5, 61), (21, 71.5)))
    gleam = Cloth((255, 255, 255), opacity=0.13 if dark else 0.3)
    return Drawing(
        (
            *both(Piece((arm,), frame, puff=0.8, puff_width=0.6, shade=0.8)),
            *both(Piece((lens,), glass, puff=0.15, puff_width=3.0, rim=0.1, fade=-0.3 if dark else 0.0)),
            *both(Piece((shine,), gleam, puff=0, rim=0, soft=0.5)),
            *both(Piece((outer,), frame, holes=(lens,), puff=0.95, puff_width=0.7, lift=0.35, rim=0.2)),
            *both(Piece((hinge,), frame, puff=0.9, puff_width=0.7)),
            Piece((band(bridge, max(1.3, width * 0.9)), *above), frame, puff=0.9, puff_width=0.6, lift=0.3),
        )
    )


def glasses(look: Look) -> Drawing:
    """Spectacles with clear lenses; the look's colour is the frame's."""
    return _framed(look, Cloth((222, 232, 240), opacity=0.34), dark=False)


def sunglasses(look: Look) -> Drawing:
    """Glasses with dark lenses; the look's colour is the frame's."""
    tint = look.chance().choice(((34, 34, 38), (62, 44, 32), (34, 52, 46), (44, 48, 70)))
    return _framed(look, Cloth(tint, gloss=0.25, opacity=0.92), dark=True)


def belt(look: Look) -> Drawing:
    """A belt, closed to a ring, its buckle in front."""
    chance = look.chance()
    metal = plain(chance.choice((GOLD, SILVER, BRASS)), gloss=0.95)
    cloth = look.solid()
    inner = look.solid(darker(look.rgb, 0.35))
    back = path(arc((50, 55), (40, 18), 180, 360), arc((50, 63), (39, 17), 360, 180))
    low = path(arc((50, 57), (40.4, 18), 0, 180), arc((50, 68.5), (40.8, 18.6), 180, 0))
    edge_top, edge_low = arc((50, 58.6), (40.2, 17.9), 4, 176), arc((50, 66.9), (40.5, 18.5), 4, 176)
    tone = 0.3 if is_dark(look.rgb) else -0.3
    holes = tuple(oval((x, 81.2 - 0.012 * (x - 50) ** 2), (0.7, 0.9)) for x in (60, 65, 70, 75))
    buckle = block(37, 71.5, 52, 90.5, 2.2)
    tongue = band(line((38.4, 81), (53.4, 81)), 1.5)
    return Drawing(
        (
            Piece((back,), inner, puff=0.4, puff_width=1.4, shade=0.85),
            Piece(
                (low,),
                cloth,
                puff=0.8,
                puff_width=1.6,
                rim=0.28,
                lift=0.4,
                seams=(Seam(edge_top, 0.2, tone, dash=0.8), Seam(edge_low, 0.2, tone, dash=0.8)),
                wrinkles=0.1,
            ),
            Piece(holes, plain((24, 22, 22)), puff=0),
            Piece((block(56.0, 74.0, 59.6, 89.4, 0.8),), cloth, puff=0.8, puff_width=0.8, lift=0.5),
            Piece((buckle,), metal, holes=(block(40.2, 74.6, 48.8, 87.4, 1.0),), puff=1.0, puff_width=0.8, lift=0.7),
            Piece((tongue,), metal, puff=1.0, puff_width=0.5, lift=0.5),
        ),
        ((50, 86.5, 38, 3.0),),
    )


def gem(centre: tuple[float, float], radius: float, colour: RGB) -> tuple[Piece, ...]:
    """A cut stone seen from above: facets in lighter and darker tones."""
    outline = oval(centre, (radius, radius))[::6]
    table = oval(centre, (radius * 0.52, radius * 0.52))[::6]
    light, dark = [], []
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
    chance = look.chance()
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
