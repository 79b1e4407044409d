"""T-shirts, tops, polos, sweatshirts and hoodies."""

from __future__ import annotations

import random
from dataclasses import replace

from demo.colours import darker, is_dark, lighter
from demo.curves import MIDDLE_X, band, block, curve, line, mirrored, path, whole
from demo.garments.details import button_colour, buttons, cuff, drawstrings, rib_hem, shirt_collar
from demo.garments.torso import SleeveCut, Torso, both, neck_back, neck_band, sleeve, torso_folds, two
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece, Seam


def body_piece(look: Look, torso: Torso, chance: random.Random, strength: float = 1.0) -> Piece:
    """The front of a torso in the look's cloth."""
    return Piece(
        (torso.outline(),),
        look.cloth(),
        folds=torso_folds(torso, chance, strength),
        wrinkles=look.wrinkles * 0.5,
        puff_width=2.2,
        lift=0.6,
        bow=1.6,
    )


def t_shirt(look: Look) -> Drawing:
    """A T-shirt with a round or a V neck."""
    chance = look.chance()
    wide = chance.uniform(-1.5, 1.5)
    vee = look.cut == "V-neck"
    torso = Torso(
        hem=(28.0 - wide, chance.uniform(96, 104)),
        waist=(29.3 - wide, 70.0),
        neck_depth=chance.uniform(31, 35) if vee else chance.uniform(26, 28.5),
        vee=vee,
    )
    cut = SleeveCut(chance.uniform(36, 44), chance.uniform(23, 28), chance.uniform(14.5, 17))
    rib = look.solid(darker(look.rgb, 0.06) if chance.random() < 0.8 else look.second_rgb)
    return Drawing(
        (
            neck_back(torso, look.solid()),
            *both(sleeve(torso, cut, look.cloth(), chance)),
            replace(body_piece(look, torso, chance), seams=torso.hem_seams()),
            neck_band(torso, replace(rib, weave="rib")),
        )
    )


def long_sleeved_top(look: Look) -> Drawing:
    """A fitted top with long sleeves and a wide neck."""
    chance = look.chance()
    torso = Torso(
        neck=(39.5, 19.5),
        shoulder=(29.0, 23.0),
        armpit=(29.5, 43.0),
        waist=(31.0, 68.0),
        hem=(29.0, 97.0),
        neck_depth=chance.uniform(25, 29),
    )
    cut = SleeveCut(chance.uniform(17, 21), 72, 7.5)
    return Drawing(
        (
            neck_back(torso, look.solid()),
            *both(sleeve(torso, cut, look.cloth(), chance)),
            replace(body_piece(look, torso, chance), seams=torso.hem_seams()),
            neck_band(torso, look.solid(darker(look.rgb, 0.05)), 1.2),
        )
    )


def tank_top(look: Look) -> Drawing:
    """A sleeveless top with a deep round neck."""
    chance = look.chance()
    depth = chance.uniform(33, 38)
    neck = path(curve((MIDDLE_X, depth), (43.5, depth - 2.5), (40.6, 28.0), (39.0, 16.0)), line((39, 16), (34.2, 17.2)))
    arm = curve((34.2, 17.2), (34.6, 28.0), (32.0, 38.0), (27.0, 43.0))
    side = curve((27.0, 43.0), (28.8, 66.0), (26.5, 97.0))
    hem = curve((26.5, 97.0), (38.0, 98.8), (MIDDLE_X, 99.0))
    outline = whole(path(neck, arm, side, hem))
    trim = look.solid(darker(look.rgb, 0.08))
    torso = Torso(armpit=(27.0, 43.0), waist=(28.8, 66.0), hem=(26.5, 97.0))
    back = path(
        curve((MIDDLE_X, 26.5), (41.5, 24), (39, 16)),
        curve((39, 16), (43.5, depth - 1.5), (MIDDLE_X, depth + 1)),
    )
    edge = curve((MIDDLE_X, depth), (43.5, depth - 2.5), (40.6, 28.0), (39.0, 16.0))
    trims = tuple(band(shape, 1.3) for half in (edge, arm) for shape in ((half, mirrored(half))))
    body = Piece(
        (outline,),
        look.cloth(),
        folds=torso_folds(torso, chance, 0.9),
        wrinkles=look.wrinkles * 0.5,
        puff_width=2.2,
        bow=1.6,
        seams=torso.hem_seams(),
        lift=0.4,
    )
    return Drawing(
        (
            Piece((whole(back),), look.solid(), puff=0, rim=0, shade=0.6),
            body,
            Piece(trims, trim, puff=0.6, puff_width=0.5, rim=0.1, lift=0.2),
        )
    )


