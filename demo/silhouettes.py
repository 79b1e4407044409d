"""Outlines of things to wear and carry, on a sheet of 100 by 100, y downwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon; its corners are rounded when it is drawn."""

    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Oval:
    """A filled ellipse within a box (left, top, right, bottom)."""

    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn line of some width."""

    points: tuple[Point, ...]
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Bow:
    """Part of an ellipse's rim, from one angle to another in degrees, clockwise from three o'clock."""

    box: tuple[float, float, float, float]
    angles: tuple[float, float]
    width: float = 1.0


Mark = Area | Oval | Line | Bow


@dataclass(frozen=True, slots=True)
class Silhouette:
    """One kind of thing.

    Attributes
    ----------
    body: what is filled with the product's colour and pattern.
    details: seams, buttons and laces, drawn over it in a darker tone.
    accents: soles and brims, drawn over it in the second colour.
    """

    body: tuple[Mark, ...]
    details: tuple[Mark, ...] = ()
    accents: tuple[Mark, ...] = ()


def mirrored(*half: Point) -> Area:
    """A polygon from its left half, top to bottom."""
    return Area((*half, *((100 - x, y) for x, y in reversed(half))))


def dots(x: float, ys: tuple[float, ...], radius: float = 1.1) -> tuple[Oval, ...]:
    """A column of buttons."""
    return tuple(Oval((x - radius, y - radius, x + radius, y + radius)) for y in ys)


_NECK = Bow((40, 10, 60, 27), (10, 170), 1.2)
_SLEEVES_SHORT = ((41, 18), (30, 21), (10, 39), (20, 48), (29, 40))
_SLEEVES_LONG = ((41, 18), (30, 21), (20, 34), (10, 74), (20, 77), (29, 47))

SILHOUETTES: Mapping[str, Silhouette] = {
    "t-shirt": Silhouette((mirrored((50, 26), *_SLEEVES_SHORT, (29, 86)),), (_NECK, Line(((29, 83), (71, 83)), 0.6))),
    "shirt": Silhouette(
        (mirrored((50, 25), *_SLEEVES_LONG, (29, 86)),),
        (
            Line(((50, 26), (50, 86)), 0.7),
            *dots(53, (34, 44, 54, 64, 74)),
            Area(((41, 17), (50, 27), (43, 32), (37, 20))),
            Area(((59, 17), (50, 27), (57, 32), (63, 20))),
        ),
    ),
    "jacket": Silhouette(
        (mirrored((50, 22), (38, 16), (27, 21), (17, 36), (9, 78), (21, 81), (27, 50), (26, 90)),),
        (
            Line(((50, 50), (50, 90)), 1.0),
            Line(((33, 66), (43, 68)), 1.2),
            Line(((67, 66), (57, 68)), 1.2),
            *dots(54, (60, 72)),
        ),
        (Area(((39, 17), (50, 24), (61, 17), (56, 36), (50, 50), (44, 36))),),
    ),
    "dress": Silhouette(
        (mirrored((50, 24), (43, 12), (38, 12), (36, 28), (40, 46), (22, 90)),),
        (Line(((40, 46), (60, 46)), 1.4), Line(((45, 50), (38, 89)), 0.5), Line(((55, 50), (62, 89)), 0.5)),
    ),
    "skirt": Silhouette(
        (mirrored((36, 22), (36, 28), (20, 84)),),
        (Line(((36, 28), (64, 28)), 1.2), *(Line(((50 + d, 30), (50 + 2.2 * d, 83)), 0.5) for d in (-9, -3, 3, 9))),
    ),
    "trousers": Silhouette(
        (Area(((34, 9), (66, 9), (74, 92), (57, 92), (50, 42), (43, 92), (26, 92))),),
        (Line(((34, 14), (66, 14)), 0.9), Line(((50, 14), (50, 38)), 0.7), Bow((28, 8, 42, 26), (10, 80), 0.7)),
    ),
    "shorts": Silhouette(
        (Area(((31, 24), (69, 24), (78, 74), (55, 76), (50, 50), (45, 76), (22, 74))),),
        (Line(((31, 30), (69, 30)), 1.2), Line(((50, 30), (50, 48)), 0.7)),
    ),
    "sneakers": Silhouette(
        (Area(((8, 66), (10, 40), (20, 36), (30, 44), (44, 38), (56, 50), (84, 58), (93, 68), (90, 72), (9, 72))),),
        (Line(((42, 44), (47, 40)), 1.3), Line(((47, 48), (52, 44)), 1.3), Line(((52, 52), (57, 48)), 1.3)),
        (Area(((7, 69), (93, 69), (92, 78), (8, 78))),),
    ),
    "boots": Silhouette(
        (Area(((30, 8), (56, 8), (57, 56), (82, 64), (90, 76), (88, 82), (29, 82))),),
        (Line(((31, 16), (56, 16)), 0.9), *(Line(((50, y), (58, y - 2)), 1.2) for y in (30, 38, 46, 54))),
        (Area(((28, 80), (90, 80), (90, 87), (52, 87), (50, 91), (28, 91))),),
    ),
    "heels": Silhouette(
        (
            Area(
                (
                    (10, 42),
                    (20, 36),
                    (34, 54),
                    (66, 68),
                    (92, 74),
                    (92, 80),
                    (64, 80),
                    (36, 68),
                    (20, 56),
                    (15, 88),
                    (11, 88),
                )
            ),
        ),
    ),
    "handbag": Silhouette(
        (mirrored((22, 40), (14, 86)), Bow((30, 10, 70, 70), (180, 360), 3.4)),
        (Line(((20, 54), (80, 54)), 0.8), Line(((30, 42), (30, 50)), 1.4), Line(((70, 42), (70, 50)), 1.4)),
        (Oval((46, 50, 54, 58)),),
    ),
    "backpack": Silhouette(
        (mirrored((38, 18), (26, 26), (20, 52), (22, 90)), Bow((42, 8, 58, 28), (180, 360), 2.6)),
        (Bow((28, 24, 72, 60), (15, 165), 0.9), Line(((34, 62), (66, 62)), 1.1), Bow((32, 56, 68, 92), (5, 175), 0.8)),
        (Oval((47, 60, 53, 66)),),
    ),
    "hat": Silhouette((Oval((6, 56, 94, 78)), mirrored((36, 26), (29, 66))), (), (mirrored((31, 55), (29, 64)),)),
    "cap": Silhouette(
        (Area(((14, 62), (17, 42), (30, 28), (48, 26), (64, 36), (70, 58), (94, 66), (92, 71), (62, 66))),),
        (Bow((28, 22, 70, 96), (190, 262), 0.7), Line(((44, 27), (42, 63)), 0.6)),
        (Oval((44, 23, 50, 28)),),
    ),
}
