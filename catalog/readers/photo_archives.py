"""Where photo files lie: a folder, a zip or a tar. Each lists its files once and reads any of them by its entry."""

from __future__ import annotations

import gzip
import os
import shutil
import stat
import tarfile
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from core.errors import InvalidPhoto, InvalidSource

_COPY_BYTES = 2**20
# Photos hardly compress; an archive that grows more than this is made to fill the disk.
_GROWTH_MAX = 50
_GROWTH_FREE_BYTES = 2**30


@dataclass(frozen=True, slots=True)
class PhotoEntry:
    """One file: its path as the archive names it, its declared size, and where its bytes begin (in a tar)."""

    path: str
    size_bytes: int
    offset_bytes: int = 0


class PhotoArchive(Protocol):
    """Files by entry. Several threads may call `read` at once; it never returns more than `bytes_max + 1` bytes."""

    def entries(self) -> Iterator[PhotoEntry]: ...
    def read(self, entry: PhotoEntry, bytes_max: int) -> bytes: ...
    def close(self) -> None: ...


class FolderArchive:
    """The files below a folder. Links that lead out of it are not there."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def entries(self) -> Iterator[PhotoEntry]:
        """Every regular file, and links to regular files inside the folder."""
        for folder, folders, files in os.walk(self._root):
            folders.sort()
            for name in sorted(files):
                path = Path(folder, name)
                try:
                    status = self._inside(path).stat()
                except (OSError, InvalidPhoto):
                    continue  # A link to nowhere or out of the folder, or a file that has just gone.
                if stat.S_ISREG(status.st_mode):
                    yield PhotoEntry(path.relative_to(self._root).as_posix(), status.st_size)

    def read(self, entry: PhotoEntry, bytes_max: int) -> bytes:
        """The bytes of a file; the way to it is checked again, for it may have changed since it was listed."""
        path = self._inside(self._root / entry.path)
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(bytes_max + 1)

    def close(self) -> None:
        """Nothing is held open."""

    def _inside(self, path: Path) -> Path:
        real = path.resolve() if path.is_symlink() else path
        if real is not path and not real.is_relative_to(self._root):
            raise InvalidPhoto("is a link that leads out of the folder", field="photos", value=path.name)
        return real


class ZipArchive:
    """The files of a zip, through its central directory."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)

    def entries(self) -> Iterator[PhotoEntry]:
        """Every file, with the size that the directory declares."""
        for info in self._zip.infolist():
            if not info.is_dir():
                yield PhotoEntry(info.filename, info.file_size)

    def read(self, entry: PhotoEntry, bytes_max: int) -> bytes:
        """The unpacked bytes; unpacking stops beyond `bytes_max`, whatever size was declared."""
        try:
            with self._zip.open(entry.path) as file:
                return file.read(bytes_max + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise InvalidPhoto(f"is damaged in the zip: {error}", field="photos", value=entry.path) from error
        except (RuntimeError, NotImplementedError) as error:
            raise InvalidPhoto(
                f"cannot be unpacked: {error}", field="photos", value=entry.path, remedy="Pack it without a password"
            ) from error

    def close(self) -> None:
        self._zip.close()


class TarArchive:
    """The files of a tar, through the places of their bytes; a compressed one is unpacked beside once.

    Raises
    ------
    InvalidSource: it is damaged, or unpacks to far more than photos could.
    """

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = _unpacked(path) if _is_gzip(path) else path.open("rb")
        self._lock = threading.Lock()

    def entries(self) -> Iterator[PhotoEntry]:
        """Every regular file; links and devices are left out."""
        with self._lock, tarfile.open(fileobj=self._file, mode="r:") as tar:
            while member := tar.next():
                if member.isreg() and not member.issparse():
                    yield PhotoEntry(member.name, member.size, member.offset_data)
                # It would keep every member it has passed, and nothing here looks back.
                tar.members.clear()  # type: ignore[attr-defined]

    def read(self, entry: PhotoEntry, bytes_max: int) -> bytes:
        """The bytes at the entry's place, read without moving the file's position."""
        photo = os.pread(self._file.fileno(), min(entry.size_bytes, bytes_max + 1), entry.offset_bytes)
        if len(photo) < min(entry.size_bytes, bytes_max + 1):
            raise InvalidPhoto("is cut off in the tar", field="photos", value=entry.path)
        return photo

    def close(self) -> None:
        self._file.close()


def open_archive(path: Path) -> PhotoArchive:
    """Open a folder, a zip, a tar or a gzipped tar, told apart by content.

    Raises
    ------
    InvalidSource: none of these, missing, or damaged.
    """
    with archive_errors_named(path):
        if path.is_dir():
            return FolderArchive(path)
        if zipfile.is_zipfile(path):
            return ZipArchive(path)
        if _is_gzip(path) or tarfile.is_tarfile(path):
            return TarArchive(path)
    raise InvalidSource(
        "is neither a folder nor a zip nor a tar of photos",
        field="--photos",
        value=str(path),
        remedy="Pack the photos as .zip, .tar or .tar.gz, or name their folder",
    )


@contextmanager
def archive_errors_named(path: Path) -> Iterator[None]:
    """Turn what archives raise when they are opened and listed into `InvalidSource`."""
    try:
        yield
    except OSError as error:
        if isinstance(error, gzip.BadGzipFile):
            raise _damaged(path, error) from error
        raise InvalidSource(
            f"cannot be read: {error.strerror or error}",
            field="--photos",
            value=str(path),
            remedy="Check its name and its permissions",
        ) from error
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error) as error:
        raise _damaged(path, error) from error


def safe_path(name: str) -> str | None:
    """The path as it is looked up: relative, with `/`, and None when it leads anywhere else.

    >>> safe_path("./photos//15970.jpg"), safe_path("../15970.jpg"), safe_path("/etc/passwd")
    ('photos/15970.jpg', None, None)
    """
    path = name.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return None if path.startswith("/") or ".." in parts or not parts else "/".join(parts)


def _damaged(path: Path, error: Exception) -> InvalidSource:
    return InvalidSource(f"is damaged: {error}", field="--photos", value=str(path), remedy="Pack or copy it anew")


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _unpacked(path: Path) -> IO[bytes]:
    bytes_max = _GROWTH_FREE_BYTES + _GROWTH_MAX * path.stat().st_size
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - it stays open as long as the archive does.
    try:
        with gzip.open(path, "rb") as packed:
            while chunk := packed.read(_COPY_BYTES):
                if spool.tell() > min(bytes_max, spool.tell() + shutil.disk_usage(tempfile.gettempdir()).free // 2):
                    raise InvalidSource(
                        f"unpacks to more than {spool.tell():,} bytes",
                        field="--photos",
                        value=str(path),
                        remedy="Unpack it yourself, and name the folder",
                    )
                spool.write(chunk)
        spool.seek(0)
    except BaseException:
        spool.close()
        raise
    return spool
