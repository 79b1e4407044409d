"""Point ids. Qdrant takes whole numbers and UUIDs only, so ids are derived from shop and product."""

from __future__ import annotations

from uuid import UUID, uuid5

_NAMESPACE = UUID("0d3f5c86-6f0e-5b0e-9a53-7c1f2f8f6b11")
# A shop's name is a plain identifier, so this character keeps ("a", "bc") and ("ab", "c") apart.
_SEPARATOR = "\x1f"


def point_id(shop: str, product_id: str) -> str:
    """The UUIDv5 under which a product's point lies in every collection of its shop.

    >>> point_id("default", "15970")
    '9b751ab2-584b-58bd-b42d-a256a4008320'
    """
    return str(uuid5(_NAMESPACE, f"{shop}{_SEPARATOR}{product_id}"))
