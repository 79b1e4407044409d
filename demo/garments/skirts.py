"""Skirts, and the skirt parts of dresses."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from demo.colours import darker
from demo.curves import MIDDLE_X, Points, between, curve, even, line, mirrored, moved, path
from demo.garments.details import button_colour, button_column, buttons, pocket
from demo.looks import Look
from demo.pieces import Drawing, Fold, Piece, Seam


@dataclass(frozen=True, slots=True)
class SkirtCut:
    """Half widths at waist, hip and hem, and where these lie on the sheet.

    Attributes
    ----------
    fall: how deep its folds are.
    pleats: number of pressed pleats, 0 for soft folds.
    """

    waist: float = 14.0
    hip: float = 19.5
    hem: float = 27.0
    top: float = 16.0
    bottom: float = 96.0
    fall: float = 0.7
    pleats: int = 0
    wave: float = 1.2

    def side(self) -> Points:
        """From the waist to the hem, left."""
        hip_y = self.top + min(20.0, (self.bottom - self.top) * 0.42)
        return even(
            curve(
                (MIDDLE_X - self.waist, self.top),
                (MIDDLE_X - (self.waist * 0.35 + self.hip * 0.65), self.top + (hip_y - self.top) * 0.55),
                (MIDDLE_X - self.hip, hip_y),
                (MIDDLE_X - (self.hip + self.hem) / 2 - 0.2, (hip_y + self.bottom) / 2),
                (MIDDLE_X - self.hem, self.bottom),
            ),
            30,
        )

    def hemline(self) -> Points:
        """From the left of the hem to its right, waving with the folds."""
        waves = max(3, round(self.hem / 4.5))
        left, right = MIDDLE_X - self.hem, MIDDLE_X + self.hem
        points = [(left, self.bottom)]
        for number in range(1, 2 * waves):
            share = number / (2 * waves)
            sag = 3.2 * (1 - (2 * share - 1) ** 2)
            points.append(
                (left + (right - left) * share, self.bottom + sag + self.wave * (0.5 if number % 2 else -0.4))
            )
        return curve(*points, (right, self.bottom))

    def outline(self) -> Points:
        """All around."""
        side = self.side()
        waist = curve((MIDDLE_X + self.waist, self.top), (MIDDLE_X, self.top + 1.0), (MIDDLE_X - self.waist, self.top))
        return path(side, self.hemline(), mirrored(side), waist)

    def folds(self, chance: random.Random) -> tuple[Fold, ...]:
        """Folds falling from the waist."""
        left = self.side()
        right = mirrored(left)[::-1]
        count = max(4, round(self.hem / 3.6))
        folds = []
        for number in range(count):
            share = (number + chance.uniform(0.25, 0.75)) / count
            down = between(left, right, share)
            start = chance.choice((0, 2, 6, 11))
            width = (1.6 + 2.2 * self.hem / 27) * chance.uniform(0.8, 1.25)
            height = chance.uniform(0.7, 1.3) * self.fall * (1 if number % 2 else -1)
            folds.append(Fold(path(down[start:], line((float(down[-1][0]), self.bottom + 9))), width, height))
        return tuple(folds)

    def pleat_pieces(self) -> tuple[tuple[Fold, ...], tuple[Seam, ...]]:
        """Pressed pleats: sharp ridges with a dark edge each."""
        left = self.side()
        right = mirrored(left)[::-1]
        folds, seams = [], []
        for number in range(1, self.pleats):
            down = between(left, right, number / self.pleats)
            foot = line((float(down[-1][0]), self.bottom + 6))
            folds.append(Fold(moved(path(down, foot), 0.9, 0.0), 1.6, 0.55))
            seams.append(Seam(path(down, foot), 0.34, -0.38))
        return tuple(folds), tuple(seams)


_LENGTHS: Mapping[str, float] = {"short": 74.0, "midi": 94.0, "maxi": 110.0}


def skirt_piece(cut: SkirtCut, look: Look, chance: random.Random) -> Piece:
    """The cloth of a skirt."""
    pressed, edges = cut.pleat_pieces()
    hem = cut.hemline()
    return Piece(
        (cut.outline(),),
        look.cloth(),
        folds=pressed if cut.pleats else cut.folds(chance),
        seams=edges or (Seam(hem - (0.0, 1.6), 0.18, -0.18, dash=0.8),),
        wrinkles=look.wrinkles * 0.3,
        puff=0.7,
        puff_width=2.8,
        rim=0.3,
        bow=2.4,
        lift=0.3,
    )


def waistband(cut: SkirtCut, look: Look, depth: float = 4.0) -> Piece:
    """The band at the top of a skirt."""
    left = MIDDLE_X - cut.waist
    half = path(
        curve((MIDDLE_X, cut.top - depth + 1.0), (left + 7, cut.top - depth + 0.7), (left + 0.4, cut.top - depth)),
        line((left + 0.4, cut.top - depth), (left - 0.3, cut.top + 0.5)),
        curve((left - 0.3, cut.top + 0.5), (left + 7, cut.top + 1.3), (MIDDLE_X, cut.top + 1.6)),
    )
    return Piece((path(half, mirrored(half)),), look.cloth(), puff=0.5, puff_width=0.8, rim=0.2, lift=0.4)


def _inside(cut: SkirtCut, look: Look, depth: float = 4.0) -> Piece:
    top, left = cut.top - depth, MIDDLE_X - cut.waist + 0.4
    half = path(
        curve((MIDDLE_X, top - 1.5), (left + 7, top - 1.3), (left, top)),
        curve((left, top), (left + 7, top + 1.2), (MIDDLE_X, top + 1.6)),
    )
    return Piece((path(half, mirrored(half)),), look.solid(darker(look.rgb, 0.1)), puff=0, rim=0, shade=0.6)


def flared_skirt(look: Look) -> Drawing:
    """A swinging skirt, short to long."""
    chance = look.chance()
    bottom = _LENGTHS[look.cut]
    cut = SkirtCut(hip=18, hem=chance.uniform(27, 33), bottom=bottom, fall=0.85)
    return Drawing((_inside(cut, look), skirt_piece(cut, look, chance), waistband(cut, look)))


def pleated_skirt(look: Look) -> Drawing:
    """A skirt with pressed pleats."""
    chance = look.chance()
    bottom = _LENGTHS[look.cut]
    cut = SkirtCut(hip=19, hem=chance.uniform(25, 30), bottom=bottom, pleats=chance.choice((14, 18, 22)), wave=0.8)
    return Drawing((_inside(cut, look), skirt_piece(cut, look, chance), waistband(cut, look)))


def pencil_skirt(look: Look) -> Drawing:
    """A straight, narrow skirt."""
    chance = look.chance()
    cut = SkirtCut(waist=15.5, hip=21, hem=chance.uniform(16.5, 19), bottom=chance.uniform(88, 98), fall=0.25, wave=0.0)
    body = skirt_piece(cut, look, chance)
    darts = tuple(Seam(line((x, 20.5), (x - (50 - x) * 0.12, 34)), 0.2, -0.28) for x in (42.0, 58.0))
    slit = Seam(line((61.0, cut.bottom - 17), (61.8, cut.bottom + 3)), 0.5, -0.5)
    pieces = Piece(
        body.shapes,
        body.cloth,
        folds=body.folds,
        seams=(*body.seams, *darts, slit),
        wrinkles=body.wrinkles,
        puff=0.8,
        puff_width=3.4,
        rim=0.3,
        bow=1.5,
        lift=0.3,
    )
    return Drawing((_inside(cut, look), pieces, waistband(cut, look)))


def mini_skirt(look: Look) -> Drawing:
    """A short skirt in A shape with a button row or two pockets."""
    chance = look.chance()
    cut = SkirtCut(waist=16.0, hip=21.0, hem=26.5, top=30.0, bottom=86.0, fall=0.35, wave=0.3)
    body = skirt_piece(cut, look, chance)
    if chance.random() < 0.5:
        front: tuple[Piece, ...] = (buttons(button_column(50, 35, 83, 7), button_colour(look.rgb), 1.1),)
        edge = Seam(line((52.0, 31), (52.0, 90)), 0.22, -0.3)
        body = Piece(
            body.shapes,
            body.cloth,
            folds=body.folds,
            seams=(*body.seams, edge),
            wrinkles=body.wrinkles,
            puff=0.7,
            puff_width=2.8,
            lift=0.3,
        )
    else:
        front = (pocket((33.5, 44, 43.5, 56), look.cloth()), pocket((56.5, 44, 66.5, 56), look.cloth()))
    return Drawing((_inside(cut, look), body, waistband(cut, look), *front))