def polo(look: Look) -> Drawing:
    """A polo shirt: a knitted collar and three buttons."""
    chance = look.chance()
    torso = Torso(neck_depth=27.0, hem=(28.3, chance.uniform(97, 102)))
    cut = SleeveCut(chance.uniform(34, 40), 25, 15.5)
    trim = look.second_rgb if chance.random() < 0.35 else darker(look.rgb, 0.06)
    rib = replace(look.solid(trim), weave="rib")
    places = ((50.0, 29.5), (50.0, 34.5), (50.0, 39.5))
    opening = Piece(
        (block(48.1, 25.5, 51.9, 43.0, 0.3),),
        look.solid(),
        puff=0.4,
        puff_width=0.5,
        rim=0.15,
        lift=0.35,
        seams=(Seam(line((48.6, 26), (48.6, 42.5), (51.4, 42.5), (51.4, 26)), 0.16, -0.25, dash=0.7),),
    )
    return Drawing(
        (
            neck_back(torso, look.solid(), rise=2.0),
            *both(sleeve(torso, cut, look.cloth(), chance, hemmed=False)),
            *both(cuff(torso, cut, rib, 3.0)),
            replace(body_piece(look, torso, chance), seams=torso.hem_seams()),
            opening,
            buttons(places, button_colour(look.rgb) if chance.random() < 0.5 else (238, 236, 230), 0.7),
            *shirt_collar(rib, torso, spread=5.2, length=11.0),
        )
    )


def sweatshirt(look: Look) -> Drawing:
    """A sweatshirt with ribbed neck, cuffs and hem."""
    chance = look.chance()
    torso = Torso(shoulder=(25.5, 24.5), armpit=(25.5, 47.0), waist=(25.0, 70.0), hem=(26.5, 92.0), neck_depth=26.5)
    cut = SleeveCut(chance.uniform(16, 20), 66, 10.5, flare=1.2)
    rib = replace(look.solid(darker(look.rgb, 0.06)), weave="rib")
    notch = Seam(line((46.6, 30.0), (50.0, 35.0), (53.4, 30.0)), 0.22, -0.3)
    return Drawing(
        (
            neck_back(torso, look.solid()),
            *both(sleeve(torso, cut, look.cloth(), chance, hemmed=False)),
            *both(cuff(torso, cut, rib, 6.0)),
            replace(body_piece(look, torso, chance, 1.15), seams=(notch,)),
            rib_hem(torso, rib, 6.0),
            neck_band(torso, rib, 2.6),
        )
    )


def hoodie(look: Look) -> Drawing:
    """A hooded sweatshirt with a pouch pocket and cords."""
    chance = look.chance()
    torso = Torso(
        neck=(40.0, 21.0),
        shoulder=(25.5, 26.5),
        armpit=(25.5, 49.0),
        waist=(25.0, 72.0),
        hem=(26.5, 95.0),
        neck_depth=33.0,
        vee=True,
    )
    cut = SleeveCut(chance.uniform(15, 19), 66, 10.5, flare=1.2)
    rib = replace(look.solid(darker(look.rgb, 0.06)), weave="rib")
    pouch_half = line((50, 68), (37.5, 68), (31.5, 81), (31.5, 93.5), (50, 94.0))
    pouch = Piece(
        (path(pouch_half, mirrored(pouch_half)),),
        look.cloth(),
        puff=0.5,
        puff_width=0.9,
        lift=0.35,
        rim=0.15,
        wrinkles=look.wrinkles * 0.4,
        seams=tuple(Seam(part, 0.2, -0.25, dash=0.7) for part in two(line((38.4, 68.6), (32.6, 81.2), (32.6, 93)))),
    )
    cord = lighter(look.rgb, 0.55) if not is_dark(look.rgb) else (226, 224, 218)
    return Drawing(
        (
            *_hood(look),
            *both(sleeve(torso, cut, look.cloth(), chance, hemmed=False)),
            *both(cuff(torso, cut, rib, 6.0)),
            body_piece(look, torso, chance, 1.15),
            rib_hem(torso, rib, 6.0),
            pouch,
            *_hood_front(look),
            *drawstrings(torso, cord),
        )
    )


def _hood(look: Look) -> tuple[Piece, ...]:
    back = curve((50, 9.0), (42.5, 9.6), (36.8, 14.0), (35.4, 20.5), (39.0, 27.0), (50, 32.0))
    inside = curve((50, 13.5), (43.5, 14.2), (40.0, 18.0), (40.6, 24.0), (50, 33.0))
    return (
        Piece((path(back, mirrored(back)),), look.solid(), puff=0.8, puff_width=3.0, wrinkles=0.4),
        Piece((path(inside, mirrored(inside)),), look.solid(darker(look.rgb, 0.2)), puff=0.0, shade=0.66, rim=0.3),
    )


def _hood_front(look: Look) -> tuple[Piece, ...]:
    left = path(
        curve((50.8, 35.0), (44.0, 29.0), (40.0, 21.5), (41.5, 14.5)),
        curve((41.5, 14.5), (36.4, 16.5), (35.2, 22.0), (38.4, 29.0), (45.0, 34.0), (50.8, 37.0)),
    )
    folds = (Fold(curve((37.5, 22), (41, 29), (47, 34)), 2.2, 0.4),)
    edge = Seam(curve((49.8, 36.0), (43.2, 30.2), (39.0, 22.0), (40.5, 15.5)), 0.2, -0.25, dash=0.7)
    piece = Piece((left,), look.cloth(), puff=0.8, puff_width=1.5, lift=0.6, folds=folds, seams=(edge,))
    return both(piece)[::-1]
