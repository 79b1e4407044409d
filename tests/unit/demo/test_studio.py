"""The photos of the drawn shop."""

from __future__ import annotations

import io
import multiprocessing
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from core.incoming import parse_product
from demo.backdrop import BACKDROPS
from demo.catalogue import drawn_products, plan
from demo.colours import SHADES
from demo.kinds.all_kinds import KINDS
from demo.kinds.kind import names
from demo.looks import DrawnProduct, Look, Shot
from demo.painting import HEIGHT_PX, WIDTH_PX
from demo.patterns import PATTERNS
from demo.studio import VIEWS, drawn_in_parallel, photo, photos

# Lamps glow, and the colour of jewellery is its metal's, which mirrors; both are shown by their parts.
_NOT_MOSTLY_ITS_COLOUR = {"lamp", "glasses", "sunglasses", "ring", "necklace", "earrings", "bracelet"}


def test_records_come_with_their_photos() -> None:
    for product, record in zip(plan(3), drawn_products(3), strict=True):
        item = parse_product(record)
        assert item.product.id == product.id
        assert [one.data for one in item.photos] == photos(product)
        for one in item.photos:
            picture = Image.open(io.BytesIO(one.data))
            assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (WIDTH_PX, HEIGHT_PX))


def test_the_same_product_is_drawn_the_same_and_no_photo_comes_twice() -> None:
    products = plan(6)
    first = [data for product in products for data in photos(product)]
    assert first == [data for product in plan(6) for data in photos(product)]
    assert len(set(first)) == len(first)


def test_several_processes_draw_what_one_draws_in_the_same_order() -> None:
    products = plan(8)
    drawn = list(drawn_in_parallel(products, 2))
    assert [product for product, _ in drawn] == products
    assert [data for _, data in drawn] == [photos(product) for product in products]


def test_closing_the_iterator_ends_the_processes() -> None:
    drawing: Iterator[tuple[DrawnProduct, list[bytes]]] = drawn_in_parallel(plan(200), 2)
    next(drawing)
    drawing.close()  # type: ignore[attr-defined]  # It is a generator.
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("kind", sorted(set(KINDS) - _NOT_MOSTLY_ITS_COLOUR))
def test_a_kind_is_drawn_in_its_shade_before_any_backdrop(kind: str) -> None:
    make = KINDS[kind].make
    shade = "forest green" if "forest green" in names(make.shades) else names(make.shades)[0]
    look = Look(kind, shade, "white", "plain", names(make.materials)[0], names(make.cuts)[0], style=5)
    assert _nearest_shades(photo(Shot(look, "front", "white", 1)), shade) > 0.03


@pytest.mark.parametrize("shade", sorted(SHADES))
def test_every_shade_is_seen_as_its_basic_colour(shade: str) -> None:
    look = Look("mug", shade, "white", "plain", "stoneware", "", style=5)
    assert _nearest_shades(photo(Shot(look, "front", "white", 1)), shade) > 0.08


@pytest.mark.parametrize("pattern", sorted(PATTERNS))
def test_a_pattern_shows_both_colours(pattern: str) -> None:
    look = Look("shirt", "navy", "white", pattern, "cotton", "", style=5)
    patterned = _middle(photo(Shot(look, "front", "warm", 1)))
    assert (patterned.mean(axis=2) < 90).mean() > 0.2
    assert (patterned.mean(axis=2) > 140).mean() > 0.03


@pytest.mark.parametrize("name", sorted(name for name, kind in KINDS.items() if kind.make.cuts))
def test_every_cut_has_an_outline_of_its_own(name: str) -> None:
    make = KINDS[name].make
    material = names(make.materials)[0]
    drawings = [
        KINDS[name].draw(Look(name, "black", "white", "plain", material, cut, 3)) for cut in set(names(make.cuts))
    ]
    outlines = {b"".join(shape.tobytes() for piece in one.pieces for shape in piece.shapes) for one in drawings}
    assert len(outlines) == len(drawings) > 1


@pytest.mark.parametrize("view", sorted(set(VIEWS) - {"front"}))
def test_another_view_shows_something_else(view: str) -> None:
    look = plan(1)[0].shots[0].look
    front, other = (photo(Shot(look, name, "grey", 1)) for name in ("front", view))
    assert np.abs(_pixels(front) - _pixels(other)).mean() > 3


def test_backdrops_differ() -> None:
    look = plan(1)[0].shots[0].look
    corners = {tuple(_pixels(photo(Shot(look, "front", name, 1)))[4, 4].astype(int)) for name in BACKDROPS}
    assert len(corners) == len(BACKDROPS)


def _pixels(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(Image.open(io.BytesIO(data)).reduce(8), dtype=np.float64)


def _middle(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    picture = Image.open(io.BytesIO(data))
    return np.asarray(picture.crop((240, 300, 400, 520)), dtype=np.float64)


def _nearest_shades(data: bytes, shade: str) -> float:
    """The share of the photo that is nearer to a shade of the same basic colour than to any other."""
    pixels = _pixels(data).reshape(-1, 3)
    listed = list(SHADES.values())
    away = ((pixels[:, None, :] - np.array([one.rgb for one in listed])) ** 2).sum(axis=2)
    same = np.array([one.basic == SHADES[shade].basic for one in listed])
    return float(same[away.argmin(axis=1)].mean())
