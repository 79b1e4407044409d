"""Painting pieces onto a photo."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from demo.cloth import TILE_PX_PER_UNIT, TILE_UNITS, Cloth, printed, woven
from demo.curves import SHEET_HEIGHT, SHEET_WIDTH, Points, lens
from demo.pieces import Drawing, Piece
from demo.shading import Field, blurred, crumpled, diffuse, enlarged, gleam, ridges, slopes
from demo.weaves import EVEN_WEAVES

WIDTH_PX, HEIGHT_PX = 640, 800
PX_PER_UNIT = WIDTH_PX / SHEET_WIDTH
# Light changes slowly, so it is computed on cells of so many pixels.
CELL_PX = 4
_JPEG_QUALITY = 86
_SPARE_CELLS = 96
# How far, in sheet units, a pattern is moved by a slope of one.
_FOLLOW_UNITS = 1.1
# From this zoom on a photo is a close look.
_CLOSE = 1.6
# How much of a change in light red, green and blue follow.
_ANSWER = (0.93, 0.92, 0.88)
# And by how much more, of 255, so that dark cloth answers to light at all.
_SHEEN = np.float32(20)


@dataclass(frozen=True, slots=True)
class View:
    """From where a product is seen.

    Attributes
    ----------
    zoom: 1 shows the whole sheet.
    centre: the sheet point in the middle of the photo.
    degrees: by how much the product is turned clockwise.
    squeeze: below 1 it is seen from the side; negative mirrors it.
    """

    zoom: float = 1.0
    centre: tuple[float, float] = (SHEET_WIDTH / 2, SHEET_HEIGHT / 2)
    degrees: float = 0.0
    squeeze: float = 1.0

    @property
    def scale(self) -> float:
        """Pixels per sheet unit."""
        return PX_PER_UNIT * self.zoom

    def matrix(self) -> NDArray[np.float64]:
        """From sheet units to pixels, without the shift."""
        angle = math.radians(self.degrees)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        return np.asarray(turn @ np.diag([self.squeeze, 1.0]) * self.scale)

    def seen(self, points: Points) -> Points:
        """Sheet points as pixels."""
        return np.asarray((points - self.centre) @ self.matrix().T + (WIDTH_PX / 2, HEIGHT_PX / 2))


@dataclass(frozen=True, slots=True)
class _Cut:
    """A piece as it lies on the photo.

    Attributes
    ----------
    box: left, top, right, bottom in pixels, in whole cells.
    mask, cells: how much of each pixel and of each cell it covers, 0 to 1.
    """

    piece: Piece
    box: tuple[int, int, int, int]
    mask: Field
    cells: Field

    @property
    def size(self) -> tuple[int, int]:
        return self.box[2] - self.box[0], self.box[3] - self.box[1]

    def cell_box(self) -> tuple[slice, slice]:
        left, top, right, bottom = (edge // CELL_PX for edge in self.box)
        return slice(top, bottom), slice(left, right)


class Painter:
    """Paints one drawing; every use is for one photo."""

    def __init__(self, drawing: Drawing, view: View, seed: int) -> None:
        self._drawing = drawing
        self._view = view
        self._seed = seed
        # A close look needs finer tiles.
        self._tile_px_per_unit = TILE_PX_PER_UNIT * (1 if view.zoom < _CLOSE else 2)
        self._printed: dict[Cloth, tuple[Field, Field, Field]] = {}
        self._woven: dict[str, Field] = {}
        self._crumpled: Field | None = None
        self._cuts = [cut for piece in drawing.pieces if (cut := self._cut(piece)) is not None]

    def coverage(self) -> Field:
        """How much of each cell of the photo the product covers, 0 to 1."""
        covered = np.zeros((HEIGHT_PX // CELL_PX, WIDTH_PX // CELL_PX), dtype=np.float32)
        for cut in self._cuts:
            place = cut.cell_box()
            np.maximum(covered[place], cut.cells * np.float32(cut.piece.cloth.opacity), out=covered[place])
        return covered

    def paint(self, photo: list[Field]) -> bytes:
        """The product painted over a backdrop (red, green and blue of each pixel, 0 to 255), as a JPEG."""
        for number, cut in enumerate(self._cuts):
            if cut.piece.lift:
                self._throw_shadow(photo, cut)
            self._paint(photo, cut, self._seed + number)
        bands = [Image.fromarray(np.clip(band, 0, 255, out=band).round(out=band).astype(np.uint8)) for band in photo]
        out = io.BytesIO()
        Image.merge("RGB", bands).save(out, "JPEG", quality=_JPEG_QUALITY)
        return out.getvalue()

    def _cut(self, piece: Piece) -> _Cut | None:
        shapes = [self._view.seen(shape) for shape in piece.shapes]
        holes = [self._view.seen(hole) for hole in piece.holes]
        corners = np.vstack(shapes)
        low, high = corners.min(axis=0), corners.max(axis=0)
        margin = CELL_PX + 2.5 * piece.soft * self._view.scale
        left, top = (max(0, int(edge - margin) // CELL_PX * CELL_PX) for edge in low)
        right = min(WIDTH_PX, -(int(-high[0] - margin) // CELL_PX) * CELL_PX)
        bottom = min(HEIGHT_PX, -(int(-high[1] - margin) // CELL_PX) * CELL_PX)
        if right - left < 2 * CELL_PX or bottom - top < 2 * CELL_PX:
            return None
        sheet = Image.new("L", (2 * (right - left), 2 * (bottom - top)))
        pen = ImageDraw.Draw(sheet)
        for group, fill in ((shapes, 255), (holes, 0)):
            for shape in group:
                pen.polygon(((shape - (left, top)) * 2).ravel().tolist(), fill=fill)
        mask = sheet.reduce(2)
        return _Cut(piece, (left, top, right, bottom), _shares(mask), _shares(mask.reduce(CELL_PX)))

    def _throw_shadow(self, photo: list[Field], cut: _Cut) -> None:
        left, top, right, bottom = cut.box
        reach = max(8, round(2.2 * self._view.scale / CELL_PX) * CELL_PX)
        x0, y0 = max(0, left - reach), max(0, top - reach)
        x1, y1 = min(WIDTH_PX, right + reach), min(HEIGHT_PX, bottom + reach)
        shape = ((y1 - y0) // CELL_PX, (x1 - x0) // CELL_PX)
        field = np.zeros(shape, dtype=np.float32)
        drop = max(1, round(0.5 * self._view.scale / CELL_PX))
        cells = cut.cells
        row, column = (top - y0) // CELL_PX + drop, (left - x0) // CELL_PX + drop
        height, width = min(cells.shape[0], shape[0] - row), min(cells.shape[1], shape[1] - column)
        if height <= 0 or width <= 0:
            return
        field[row : row + height, column : column + width] = cells[:height, :width]
        soft = blurred(field, 0.75 * self._view.scale / CELL_PX)
        dark = 1 - np.float32(0.55 * cut.piece.lift) * enlarged(soft, CELL_PX)
        for band in photo:
            band[y0:y1, x0:x1] *= dark

    def _paint(self, photo: list[Field], cut: _Cut, seed: int) -> None:
        left, top, right, bottom = cut.box
        light, shine, across, down = self._light(cut, seed)
        relief = enlarged(light, CELL_PX)
        if cut.piece.seams:
            relief = relief * self._ink(cut)
        places = self._places(cut, across, down)
        weave = self._weave(cut, places)
        relief = relief * weave - 1 if weave is not None else relief - 1
        gleams = None if shine is None else enlarged(shine, CELL_PX) * np.float32(255)
        share = self._share(cut)
        colours = self._colours(cut.piece.cloth, places)
        for band, colour, answer in zip(photo, colours, _ANSWER, strict=True):
            painted = relief * (colour * np.float32(answer) + _SHEEN)
            painted += colour
            if gleams is not None:
                painted += gleams
            place = band[top:bottom, left:right]
            painted -= place
            painted *= share
            place += painted

    def _share(self, cut: _Cut) -> Field:
        """How much of each pixel the piece covers, 0 to 1."""
        opacity = np.float32(cut.piece.cloth.opacity)
        if not cut.piece.soft:
            return cut.mask if opacity == 1 else cut.mask * opacity
        soft = blurred(cut.cells, cut.piece.soft * self._view.scale / CELL_PX)
        return enlarged(soft, CELL_PX) * opacity

    def _light(self, cut: _Cut, seed: int) -> tuple[Field, Field | None, Field, Field]:
        piece, scale = cut.piece, self._view.scale / CELL_PX
        cells = cut.cells
        sigma = max(0.8, piece.puff_width * scale)
        rounded = _rounded(cut, sigma)
        # Times its own width, so that the slope at the rim depends on `puff` alone.
        height = np.float32(2.2 * piece.puff * sigma) * rounded
        if piece.folds:
            height += self._folds(cut, cells.shape)
        if piece.wrinkles:
            height += np.float32(piece.wrinkles * 1.1 * scale) * self._hills(cells.shape, seed)
        across, down = slopes(height)
        light = diffuse(across, down) * np.float32(piece.shade)
        if piece.rim:
            light *= 1 - np.float32(piece.rim) * (2 - np.clip(2 * rounded, 1, 2))
        if piece.fade:
            light *= np.linspace(1, 1 - piece.fade, len(light), dtype=np.float32)[:, None]
        gloss = piece.cloth.gloss
        shine = np.float32(0.6 * gloss) * gleam(across, down, 14 + 46 * gloss) if gloss else None
        return light, shine, across, down

    def _hills(self, shape: tuple[int, ...], seed: int) -> Field:
        """Chance wrinkles: every piece has its own part of one field that is larger than the photo."""
        if self._crumpled is None:
            scale = self._view.scale / CELL_PX
            rows, columns = HEIGHT_PX // CELL_PX + _SPARE_CELLS, WIDTH_PX // CELL_PX + _SPARE_CELLS
            self._crumpled = crumpled((rows, columns), (6 * scale, 9 * scale), self._seed)
        top, left = seed * 37 % _SPARE_CELLS, seed * 53 % _SPARE_CELLS
        return self._crumpled[top : top + shape[0], left : left + shape[1]]

    def _folds(self, cut: _Cut, shape: tuple[int, int]) -> Field:
        scale = self._view.scale / CELL_PX
        corner = np.array([cut.box[0], cut.box[1]])
        total: Field = np.zeros(shape, dtype=np.float32)
        by_width: dict[float, list[tuple[NDArray[np.float64], float]]] = {}
        for fold in cut.piece.folds:
            outline = (self._view.seen(lens(fold.middle, fold.width)) - corner) / CELL_PX
            by_width.setdefault(fold.width, []).append((outline, fold.height))
        for width, marks in by_width.items():
            total += blurred(ridges(shape, marks), max(0.8, 0.36 * width * scale)) * np.float32(scale)
        return total

    def _ink(self, cut: _Cut) -> Field:
        """Seams as a factor of light."""
        corner = np.array([cut.box[0], cut.box[1]])
        sheet = Image.new("L", (2 * cut.size[0], 2 * cut.size[1]), 128)
        pen = ImageDraw.Draw(sheet)
        for seam in cut.piece.seams:
            points = (self._view.seen(seam.middle) - corner) * 2
            width = max(2, round(2 * seam.width * self._view.scale))
            for stretch in _dashes(points, seam.dash * self._view.scale * 2):
                pen.line(stretch, fill=round(128 + 127 * seam.tone), width=width, joint="curve")
        return np.asarray(sheet.reduce(2), dtype=np.float32) * np.float32(1 / 128)

    def _colours(self, cloth: Cloth, places: _Places | None) -> tuple[Field | np.float32, ...]:
        """Red, green and blue of each pixel, 0 to 255, or one number each where they are the same everywhere."""
        if cloth.pattern == "plain" or places is None:
            return tuple(np.float32(part) for part in cloth.colour)
        if cloth not in self._printed:
            self._printed[cloth] = printed(cloth, self._tile_px_per_unit)
        bands = self._printed[cloth]
        at = places.on_tile(len(bands[0]))
        return tuple(band.take(at) for band in bands)

    def _weave(self, cut: _Cut, places: _Places | None) -> Field | None:
        """The light each pixel's weave gives back, around 1."""
        name = cut.piece.cloth.weave
        if name == "smooth":
            return None
        if name not in self._woven:
            self._woven[name] = woven(name, self._tile_px_per_unit)
        sheet = self._woven[name]
        if places is not None and name not in EVEN_WEAVES:
            return sheet.take(places.on_tile(len(sheet)))
        # Without a direction nobody sees whether it is turned.
        step = self._tile_px_per_unit / self._view.scale
        rows, columns = (
            (np.arange(start, end) * step).astype(np.int64) % len(sheet)
            for start, end in ((cut.box[1], cut.box[3]), (cut.box[0], cut.box[2]))
        )
        return sheet[rows][:, columns]

    def _places(self, cut: _Cut, across: Field, down: Field) -> _Places | None:
        """Where each pixel lies on the cloth; None where that makes no difference."""
        piece, fine = cut.piece, self._tile_px_per_unit
        cloth = piece.cloth
        if cloth.pattern == "plain" and (cloth.weave == "smooth" or cloth.weave in EVEN_WEAVES):
            return None
        left, top, right, bottom = cut.box
        angle = math.radians(piece.grain)
        turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        to_cloth = turn @ np.linalg.inv(self._view.matrix()) * fine
        # The middles of the cells; between them cloth is as good as straight.
        x = np.arange(left, right, CELL_PX, dtype=np.float32) + np.float32(CELL_PX / 2 - 0.5 - WIDTH_PX / 2)
        y = np.arange(top, bottom, CELL_PX, dtype=np.float32)[:, None] + np.float32(CELL_PX / 2 - 0.5 - HEIGHT_PX / 2)
        # Enough whole tiles are added to keep every place positive.
        centre = turn @ np.asarray(self._view.centre) * fine + 16 * TILE_UNITS * fine
        follow = np.float32(_FOLLOW_UNITS * fine)
        u = to_cloth[0, 1] * y + (to_cloth[0, 0] * x + centre[0]) + follow * across
        v = to_cloth[1, 1] * y + (to_cloth[1, 0] * x + centre[1]) + follow * down
        if piece.bow:
            middle = (left + right) / 2 - WIDTH_PX / 2
            v = v - piece.bow * fine * (1 - ((x - middle) / ((right - left) / 2)) ** 2)
        rows, columns = (enlarged(field.astype(np.float32), CELL_PX).astype(np.int32) for field in (v, u))
        return _Places(rows, columns)


