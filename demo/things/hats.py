"""Caps, beanies and hats."""

from __future__ import annotations

import math
from dataclasses import replace

from demo.cloth import plain
from demo.colours import darker, lighter
from demo.curves import band, block, curve, line, loop, moved, oval, path
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece, Seam


def cap(look: Look) -> Drawing:
    """A baseball cap, its peak to the left."""
    chance = look.chance()
    cloth = look.cloth()
    peak_cloth = look.solid(look.second_rgb) if chance.random() < 0.3 else cloth
    crown = path(
        curve((30, 79), (29.5, 62), (36, 48), (50, 41.5), (66, 43.5), (80, 54), (85.5, 70), (86, 80)),
        curve((86, 80), (70, 84.5), (50, 84), (30, 79)),
    )
    peak = path(
        curve((31.5, 77.0), (22, 79), (10, 85), (6.5, 91.5)),
        curve((6.5, 91.5), (12, 93.6), (30, 88), (48, 88.0), (60, 85.5)),
        curve((60, 85.5), (48, 81), (31.5, 77.0)),
    )
    under = path(
        curve((6.5, 91.5), (12, 94.4), (30, 90.4), (48, 89.6), (60, 85.5)),
        curve((60, 85.5), (40, 87), (20, 89.6), (6.5, 91.5)),
    )
    rows = tuple(
        Seam(
            moved(curve((28 - d * 4, 79.5 + d * 2.4), (20 - d * 3, 83 + d * 2), (11 - d, 87.6 + d)), d * 3.0, 0),
            0.18,
            -0.22,
            dash=0.7,
        )
        for d in (0.0, 0.5, 1.0)
    )
    holes = tuple(oval(place, (0.9, 0.9)) for place in ((47.5, 58), (61.5, 57), (76, 62)))
    folds = (
        Fold(curve((33, 76), (42, 72), (52, 75)), 2.6, -0.3),
        Fold(curve((72, 80), (78, 74), (84, 72)), 2.6, -0.35),
    )
    return Drawing(
        (
            Piece(
                (crown,),
                cloth,
                puff=0.95,
                puff_width=6.0,
                seams=_panel_seams(),
                folds=folds,
                wrinkles=look.wrinkles * 0.3,
            ),
            Piece(
                holes,
                look.solid(darker(look.rgb, 0.2)),
                puff=0.8,
                puff_width=0.3,
                holes=tuple(oval((float(h[:, 0].mean()), float(h[:, 1].mean())), (0.4, 0.4)) for h in holes),
            ),
            Piece((oval((54, 41.6), (2.6, 1.3)),), cloth, puff=0.9, puff_width=0.6, lift=0.4),
            Piece((under,), plain(darker(peak_cloth.colour, 0.45)), puff=0.2),
            Piece((peak,), peak_cloth, puff=0.6, puff_width=2.0, lift=0.6, rim=0.2, seams=rows),
        ),
        ((52, 87.5, 34, 3.0), (26, 92.5, 20, 2.2)),
    )


def _panel_seams() -> tuple[Seam, ...]:
    panels = (curve((53, 41.5), (44, 52), (41, 66), (42, 82)), curve((55, 41.5), (66, 52), (70, 66), (69, 83)))
    return tuple(
        Seam(moved(part, dx, 0.0), 0.2, tone, dash=dash)
        for part in panels
        for dx, tone, dash in ((0.0, -0.35, 0.0), (0.8, -0.25, 0.6), (-0.8, -0.25, 0.6))
    )


def beanie(look: Look) -> Drawing:
    """A knitted cap with a turned-up edge, with or without a bobble."""
    chance = look.chance()
    bobble = chance.random() < 0.5
    rib = replace(look.solid(), weave="rib")
    crown = curve((24, 84), (23, 66), (30, 48), (43, 38.5), (50, 37.5), (57, 38.5), (70, 48), (77, 66), (76, 84))
    edge = path(
        curve((21.5, 79), (36, 82.5), (50, 83.4), (64, 82.5), (78.5, 79)),
        curve((78.5, 79), (80.0, 88), (78.5, 98)),
        curve((78.5, 98), (64, 101.5), (50, 102.4), (36, 101.5), (21.5, 98)),
        curve((21.5, 98), (20, 88), (21.5, 79)),
    )
    folds = tuple(
        Fold(curve((50 + (x - 50) * 0.25, 41), (50 + (x - 50) * 0.75, 55), (x, 80)), 2.4, h)
        for x, h in ((30, -0.4), (39, 0.35), (50, -0.35), (61, 0.35), (70, -0.4))
    )
    fluff = replace(plain(look.second_rgb if chance.random() < 0.5 else lighter(look.rgb, 0.12)), weave="fleece")
    ball = loop(*((50 + 9.5 * _wobble(n)[0], 29.5 + 9.0 * _wobble(n)[1]) for n in range(24)))
    return Drawing(
        (
            *((Piece((ball,), fluff, puff=1.0, puff_width=4.0, rim=0.4),) if bobble else ()),
            Piece((crown,), look.cloth(), puff=0.95, puff_width=6.0, rim=0.3, folds=folds, bow=3.0),
            Piece((edge,), rib, puff=0.9, puff_width=2.6, rim=0.3, lift=0.6, bow=-2.0),
        )
    )


