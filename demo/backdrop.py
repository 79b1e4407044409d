"""What stands behind and below a product: paper, a wall or a table, and the product's shadow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from demo.colours import RGB
from demo.painting import CELL_PX, View
from demo.shading import Field, blurred, enlarged


@dataclass(frozen=True, slots=True)
class Backdrop:
    """Colours from the top to the floor."""

    top: RGB
    bottom: RGB


BACKDROPS: Mapping[str, Backdrop] = {
    "grey": Backdrop((233, 233, 234), (222, 222, 223)),
    "warm": Backdrop((240, 236, 230), (229, 224, 216)),
    "cool": Backdrop((230, 234, 237), (218, 223, 227)),
    "white": Backdrop((246, 245, 243), (237, 236, 233)),
    "rose": Backdrop((238, 224, 216), (226, 209, 199)),
    "mint": Backdrop((220, 229, 221), (205, 216, 207)),
    "clay": Backdrop((222, 205, 186), (208, 189, 168)),
    "slate": Backdrop((196, 202, 208), (181, 188, 195)),
}


def backdrop(
    name: str, covered: Field, ground: tuple[tuple[float, float, float, float], ...], view: View
) -> list[Field]:
    """Red, green and blue of a backdrop's pixels, 0 to 255, with the shadow of a product that covers these cells.

    A product without ground hangs before a wall and throws its shadow down to the right.
    """
    rows, columns = covered.shape
    down = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, columns, dtype=np.float32)[None, :]
    light = 1.015 - 0.045 * ((x + 0.25) ** 2 + (2 * down - 0.7) ** 2)
    dark = _standing(ground, view, covered) if ground else _hanging(covered, view)
    colours = BACKDROPS[name]
    return [
        # A shadow is a little bluer than what it falls on.
        enlarged((top + (bottom - top) * down) * light * (1 - np.float32(depth) * dark), CELL_PX)
        for top, bottom, depth in zip(colours.top, colours.bottom, (1.0, 0.985, 0.95), strict=True)
    ]


def _hanging(covered: Field, view: View) -> Field:
    unit = view.scale / CELL_PX
    near = blurred(_moved(covered, round(0.5 * unit), round(0.9 * unit)), 0.9 * unit)
    far = _very_soft(_moved(covered, round(1.6 * unit), round(2.8 * unit)), 3.2 * unit)
    return 0.24 * near + 0.18 * far


def _standing(ground: tuple[tuple[float, float, float, float], ...], view: View, covered: Field) -> Field:
    unit = view.scale / CELL_PX
    rows, columns = covered.shape
    x = np.arange(columns, dtype=np.float32)[None, :]
    y = np.arange(rows, dtype=np.float32)[:, None]
    dark = 0.10 * _very_soft(_moved(covered, round(1.2 * unit), round(1.6 * unit)), 3.4 * unit)
    for cx, cy, rx, ry in ground:
        px, py = view.seen(np.array([[cx, cy]]))[0] / CELL_PX
        wide, high = rx * unit * abs(view.squeeze), ry * unit
        away = ((x - np.float32(px)) / np.float32(wide)) ** 2 + ((y - np.float32(py)) / np.float32(high)) ** 2
        dark = dark + 0.42 * np.exp(-np.maximum(away - 0.55, 0) * 2.2) + 0.16 * np.exp(-away * 0.28)
    return np.asarray(np.minimum(dark, 0.75), dtype=np.float32)


def _very_soft(field: Field, sigma: float) -> Field:
    """A blur so wide that every other cell is enough."""
    rows, columns = field.shape
    halved = field.reshape(rows // 2, 2, columns // 2, 2).mean(axis=(1, 3), dtype=np.float32)
    return enlarged(blurred(halved, sigma / 2), 2)


def _moved(field: Field, dx: int, dy: int) -> Field:
    out = np.zeros_like(field)
    rows, columns = field.shape
    out[dy:, dx:] = field[: rows - dy, : columns - dx]
    return out
