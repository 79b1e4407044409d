"""What tops, jackets and dresses have in common: a torso, sleeves, and the way cloth falls on them."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import numpy as np

from demo.cloth import Cloth
from demo.curves import MIDDLE_X, Point, Points, between, curve, even, line, mirrored, moved, path, whole
from demo.pieces import Fold, Piece, Seam, mirror_piece


@dataclass(frozen=True, slots=True)
class Torso:
    """The left half of a torso's cut: its landmarks on the sheet, the middle at x 50."""

    neck: Point = (42.0, 19.0)
    shoulder: Point = (28.0, 23.5)
    armpit: Point = (28.5, 44.0)
    waist: Point = (29.0, 70.0)
    hem: Point = (28.0, 104.0)
    neck_depth: float = 27.0
    hem_sag: float = 1.5
    vee: bool = False

    def neckline(self) -> Points:
        """From the middle of the front up to the side of the neck."""
        x, y = self.neck
        if self.vee:
            return curve((MIDDLE_X - 0.01, self.neck_depth), (x + 2.6, y + (self.neck_depth - y) * 0.52), (x, y))
        drop = self.neck_depth - y
        return curve(
            (MIDDLE_X, self.neck_depth),
            (MIDDLE_X - (MIDDLE_X - x) * 0.55, y + drop * 0.86),
            (MIDDLE_X - (MIDDLE_X - x) * 0.9, y + drop * 0.42),
            (x, y),
        )

    def armhole(self) -> Points:
        """From the shoulder to the armpit."""
        (sx, sy), (ax, ay) = self.shoulder, self.armpit
        return curve((sx, sy), (sx + 2.2, sy + (ay - sy) * 0.45), (sx + 1.9, sy + (ay - sy) * 0.78), (ax, ay))

    def side(self) -> Points:
        """From the armpit to the hem."""
        return curve(self.armpit, self.waist, self.hem)

    def hemline(self) -> Points:
        """From the side of the hem to its middle."""
        return curve(self.hem, (39.0, self.hem[1] + 0.8 * self.hem_sag), (MIDDLE_X, self.hem[1] + self.hem_sag))

    def outline(self) -> Points:
        """All around."""
        nx, ny = self.neck
        sx, sy = self.shoulder
        shoulder = curve((nx, ny), ((nx + sx) / 2, (ny + sy) / 2 - 0.5), (sx, sy))
        return whole(path(self.neckline(), shoulder, self.armhole(), self.side(), self.hemline()))

    def hem_seams(self, rise: float = 2.2) -> tuple[Seam, ...]:
        """A row of stitches above the hem."""
        half = self.hemline() - (0.0, rise)
        return (Seam(path(half, mirrored(half)), 0.2, -0.2, dash=0.8),)


@dataclass(frozen=True, slots=True)
class SleeveCut:
    """A left sleeve.

    Attributes
    ----------
    degrees: by how much the arm is lifted from hanging down.
    length, cuff: how long, and how wide at its end, in sheet units.
    flare: how much it widens (bells) or narrows between shoulder and cuff.
    """

    degrees: float
    length: float
    cuff: float
    flare: float = 0.0
    bend: float = 0.0


def sleeve_lines(torso: Torso, cut: SleeveCut) -> tuple[Points, Points]:
    """Its outer line from the shoulder and its inner one from the armpit, down to the cuff; equally many points."""
    angle = math.radians(cut.degrees)
    down = np.array([-math.sin(angle), math.cos(angle)])
    aside = np.array([math.cos(angle), math.sin(angle)])
    shoulder, armpit = np.array(torso.shoulder), np.array(torso.armpit)
    end = shoulder + down * cut.length
    inner_end = end + aside * cut.cuff
    bulge = 1.4 + cut.flare
    outer = curve(
        tuple(shoulder),
        tuple(shoulder + down * cut.length * 0.18 - aside * min(1.6, cut.length * 0.09)),
        tuple(shoulder + down * cut.length * 0.55 - aside * (bulge - 0.6 + cut.bend)),
        tuple(end),
    )
    middle = (armpit + inner_end) / 2
    inner = curve(tuple(armpit), tuple(middle + aside * (0.4 + 0.5 * cut.flare - cut.bend)), tuple(inner_end))
    return even(outer, 30), even(inner, 30)


def sleeve(torso: Torso, cut: SleeveCut, cloth: Cloth, chance: random.Random, *, hemmed: bool = True) -> Piece:
    """The left sleeve; it goes behind the torso."""
    outer, inner = sleeve_lines(torso, cut)
    armhole = line((torso.armpit[0] + 3.5, torso.armpit[1] - 1.0), (torso.shoulder[0] + 4.0, torso.shoulder[1] + 1.0))
    sag = (outer[-1] + inner[-1]) / 2 + (outer[-1] - outer[-4]) * 0.25
    outline = path(outer, curve(tuple(outer[-1]), tuple(sag), tuple(inner[-1])), inner[::-1], armhole)
    seams: tuple[Seam, ...] = ()
    if hemmed:
        share = max(0.0, 1 - 2.2 / cut.length)
        row = round(share * 29)
        seams = (Seam(line(tuple(outer[row]), tuple(inner[row])), 0.2, -0.22, dash=0.8),)
    return Piece(
        (outline,),
        cloth,
        grain=cut.degrees,
        puff=0.75,
        puff_width=min(2.6, cut.cuff / 4),
        folds=_sleeve_folds(outer, inner, chance),
        seams=seams,
        rim=0.3,
        shade=0.97,
    )


