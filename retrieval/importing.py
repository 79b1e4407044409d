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
from retrieval.accepting import NumberedRecord, accept_into_job, rejection
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
    force: delete even when the file is empty or much smaller than the shop.
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

    `rejections` are the first thousand, `latest_rejections` all of the batch that was taken last.
    """

    job_id: str
    columns: Mapping[str, str]
    attributes: tuple[str, ...]
    read: int = 0
    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    deleted: int = 0
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
        try:
            for batch in _batches(source):
                progress = replace(_taken(v, progress, batch), position_bytes=source.position_bytes)
                report(progress)
            if request.delete_missing:
                progress = replace(progress, deleted=_delete_missing(v, progress, request), latest_rejections=())
                report(progress)
        finally:
            v.catalog.jobs.close(job_id)
    return progress


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    iterator = iter(records)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _taken(v: Vitrine, progress: ImportProgress, batch: list[Record]) -> ImportProgress:
    rejected = [rejection(record.line, "", record.error) for record in batch if record.error is not None]
    rows = [NumberedRecord(record.line, record.values) for record in batch if record.values is not None]
    unique, doubled = _without_repeats(v, progress.job_id, rows)
    rejected += doubled
    v.catalog.jobs.record(progress.job_id, 0, 0, rejected)
    acceptance = accept_into_job(v, progress.job_id, unique)
    rejected += acceptance.rejected
    latest = tuple(sorted(rejected, key=lambda r: r.index))
    return replace(
        progress,
        read=progress.read + len(batch),
        accepted=progress.accepted + acceptance.accepted,
        unchanged=progress.unchanged + acceptance.unchanged,
        rejected=progress.rejected + len(rejected),
        photos_missing=progress.photos_missing + sum(record.photo_missing is not None for record in batch),
        rejections=(progress.rejections + latest)[:_REJECTIONS_KEPT],
        latest_rejections=latest,
    )


def _without_repeats(
    v: Vitrine, job_id: str, rows: list[NumberedRecord]
) -> tuple[list[NumberedRecord], list[Rejection]]:
    """Leave out ids that this import has seen before; the first line of each stands."""
    identified = {row.index: _product_id(row) for row in rows}
    seen = [(name, line) for line, name in identified.items() if name is not None]
    earlier = v.catalog.jobs.first_seen(job_id, seen)
    unique: list[NumberedRecord] = []
    doubled: list[Rejection] = []
    for row in rows:
        name = identified[row.index]
        line = row.index if name is None else earlier.get(name, row.index)
        if line == row.index:
            unique.append(row)
        else:
            error = InvalidProduct(
                f"stands already in line {line}", field="id", value=name, remedy="Keep one line per product"
            )
            doubled.append(rejection(row.index, name, error))
    return unique, doubled


def _product_id(row: NumberedRecord) -> str | None:
    if not isinstance(row.values, Mapping):
        return None
    try:
        return parse_product_id(row.values.get("id"))
    except InvalidProduct:
        return None


def _delete_missing(v: Vitrine, progress: ImportProgress, request: ImportRequest) -> int:
    present = progress.accepted + progress.unchanged
    missing = v.catalog.jobs.missing_count(progress.job_id)
    if not request.force and (present == 0 or present < _SMALLEST_SHARE * (present + missing)):
        raise InvalidSource(
            f"has {present:,} good products, and {missing:,} of the shop are not among them; nothing was deleted",
            field=str(request.path),
            remedy="If the shop really has shrunk so much, import with --force",
        )
    deleted = 0
    while ids := v.catalog.jobs.missing(progress.job_id, BATCH):
        deleted += v.catalog.products.delete(ids)
    return deleted