def _wobble(number: int) -> tuple[float, float]:
    angle = number * 2 * math.pi / 24
    reach = 1.0 if number % 2 else 0.9
    return reach * math.cos(angle), reach * math.sin(angle)


def fedora(look: Look) -> Drawing:
    """A felt hat with a pinched crown and a ribbon."""
    chance = look.chance()
    cloth = look.solid()
    ribbon = plain(look.second_rgb if chance.random() < 0.5 else darker(look.rgb, 0.45), "satin", 0.15)
    brim = curve((5, 79), (18, 74.5), (50, 72), (82, 74.5), (95, 79), (84, 87.5), (50, 91.5), (16, 87.5), (5, 79))
    crown = path(
        curve((24, 79), (26, 62), (30.5, 46), (36.5, 40)),
        curve((36.5, 40), (43, 38.5), (50, 43.0), (57, 38.5), (63.5, 40)),
        curve((63.5, 40), (69.5, 46), (74, 62), (76, 79)),
        curve((76, 79), (64, 84), (50, 85), (36, 84), (24, 79)),
    )
    strip = path(
        curve((25.0, 69), (36, 74), (50, 75.4), (64, 74), (75.0, 69)),
        curve((75, 69), (76.4, 74), (76.2, 79.5)),
        curve((76.2, 79.5), (64, 84.5), (50, 85.6), (36, 84.5), (23.8, 79.5)),
        curve((23.8, 79.5), (23.6, 74), (25.0, 69)),
    )
    folds = (
        Fold(curve((50, 43), (50.5, 52), (50, 62)), 7.0, -1.6),
        Fold(curve((38, 48), (41, 56), (40, 66)), 5.0, -0.9),
        Fold(curve((62, 48), (59, 56), (60, 66)), 5.0, -0.9),
    )
    rim = Seam(curve((5.6, 79.6), (16, 86.6), (50, 90.4), (84, 86.6), (94.4, 79.6)), 0.3, -0.28)
    return Drawing(
        (
            Piece(
                (brim,),
                cloth,
                puff=0.6,
                puff_width=2.6,
                rim=0.25,
                seams=(rim,),
                folds=(Fold(curve((8, 79), (50, 76), (92, 79)), 4.0, -0.5),),
            ),
            Piece((crown,), cloth, puff=0.95, puff_width=4.6, rim=0.3, folds=folds, lift=0.6),
            Piece((strip,), ribbon, puff=0.6, puff_width=1.4, lift=0.3, rim=0.2),
            Piece((block(69.0, 70.0, 72.4, 82.0, 0.5),), ribbon, puff=0.8, puff_width=0.7, lift=0.5),
        ),
        ((50, 90, 44, 3.0),),
    )


