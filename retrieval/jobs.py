"""Bringing products up to date by hand: failed ones are tried again, deleted ones leave the index."""

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


def retry_failed(v: Vitrine, product_ids: Sequence[str] | None = None) -> int:
    """Queue failed products again, all or these; returns how many."""
    return v.catalog.products.retry_failed(product_ids)
