"""Shirts and blouses."""

from __future__ import annotations

from dataclasses import replace

from demo.cloth import Cloth
from demo.colours import darker
from demo.curves import MIDDLE_X, band, curve, line, mirrored, moved, path
from demo.garments.details import button_colour, button_column, buttons, cuff, placket, pocket, shirt_collar
from demo.garments.tops import body_piece
from demo.garments.torso import SleeveCut, Torso, both, neck_back, sleeve, sleeve_lines, two
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece, Seam


def shirt(look: Look) -> Drawing:
    """A shirt with a collar, a button row and long sleeves."""
    chance = look.chance()
    slim = chance.uniform(0, 2)
    torso = Torso(
        shoulder=(27.5, 23.5),
        armpit=(28.0, 45.0),
        waist=(29.5 + slim, 70.0),
        hem=(28.5, 101.0),
        hem_sag=4.5,
        neck_depth=25.0,
    )
    cut = SleeveCut(chance.uniform(14, 18), 72, 8.6, bend=0.4)
    cloth, solid = look.cloth(), look.solid()
    pale = look.rgb if look.pattern == "plain" else look.second_rgb
    patches = (pocket((57.5, 44, 66.5, 54.5), cloth),) if chance.random() < 0.65 else ()
    if chance.random() < 0.2:
        patches = (*patches, pocket((33.5, 44, 42.5, 54.5), cloth))
    places = button_column(MIDDLE_X, 33.0, 95.0, 7)
    yoke = tuple(Seam(part, 0.2, -0.25) for part in two(curve((29.2, 29.0), (36, 26.6), (41.0, 25.2))))
    return Drawing(
        (
            neck_back(torso, solid, rise=2.5),
            *both(sleeve(torso, cut, cloth, chance, hemmed=False)),
            *both(cuff(torso, cut, cloth)),
            *both(buttons((_cuff_button(cut, torso),), button_colour(pale), 0.7)),
            replace(body_piece(look, torso, chance), seams=(*yoke, *torso.hem_seams(1.2))),
            placket(cloth, 26.0, 101.0 + torso.hem_sag - 0.4),
            *patches,
            buttons(places, button_colour(pale) if chance.random() < 0.4 else (240, 237, 229), 0.75),
            *shirt_collar(cloth, torso),
        )
    )


def short_sleeved_shirt(look: Look) -> Drawing:
    """A summer shirt with an open camp collar."""
    chance = look.chance()
    torso = Torso(
        shoulder=(27.0, 23.5), armpit=(27.0, 45.5), waist=(27.0, 70.0), hem=(27.0, 99.0), neck_depth=37.0, vee=True
    )
    cut = SleeveCut(chance.uniform(33, 38), 27, 17.5)
    cloth = look.cloth()
    places = button_column(MIDDLE_X, 43.0, 93.0, 5)
    return Drawing(
        (
            neck_back(torso, look.solid(), rise=2.0),
            *both(sleeve(torso, cut, cloth, chance)),
            replace(body_piece(look, torso, chance), seams=torso.hem_seams(2.0)),
            placket(cloth, 37.0, 100.4, 1.7),
            pocket((57.5, 47, 66.5, 57), cloth, pointed=False),
            buttons(places, (240, 237, 229), 0.85),
            *_camp_collar(cloth),
        )
    )


