"""The photo studio: products before a backdrop, one after another or in several processes."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process

import numpy as np

from demo.backdrop import backdrop
from demo.kinds.all_kinds import KINDS
from demo.looks import DrawnProduct, Look, Shot
from demo.painting import HEIGHT_PX, WIDTH_PX, Painter, View
from demo.pieces import Drawing

__all__ = ["DrawnProduct", "Look", "Shot", "drawn_in_parallel", "photo", "photos"]

# "front" shows all of it, "turned" from another side, "close" the cloth.
VIEWS = ("front", "turned", "close")
# How much of a photo's width and height a product takes up at most.
_FILL = (0.89, 0.88)
_ZOOM_MAX = 1.5
# So few that closing waits hardly for what is being drawn, so many that handing them over costs nothing.
_BATCH = 2
_AHEAD = 8
# Drawing takes what searches and indexing leave.
NICENESS = 10
# Of glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT_BYTES = 256 * 1024 * 1024


def photos(product: DrawnProduct) -> list[bytes]:
    """Every photo of a product, as JPEGs; the same product gives the same bytes."""
    return [photo(shot) for shot in product.shots]


def photo(shot: Shot) -> bytes:
    """One photo, as a JPEG."""
    drawing = KINDS[shot.look.kind].draw(shot.look)
    view = _view(shot, drawing)
    painter = Painter(drawing, view, shot.seed)
    return painter.paint(backdrop(shot.backdrop, painter.coverage(), drawing.ground, view))


def drawn_in_parallel(
    products: Sequence[DrawnProduct], processes: int
) -> Generator[tuple[DrawnProduct, list[bytes]], None, None]:
    """Every product with its photos, in order, drawn by so many processes.

    Closing the iterator ends the processes; what they are drawing just then is lost.
    """
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_settle_in)
    try:
        waiting: deque[tuple[tuple[DrawnProduct, ...], Future[list[list[bytes]]]]] = deque()
        for batch in _batches(products):
            waiting.append((batch, pool.submit(_drawn, batch)))
            # A few batches ahead keep every process busy without holding all photos in memory.
            if len(waiting) > _AHEAD * processes:
                yield from _paired(*waiting.popleft())
        while waiting:
            yield from _paired(*waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def _batches(products: Sequence[DrawnProduct]) -> Iterator[tuple[DrawnProduct, ...]]:
    for start in range(0, len(products), _BATCH):
        yield tuple(products[start : start + _BATCH])


def _paired(
    batch: tuple[DrawnProduct, ...], drawn: Future[list[list[bytes]]]
) -> Iterator[tuple[DrawnProduct, list[bytes]]]:
    yield from zip(batch, drawn.result(), strict=True)


def _drawn(batch: tuple[DrawnProduct, ...]) -> list[list[bytes]]:
    return [photos(product) for product in batch]


def _settle_in() -> None:
    """A Ctrl-C is the parent's to hear, and its end is this process's end as well, however it came about."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    _keep_freed_memory()
    threading.Thread(target=_end_with_the_parent, name="parent", daemon=True).start()


def _keep_freed_memory() -> None:
    """Have glibc keep the memory of freed arrays: giving it back and faulting it in costs a fifth of the drawing."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _KEPT_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)


def _end_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        # Nobody reads what is being drawn, and the pool would wait for work for ever.
        os._exit(0)


def _view(shot: Shot, drawing: Drawing) -> View:
    """All of the product within the photo, but for a close look."""
    chance = random.Random(shot.seed)
    corners = np.vstack([shape for piece in drawing.pieces for shape in piece.shapes])
    low, high = corners.min(axis=0), corners.max(axis=0)
    centre = (float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2)
    degrees, squeeze = _turn(shot.view, bool(drawing.ground), chance)
    wide, tall = np.ptp(View(1.0, centre, degrees, squeeze).seen(corners), axis=0)
    zoom = min(_FILL[0] * WIDTH_PX / wide, _FILL[1] * HEIGHT_PX / tall, _ZOOM_MAX)
    if shot.view == "close":
        across, down = (high - low).tolist()
        spot = (centre[0] + across * chance.uniform(-0.12, 0.12), centre[1] + down * chance.uniform(-0.15, 0.08))
        return View(zoom * chance.uniform(2.0, 2.5), spot, degrees, squeeze)
    return View(zoom * chance.uniform(0.96, 1.0), centre, degrees, squeeze)


def _turn(view: str, stands: bool, chance: random.Random) -> tuple[float, float]:
    """Degrees by which the product is turned, and how much it is squeezed; what stands does not lean."""
    if view == "turned" and stands:
        return 0.0, -chance.uniform(0.82, 0.95)
    if view == "turned":
        return chance.choice((-1, 1)) * chance.uniform(5, 10), chance.uniform(0.86, 0.93)
    if view == "close":
        return chance.uniform(-6, 6), 1.0
    return 0.0 if stands else chance.uniform(-1.2, 1.2), 1.0
