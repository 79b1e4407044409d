"""Jackets."""

from __future__ import annotations

from dataclasses import replace

from demo.cloth import Cloth, plain
from demo.colours import BRASS, STEEL, darker, is_dark, lighter
from demo.curves import MIDDLE_X, Points, band, block, curve, line, mirrored, moved, path
from demo.garments.details import (
    button_colour,
    button_column,
    buttons,
    cuff,
    flap,
    rib_hem,
    shirt_collar,
    welt,
    zip_fastener,
)
from demo.garments.tops import body_piece
from demo.garments.torso import SleeveCut, Torso, both, neck_back, neck_band, sleeve, sleeve_lines, two
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece, Seam


def lining(look: Look) -> Cloth:
    """What the inside of a jacket is made of."""
    return plain(darker(look.rgb, 0.35) if not is_dark(look.rgb) else (70, 66, 72), "satin", 0.1)


def lapel(cloth: Cloth, bottom: float, width: float = 1.0) -> tuple[Piece, ...]:
    """Collar and lapel of the left side, ending where the front closes."""
    reach = 35.5 - 2.2 * width
    leaf = path(
        curve((49.8, bottom), (45.5, 38.0), (41.8, 24.0)),
        line((41.8, 24.0), (38.4, 27.0)),
        line((38.4, 27.0), (reach, 33.5)),
        curve((reach, 33.5), (40.5, 43.0), (49.8, bottom)),
    )
    collar = path(
        curve((45.6, 14.4), (42.0, 16.0), (39.2, 20.5), (36.6, 27.2)),
        line((36.6, 27.2), (38.2, 29.6), (42.0, 26.6)),
        curve((42.0, 26.6), (43.6, 21.0), (46.6, 17.4)),
    )
    left = Piece((leaf,), cloth, puff=0.55, puff_width=0.9, rim=0.15, lift=0.75, grain=16)
    top = Piece((collar,), cloth, puff=0.55, puff_width=0.9, rim=0.15, lift=0.5, grain=28)
    back = path(curve((45.4, 14.4), (50, 13.4), (54.6, 14.4)), curve((54.0, 18.4), (50, 19.4), (46.0, 18.4)))
    return Piece((back,), cloth, puff=0.3, rim=0.1, shade=0.9), *both(left), *both(top)


def front_edge(torso: Torso, bottom: float) -> Seam:
    """Where one side of the front lies over the other."""
    return Seam(line((MIDDLE_X + 0.4, torso.neck_depth), (MIDDLE_X + 0.4, bottom)), 0.4, -0.5)


def blazer(look: Look) -> Drawing:
    """A tailored jacket with lapels, one or two buttons and flap pockets."""
    chance = look.chance()
    closes = chance.uniform(52, 60)
    torso = Torso(
        neck=(42.5, 17.0),
        shoulder=(26.0, 22.5),
        armpit=(27.5, 45.0),
        waist=(30.2, 66.0),
        hem=(26.5, 98.0),
        neck_depth=closes,
        vee=True,
        hem_sag=2.0,
    )
    cut = SleeveCut(chance.uniform(11, 14), 70, 9.5, flare=0.4)
    cloth = look.cloth()
    body = body_piece(look, torso, chance, 0.6)
    seams = tuple(Seam(part, 0.2, -0.25) for part in two(curve((34, 52), (35.4, 66), (34.6, 78))))
    places = ((50.0, closes + 1.5),) if chance.random() < 0.4 else ((50.0, closes + 1.5), (50.0, closes + 14.0))
    horn = button_colour(look.rgb)
    return Drawing(
        (
            neck_back(torso, lining(look), rise=1.5),
            *both(sleeve(torso, cut, cloth, chance, hemmed=False)),
            *both(buttons(_sleeve_buttons(torso, cut), horn, 0.6)),
            replace(body, seams=(*seams, front_edge(torso, 101)), wrinkles=0.15),
            *both(flap((31.5, 75, 42.0, 79.5), cloth)),
            welt((58.5, 42.0), (66.0, 40.8), cloth, 1.8),
            *lapel(cloth, closes, chance.uniform(0.4, 1.3)),
            buttons(places, horn, 1.15),
        )
    )


def _sleeve_buttons(torso: Torso, cut: SleeveCut) -> tuple[tuple[float, float], ...]:
    outer, inner = sleeve_lines(torso, cut)
    return tuple(
        (float(outer[row][0] * 0.78 + inner[row][0] * 0.22), float(outer[row][1] * 0.78 + inner[row][1] * 0.22))
        for row in (27, 26, 25)
    )