def blouse(look: Look) -> Drawing:
    """A blouse with a V neck or a bow, and full sleeves gathered at the wrists."""
    chance = look.chance()
    bow = chance.random() < 0.45
    torso = Torso(
        neck=(42.5, 19.0) if bow else (40.5, 19.5),
        shoulder=(29.5, 23.0),
        armpit=(29.5, 44.0),
        waist=(29.5, 70.0),
        hem=(27.5, 96.0),
        hem_sag=2.5,
        neck_depth=25.0 if bow else chance.uniform(36, 41),
        vee=not bow,
    )
    cut = SleeveCut(chance.uniform(18, 22), 66, 8.0, flare=chance.uniform(2.4, 4.0))
    cloth = look.cloth()
    gathers = tuple(
        Fold(curve((x + lean, 28.0 + rise), (x, 40.0), (x - lean, 52.0)), 1.8, height)
        for x, lean, rise, height in ((36, 0.6, 0, 0.3), (40, 0.4, 3, -0.3), (60, -0.4, 3, 0.3), (64, -0.6, 0, -0.3))
    )
    body = body_piece(look, torso, chance, 1.1)
    front = (
        _bow(look)
        if bow
        else (_vee_trim(torso, look), buttons(button_column(MIDDLE_X, 46, 90, 6), button_colour(look.rgb), 0.6))
    )
    return Drawing(
        (
            neck_back(torso, look.solid()),
            *both(sleeve(torso, cut, cloth, chance, hemmed=False)),
            *both(cuff(torso, cut, look.solid(darker(look.rgb, 0.05)), 3.2)),
            replace(
                body,
                folds=(*body.folds, *gathers),
                seams=(*torso.hem_seams(1.4), Seam(line((50, torso.neck_depth), (50, 98)), 0.22, -0.25)),
            ),
            *front,
        )
    )


def _cuff_button(cut: SleeveCut, torso: Torso) -> tuple[float, float]:
    outer, inner = sleeve_lines(torso, cut)
    at = outer[-2] * 0.72 + inner[-2] * 0.28
    return float(at[0]), float(at[1]) - 1.4


def _vee_trim(torso: Torso, look: Look) -> Piece:
    edge = torso.neckline()
    return Piece(
        tuple(band(part, 1.6) for part in two(edge)),
        look.solid(darker(look.rgb, 0.04)),
        puff=0.5,
        puff_width=0.5,
        rim=0.12,
        lift=0.35,
    )


def _camp_collar(cloth: Cloth) -> tuple[Piece, ...]:
    leaf = path(
        curve((49.6, 39.0), (44.5, 29.5), (42.4, 17.0)),
        curve((42.4, 17.0), (39.6, 21.0), (38.4, 26.5)),
        line((38.4, 26.5), (36.6, 30.5), (40.8, 31.0), (39.6, 34.6)),
        curve((39.6, 34.6), (45.0, 38.0), (49.6, 39.0)),
    )
    notch = Seam(line((40.8, 31.0), (44.2, 28.0)), 0.22, -0.3)
    left = Piece((leaf,), cloth, puff=0.5, puff_width=0.8, rim=0.15, lift=0.7, seams=(notch,), grain=18)
    return both(left)


def _bow(look: Look) -> tuple[Piece, ...]:
    solid = look.cloth() if look.pattern == "plain" else look.solid(look.second_rgb)
    tail = path(
        curve((49.5, 27.5), (46.5, 40), (44.5, 55.0)),
        line((44.5, 55.0), (50.5, 53.0)),
        curve((50.5, 53.0), (51, 40), (50.8, 27.5)),
    )
    loop_left = curve((49.5, 27.0), (43.0, 22.6), (38.6, 25.2), (38.2, 30.0), (42.5, 31.0), (49.5, 27.8))
    folds = (Fold(curve((49, 27.4), (44, 27.0), (40, 27.8)), 2.0, -0.5),)
    leaf = Piece((loop_left,), solid, puff=0.9, puff_width=1.6, lift=0.7, folds=folds, grain=-20)
    tails = Piece(
        (tail, moved(mirrored(tail), 1.0, 2.0)),
        solid,
        puff=0.6,
        puff_width=1.2,
        lift=0.6,
        folds=(
            Fold(curve((49, 30), (48, 40), (47, 52)), 2.0, 0.4),
            Fold(curve((51, 30), (53, 42), (54, 54)), 2.0, 0.4),
        ),
    )
    knot = Piece(
        (curve((48.2, 25.2), (51.8, 25.2), (52.4, 27.6), (51.6, 30.0), (48.4, 30.0), (47.6, 27.6), (48.2, 25.2)),),
        solid,
        puff=0.9,
        puff_width=1.0,
        lift=0.6,
    )
    collar = Piece(
        tuple(band(part, 2.4) for part in two(curve((50, 26.5), (45, 24), (42.6, 18.0)))),
        solid,
        puff=0.7,
        puff_width=0.7,
        lift=0.4,
    )
    return collar, tails, *both(leaf), knot
