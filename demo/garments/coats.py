"""Coats."""

from __future__ import annotations

import random
from dataclasses import replace

from demo.cloth import Cloth, plain
from demo.colours import darker
from demo.curves import band, block, curve, line, mirrored, path
from demo.garments.details import (
    button_colour,
    button_column,
    buttons,
    flap,
    pocket,
    welt,
)
from demo.garments.jackets import front_edge, lapel, lining
from demo.garments.tops import body_piece
from demo.garments.torso import SleeveCut, Torso, both, neck_back, sleeve, sleeve_lines
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece, Seam, move_piece


def coat(look: Look) -> Drawing:
    """A long woollen coat, with one or two rows of buttons."""
    chance = look.chance()
    double = look.cut == "double-breasted"
    bottom = chance.uniform(110, 117)
    torso = Torso(
        neck=(43.0, 11.5),
        shoulder=(29.0, 16.0),
        armpit=(30.0, 35.0),
        waist=(31.0, 60.0),
        hem=(26.5, bottom),
        neck_depth=40,
        vee=True,
        hem_sag=1.6,
    )
    cut = SleeveCut(chance.uniform(9, 12), 62, 9.8, flare=0.6)
    cloth, horn = look.cloth(), button_colour(look.rgb)
    body = body_piece(look, torso, chance, 0.8)
    if double:
        places = tuple((x, y) for y in (46.0, 57.0, 68.0) for x in (44.5, 55.5))
        edge = Seam(path(curve((50, 40), (44.0, 43)), line((41.0, 45), (41.0, bottom))), 0.4, -0.4)
    else:
        places = button_column(50, 44, 84, 4)
        edge = front_edge(torso, bottom + 2)
    pieces = (
        neck_back(torso, lining(look), rise=1.5),
        *both(sleeve(torso, cut, cloth, chance, hemmed=False)),
        replace(body, seams=(edge,), wrinkles=0.15),
        *both(flap((33.0, 70, 42.0, 75.0), cloth) if not double else welt((33.5, 78), (38.5, 67), cloth, 2.2)),
        *_moved_lapel(cloth, chance),
        buttons(places, horn, 1.25),
    )
    return Drawing(pieces)


def _moved_lapel(cloth: Cloth, chance: random.Random) -> tuple[Piece, ...]:
    return tuple(move_piece(piece, 0.0, -6.0) for piece in lapel(cloth, 46.0, chance.uniform(0.8, 1.6)))


def trench_coat(look: Look) -> Drawing:
    """A trench coat: storm flaps, two rows of buttons, a belt."""
    chance = look.chance()
    torso = Torso(
        neck=(43.0, 10.5),
        shoulder=(28.5, 15.5),
        armpit=(29.5, 35.0),
        waist=(33.5, 60.0),
        hem=(24.5, 114.0),
        neck_depth=36.0,
        vee=True,
        hem_sag=2.0,
    )
    cut = SleeveCut(12, 60, 10.5, flare=0.8)
    cloth, horn = look.cloth(), button_colour(look.rgb)
    body = body_piece(look, torso, chance, 0.9)
    cinched = tuple(
        Fold(curve((x, 62), (50 + (x - 50) * 1.2, 78), (50 + (x - 50) * 1.5, 108)), 3.0, height)
        for x, height in ((36, 0.8), (40, -0.7), (60, -0.7), (64, 0.8))
    )
    storm = path(
        line((42.4, 17.5), (31.0, 19.5)),
        curve((31.0, 19.5), (31.4, 32), (33.5, 39.5)),
        curve((33.5, 39.5), (41, 41.5), (46.5, 37.0)),
        line((46.5, 37), (42.4, 17.5)),
    )
    belt_line = curve((33.2, 59.2), (50, 61.4), (66.8, 59.2))
    places = tuple((x, y) for y in (44.0, 52.5, 70.0, 80.0) for x in (44.0, 56.0))
    edge = Seam(line((41.0, 42), (40.0, 115)), 0.35, -0.4)
    tail = band(curve((54.5, 61), (56.0, 72), (54.8, 82)), 3.6)
    return Drawing(
        (
            neck_back(torso, lining(look), rise=1.5),
            *both(sleeve(torso, cut, cloth, chance, hemmed=False)),
            *both(_strap(torso, cut, cloth)),
            replace(body, folds=(*body.folds, *cinched), seams=(edge,)),
            *both(Piece((storm,), cloth, puff=0.5, puff_width=0.8, lift=0.5, rim=0.12)),
            *both(welt((34.5, 82), (38.0, 70), cloth, 2.4)),
            *_moved_lapel(cloth, chance),
            buttons(places, horn, 1.1),
            Piece((band(belt_line, 4.2),), cloth, puff=0.6, puff_width=0.9, lift=0.6),
            Piece((tail,), cloth, puff=0.6, puff_width=0.9, lift=0.7),
            Piece(
                (block(47.0, 57.9, 53.4, 64.2, 0.8),),
                plain(darker(horn, 0.1), gloss=0.4),
                holes=(block(48.4, 59.4, 52, 62.7, 0.4),),
                puff=0.8,
                puff_width=0.5,
                lift=0.6,
            ),
        )
    )


