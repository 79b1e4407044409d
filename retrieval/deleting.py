"""Taking products out: they are gone from the catalogue at once, and leave the index soon after."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import NotFound
from retrieval.wiring import Vitrine


def delete_products(v: Vitrine, product_ids: Sequence[str]) -> int:
    """Delete products; they leave the index within seconds. Returns how many there were."""
    return v.catalog.products.delete(product_ids)


def delete_product(v: Vitrine, product_id: str) -> None:
    """Delete one product; raises `NotFound` when there is none."""
    if not v.catalog.products.delete([product_id]):
        raise NotFound("product", product_id)
