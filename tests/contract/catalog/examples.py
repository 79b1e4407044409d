"""Products and generations as the tests of the catalogue need them."""

from __future__ import annotations

import hashlib
from typing import Any

from catalog.opening import Catalog
from core.generations import Generation, View
from core.products import Photo, Product

VIEW = View("image", "image", 8, "pocket", frozenset({"text", "photo", "product"}))


def photo(name: str, position: int = 0) -> Photo:
    return Photo(position, hashlib.sha256(name.encode()).hexdigest(), f"photos.zip:{name}.jpg")


def product(product_id: str, **changes: Any) -> Product:
    """A shirt with one photo."""
    fields: dict[str, Any] = {"title": f"Shirt {product_id}", "price": 10.0, "photos": (photo(product_id),)}
    return Product(id=product_id, **(fields | changes))


def products(count: int, prefix: str = "p") -> list[Product]:
    return [product(f"{prefix}{i:05}") for i in range(count)]


def generation(generation_id: str = "g1", **changes: Any) -> Generation:
    return Generation(generation_id, "default", (VIEW,), **changes)


def serve(catalog: Catalog, generation_id: str = "g1") -> None:
    """Add a generation and let it serve."""
    catalog.generations.add(generation(generation_id))
    catalog.generations.serve(generation_id)


def index_all(catalog: Catalog, generation_id: str = "g1", epoch: str = "") -> int:
    """Claim and complete until nothing waits; returns how many counted."""
    counted = 0
    while items := catalog.queue.claim(generation_id, "indexer", 100, 60):
        counted += catalog.queue.complete(generation_id, "indexer", items, epoch)
    return counted