def _strap(torso: Torso, cut: SleeveCut, cloth: Cloth) -> Piece:
    outer, inner = sleeve_lines(torso, cut)
    middle = line(tuple(outer[25] + (-0.4, 0)), tuple(inner[25] + (0.4, 0)))
    return Piece((band(middle, 2.6),), cloth, puff=0.6, puff_width=0.6, lift=0.5)


def parka(look: Look) -> Drawing:
    """A hooded coat with a fur rim, big pockets and a drawn waist."""
    chance = look.chance()
    torso = Torso(
        neck=(40.5, 23.0),
        shoulder=(26.5, 27.5),
        armpit=(26.5, 49.0),
        waist=(29.5, 70.0),
        hem=(25.5, 112.0),
        neck_depth=30.0,
        hem_sag=1.6,
    )
    cut = SleeveCut(chance.uniform(12, 15), 66, 11.0, flare=1.0)
    cloth = look.solid()
    back = curve((50, 7.0), (41.0, 8.0), (34.6, 14.5), (34.4, 23.5), (39.0, 31.0), (50, 36.0))
    inside = curve((50, 12.5), (43.6, 13.4), (39.6, 18.5), (40.4, 26.0), (50, 35.0))
    fur = curve((50, 10.0), (42.0, 11.2), (37.4, 17.0), (37.4, 25.0), (42.5, 32.5), (48.5, 37.0))
    fluff = plain((206, 190, 164) if chance.random() < 0.7 else (120, 104, 88))
    fluff = replace(fluff, weave="fleece")
    body = body_piece(look, torso, chance, 1.0)
    drawn = tuple(Fold(line((x, 67), (x + 0.2, 74)), 1.2, 0.4) for x in range(32, 70, 3))
    waist = Seam(path(curve((29.0, 70), (50, 71.6), (71.0, 70))), 0.35, -0.4)
    return Drawing(
        (
            Piece((path(back, mirrored(back)),), cloth, puff=0.8, puff_width=3.0, wrinkles=0.4),
            Piece((path(inside, mirrored(inside)),), lining(look), puff=0, shade=0.7, rim=0.3),
            *both(sleeve(torso, cut, cloth, chance)),
            replace(body, cloth=cloth, folds=(*body.folds, *drawn), seams=(waist, *torso.hem_seams(2.4))),
            *both(pocket((31.5, 82, 43.5, 98), cloth, pointed=False)),
            *both(flap((31.0, 80, 44.0, 85.5), cloth)),
            Piece(
                (block(47.0, 34, 53.0, 112.8, 0.6),),
                cloth,
                puff=0.5,
                puff_width=0.7,
                lift=0.55,
                seams=(Seam(line((47.8, 34), (47.8, 112)), 0.18, -0.25, dash=0.8),),
            ),
            buttons(button_column(50, 42, 106, 6), button_colour(look.rgb), 1.0),
            *both(Piece((band(fur, 6.0, 5.0),), fluff, puff=0.9, puff_width=1.8, lift=0.7)),
        )
    )