def denim_jacket(look: Look) -> Drawing:
    """A denim jacket: flap pockets, metal buttons, contrasting seams."""
    chance = look.chance()
    torso = Torso(
        neck=(42.0, 18.5),
        shoulder=(26.5, 23.5),
        armpit=(27.0, 46.5),
        waist=(28.5, 68.0),
        hem=(30.0, 87.0),
        neck_depth=25.5,
    )
    cut = SleeveCut(chance.uniform(14, 18), 67, 10.0, flare=0.6)
    cloth = look.solid()
    thread = 0.4 if not is_dark(look.rgb) else 0.55
    yoke = curve((28.9, 35.5), (38, 37.0), (48.5, 37.5))
    panels = (line((38.5, 41), (42.0, 87)), line((45.5, 41), (45.0, 87)))
    seams = [Seam(part, 0.3, -0.4) for half in (yoke, *panels) for part in two(half)]
    seams += [Seam(moved(part, 0.0, 0.8), 0.18, thread, dash=0.7) for part in two(yoke)]
    seams += [Seam(moved(part, 0.7, 0.0), 0.18, thread, dash=0.7) for half in panels for part in two(half)]
    body = body_piece(look, torso, chance, 0.8)
    return Drawing(
        (
            neck_back(torso, look.solid(darker(look.rgb, 0.1)), rise=2.4),
            *both(sleeve(torso, cut, cloth, chance, hemmed=False)),
            *both(cuff(torso, cut, cloth, 4.6)),
            replace(body, cloth=cloth, seams=tuple(seams)),
            *both(flap((32.5, 37.5, 43.0, 42.0), cloth)),
            replace(rib_hem(torso, cloth, 4.4, 0.2), lift=0.4),
            _denim_front(cloth),
            buttons(button_column(50, 30, 90, 6), BRASS, 1.0, 0.8),
            buttons(((37.8, 40.6), (62.2, 40.6)), BRASS, 0.8, 0.8),
            *shirt_collar(cloth, torso, 6.4, 12.0),
        )
    )


def _denim_front(cloth: Cloth) -> Piece:
    return Piece(
        (block(47.6, 26, 52.4, 92.6),),
        cloth,
        puff=0.4,
        puff_width=0.6,
        lift=0.4,
        rim=0.15,
        seams=tuple(Seam(line((x, 26), (x, 92.6)), 0.18, 0.35, dash=0.7) for x in (48.4, 51.6)),
    )


def bomber_jacket(look: Look) -> Drawing:
    """A short jacket with a zip and ribbed collar, cuffs and hem."""
    chance = look.chance()
    torso = Torso(
        neck=(42.0, 19.5),
        shoulder=(25.0, 24.5),
        armpit=(25.5, 48.0),
        waist=(24.5, 68.0),
        hem=(27.0, 87.0),
        neck_depth=26.5,
    )
    cut = SleeveCut(chance.uniform(15, 19), 64, 11.5, flare=2.2)
    rib = replace(plain(darker(look.rgb, 0.15) if not is_dark(look.rgb) else lighter(look.rgb, 0.06)), weave="rib")
    body = body_piece(look, torso, chance, 1.3)
    gathers = tuple(Fold(line((x, 82), (x + (x - 50) * 0.05, 89)), 1.2, 0.35) for x in range(30, 72, 3))
    return Drawing(
        (
            neck_back(torso, lining(look)),
            *both(sleeve(torso, cut, look.cloth(), chance, hemmed=False)),
            *both(cuff(torso, cut, rib, 6.0)),
            replace(body, folds=(*body.folds, *gathers), puff_width=3.0),
            *both(welt((34.0, 76.0), (40.5, 64.0), look.cloth(), 1.8)),
            rib_hem(torso, rib, 6.0),
            *zip_fastener(26.0, 94.0, STEEL if chance.random() < 0.6 else BRASS),
            neck_band(torso, rib, 3.2),
        )
    )


def leather_jacket(look: Look) -> Drawing:
    """A biker jacket: a slanting zip, wide lapels, zipped pockets."""
    chance = look.chance()
    torso = Torso(
        neck=(42.5, 17.5),
        shoulder=(26.5, 22.5),
        armpit=(27.5, 46.0),
        waist=(29.0, 68.0),
        hem=(29.0, 90.0),
        neck_depth=42.0,
        vee=True,
        hem_sag=1.0,
    )
    cut = SleeveCut(chance.uniform(13, 17), 68, 9.4, flare=0.4)
    cloth = look.solid()
    body = body_piece(look, torso, chance, 1.0)
    seams = tuple(Seam(part, 0.25, -0.35) for part in two(curve((29.0, 33), (37, 35.6), (44, 35))))
    return Drawing(
        (
            neck_back(torso, lining(look), rise=1.5),
            *both(sleeve(torso, cut, cloth, chance, hemmed=False)),
            replace(body, cloth=cloth, seams=seams, wrinkles=0.35),
            replace(rib_hem(torso, cloth, 4.6, 0.0), lift=0.4),
            *_biker_zips(),
            *_biker_collar(cloth),
            buttons(((36.0, 39.2), (35.0, 31.0), (63.6, 40.2), (65.0, 31.0)), STEEL, 0.7, 0.9),
        )
    )


