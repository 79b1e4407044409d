"""What a drawing is made of: pieces of cloth, leather or metal, from the back to the front."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from demo.cloth import Cloth
from demo.curves import Points, mirrored, moved


@dataclass(frozen=True, slots=True)
class Fold:
    """A ridge (positive height) or a crease (negative) along a line, thin at both ends; lengths in sheet units."""

    middle: Points
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Seam:
    """A thin line on a piece.

    Attributes
    ----------
    tone: -1 is black, 1 is twice as light as the cloth.
    dash: length of a stitch in sheet units, 0 for an unbroken line.
    """

    middle: Points
    width: float = 0.22
    tone: float = -0.3
    dash: float = 0.0


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece, in front of everything before it.

    Attributes
    ----------
    shapes: outlines filled alike; a button row is one piece.
    holes: outlines cut out.
    grain: degrees by which the cloth lies turned.
    puff, puff_width: how steep its rim is rounded (0 flat, 1 a cushion), and over which width.
    lift: how strong a shadow it throws on what is behind, 0 to 1.
    rim: how much darker its edge is, 0 to 1.
    shade: light that falls on all of it, 1 for full.
    bow: by how much patterns sag in its middle, in sheet units.
    wrinkles: strength of chance wrinkles.
    fade: darkening towards the bottom (positive) or the top (negative).
    soft: over which width its edge fades into what is behind; 0 for a sharp edge.
    """

    shapes: tuple[Points, ...]
    cloth: Cloth
    holes: tuple[Points, ...] = ()
    grain: float = 0.0
    puff: float = 0.5
    puff_width: float = 1.6
    folds: tuple[Fold, ...] = ()
    seams: tuple[Seam, ...] = ()
    lift: float = 0.0
    rim: float = 0.25
    shade: float = 1.0
    bow: float = 0.0
    wrinkles: float = 0.0
    fade: float = 0.0
    soft: float = 0.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """A product, drawn.

    Attributes
    ----------
    ground: ellipses (centre x, centre y, radius x, radius y) on which it stands; empty when it hangs or lies flat.
    """

    pieces: tuple[Piece, ...]
    ground: tuple[tuple[float, float, float, float], ...] = field(default=())


def mirror_piece(piece: Piece, axis_x: float = 50.0) -> Piece:
    """The same on the other side."""
    return replace(
        piece,
        shapes=tuple(mirrored(shape, axis_x) for shape in piece.shapes),
        holes=tuple(mirrored(hole, axis_x) for hole in piece.holes),
        folds=tuple(replace(fold, middle=mirrored(fold.middle, axis_x)) for fold in piece.folds),
        seams=tuple(replace(seam, middle=mirrored(seam.middle, axis_x)) for seam in piece.seams),
        grain=-piece.grain,
    )


def move_piece(piece: Piece, dx: float, dy: float, shade: float = 1.0) -> Piece:
    """The same somewhere else, in less light."""
    return replace(
        piece,
        shapes=tuple(moved(shape, dx, dy) for shape in piece.shapes),
        holes=tuple(moved(hole, dx, dy) for hole in piece.holes),
        folds=tuple(replace(fold, middle=moved(fold.middle, dx, dy)) for fold in piece.folds),
        seams=tuple(replace(seam, middle=moved(seam.middle, dx, dy)) for seam in piece.seams),
        shade=piece.shade * shade,
    )