@dataclass(frozen=True, slots=True)
class _Places:
    """Rows and columns of each pixel on a cloth without end, in a tile's pixels, never negative."""

    rows: NDArray[np.int32]
    columns: NDArray[np.int32]

    def on_tile(self, side: int) -> NDArray[np.int32]:
        """The same on a square tile whose side is a power of two, counted row by row."""
        at = self.rows & (side - 1)
        at *= side
        at += self.columns & (side - 1)
        return at


def _rounded(cut: _Cut, sigma: float) -> Field:
    """A piece's cells, blurred; where the photo ends the piece goes on."""
    left, top, right, bottom = cut.box
    if left > 0 and top > 0 and right < WIDTH_PX and bottom < HEIGHT_PX:
        return blurred(cut.cells, sigma)
    spare = math.ceil(3 * sigma)
    return blurred(np.pad(cut.cells, spare, mode="edge"), sigma)[spare:-spare, spare:-spare]


def _shares(mask: Image.Image) -> Field:
    return np.asarray(mask, dtype=np.float32) * np.float32(1 / 255)


def _dashes(points: Points, dash_px: float) -> list[list[float]]:
    if dash_px <= 0:
        return [points.ravel().tolist()]
    steps = np.hypot(*np.diff(points, axis=0).T)
    at = np.concatenate([[0.0], np.cumsum(steps)])
    starts = np.arange(0, at[-1], 1.7 * dash_px)
    ends = np.minimum(starts + dash_px, at[-1])
    xs = (np.interp(starts, at, points[:, 0]), np.interp(ends, at, points[:, 0]))
    ys = (np.interp(starts, at, points[:, 1]), np.interp(ends, at, points[:, 1]))
    return [[float(a), float(b), float(c), float(d)] for a, b, c, d in zip(xs[0], ys[0], xs[1], ys[1], strict=True)]