def _biker_zips() -> tuple[Piece, ...]:
    """The slanting zip, three zipped pockets, and the buckle of the belt."""
    front = line((47.0, 46.0), (44.0, 92.0))
    metal = plain(STEEL, gloss=0.9)
    pockets = (
        band(line((33.0, 76), (41.0, 68)), 0.8),
        band(line((57.5, 78), (66.0, 70)), 0.8),
        band(line((58.0, 49), (65.0, 44)), 0.8),
    )
    teeth = (Seam(front, 0.7, -0.4, dash=0.3),)
    buckle, hole = block(40.0, 91.2, 44.4, 94.6, 0.5), block(41.0, 92.1, 43.4, 93.7, 0.3)
    return (
        Piece((band(front, 1.5),), plain((32, 32, 34)), puff=0.2),
        Piece((band(front, 0.8), *pockets), metal, seams=teeth, puff=0.6, puff_width=0.3, lift=0.4),
        Piece((buckle,), metal, holes=(hole,), puff=0.8, puff_width=0.3, lift=0.5),
    )


def _biker_collar(cloth: Cloth) -> tuple[Piece, ...]:
    left = path(
        curve((47.2, 47.0), (43.0, 32), (41.8, 22)),
        line((41.8, 22), (33.2, 30.5), (36.5, 41.5)),
        curve((36.5, 41.5), (42, 45), (47.2, 47.0)),
    )
    right = path(
        curve((49.0, 47.0), (56.0, 33), (58.2, 22)),
        line((58.2, 22), (67.0, 30.5), (63.2, 42.5)),
        curve((63.2, 42.5), (56, 46), (49.0, 47.0)),
    )
    collar = path(
        curve((46.5, 13.4), (41.2, 15.4), (38.2, 20.6), (36.2, 27.0)),
        line((36.2, 27.0), (41.8, 24.5)),
        curve((41.8, 24.5), (43.6, 19.6), (47, 17.2)),
    )
    back = path(curve((46.2, 13.4), (50, 12.6), (53.8, 13.4)), curve((54.0, 17.4), (50, 18.4), (46.0, 17.4)))
    return (
        Piece((back,), cloth, puff=0.4, rim=0.1, shade=0.88),
        Piece((right,), cloth, puff=0.6, puff_width=1.0, lift=0.8),
        Piece((left,), cloth, puff=0.6, puff_width=1.0, lift=0.8),
        *both(Piece((collar,), cloth, puff=0.6, puff_width=1.0, lift=0.6)),
    )


def puffer_jacket(look: Look) -> Drawing:
    """A quilted down jacket with a high collar."""
    chance = look.chance()
    hem_y = chance.choice((88.0, 94.0, 104.0))
    torso = Torso(
        neck=(41.5, 18.5),
        shoulder=(24.0, 25.0),
        armpit=(24.0, 49.0),
        waist=(24.0, 70.0),
        hem=(25.0, hem_y),
        neck_depth=24.0,
        hem_sag=0.8,
    )
    cut = SleeveCut(chance.uniform(13, 16), 66, 13.0, flare=1.8)
    cloth = look.solid()
    arm = sleeve(torso, cut, cloth, chance, hemmed=False)
    outer, inner = sleeve_lines(torso, cut)
    arm = replace(arm, folds=_tubes([line(tuple(outer[n]), tuple(inner[n])) for n in range(5, 30, 4)]), puff_width=2.4)
    rows = [line((20, y), (50, y + 0.8), (80, y)) for y in _steps(34.0, hem_y - 3, 8.4)]
    half = curve((50, 8.0), (44.0, 8.2), (40.0, 10.0), (39.2, 17.0), (39.6, 22.5), (43, 25.0), (50, 26.0))
    inside = curve((50, 7.6), (44.6, 7.9), (41.6, 9.6), (44.5, 12.4), (50, 13.0))
    collar = Piece(
        (path(half, mirrored(half)),),
        cloth,
        puff=0.9,
        puff_width=2.0,
        lift=0.6,
        folds=_tubes([line((37, 17.5), (50, 18.3), (63, 17.5))]),
    )
    body = Piece(
        (torso.outline(),),
        cloth,
        folds=_tubes(rows),
        puff=0.9,
        puff_width=2.6,
        lift=0.5,
        wrinkles=0.35,
        seams=tuple(Seam(row, 0.3, -0.35) for row in rows),
    )
    return Drawing(
        (
            *both(arm),
            body,
            *both(welt((32.0, 82.0), (37.0, 69.0), cloth, 1.6)),
            collar,
            Piece((path(inside, mirrored(inside)),), lining(look), puff=0.0, shade=0.8, rim=0.3),
            *zip_fastener(10.5, hem_y + 0.6, STEEL, darker(look.rgb, 0.3)),
        )
    )


def _steps(start: float, end: float, step: float) -> list[float]:
    count = max(2, round((end - start) / step))
    return [start + (end - start) * number / count for number in range(count + 1)]


def _tubes(rows: list[Points]) -> tuple[Fold, ...]:
    """Quilted tubes: a deep crease at each seam."""
    return tuple(Fold(path(row[:1] - (6, 0), row, moved(row[-1:], 6, 0)), 3.2, -1.5) for row in rows)
