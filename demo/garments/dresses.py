"""Dresses and jumpsuits."""

from __future__ import annotations

from dataclasses import replace

from demo.cloth import plain
from demo.colours import BRASS, darker
from demo.curves import MIDDLE_X, Points, band, block, curve, line, mirrored, moved, path, whole
from demo.garments.details import button_column, buttons, cuff, placket, shirt_collar
from demo.garments.legs import LegCut, leg_piece
from demo.garments.skirts import SkirtCut, skirt_piece
from demo.garments.torso import SleeveCut, Torso, both, neck_back, neck_band, sleeve, torso_folds, two
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece, Seam


def _bodice(look: Look, torso: Torso, outline: Points | None = None) -> Piece:
    chance = look.chance()
    folds = [fold for fold in torso_folds(torso, chance, 0.7) if float(fold.middle[:, 1].max()) < torso.hem[1] + 1]
    darts = tuple(Seam(part, 0.2, -0.25) for part in two(curve((38.5, torso.hem[1]), (39.2, torso.hem[1] - 10))))
    return Piece(
        (torso.outline() if outline is None else outline,),
        look.cloth(),
        folds=tuple(folds),
        seams=darts,
        puff=0.6,
        puff_width=2.0,
        lift=0.35,
        wrinkles=look.wrinkles * 0.3,
        bow=1.0,
    )


def _waist_seam(torso: Torso, look: Look, width: float = 1.6) -> Piece:
    line_ = path(torso.hemline(), mirrored(torso.hemline()))
    return Piece(
        (band(line_, width),), look.solid(darker(look.rgb, 0.08)), puff=0.6, puff_width=0.5, rim=0.15, lift=0.35
    )


def summer_dress(look: Look) -> Drawing:
    """A swinging dress on thin straps."""
    chance = look.chance()
    bottom = {"short": 90.0, "midi": 104.0, "maxi": 118.0}[look.cut]
    neck = curve((MIDDLE_X, 28.5), (44.0, 26.2), (38.6, 22.5))
    half = path(
        neck,
        curve((38.6, 22.5), (36.0, 28.0), (34.6, 31.5)),
        curve((34.6, 31.5), (36.2, 42.0), (37.6, 50.0)),
        curve((37.6, 50), (44, 51), (50, 51)),
    )
    torso = Torso(neck=(38.6, 22.5), armpit=(34.6, 31.5), waist=(36.2, 42.0), hem=(37.6, 50.0), hem_sag=1.0)
    cut = SkirtCut(waist=12.4, hip=17, hem=chance.uniform(25, 31), top=50, bottom=bottom, fall=0.9)
    straps = tuple(band(part, 1.2) for part in two(curve((38.9, 23.0), (40.2, 15.0), (42.4, 9.0))))
    back = path(curve((50, 25.2), (44, 24.6), (38.6, 22.5)), curve((38.6, 24), (44, 28), (50, 30)))
    gathers = tuple(Fold(curve((x, 26.5), (x - (x - 50) * 0.1, 33)), 1.1, 0.3) for x in (41, 43.5, 46, 54, 56.5, 59))
    bodice = _bodice(look, torso, path(half, mirrored(half)))
    return Drawing(
        (
            Piece(straps, look.solid(), puff=0.8, puff_width=0.5, lift=0.3),
            Piece((whole(back),), look.solid(), puff=0, shade=0.6),
            skirt_piece(cut, look, chance),
            replace(bodice, folds=(*bodice.folds, *gathers)),
            _waist_seam(torso, look),
        )
    )


def sleeved_dress(look: Look) -> Drawing:
    """A dress with sleeves, a round or V neck and a flared skirt."""
    chance = look.chance()
    vee = chance.random() < 0.5
    torso = Torso(
        neck=(41.0, 13.0),
        shoulder=(31.5, 16.0),
        armpit=(33.0, 33.0),
        waist=(35.0, 44.0),
        hem=(36.8, 53.0),
        neck_depth=chance.uniform(27, 31) if vee else 20.0,
        vee=vee,
        hem_sag=1.0,
    )
    length, flare = {"short-sleeved": (19.0, 2.5), "long-sleeved": (56.0, 0.8)}[look.cut]
    sleeves = SleeveCut(30 if length < 30 else 20, length, 12.5 if length < 30 else 8.0, flare=flare)
    cut = SkirtCut(
        waist=13.2, hip=17.5, hem=chance.uniform(23, 28), top=53, bottom=chance.choice((96.0, 106.0, 116.0)), fall=0.8
    )
    return Drawing(
        (
            neck_back(torso, look.solid()),
            *both(sleeve(torso, sleeves, look.cloth(), chance)),
            skirt_piece(cut, look, chance),
            _bodice(look, torso),
            neck_band(torso, look.solid(darker(look.rgb, 0.05)), 1.2),
            _waist_seam(torso, look),
        )
    )


