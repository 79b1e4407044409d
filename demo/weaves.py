"""Weaves: how much light each point of a cloth gives back, around 1, repeating at the tile's edges."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Grain = NDArray[np.float32]
_NOISE_PX = 256


@dataclass(frozen=True, slots=True)
class Weave:
    """The tile a weave is made for: pixels and sheet units per side."""

    size_px: int
    units: float

    def axis(self) -> Grain:
        """Places along one side, in sheet units."""
        return np.arange(self.size_px, dtype=np.float32) * np.float32(self.units / self.size_px)

    def waves(self, period: float) -> Grain:
        """A sine along one side; the period is rounded so that it repeats."""
        count = round(self.units / period)
        return np.asarray(np.sin(self.axis() * np.float32(2 * math.pi * count / self.units)), dtype=np.float32)

    def phase(self, period: float) -> Grain:
        """A saw tooth from 0 to 1 along one side."""
        count = round(self.units / period)
        return np.asarray(np.modf(self.axis() * np.float32(count / self.units))[0], dtype=np.float32)

    def noise(self, seed: int) -> Grain:
        """White noise of deviation 1."""
        chance = np.random.default_rng(seed)
        return self._spread(chance.standard_normal((_NOISE_PX, _NOISE_PX), dtype=np.float32))

    def clouds(self, seed: int, rounds: int) -> Grain:
        """Noise of deviation 1 smoothed so many times; each round doubles its reach."""
        field = np.random.default_rng(seed).standard_normal((_NOISE_PX, _NOISE_PX), dtype=np.float32)
        for power in range(rounds):
            step = 1 << power
            field = field + np.roll(field, step, 0)
            field = field + np.roll(field, step, 1)
        return self._spread(field / field.std())

    def fibres(self, seed: int, length_px: int) -> Grain:
        """Noise of deviation 1 drawn out sideways."""
        field = np.random.default_rng(seed).standard_normal((_NOISE_PX, _NOISE_PX // length_px), dtype=np.float32)
        wide = np.repeat(field, length_px, axis=1)
        wide = wide + np.roll(wide, length_px // 2, axis=1)
        return self._spread(wide / wide.std())

    def _spread(self, field: Grain) -> Grain:
        times = self.size_px // _NOISE_PX
        return np.tile(field, (times, times))


def _jersey(weave: Weave) -> Grain:
    return 1 + 0.018 * weave.noise(1) + 0.018 * weave.waves(0.55)


def _poplin(weave: Weave) -> Grain:
    return 1 + 0.016 * weave.noise(2)


def _linen(weave: Weave) -> Grain:
    return np.asarray(
        1 + 0.035 * weave.fibres(3, 16) + 0.035 * weave.fibres(4, 16).T + 0.02 * weave.noise(3), dtype=np.float32
    )


def _denim(weave: Weave) -> Grain:
    wave = weave.waves(0.62)
    rows = np.arange(weave.size_px)
    twill = wave[(rows[:, None] + rows) % weave.size_px]
    return np.asarray(1 + 0.08 * twill + 0.06 * weave.noise(5) + 0.05 * weave.fibres(6, 32).T, dtype=np.float32)


def _corduroy(weave: Weave) -> Grain:
    return 0.93 + 0.16 * np.abs(weave.waves(2.0)) + 0.03 * weave.noise(7)


def _stitches(weave: Weave, width: float, height: float, depth: float) -> Grain:
    across = np.abs(weave.phase(width) - 0.5) * 2
    rise = (weave.phase(height)[:, None] + 0.75 * across) % 1
    loops = np.sin(rise * np.float32(math.pi))
    gap = 1 - np.clip((across - 0.72) / 0.28, 0, 1) - np.clip((0.16 - across) / 0.16, 0, 1) * 0.6
    return np.asarray(1 - depth + depth * 1.55 * loops * gap, dtype=np.float32)


def _knit(weave: Weave) -> Grain:
    return _stitches(weave, 1.6, 1.25, 0.25) + 0.035 * weave.noise(8)


def _fine_knit(weave: Weave) -> Grain:
    return _stitches(weave, 0.8, 0.8, 0.10) + 0.025 * weave.noise(9)


def _rib(weave: Weave) -> Grain:
    return 0.97 + 0.12 * weave.waves(1.25) + 0.025 * weave.noise(10)


def _cable(weave: Weave) -> Grain:
    column = (weave.phase(10.0) - 0.5) * 10.0
    twist = np.sin(weave.axis() * np.float32(2 * math.pi / 8.0))[:, None]
    first = _strand(column - 1.15 * twist, 1.25)
    second = _strand(column + 1.15 * twist, 1.25)
    front = np.cos(weave.axis() * np.float32(2 * math.pi / 8.0))[:, None] > 0
    rope = np.where(front, np.where(first > 0.05, first, second), np.where(second > 0.05, second, first))
    beside = np.clip((np.abs(column) - 2.6) / 0.3, 0, 1) * 0.86
    return np.asarray(
        0.66 + 0.42 * np.maximum(rope, beside) + 0.06 * (_knit(weave) - 1) + 0.02 * weave.noise(8), dtype=np.float32
    )


def _strand(distance: Grain, half: float) -> Grain:
    return np.asarray(np.sqrt(np.clip(1 - (distance / half) ** 2, 0, 1)), dtype=np.float32)


def _tweed(weave: Weave) -> Grain:
    wave = weave.waves(0.8)
    rows = np.arange(weave.size_px)
    zigzag = np.abs((rows % (weave.size_px // 16)) - weave.size_px // 32)
    bones = wave[(rows[:, None] + zigzag) % weave.size_px]
    return np.asarray(1 + 0.13 * bones + 0.09 * weave.noise(11) + 0.05 * weave.clouds(12, 2), dtype=np.float32)


def _felt(weave: Weave) -> Grain:
    return 1 + 0.028 * weave.noise(13) + 0.025 * weave.clouds(14, 2)


def _fleece(weave: Weave) -> Grain:
    return 1 + 0.05 * weave.clouds(15, 3) + 0.03 * weave.clouds(17, 1)


def _nylon(weave: Weave) -> Grain:
    return 1 + 0.015 * weave.noise(16)


def _leather(weave: Weave) -> Grain:
    creases = np.exp(-np.abs(weave.clouds(18, 3)) * 5)
    return np.asarray(1.02 - 0.11 * creases + 0.02 * weave.noise(19), dtype=np.float32)


def _suede(weave: Weave) -> Grain:
    return 1 + 0.028 * weave.clouds(20, 4) + 0.022 * weave.noise(21)


def _canvas(weave: Weave) -> Grain:
    wave = weave.waves(0.8)
    return np.asarray(
        1 + 0.08 * wave[:, None] * wave + 0.045 * weave.fibres(22, 8) + 0.03 * weave.noise(22), dtype=np.float32
    )


def _straw(weave: Weave) -> Grain:
    over = weave.waves(2.0)
    strands = np.abs(weave.waves(2.0))
    flat = np.where(over[:, None] * over > 0, strands[:, None], strands)
    return np.asarray(0.78 + 0.3 * flat + 0.05 * weave.fibres(23, 8), dtype=np.float32)


def _brushed(weave: Weave) -> Grain:
    return 1 + 0.03 * weave.fibres(24, 64)


def _wood(weave: Weave) -> Grain:
    rings = np.sin(weave.axis()[:, None] * 2.2 + 1.6 * weave.fibres(25, 64))
    return np.asarray(1 + 0.05 * rings + 0.03 * weave.fibres(26, 32), dtype=np.float32)


# Weaves that look the same whichever way they lie.
EVEN_WEAVES = frozenset({"poplin", "felt", "fleece", "nylon", "leather", "suede", "linen", "canvas", "jersey"})

WEAVES: Mapping[str, Callable[[Weave], Grain]] = {
    "jersey": _jersey,
    "poplin": _poplin,
    "linen": _linen,
    "denim": _denim,
    "corduroy": _corduroy,
    "knit": _knit,
    "fine knit": _fine_knit,
    "rib": _rib,
    "cable": _cable,
    "tweed": _tweed,
    "felt": _felt,
    "fleece": _fleece,
    "nylon": _nylon,
    "leather": _leather,
    "suede": _suede,
    "canvas": _canvas,
    "straw": _straw,
    "brushed": _brushed,
    "wood": _wood,
}
