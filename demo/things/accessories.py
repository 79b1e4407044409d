"""Watches, glasses and belts."""

from __future__ import annotations

import math

from demo.cloth import Cloth, plain
from demo.colours import BRASS, GOLD, RGB, ROSE_GOLD, SILVER, darker, is_dark
from demo.curves import Points, arc, band, block, curve, line, loop, mirrored, oval, path
from demo.garments.torso import both
from demo.looks import Look
from demo.pieces import Drawing, Piece, Seam


def watch(look: Look) -> Drawing:
    """A wristwatch on a strap of leather; the look's colour is the strap's."""
    chance = look.chance()
    metal = chance.choice((GOLD, SILVER, SILVER, ROSE_GOLD))
    dial = chance.choice(((244, 242, 236), (28, 30, 36), look.second_rgb, (30, 46, 84)))
    radius = chance.uniform(17.5, 21)
    lugs = tuple(
        block(50 + x * 9.5 - 2.4, 62.5 + y * (radius + 1) - 3, 50 + x * 9.5 + 2.4, 62.5 + y * (radius + 1) + 3, 1)
        for x in (-1, 1)
        for y in (-1, 1)
    )
    crown = block(50 + radius, 60.0, 50 + radius + 3.4, 65.0, 0.9)
    polished = plain(metal, gloss=0.95)
    return Drawing(
        (
            *_strap(look),
            Piece((*lugs, crown), polished, puff=0.9, puff_width=0.7, lift=0.3),
            Piece((_round(radius + 1.6),), polished, puff=1.0, puff_width=1.2, lift=0.6),
            Piece((_round(radius - 1.4),), plain(darker(metal, 0.35), gloss=0.4), puff=-0.7, puff_width=0.7, rim=0.1),
            *_dial(dial, metal, radius),
        )
    )


_DIAL_CENTRE = (50.0, 62.5)


def _round(radius: float) -> Points:
    return oval(_DIAL_CENTRE, (radius, radius))


def _dial(dial: RGB, metal: RGB, radius: float) -> tuple[Piece, ...]:
    """Face, marks, three hands and the gleam of the glass."""
    ink = (236, 234, 228) if is_dark(dial) else (40, 40, 44)
    marks = tuple(
        _ray(radius * 0.66, radius * (0.78 if n % 3 else 0.82), n * 30, 0.5 if n % 3 else 1.0) for n in range(12)
    )
    hands = (_ray(-2.0, radius * 0.46, 304, 1.3), _ray(-2.4, radius * 0.68, 60, 0.9))
    seconds = (_ray(-5, radius * 0.72, 190, 0.35), _round(1.2))
    gleam = path(
        arc(_DIAL_CENTRE, (radius - 2.6, radius - 2.6), 200, 290),
        arc(_DIAL_CENTRE, (radius - 6.5, radius - 4.2), 290, 200),
    )
    steel = plain(metal if is_dark(dial) else (52, 52, 58), gloss=0.4)
    return (
        Piece((_round(radius - 2.2),), plain(dial, gloss=0.05), puff=0.0, rim=0.2, puff_width=1.4),
        Piece(marks, plain(ink), puff=0),
        Piece(hands, steel, puff=0.6, puff_width=0.3, lift=0.6),
        Piece(seconds, plain((190, 60, 50)), puff=0.5, puff_width=0.3, lift=0.5),
        Piece((gleam,), Cloth((255, 255, 255), opacity=0.13), puff=0, rim=0),
    )


def _ray(near: float, far: float, degrees: float, width: float) -> Points:
    """A bar on the dial, from one distance to another in a direction clockwise from twelve."""
    angle = math.radians(degrees - 90)
    (x, y), dx, dy = _DIAL_CENTRE, math.cos(angle), math.sin(angle)
    return band(line((x + near * dx, y + near * dy), (x + far * dx, y + far * dy)), width)


def _strap(look: Look) -> tuple[Piece, ...]:
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
