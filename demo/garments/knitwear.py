"""Jumpers, roll-necks, cardigans and knitted vests."""

from __future__ import annotations

from dataclasses import replace

from demo.colours import darker
from demo.curves import MIDDLE_X, band, curve, line, mirrored, path, whole
from demo.garments.details import button_colour, button_column, buttons, cuff, pocket, rib_hem
from demo.garments.tops import body_piece
from demo.garments.torso import SleeveCut, Torso, both, neck_back, neck_band, sleeve, two
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece


def jumper(look: Look) -> Drawing:
    """A jumper with ribbed neck, cuffs and hem."""
    chance = look.chance()
    torso = Torso(
        shoulder=(26.0, 24.5),
        armpit=(26.0, 47.0),
        waist=(26.0, 70.0),
        hem=(26.5, 92.0),
        neck_depth=38.0 if look.cut == "V-neck" else 26.5,
        vee=look.cut == "V-neck",
    )
    cut = SleeveCut(chance.uniform(15, 19), 67, 9.5, flare=1.4)
    rib = replace(look.solid(darker(look.rgb, 0.07)), weave="rib")
    return Drawing(
        (
            neck_back(torso, look.solid()),
            *both(sleeve(torso, cut, look.cloth(), chance, hemmed=False)),
            *both(cuff(torso, cut, rib, 6.5)),
            body_piece(look, torso, chance, 0.8),
            rib_hem(torso, rib, 6.5),
            neck_band(torso, rib, 2.4),
        )
    )


def roll_neck(look: Look) -> Drawing:
    """A jumper with a high rolled collar."""
    chance = look.chance()
    torso = Torso(
        neck=(42.5, 20.5),
        shoulder=(27.5, 25.0),
        armpit=(27.8, 47.0),
        waist=(28.6, 70.0),
        hem=(28.0, 93.0),
        neck_depth=23.5,
    )
    cut = SleeveCut(chance.uniform(15, 19), 67, 8.6, flare=0.8)
    rib = replace(look.solid(darker(look.rgb, 0.05)), weave="rib")
    half = curve((50, 10.0), (44.5, 10.2), (42.0, 11.8), (41.2, 17.0), (41.0, 22.0), (43.0, 24.6), (50, 26.2))
    opening = curve((50, 9.4), (45.0, 9.8), (43.2, 11.4), (45.5, 12.8), (50, 13.2))
    fold = Fold(curve((42, 17.5), (50, 19.6), (58, 17.5)), 2.0, 0.5)
    return Drawing(
        (
            *both(sleeve(torso, cut, look.cloth(), chance, hemmed=False)),
            *both(cuff(torso, cut, rib, 6.0)),
            body_piece(look, torso, chance, 0.8),
            rib_hem(torso, rib, 6.0),
            Piece((whole(half),), rib, puff=0.9, puff_width=1.8, lift=0.6, folds=(fold,)),
            Piece((whole(opening),), look.solid(darker(look.rgb, 0.25)), puff=0.0, rim=0.3, shade=0.6),
        )
    )


def cardigan(look: Look) -> Drawing:
    """An open-necked cardigan with buttons."""
    chance = look.chance()
    long = chance.random() < 0.35
    hem_y = 101.0 if long else chance.uniform(86, 90)
    torso = Torso(
        neck=(41.5, 19.5),
        shoulder=(27.0, 24.0),
        armpit=(27.0, 46.5),
        waist=(27.0, 70.0),
        hem=(27.0, hem_y),
        neck_depth=chance.uniform(44, 50),
        vee=True,
    )
    cut = SleeveCut(chance.uniform(15, 19), 67, 9.5, flare=1.4)
    rib = replace(look.solid(darker(look.rgb, 0.07)), weave="rib")
    strips = path(torso.neckline()[::-1], line((50, torso.neck_depth), (50, hem_y + 7)))
    places = button_column(MIDDLE_X, torso.neck_depth + 2, hem_y + 2, 6 if long else 5)
    pockets = both(pocket((31.5, 70, 42.5, 83), look.cloth(), pointed=False)) if long or chance.random() < 0.4 else ()
    return Drawing(
        (
            neck_back(torso, look.solid()),
            *both(sleeve(torso, cut, look.cloth(), chance, hemmed=False)),
            *both(cuff(torso, cut, rib, 6.5)),
            body_piece(look, torso, chance, 0.8),
            *pockets,
            rib_hem(torso, rib, 6.0),
            Piece(tuple(band(part, 3.6) for part in two(strips)), rib, puff=0.6, puff_width=0.7, lift=0.45, rim=0.2),
            buttons(places, button_colour(look.rgb), 1.0),
        )
    )


def knitted_vest(look: Look) -> Drawing:
    """A sleeveless V-necked pullover."""
    chance = look.chance()
    torso = Torso(
        neck=(41.0, 19.0),
        shoulder=(31.5, 22.0),
        armpit=(27.5, 47.0),
        waist=(27.5, 68.0),
        hem=(28.0, 88.0),
        neck_depth=chance.uniform(40, 46),
        vee=True,
    )
    rib = replace(look.solid(darker(look.rgb, 0.08) if chance.random() < 0.6 else look.second_rgb), weave="rib")
    armhole = curve((31.5, 22.0), (33.6, 32.0), (32.2, 41.0), (27.5, 47.0))
    half = path(torso.neckline(), line((41.0, 19.0), (31.5, 22.0)), armhole, torso.side(), torso.hemline())
    body = replace(body_piece(look, torso, chance, 0.8), shapes=(path(half, mirrored(half)),))
    return Drawing(
        (
            neck_back(torso, look.solid()),
            body,
            rib_hem(torso, rib, 6.0),
            Piece(tuple(band(part, 2.2) for part in two(armhole)), rib, puff=0.6, puff_width=0.6, lift=0.3),
            neck_band(torso, rib, 2.2),
        )
    )