def wrap_dress(look: Look) -> Drawing:
    """A dress that crosses in front and is tied at the waist."""
    chance = look.chance()
    torso = Torso(
        neck=(41.0, 12.5),
        shoulder=(31.5, 15.5),
        armpit=(33.0, 33.0),
        waist=(35.2, 44.0),
        hem=(37.0, 53.0),
        neck_depth=37.0,
        vee=True,
        hem_sag=0.6,
    )
    sleeves = chance.choice((SleeveCut(22, 33, 10.5, flare=2.5), SleeveCut(16, 56, 9.0, flare=1.5)))
    cut = SkirtCut(
        waist=13.0, hip=17.5, hem=chance.uniform(22, 27), top=53, bottom=chance.choice((100.0, 112.0)), fall=0.8
    )
    skirt = skirt_piece(cut, look, chance)
    overlap = Seam(curve((40.5, 53), (41.5, 76), (37.5, cut.bottom + 3)), 0.35, -0.42)
    return Drawing(
        (
            neck_back(torso, look.solid()),
            *both(sleeve(torso, sleeves, look.cloth(), chance)),
            replace(skirt, seams=(*skirt.seams, overlap)),
            _bodice(look, torso),
            _crossing(look),
            *_sash(look),
        )
    )


def _crossing(look: Look) -> Piece:
    """The side of the front that lies over the other."""
    edge = curve((59.0, 12.5), (54.5, 26.0), (46.0, 38.0), (37.5, 50.0))
    outline = path(
        edge,
        line((37.2, 52.5), (63.0, 53.4)),
        curve((63.0, 53), (64.8, 44), (67.0, 33)),
        curve((67, 33), (66.6, 24), (68.5, 15.5)),
        line((68.5, 15.5), (59, 12.5)),
    )
    folds = tuple(
        Fold(curve((66 - n, 36 + 4 * n), (54, 43 + 2.6 * n), (40, 52 - n)), 2.0, h)
        for n, h in ((0, 0.4), (1, -0.4), (2, 0.3))
    )
    seams = (Seam(moved(edge, 0.8, 0.3), 0.18, -0.22, dash=0.8),)
    creases = look.wrinkles * 0.3
    return Piece(
        (outline,), look.cloth(), puff=0.5, puff_width=1.6, lift=0.6, wrinkles=creases, seams=seams, folds=folds
    )


def _sash(look: Look) -> tuple[Piece, ...]:
    waist = band(curve((37.6, 52.2), (50, 53.8), (62.4, 52.2)), 3.4)
    tails = (
        band(curve((38.6, 53), (36.6, 64), (37.4, 76)), 2.4, 3.0),
        band(curve((38.8, 53), (41, 62), (40.4, 71)), 2.4, 3.0),
    )
    knot = curve((36.8, 51), (40.6, 51), (40.8, 54.6), (36.8, 54.8), (36.8, 51))
    cloth = look.solid(darker(look.rgb, 0.06))
    return (
        Piece((waist,), cloth, puff=0.7, puff_width=0.9, lift=0.5),
        Piece(tails, cloth, puff=0.7, puff_width=0.8, lift=0.6),
        Piece((knot,), cloth, puff=0.9, puff_width=0.9, lift=0.5),
    )


