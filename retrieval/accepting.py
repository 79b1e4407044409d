"""Taking products in: each record is checked, stored, and queued for indexing, or refused with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.errors import InvalidInput, InvalidPhoto, InvalidProduct, shown
from core.incoming import IncomingPhoto, IncomingProduct, parse_product
from core.jobs import Acceptance, Rejection
from core.products import Photo, Product
from encoders.photos import PhotoLimits, probe_photo
from retrieval.wiring import Vitrine


@dataclass(frozen=True, slots=True)
class NumberedRecord:
    """A raw record, not checked in any way, and where it stood: position in a batch, or line of a file."""

    index: int
    values: object


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """A record that is a good product, and where it stood."""

    index: int
    incoming: IncomingProduct


def accept_products(v: Vitrine, records: Sequence[Mapping[str, Any]]) -> Acceptance:
    """Take one batch of raw records in. What is accepted is stored for good when this returns.

    An id that comes twice in the batch is accepted once, the first time that it is a good product.
    """
    job_id = v.catalog.jobs.open("products")
    acceptance = accept_into_job(v, job_id, [NumberedRecord(i, values) for i, values in enumerate(records)])
    v.catalog.jobs.close(job_id)
    return acceptance


def accept_into_job(v: Vitrine, job_id: str, records: Sequence[NumberedRecord]) -> Acceptance:
    """Take records into a job that stays open."""
    checked, rejected = check_records(v, records)
    unique, repeated = _without_repeats(checked)
    return store_checked(v, job_id, unique, [*rejected, *repeated])


def check_records(v: Vitrine, records: Sequence[NumberedRecord]) -> tuple[list[CheckedRecord], list[Rejection]]:
    """Tell good products from what has to be refused; an id may come several times among the good ones."""
    limits = PhotoLimits(v.settings.photo_bytes_max, v.settings.photo_pixels_max)
    checked: list[CheckedRecord] = []
    rejected: list[Rejection] = []
    for record in records:
        try:
            incoming = parse_product(_object(record.values))
            check_photos(incoming.photos, limits)
        except InvalidInput as error:
            known_id = record.values.get("id") if isinstance(record.values, Mapping) else None
            rejected.append(rejection(record.index, known_id, error))
        else:
            checked.append(CheckedRecord(record.index, incoming))
    return checked, rejected


def store_checked(
    v: Vitrine, job_id: str, checked: Sequence[CheckedRecord], rejected: Sequence[Rejection]
) -> Acceptance:
    """Store good products of different ids, and note in the job what became of the whole batch."""
    stored = v.catalog.products.store(with_stored_photos(v, [record.incoming for record in checked]), job_id)
    in_order = tuple(sorted(rejected, key=lambda one: one.index))
    v.catalog.jobs.record(job_id, stored.accepted, stored.unchanged, in_order)
    return Acceptance(job_id, stored.accepted, stored.unchanged, in_order)


def with_stored_photos(v: Vitrine, incoming: Sequence[IncomingProduct]) -> list[Product]:
    """Put the photos into the photo store, and refer to them by digest."""
    digests = iter(v.catalog.photos.put_many([photo.data for item in incoming for photo in item.photos]))
    return [
        replace(item.product, photos=tuple(Photo(i, next(digests), p.source) for i, p in enumerate(item.photos)))
        for item in incoming
    ]


def check_photos(photos: Sequence[IncomingPhoto], limits: PhotoLimits) -> None:
    """Refuse photos whose first bytes show already that they cannot be used; raises `InvalidPhoto`."""
    for i, photo in enumerate(photos):
        try:
            probe_photo(photo.data, limits)
        except InvalidPhoto as error:
            raise error.at(f"photos[{i}]") from error


def rejection(index: int, product_id: object, error: InvalidInput) -> Rejection:
    """An error as it is reported to whoever handed the record in."""
    value = "" if error.value is None else shown(error.value)
    reason = f"{error.reason}. {error.remedy}" if error.remedy else error.reason
    known_id = str(product_id)[:200] if isinstance(product_id, str | int | float) else ""
    return Rejection(index, _storable(known_id), _storable(error.field), value, reason)


def _storable(text: str) -> str:
    """Without characters that databases refuse: half surrogate pairs, and control characters such as NUL."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _without_repeats(checked: Sequence[CheckedRecord]) -> tuple[list[CheckedRecord], list[Rejection]]:
    first_index: dict[str, int] = {}
    unique: list[CheckedRecord] = []
    repeated: list[Rejection] = []
    for record in checked:
        name = record.incoming.product.id
        if first_index.setdefault(name, record.index) == record.index:
            unique.append(record)
        else:
            error = InvalidProduct(
                f"stands already at {first_index[name]} of this batch",
                field="id",
                value=name,
                remedy="Send every product once",
            )
            repeated.append(rejection(record.index, name, error))
    return unique, repeated


def _object(values: object) -> Mapping[str, Any]:
    if not isinstance(values, Mapping):
        raise InvalidProduct("must be an object", field="product", value=values)
    return values