def sun_hat(look: Look) -> Drawing:
    """A straw hat with a wide brim and a ribbon."""
    chance = look.chance()
    ribbon = plain(look.second_rgb, "satin", 0.15)
    cloth = look.solid()
    brim = curve(
        (2.5, 80),
        (10, 72),
        (30, 68),
        (50, 67),
        (70, 68),
        (90, 72),
        (97.5, 80),
        (88, 89.5),
        (64, 92.5),
        (50, 94.5),
        (32, 91.5),
        (12, 89.5),
        (2.5, 80),
    )
    crown = path(
        curve((27, 77), (28, 58), (37, 46), (50, 43.6), (63, 46), (72, 58), (73, 77)),
        curve((73, 77), (62, 82), (50, 83), (38, 82), (27, 77)),
    )
    strip = path(
        curve((27.0, 68), (38, 72.6), (50, 73.6), (62, 72.6), (73.0, 68)),
        curve((73.0, 68), (73.4, 73), (73.2, 77.5)),
        curve((73.2, 77.5), (62, 82.4), (50, 83.4), (38, 82.4), (26.8, 77.5)),
        curve((26.8, 77.5), (26.6, 73), (27.0, 68)),
    )
    lines = tuple(Seam(curve((28, y), (50, y + 5.5), (72, y)), 0.25, -0.14) for y in (52, 56, 60, 64))
    tails = (band(curve((68, 78), (74, 84), (75, 93)), 3.0, 3.6), band(curve((69, 78), (79, 82), (83, 89)), 3.0, 3.6))
    return Drawing(
        (
            Piece(
                (brim,),
                cloth,
                puff=0.5,
                puff_width=2.4,
                rim=0.22,
                seams=_plaits(),
                folds=(
                    Fold(curve((12, 84), (30, 88), (46, 84)), 5, 0.8),
                    Fold(curve((60, 86), (76, 87), (90, 80)), 5, -0.7),
                ),
            ),
            Piece((crown,), cloth, puff=0.95, puff_width=5.0, rim=0.3, lift=0.6, seams=lines),
            Piece((strip,), ribbon, puff=0.6, puff_width=1.4, lift=0.3, rim=0.2),
            *((Piece(tails, ribbon, puff=0.6, puff_width=0.8, lift=0.6),) if chance.random() < 0.6 else ()),
        ),
        ((50, 92.5, 46, 3.0),),
    )


def _plaits() -> tuple[Seam, ...]:
    """The rows of plaited straw on the brim."""
    return tuple(
        Seam(
            curve(
                (50 - 46 * s, 79.5),
                (50 - 26 * s, 79.5 + 8.6 * s),
                (50, 80.5 + 11.2 * s),
                (50 + 26 * s, 79.5 + 8.6 * s),
                (50 + 46 * s, 79.5),
            ),
            0.25,
            -0.16,
        )
        for s in (0.66, 0.78, 0.9, 0.97)
    )


def bucket_hat(look: Look) -> Drawing:
    """A soft hat with a sloping brim."""
    cloth = look.cloth()
    crown = path(
        curve((29, 72), (31, 58), (35, 47.5), (41, 45)),
        curve((41, 45), (50, 43.6), (59, 45)),
        curve((59, 45), (65, 47.5), (69, 58), (71, 72)),
        curve((71, 72), (60, 76), (50, 76.6), (40, 76), (29, 72)),
    )
    brim = path(
        curve((28.6, 69.5), (39, 74), (50, 75), (61, 74), (71.4, 69.5)),
        curve((71.4, 69.5), (80, 80), (85, 92.0)),
        curve((85, 92), (68, 98), (50, 99.6), (32, 98), (15, 92.0)),
        curve((15, 92), (20, 80), (28.6, 69.5)),
    )
    rows = tuple(
        Seam(
            curve(
                (28.6 - 13.6 * s, 69.5 + 22.5 * s),
                (38 - 6 * s, 73.6 + 24.4 * s),
                (50, 75 + 24.6 * s),
                (62 + 6 * s, 73.6 + 24.4 * s),
                (71.4 + 13.6 * s, 69.5 + 22.5 * s),
            ),
            0.18,
            -0.25,
            dash=0.8,
        )
        for s in (0.18, 0.36, 0.54, 0.72, 0.9)
    )
    top = Seam(curve((36.5, 48.5), (50, 51.5), (63.5, 48.5)), 0.22, -0.3)
    folds = (
        Fold(curve((24, 78), (30, 88), (28, 96)), 4.0, -0.5),
        Fold(curve((62, 76), (66, 88), (64, 98)), 4.0, -0.5),
        Fold(curve((42, 77), (42, 88), (46, 98)), 4.0, 0.4),
    )
    return Drawing(
        (
            Piece(
                (crown,),
                cloth,
                puff=0.9,
                puff_width=4.0,
                rim=0.28,
                seams=(top, Seam(line((50, 51), (50, 76)), 0.22, -0.25)),
                wrinkles=look.wrinkles * 0.4,
            ),
            Piece((brim,), cloth, puff=0.6, puff_width=2.0, rim=0.22, lift=0.5, seams=rows, folds=folds, bow=-3.0),
        ),
        ((50, 98.6, 36, 3.0),),
    )
