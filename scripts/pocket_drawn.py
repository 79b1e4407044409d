"""Drawn products for training, of another seed than the demo's, so that the demo's own are never trained on."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from demo.catalogue import plan
from demo.looks import DrawnProduct
from demo.studio import photo
from scripts.pocket_data import PHOTO_SIZE, Pixels, Product, fit_photo

SEED = 1007
SHOTS_MAX = 2
# What the fashion data call the same things; other categories are types of their own.
ARTICLE_TYPES = {
    "t-shirts": "tshirts",
    "jumpers": "sweaters",
    "sneakers": "casual shoes",
    "ballet flats": "flats",
    "clutches": "clutches",
    "travel bags": "duffel bag",
    "hats": "hat",
    "necklaces": "necklace and chains",
    "rings": "ring",
    "bracelets": "bracelet",
}
GENDERS = {"women": "Women", "men": "Men", "everyone": "Unisex"}


@dataclass(frozen=True, slots=True)
class DrawnSet:
    """Drawn products, one row per photo; uint8 (n, height, width, 3)."""

    products: list[Product]
    photos: Pixels


def read_drawn(count: int, kept: Path) -> DrawnSet:
    """So many drawn products with up to `SHOTS_MAX` photos each.

    They are drawn once and kept in a file with their words, so that a run goes on with what it began with, even when
    the catalogue has changed meanwhile; remove the file to draw anew.
    """
    if kept.exists():
        with np.load(kept) as found:
            return DrawnSet([Product(**row) for row in json.loads(str(found["products"]))], found["photos"])
    products = plan(count, SEED)
    rows = [as_product(product) for product in products for _ in product.shots[:SHOTS_MAX]]
    photos = np.empty((len(rows), *PHOTO_SIZE, 3), dtype=np.uint8)
    for row, pixels in enumerate(_draw(products)):
        photos[row] = pixels
    np.savez(kept, photos=photos, products=json.dumps([asdict(row) for row in rows]))
    return DrawnSet(rows, photos)


def as_product(drawn: DrawnProduct) -> Product:
    """A drawn product as training sees it, with the fashion data's names for its type and gender."""
    record = drawn.record
    attributes = record["attributes"]
    category = record["category"].lower()
    facts = {name: str(attributes[name]) for name in ("colour", "shade", "pattern", "material")}
    facts |= {"title": record["title"], "brand": record["brand"], "gender": GENDERS[attributes["for"]]}
    facts["article_type"] = ARTICLE_TYPES.get(category, category)
    product = Product(drawn.id, record["title"], record["category"], attributes, facts)
    return replace(product, kind=category, maker=record["brand"], description=record["description"])


def _draw(products: list[DrawnProduct]) -> Iterator[Pixels]:
    for product in products:
        for shot in product.shots[:SHOTS_MAX]:
            with Image.open(io.BytesIO(photo(shot))) as picture:
                yield fit_photo(picture.convert("RGB"))
