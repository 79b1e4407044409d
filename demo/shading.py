"""Light on cloth: pieces are height fields, seen from the front and lit from the upper left."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Field = NDArray[np.float32]

# Towards the light: x to the right, y downwards, z towards the eye.
_LIGHT = (-0.38, -0.52, 0.765)
_AMBIENT = 0.42


def blurred(field: Field, sigma: float) -> Field:
    """Gaussian blur, with nothing beyond the edges; sigma in cells."""
    reach = max(1, round(2.6 * sigma))
    weights = np.exp(-0.5 * (np.arange(reach + 1, dtype=np.float32) / np.float32(sigma)) ** 2)
    weights /= 2 * weights.sum() - weights[0]
    return _smoothed(_smoothed(field, weights).T, weights).T


def _smoothed(field: Field, weights: Field) -> Field:
    """Each row the weighted sum of its neighbours."""
    total: Field = field * weights[0]
    for step in range(1, min(len(weights), len(field))):
        part = field * weights[step]
        total[step:] += part[:-step]
        total[:-step] += part[step:]
    return total


def slopes(height: Field) -> tuple[Field, Field]:
    """How steeply a height field rises to the right and downwards, per cell."""
    across = np.zeros_like(height)
    down = np.zeros_like(height)
    across[:, 1:-1] = (height[:, 2:] - height[:, :-2]) * 0.5
    down[1:-1] = (height[2:] - height[:-2]) * 0.5
    return across, down


def diffuse(across: Field, down: Field) -> Field:
    """Light a dull surface gives back; 1 where it faces the eye."""
    x, y, z = _LIGHT
    facing = (z - across * x - down * y) / np.sqrt(1 + across * across + down * down)
    return np.asarray(_AMBIENT + (1 - _AMBIENT) / z * np.maximum(facing, 0), dtype=np.float32)


def gleam(across: Field, down: Field, sharpness: float) -> Field:
    """Light a polished surface mirrors to the eye, 0 to 1 (Blinn's half-vector model)."""
    x, y, z = _LIGHT[0], _LIGHT[1], _LIGHT[2] + 1
    length = math.sqrt(x * x + y * y + z * z)
    facing = (z - across * x - down * y) / (length * np.sqrt(1 + across * across + down * down))
    return np.asarray(np.clip(facing, 0, 1) ** sharpness, dtype=np.float32)


def enlarged(field: Field, times: int) -> Field:
    """The field with so many times the rows and columns, interpolated linearly; at its edges it goes on as it is."""
    # The smaller array is the one that is turned.
    wide = np.ascontiguousarray(_stretched(field.T, times).T)
    return _stretched(wide, times)


def _stretched(field: Field, times: int) -> Field:
    """Each row turned into so many."""
    padded = np.concatenate([field[:1], field, field[-1:]])
    out = np.empty((len(field) * times, field.shape[1]), dtype=np.float32)
    for step in range(times):
        # Where the new row lies between two old ones, measured from their middles.
        share = (step + 0.5) / times + 0.5
        first = int(share)
        above, below = padded[first : first + len(field)], padded[first + 1 : first + 1 + len(field)]
        out[step::times] = above + (below - above) * np.float32(share - first)
    return out


def ridges(shape: tuple[int, int], marks: list[tuple[NDArray[np.float64], float]]) -> Field:
    """Outlines filled with a height each, later ones over earlier ones; points in cells."""
    sheet = Image.new("F", (shape[1], shape[0]))
    pen = ImageDraw.Draw(sheet)
    for points, height in marks:
        pen.polygon(points.ravel().tolist(), fill=height)
    return np.array(sheet, dtype=np.float32)


def crumpled(shape: tuple[int, int], cells: tuple[float, float], seed: int) -> Field:
    """Smooth chance hills of deviation about 1, about so many cells (across, down) wide."""
    chance = np.random.default_rng(seed)
    total: Field = np.zeros(shape, dtype=np.float32)
    for octave, weight in ((1.0, 0.85), (0.45, 0.4)):
        rows = max(2, round(shape[0] / (cells[1] * octave)) + 3)
        columns = max(2, round(shape[1] / (cells[0] * octave)) + 3)
        coarse = Image.fromarray(chance.standard_normal((rows, columns), dtype=np.float32))
        fine = coarse.resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
        total += np.float32(weight) * np.asarray(fine, dtype=np.float32)
    return total