def both(piece: Piece) -> tuple[Piece, Piece]:
    """A piece and its counterpart on the other side."""
    return piece, mirror_piece(piece)


def two(left: Points) -> tuple[Points, Points]:
    """A line and its mirror image."""
    return left, mirrored(left)


def _sleeve_folds(outer: Points, inner: Points, chance: random.Random) -> tuple[Fold, ...]:
    length = float(np.hypot(*(outer[-1] - outer[0])))
    folds = [
        _crease(outer, inner, 0.16, 0.10, (0.35, 0.95), -0.32),
        _crease(outer, inner, 0.30, 0.16, (0.30, 0.85), 0.24),
    ]
    if length > 35:
        for at in (0.44, 0.52, 0.60):
            lean = chance.uniform(-0.06, 0.08)
            span = (chance.uniform(0.05, 0.25), chance.uniform(0.6, 0.9))
            folds.append(_crease(outer, inner, at, at + lean, span, chance.uniform(-0.35, -0.2)))
            folds.append(_crease(outer, inner, at + 0.035, at + lean + 0.035, span, chance.uniform(0.15, 0.3)))
    return tuple(folds)


def _crease(outer: Points, inner: Points, start: float, end: float, span: tuple[float, float], height: float) -> Fold:
    rows = np.linspace(start, end, 8)
    shares = np.linspace(span[0], span[1], 8)
    points = [
        between(outer[min(29, round(row * 29))], inner[min(29, round(row * 29))], share)
        for row, share in zip(rows, shares, strict=True)
    ]
    return Fold(curve(*(tuple(point) for point in points)), 2.4, height)


def torso_folds(torso: Torso, chance: random.Random, strength: float = 1.0) -> tuple[Fold, ...]:
    """Creases from the armpits, pulls at the waist and waves above the hem."""
    (ax, ay), (wx, wy), (hx, hy) = torso.armpit, torso.waist, torso.hem
    folds: list[Fold] = []
    for flip in (1.0, -1.0):
        for number in range(3):
            fall = chance.uniform(6, 14) + 7 * number
            reach = chance.uniform(9, 15) - 2 * number
            height = (0.42 - 0.1 * number) * strength * chance.uniform(0.7, 1.2)
            points = ((ax + 0.8, ay - 1 + 2 * number), (ax + reach * 0.55, ay + fall * 0.35), (ax + reach, ay + fall))
            folds.append(_placed(points, flip, 2.6, height if number % 2 else -height))
        for number in range(2):
            top = wy + chance.uniform(-8, 4) + 7 * number
            points = ((wx + 0.8, top), (wx + 6, top + 2.5), (wx + chance.uniform(10, 16), top + chance.uniform(6, 11)))
            folds.append(_placed(points, flip, 2.4, chance.uniform(-0.4, -0.25) * strength))
    for number in range(5):
        x = hx + (100 - 2 * hx) * (number + chance.uniform(0.3, 0.7)) / 5
        top = hy - chance.uniform(12, 34)
        lean = chance.uniform(-2.5, 2.5)
        points = ((x + lean, top), (x + lean * 0.3, (top + hy) / 2), (x, hy + 2))
        folds.append(_placed(points, 1.0, 3.4, chance.choice((-0.45, 0.4)) * strength))
    return tuple(folds)


def _placed(points: tuple[Point, ...], flip: float, width: float, height: float) -> Fold:
    middle = curve(*points)
    return Fold(middle if flip > 0 else mirrored(middle), width, height)


def neck_back(torso: Torso, cloth: Cloth, rise: float = 0.0) -> Piece:
    """The inside of the back, seen through the neck."""
    x, y = torso.neck
    top = curve((x, y), (x + 3, y + 1.6 - rise), (MIDDLE_X, y + 2.4 - rise))
    front = moved(torso.neckline()[::-1], 0.0, 1.5)
    label = curve((x, y), (x + 3.2, y + 3.6 - rise), (MIDDLE_X, y + 4.6 - rise))
    outline = path(whole(top), whole(front)[::-1])
    return Piece((outline,), cloth, puff=0.0, rim=0.0, shade=0.62, seams=(Seam(whole(label), 0.3, -0.25),), fade=-0.25)


def neck_band(torso: Torso, cloth: Cloth, width: float = 1.9) -> Piece:
    """A ribbed band around the front of the neck."""
    inner = torso.neckline()
    outer = _offset(inner, width)
    outline = path(whole(inner[::-1])[::1], whole(outer[::-1])[::-1])
    return Piece((outline,), cloth, puff=0.55, puff_width=0.6, rim=0.15, lift=0.25)


def _offset(neckline: Points, width: float) -> Points:
    centre = np.array([MIDDLE_X, neckline[-1][1] - 2.0])
    spokes = neckline - centre
    lengths = np.hypot(spokes[:, 0], spokes[:, 1])[:, None]
    moved = neckline + spokes / lengths * width
    moved[0, 0] = MIDDLE_X
    return np.asarray(moved)
