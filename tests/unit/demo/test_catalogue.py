"""The drawn shop."""

from __future__ import annotations

import io
from itertools import islice

import pytest
from PIL import Image, ImageChops

from core.incoming import parse_product
from demo.catalogue import drawn_products
from demo.drawing import COLOURS, PATTERNS, PHOTO_PX, Look, draw
from demo.silhouettes import SILHOUETTES


def test_every_record_is_a_product_with_one_photo() -> None:
    products = [parse_product(record) for record in drawn_products(40)]
    assert len({item.product.id for item in products}) == 40
    for item in products:
        photo = Image.open(io.BytesIO(item.photos[0].data))
        assert (photo.format, photo.mode, photo.size) == ("JPEG", "RGB", (PHOTO_PX, PHOTO_PX))


def test_a_title_says_what_is_drawn() -> None:
    for record in drawn_products(40):
        attributes = record["attributes"]
        title = record["title"].lower()
        assert title.startswith(attributes["colour"])
        assert title.endswith(f"for {attributes['for']}")
        assert attributes["pattern"] == "plain" or attributes["pattern"] in title
        assert "cannot be bought" in record["description"]


def test_the_same_seed_draws_the_same_shop() -> None:
    assert list(drawn_products(8, seed=3)) == list(drawn_products(8, seed=3))
    assert list(drawn_products(8, seed=3)) != list(drawn_products(8, seed=4))


def test_a_larger_shop_begins_with_the_smaller_one() -> None:
    assert list(islice(drawn_products(20), 5)) == list(drawn_products(5))


def test_a_few_hundred_products_show_every_kind_and_colour() -> None:
    records = list(drawn_products(300))
    assert {record["group_id"].removeprefix("demo-").split("-")[0] for record in records} >= {"shirt", "boots", "cap"}
    assert {record["attributes"]["colour"] for record in records} == set(COLOURS)
    assert len({(record["title"], record["description"]) for record in records}) > 290


@pytest.mark.parametrize("silhouette", sorted(SILHOUETTES))
def test_every_silhouette_is_filled_with_its_colour(silhouette: str) -> None:
    drawn = Image.open(io.BytesIO(draw(Look(silhouette, "red", "blue", "plain", seed=1))))
    red = sum(r > 150 and g < 90 and b < 90 for r, g, b in drawn.resize((64, 64)).get_flattened_data())
    assert 0.06 < red / 64**2 < 0.6


@pytest.mark.parametrize("pattern", sorted(set(PATTERNS) - {"plain"}))
def test_a_pattern_differs_from_plain_cloth(pattern: str) -> None:
    plain, patterned = (
        Image.open(io.BytesIO(draw(Look("shirt", "red", "white", name, seed=1)))) for name in ("plain", pattern)
    )
    assert ImageChops.difference(plain, patterned).getbbox() is not None