def shift_dress(look: Look) -> Drawing:
    """A straight, simple dress, sleeveless or with short sleeves."""
    chance = look.chance()
    bottom = chance.uniform(92, 100)
    sleeved = look.cut == "short-sleeved"
    torso = Torso(
        neck=(40.0, 15.5),
        shoulder=(32.0, 18.0),
        armpit=(32.2, 36.0),
        waist=(33.6, 56.0),
        hem=(28.5, bottom),
        neck_depth=23.5,
        hem_sag=1.6,
    )
    sleeves = both(sleeve(torso, SleeveCut(30, 22, 13.0), look.cloth(), chance)) if sleeved else ()
    body = Piece(
        (torso.outline(),),
        look.cloth(),
        folds=torso_folds(torso, chance, 0.9),
        seams=torso.hem_seams(2.0),
        puff=0.7,
        puff_width=2.6,
        wrinkles=look.wrinkles * 0.4,
        lift=0.5,
        bow=1.8,
    )
    pockets: tuple[Piece, ...] = ()
    if chance.random() < 0.4:
        pockets = both(Piece((block(36, 68, 45, 70.4, 0.4),), look.cloth(), puff=0.5, puff_width=0.5, lift=0.5))
    return Drawing(
        (
            neck_back(torso, look.solid()),
            *sleeves,
            body,
            *pockets,
            neck_band(torso, look.solid(darker(look.rgb, 0.06)), 1.5),
        )
    )


def shirt_dress(look: Look) -> Drawing:
    """A long shirt with a belt."""
    chance = look.chance()
    torso = Torso(
        neck=(42.0, 15.0),
        shoulder=(30.0, 19.0),
        armpit=(31.0, 38.0),
        waist=(34.6, 56.0),
        hem=(29.0, 106.0),
        neck_depth=20.5,
        hem_sag=3.0,
    )
    cut = chance.choice((SleeveCut(16, 60, 7.8), SleeveCut(27, 27, 14.0)))
    cloth = look.cloth()
    cuffs = both(cuff(torso, cut, cloth, 4.5)) if cut.length > 40 else ()
    cinched = tuple(
        Fold(curve((x, 57), (50 + (x - 50) * 1.15, 70), (50 + (x - 50) * 1.35, 92)), 2.6, height)
        for x, height in ((38, 0.6), (42, -0.6), (46, 0.5), (54, -0.5), (58, 0.6), (62, -0.6))
    )
    body = Piece(
        (torso.outline(),),
        cloth,
        folds=(*torso_folds(torso, chance), *cinched),
        seams=torso.hem_seams(1.4),
        puff=0.7,
        puff_width=2.4,
        wrinkles=look.wrinkles * 0.4,
        lift=0.5,
        bow=1.6,
    )
    belt_line = curve((34.4, 55.4), (50, 57.4), (65.6, 55.4))
    belt = look.solid(darker(look.rgb, 0.1)) if chance.random() < 0.6 else plain((96, 62, 40), "leather")
    return Drawing(
        (
            neck_back(torso, look.solid(), rise=2.4),
            *both(sleeve(torso, cut, cloth, chance, hemmed=not cuffs)),
            *cuffs,
            body,
            placket(cloth, 21.0, 108.4, 1.7),
            buttons(button_column(50, 28, 50, 4) + button_column(50, 64, 102, 5), (240, 237, 229), 0.7),
            *shirt_collar(cloth, torso, 4.6, 11.0),
            Piece((band(belt_line, 3.4),), belt, puff=0.6, puff_width=0.8, lift=0.6),
            Piece(
                (block(47.4, 54.9, 52.6, 59.7, 0.8),),
                plain(BRASS, gloss=0.8),
                holes=(block(48.4, 56, 51.6, 58.6, 0.5),),
                puff=0.8,
                puff_width=0.4,
                lift=0.5,
            ),
        )
    )


def jumpsuit(look: Look) -> Drawing:
    """A sleeveless jumpsuit with wide legs."""
    chance = look.chance()
    torso = Torso(
        neck=(41.0, 8.0),
        shoulder=(35.5, 9.5),
        armpit=(34.5, 27.0),
        waist=(35.5, 36.0),
        hem=(37.0, 44.0),
        neck_depth=25.0,
        vee=True,
        hem_sag=0.6,
    )
    legs = LegCut(
        waist=13.0, hip=17.5, knee=(31.0, 48.2), hem=(28.5, 48.6), top=44, hip_y=56, crotch_y=66, knee_y=92, bottom=119
    )
    belt_line = curve((37.0, 43.4), (50, 44.8), (63.0, 43.4))
    return Drawing(
        (
            neck_back(torso, look.solid()),
            *both(leg_piece(legs, look.cloth(), look, chance)),
            _bodice(look, torso),
            neck_band(torso, look.solid(darker(look.rgb, 0.05)), 1.3),
            Piece((band(belt_line, 3.6),), look.solid(darker(look.rgb, 0.08)), puff=0.6, puff_width=0.8, lift=0.6),
        )
    )
