"""The photo store: photo bytes under their SHA-256, durable when accepted, never evicted."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from core.errors import CatalogUnavailable, NotFound

_Item = TypeVar("_Item")

_DIGEST = re.compile(r"[0-9a-f]{64}")
_ARRIVING = "arriving"
# An empty file of this ending beside a photo says that its bytes were found damaged.
_DAMAGED = ".damaged"
# An fsync waits for the disk, not for the processor, and file systems merge those that wait together.
_THREADS = 8


class PhotoStore:
    """Photo bytes by content, in `root/ab/<digest>`: some 4,000 files in each of 256 folders for a million photos.

    One store may be opened by any number of threads and processes at once. Opening removes what a killed process left
    half written, and touches nothing that a living one is writing.

    Raises
    ------
    CatalogUnavailable: the folder cannot be made or written.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._arriving = self._root / _ARRIVING
        with _disk_errors_named(self._root):
            self._arriving.mkdir(parents=True, exist_ok=True)
            _fsync_folder(self._root.parent)
            for leftover in self._arriving.iterdir():
                _remove_when_abandoned(leftover)

    def put_many(self, photos: Sequence[bytes]) -> list[str]:
        """Store photos and return their digests, in order; when this returns, they survive a loss of power.

        Raises
        ------
        CatalogUnavailable: the disk is full or cannot be written. What was stored before stays.
        """
        digests = [hashlib.sha256(photo).hexdigest() for photo in photos]
        wanted = dict(zip(digests, photos, strict=True))
        new = {digest: photo for digest, photo in wanted.items() if not self._is_stored(digest, len(photo))}
        with _disk_errors_named(self._root):
            if new:
                with _arrival_folder(self._arriving) as folder:
                    self._write(new, folder)
            self._make_names_durable(wanted)
        return digests

    def get(self, digest: str) -> bytes:
        """The bytes stored under `digest`, checked against it.

        Raises
        ------
        NotFound: no such photo, or `digest` is not 64 lower-case hex digits.
        CatalogUnavailable: the stored bytes are damaged, or the disk cannot be read.
        """
        if not _DIGEST.fullmatch(digest):
            raise NotFound("photo", digest)
        with _disk_errors_named(self._root):
            try:
                photo = self._path(digest).read_bytes()
            except FileNotFoundError as error:
                raise NotFound("photo", digest) from error
        if hashlib.sha256(photo).hexdigest() != digest:
            with suppress(OSError):  # The damage is told all the same where nothing can be written.
                self._damage_note(digest).touch()
            raise CatalogUnavailable(
                f"the stored photo {digest} is damaged: its content no longer matches its name. "
                "Import the product again with its photo, and check the disk"
            )
        return photo

    def _path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest

    def _damage_note(self, digest: str) -> Path:
        return self._path(digest).with_suffix(_DAMAGED)

    def _is_stored(self, digest: str, size_bytes: int) -> bool:
        """Whether it is there with the right size, and `get` has not found it damaged; else it is written anew.

        Its bytes are not read, or importing the same file again would read every photo of the shop.
        """
        try:
            right_size = self._path(digest).stat().st_size == size_bytes
        except FileNotFoundError:
            return False
        return right_size and not self._damage_note(digest).exists()

    def _write(self, photos: Mapping[str, bytes], folder: Path) -> None:
        def write(digest: str) -> None:
            with (folder / digest).open("xb") as file:
                file.write(photos[digest])
                file.flush()
                os.fsync(file.fileno())

        _in_threads(write, photos)
        for digest in photos:
            path = self._path(digest)
            path.parent.mkdir(parents=True, exist_ok=True)
            (folder / digest).replace(path)
            self._damage_note(digest).unlink(missing_ok=True)

    def _make_names_durable(self, digests: Iterable[str]) -> None:
        """Sync every folder on the way, also of photos that were there: who put them may not have done so yet."""
        _in_threads(_fsync_folder, {self._path(digest).parent for digest in digests})
        _fsync_folder(self._root)


def _in_threads(work: Callable[[_Item], None], items: Iterable[_Item]) -> None:
    queue = list(items)
    if len(queue) < 2:
        for item in queue:
            work(item)
        return
    with ThreadPoolExecutor(min(_THREADS, len(queue)), thread_name_prefix="photos") as pool:
        for done in [pool.submit(work, item) for item in queue]:
            done.result()


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _arrival_folder(parent: Path) -> Iterator[Path]:
    """A folder of this call alone, locked while it is used, so that no other process takes it for abandoned."""
    while True:
        folder = parent / uuid.uuid4().hex
        folder.mkdir()
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue  # A store that was just opened swept it away before it could be locked.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if folder.exists():
            break
        os.close(descriptor)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _remove_when_abandoned(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return  # Its owner has just finished.
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        pass  # Its owner lives and writes.
    finally:
        os.close(descriptor)


@contextmanager
def _disk_errors_named(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CatalogUnavailable(
            f"the photo store at {root} cannot be used: {error.strerror or error}. "
            "Check its permissions and the space left on the disk"
        ) from error
