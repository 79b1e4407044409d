"""Curves: points on a sheet 100 wide and 125 high, y downwards, as arrays of shape (n, 2)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Point = tuple[float, float]

SHEET_WIDTH, SHEET_HEIGHT = 100.0, 125.0
MIDDLE_X = SHEET_WIDTH / 2
_STEPS = 9


def curve(*points: Point) -> Points:
    """A smooth line through all points (a Catmull-Rom spline); two points make a straight line.

    An end exactly on the middle axis meets it at a right angle, so that two mirrored halves join without a corner.
    """
    knots = np.asarray(points, dtype=np.float64)
    if len(knots) < 3:
        return knots
    return _splined(np.vstack([_before(knots[0], knots[1]), knots, _before(knots[-1], knots[-2])]))


def loop(*points: Point) -> Points:
    """A smooth closed line through all points."""
    knots = np.asarray(points, dtype=np.float64)
    return _splined(np.vstack([knots[-1], knots, knots[:2]]))


def path(*parts: Points) -> Points:
    """Lines one after another; where they meet there is a corner."""
    return np.vstack(parts)


def line(*points: Point) -> Points:
    """A line with corners."""
    return np.asarray(points, dtype=np.float64)


def mirrored(points: Points, axis_x: float = MIDDLE_X) -> Points:
    """The same on the other side of an upright axis, in reverse order."""
    other = points[::-1].copy()
    other[:, 0] = 2 * axis_x - other[:, 0]
    return other


def whole(half: Points, axis_x: float = MIDDLE_X) -> Points:
    """An outline from its left half, from top to bottom."""
    return np.vstack([half, mirrored(half, axis_x)])


def moved(points: Points, dx: float, dy: float) -> Points:
    """The same somewhere else."""
    return np.asarray(points + np.array([dx, dy]))


def turned(points: Points, degrees: float, about: Point) -> Points:
    """The same turned clockwise about a point."""
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return np.asarray((points - about) @ turn + about)


def stretched(points: Points, factor: Point, about: Point) -> Points:
    """The same stretched from a point."""
    return (points - about) * factor + about


def oval(centre: Point, radii: Point, degrees: float = 0.0) -> Points:
    """An ellipse."""
    angles = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    points = np.stack([centre[0] + radii[0] * np.cos(angles), centre[1] + radii[1] * np.sin(angles)], axis=1)
    return turned(points, degrees, centre) if degrees else points


def arc(centre: Point, radii: Point, start: float, end: float) -> Points:
    """Part of an ellipse's rim between two angles in degrees, clockwise from three o'clock."""
    angles = np.radians(np.linspace(start, end, 32))
    return np.stack([centre[0] + radii[0] * np.cos(angles), centre[1] + radii[1] * np.sin(angles)], axis=1)


def block(left: float, top: float, right: float, bottom: float, radius: float = 0.0) -> Points:
    """A rectangle, its corners rounded."""
    if radius <= 0:
        return line((left, top), (right, top), (right, bottom), (left, bottom))
    r = radius
    return path(
        arc((left + r, top + r), (r, r), 180, 270),
        arc((right - r, top + r), (r, r), 270, 360),
        arc((right - r, bottom - r), (r, r), 0, 90),
        arc((left + r, bottom - r), (r, r), 90, 180),
    )


def band(middle: Points, width: float, end_width: float | None = None) -> Points:
    """The outline of a strap along a line."""
    return _around(middle, np.linspace(width, width if end_width is None else end_width, len(middle)))


def lens(middle: Points, width: float) -> Points:
    """The outline of something along a line that is thin at both ends: a fold, a leaf."""
    return _around(middle, width * np.sin(np.linspace(0.04, math.pi - 0.04, len(middle))))


def between(first: Points, second: Points, share: float) -> Points:
    """A line that far from the first to the second; both need as many points."""
    return first + (second - first) * share


def even(points: Points, count: int) -> Points:
    """The same line with so many points at equal distances."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    at = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.linspace(0, at[-1], count)
    return np.stack([np.interp(wanted, at, points[:, 0]), np.interp(wanted, at, points[:, 1])], axis=1)


def _before(end: Points, next_to_it: Points) -> Points:
    """The knot beyond an end, which decides the direction there."""
    if end[0] == MIDDLE_X and next_to_it[0] != MIDDLE_X:
        return np.array([2 * MIDDLE_X - next_to_it[0], next_to_it[1]])
    return np.asarray(2 * end - next_to_it)


def _around(middle: Points, widths: NDArray[np.float64]) -> Points:
    slopes = np.gradient(middle, axis=0)
    lengths = np.maximum(np.hypot(slopes[:, 0], slopes[:, 1]), 1e-9)
    aside = np.stack([-slopes[:, 1], slopes[:, 0]], axis=1) / lengths[:, None] * (widths / 2)[:, None]
    return np.vstack([middle + aside, (middle - aside)[::-1]])


def _splined(knots: Points) -> Points:
    t = np.linspace(0, 1, _STEPS, endpoint=False)[:, None, None]
    a, b, c, d = knots[:-3], knots[1:-2], knots[2:-1], knots[3:]
    bends = 0.5 * ((2 * b) + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.vstack([bends.transpose(1, 0, 2).reshape(-1, 2), knots[-2]])
