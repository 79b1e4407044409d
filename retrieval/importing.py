"""Importing a file: streamed, in batches, with everything that was wrong reported by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from catalog.readers import ReadOptions, Record, open_records
from core.errors import InvalidProduct, InvalidSource
from core.incoming import parse_product_id
from core.jobs import Rejection
from retrieval.accepting import CheckedRecord, NumberedRecord, check_records, rejection, store_checked
from retrieval.wiring import Vitrine

BATCH = 500
_REJECTIONS_KEPT = 1_000
_SMALLEST_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to import, and how.

    Attributes
    ----------
    mapping: product field to column; an empty column means that the field or column is left out.
    photos: a folder, a tar or a zip.
    photo_column: the column that names a product's photos; by default they are found by its id.
    delete_missing: the file is a snapshot of the shop: what is not in it is deleted.
    force: delete even when the file is empty or much smaller than the shop, or when it cannot be told which products
        some of its rows are.
    """

    path: Path
    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    photos: Path | None = None
    photo_column: str | None = None
    delete_missing: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is. Counts are records; `position_bytes` of `size_bytes` of the file have been read.

    Attributes
    ----------
    unidentified: rejected records whose id could not be read; they may be any product.
    kept: products that are not in the file and were not deleted, because of the unidentified records.
    rejections, latest_rejections: the first thousand, and all of the batch that was taken last.
    """

    job_id: str
    columns: Mapping[str, str]
    attributes: tuple[str, ...]
    read: int = 0
    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    unidentified: int = 0
    deleted: int = 0
    kept: int = 0
    photos_missing: int = 0
    position_bytes: int = 0
    size_bytes: int = 0
    rejections: tuple[Rejection, ...] = ()
    latest_rejections: tuple[Rejection, ...] = ()


def import_file(v: Vitrine, request: ImportRequest, report: Callable[[ImportProgress], None]) -> ImportProgress:
    """Take every product of a file in; they are stored for good when this returns, and queued for indexing.

    Parameters
    ----------
    report: called after every batch.

    Raises
    ------
    InvalidSource: the file cannot be read at all, or deleting what is missing would empty the shop.
    """
    options = ReadOptions(
        mapping=request.mapping,
        encoding=request.encoding,
        photos=request.photos,
        photo_column=request.photo_column,
        photo_bytes_max=v.settings.photo_bytes_max,
    )
    with open_records(request.path, options) as source:
        job_id = v.catalog.jobs.open("import")
        progress = ImportProgress(job_id, source.mapping, tuple(source.attributes), size_bytes=source.size_bytes)
        report(progress)
        refused_ids: set[str] = set()
        try:
            for batch in _batches(source):
                progress = replace(_taken(v, progress, batch), position_bytes=source.position_bytes)
                if request.delete_missing:
                    refused_ids.update(filter(None, _refused_ids(progress.latest_rejections, batch)))
                report(progress)
            if request.delete_missing:
                progress = replace(_without_missing(v, progress, request, refused_ids), latest_rejections=())
                report(progress)
        finally:
            v.catalog.jobs.close(job_id)
    return progress


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    iterator = iter(records)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _taken(v: Vitrine, progress: ImportProgress, batch: list[Record]) -> ImportProgress:
    unreadable = [rejection(one.line, one.product_id, one.error) for one in batch if one.error is not None]
    rows = [NumberedRecord(record.line, record.values) for record in batch if record.values is not None]
    checked, refused = check_records(v, rows)
    unique, repeated = _without_repeats(v, progress.job_id, checked)
    acceptance = store_checked(v, progress.job_id, unique, [*unreadable, *refused, *repeated])
    latest = acceptance.rejected
    return replace(
        progress,
        read=progress.read + len(batch),
        accepted=progress.accepted + acceptance.accepted,
        unchanged=progress.unchanged + acceptance.unchanged,
        rejected=progress.rejected + len(latest),
        unidentified=progress.unidentified + _refused_ids(latest, batch).count(None),
        photos_missing=progress.photos_missing + sum(record.photo_missing is not None for record in batch),
        rejections=(progress.rejections + latest)[:_REJECTIONS_KEPT],
        latest_rejections=latest,
    )


def _without_repeats(
    v: Vitrine, job_id: str, checked: list[CheckedRecord]
) -> tuple[list[CheckedRecord], list[Rejection]]:
    """Leave out ids that this import has taken before; the first good line of each stands."""
    earlier = v.catalog.jobs.first_seen(job_id, [(record.incoming.product.id, record.index) for record in checked])
    unique: list[CheckedRecord] = []
    repeated: list[Rejection] = []
    for record in checked:
        name = record.incoming.product.id
        line = earlier.get(name, record.index)
        if line == record.index:
            unique.append(record)
        else:
            error = InvalidProduct(
                f"stands already in line {line}", field="id", value=name, remedy="Keep one line per product"
            )
            repeated.append(rejection(record.index, name, error))
    return unique, repeated


def _refused_ids(rejections: Iterable[Rejection], batch: list[Record]) -> list[str | None]:
    """The ids of the records that were refused; None for one that cannot be read."""
    lines = {one.index for one in rejections}
    return [_product_id(record) for record in batch if record.line in lines]


def _product_id(record: Record) -> str | None:
    try:
        return parse_product_id(record.product_id if record.values is None else record.values.get("id"))
    except InvalidProduct:
        return None


def _without_missing(
    v: Vitrine, progress: ImportProgress, request: ImportRequest, refused_ids: Iterable[str]
) -> ImportProgress:
    """Delete what is not in the file; a product whose row was refused is in it.

    Raises
    ------
    InvalidSource: the shop would lose most of its products, and nobody said that it should.
    """
    # Noted only now: while the file was read, a later line might still have been a good product of the same id.
    v.catalog.jobs.first_seen(progress.job_id, [(name, 0) for name in refused_ids])
    present = progress.accepted + progress.unchanged
    missing = v.catalog.jobs.missing_count(progress.job_id)
    if not request.force and (present == 0 or present < _SMALLEST_SHARE * (present + missing)):
        raise InvalidSource(
            f"has {present:,} good products, and {missing:,} of the shop are not among them; nothing was deleted",
            field=str(request.path),
            remedy="If the shop really has shrunk so much, import with --force",
        )
    if not request.force and progress.unidentified:
        return replace(progress, kept=missing)
    deleted = 0
    while ids := v.catalog.jobs.missing(progress.job_id, BATCH):
        deleted += v.catalog.products.delete(ids)
    return replace(progress, deleted=deleted)
