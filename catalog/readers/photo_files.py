"""Photos beside a product file, found by product id or by file name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from posixpath import splitext

from catalog.readers.photo_archives import PhotoArchive, PhotoEntry, archive_errors_named, open_archive, safe_path
from catalog.readers.records import PHOTO_BYTES_MAX
from core.closing import Closing
from core.errors import InvalidPhoto
from core.incoming import IncomingPhoto
from core.products import PHOTOS_MAX

_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff")
_NUMBERED = re.compile(r"(.+)[_-](\d{1,3})", re.ASCII | re.DOTALL)
_DIGITS = re.compile(r"(\d+)", re.ASCII)


class PhotoFiles(Closing):
    """The photos of a folder or an archive, by name. Any thread may look up and read.

    A name is only ever looked up among the names that were listed when it was opened, so none leads elsewhere.

    Parameters
    ----------
    source_name: what stands before the name in a photo's `source`.
    photo_bytes_max: a larger file is refused before it is read.
    """

    def __init__(self, archive: PhotoArchive, source_name: str, photo_bytes_max: int) -> None:
        self._archive = archive
        self._source_name = source_name
        self._photo_bytes_max = photo_bytes_max
        self._by_path: dict[str, PhotoEntry] = {}
        self._by_name: defaultdict[str, list[PhotoEntry]] = defaultdict(list)
        self._by_stem: defaultdict[str, list[PhotoEntry]] = defaultdict(list)
        self._numbered: defaultdict[str, list[tuple[int, PhotoEntry]]] = defaultdict(list)
        self._by_folder: defaultdict[str, list[PhotoEntry]] = defaultdict(list)
        for entry in archive.entries():
            self._index(entry)

    def __len__(self) -> int:
        return len(self._by_path)

    def close(self) -> None:
        """Close the archive; nothing can be read after."""
        self._archive.close()

    def find(self, name: str) -> list[IncomingPhoto]:
        """The photo of this file name, or else the photos of this product id; empty when there are none.

        Raises
        ------
        InvalidPhoto: a photo is there and cannot be used: too large, empty, damaged or locked.
        """
        named = self.named(name)
        return self.of_product(name) if named is None else [named]

    def named(self, name: str) -> IncomingPhoto | None:
        """The photo of this path; or, when only one path ends like this, that one: case and outer folders aside."""
        path = safe_path(name.strip())
        if path is None:
            return None
        entry = self._by_path.get(path)
        if entry is None:
            alike = self._by_name.get(PurePosixPath(path).name.casefold(), ())
            entry = _only([other for other in alike if f"/{other.path}".casefold().endswith(f"/{path}".casefold())])
        return None if entry is None else self._read(entry)

    def of_product(self, product_id: str) -> list[IncomingPhoto]:
        """The photos of a product: `<id>.jpg`, then `<id>_1.jpg` or `<id>-2.jpg` by number, then `<id>/...` by name.

        An id that is itself the beginning of another (`7` and `7-1`) shares the other's photos; then name the photos
        in a column.
        """
        exact = sorted(self._by_stem.get(product_id, ()), key=_preference)
        if len(exact) > 1 and len({PurePosixPath(entry.path).parent for entry in exact}) > 1:
            exact = []  # The same name in several folders: these number the photos of other products.
        numbered = [entry for _, entry in sorted(self._numbered.get(product_id, ()), key=lambda n: (n[0], n[1].path))]
        inside = sorted(self._by_folder.get(product_id, ()), key=_natural)
        found = {entry.path: entry for entry in (*exact[:1], *numbered, *inside)}
        return [self._read(entry) for entry in list(found.values())[:PHOTOS_MAX]]

    def _index(self, entry: PhotoEntry) -> None:
        key = safe_path(entry.path)
        if key is None:
            return
        folder, _, name = key.rpartition("/")
        stem, suffix = splitext(name)
        # Archives made on a Mac hold a hidden twin of every file.
        if suffix.lower() not in _SUFFIXES or name.startswith(".") or folder.startswith("__MACOSX"):
            return
        self._by_path[key] = entry
        self._by_name[name.casefold()].append(entry)
        self._by_stem[stem].append(entry)
        if number := _NUMBERED.fullmatch(stem):
            self._numbered[number[1]].append((int(number[2]), entry))
        if folder:
            self._by_folder[folder.rpartition("/")[2]].append(entry)

    def _read(self, entry: PhotoEntry) -> IncomingPhoto:
        if entry.size_bytes > self._photo_bytes_max:
            raise self._too_large(entry, f"{entry.size_bytes:,}")
        try:
            photo = self._archive.read(entry, self._photo_bytes_max)
        except OSError as error:
            raise InvalidPhoto(
                f"cannot be read: {error.strerror or error}", field="photos", value=entry.path, remedy="Copy it anew"
            ) from error
        if len(photo) > self._photo_bytes_max:
            raise self._too_large(entry, "more")
        if not photo:
            raise InvalidPhoto("is an empty file", field="photos", value=entry.path, remedy="Copy it anew")
        return IncomingPhoto(photo, f"{self._source_name}:{entry.path}")

    def _too_large(self, entry: PhotoEntry, size: str) -> InvalidPhoto:
        return InvalidPhoto(
            f"has {size} bytes, at most {self._photo_bytes_max:,} are allowed",
            field="photos",
            value=entry.path,
            remedy="Make it smaller, or raise VITRINE_PHOTO_BYTES_MAX",
        )


def open_photo_files(path: Path, photo_bytes_max: int = PHOTO_BYTES_MAX) -> PhotoFiles:
    """Open a folder, a zip, a tar or a gzipped tar of photos, and list its names once.

    Raises
    ------
    InvalidSource: it is none of these, cannot be read, or is damaged.
    """
    archive = open_archive(path)
    try:
        with archive_errors_named(path):
            return PhotoFiles(archive, path.name, photo_bytes_max)
    except BaseException:
        archive.close()
        raise


def split_names(cell: str) -> Sequence[str]:
    """The photos that one cell names, separated by `|` or `;`.

    >>> split_names("a.jpg; b.jpg"), split_names("data:image/png;base64,iVBO|data:image/png;base64,AAAA")[0]
    (['a.jpg', 'b.jpg'], 'data:image/png;base64,iVBO')
    """
    # A data URI holds a semicolon of its own, and a web address may.
    separators = r"\|" if is_address(cell) else r"[|;]"
    return [name.strip() for name in re.split(separators, cell) if name.strip()]


def is_address(name: str) -> bool:
    """Whether it is a data URI or a web address rather than the name of a file."""
    return name.lstrip()[:8].lower().startswith(("data:", "http://", "https://", "ftp://", "//"))


def _only(entries: Sequence[PhotoEntry]) -> PhotoEntry | None:
    return entries[0] if len(entries) == 1 else None


def _preference(entry: PhotoEntry) -> tuple[int, str]:
    return _SUFFIXES.index(PurePosixPath(entry.path).suffix.lower()), entry.path


def _natural(entry: PhotoEntry) -> list[tuple[int, str]]:
    return list(_natural_parts(entry.path))


def _natural_parts(path: str) -> Iterator[tuple[int, str]]:
    for part in _DIGITS.split(path):
        yield (int(part), "") if part.isdecimal() and part.isascii() else (-1, part)
