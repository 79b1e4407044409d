"""Changing one product in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.errors import Conflict, InvalidProduct
from core.incoming import FIELDS, parse_product
from core.products import Product
from encoders.photos import PhotoLimits
from retrieval.accepting import check_photos, with_stored_photos
from retrieval.wiring import Vitrine

_TRIES = 5


def patch_product(v: Vitrine, product_id: str, changes: Mapping[str, Any]) -> Product:
    """Change the named fields of a product; None clears one, and `attributes` are merged name by name.

    What touches neither words nor photos encodes nothing.

    Raises
    ------
    NotFound: no such product.
    InvalidProduct, InvalidPhoto: an unknown field, or a value that cannot be; only None and an empty list clear the
        photos.
    Conflict: others keep changing it at the same time.
    """
    unknown = sorted(set(changes) - FIELDS)
    if unknown:
        raise InvalidProduct(
            "unknown field", field=unknown[0], remedy=f"Fields: {', '.join(sorted(FIELDS))}; others go into attributes"
        )
    if "id" in changes and changes["id"] != product_id:
        raise InvalidProduct("cannot be changed", field="id", value=changes["id"])
    job_id = v.catalog.jobs.open("products")
    try:
        for _ in range(_TRIES):
            stored = v.catalog.products.get(product_id)
            product = _changed(v, stored.product, changes)
            if v.catalog.products.replace(product, stored.version, job_id):
                return v.catalog.products.get(product_id).product
    finally:
        v.catalog.jobs.close(job_id)
    raise Conflict(f"product {product_id!r} keeps being changed by others; try again")


def _changed(v: Vitrine, product: Product, changes: Mapping[str, Any]) -> Product:
    record = {name: getattr(product, name) for name in FIELDS - {"photos", "attributes"}}
    record |= {name: value for name, value in changes.items() if name not in ("photos", "attributes")}
    record["attributes"] = _merged(product.attributes, changes.get("attributes", {}))
    record["photos"] = _list_of_photos(changes.get("photos"))
    incoming = parse_product(record)
    if "photos" not in changes:
        return replace(incoming.product, photos=product.photos)
    check_photos(incoming.photos, PhotoLimits(v.settings.photo_bytes_max, v.settings.photo_pixels_max))
    return with_stored_photos(v, [incoming])[0]


def _list_of_photos(value: object) -> Sequence[Any]:
    # An empty text counts as absent in a record; here it would take the photos away, and nobody has said so.
    if value is not None and (isinstance(value, str | bytes) or not isinstance(value, Sequence)):
        raise InvalidProduct("must be a list of photos", field="photos", value=value, remedy="Send null to clear them")
    return value or ()


def _merged(old: Mapping[str, Any], changes: object) -> dict[str, Any]:
    if changes is None:
        return {}
    if not isinstance(changes, Mapping):
        raise InvalidProduct("must be an object", field="attributes", value=changes)
    return {**old, **changes}
