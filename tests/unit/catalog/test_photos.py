from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from catalog.photos import PhotoStore
from core.errors import CatalogUnavailable, NotFound

ROOT = Path(__file__).parents[3]
ABSENT = "0" * 64


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_photos_come_back_by_their_digest_in_the_order_they_were_put(tmp_path: Path) -> None:
    photos = [os.urandom(100 + i) for i in range(50)]
    digests = PhotoStore(tmp_path).put_many(photos)
    assert digests == [hashlib.sha256(photo).hexdigest() for photo in photos]
    assert [PhotoStore(tmp_path).get(digest) for digest in digests] == photos


def test_the_same_bytes_are_stored_once(tmp_path: Path) -> None:
    store = PhotoStore(tmp_path)
    assert store.put_many([b"same", b"same"]) == store.put_many([b"same"]) * 2
    assert [path.name for path in _files(tmp_path)] == [hashlib.sha256(b"same").hexdigest()]


def test_putting_nothing_is_no_error(tmp_path: Path) -> None:
    assert PhotoStore(tmp_path).put_many([]) == []


def test_a_stored_photo_is_not_written_again(tmp_path: Path) -> None:
    store = PhotoStore(tmp_path)
    store.put_many([b"kept"])
    before = _files(tmp_path)[0].stat()
    store.put_many([b"kept", b"other"])
    after = (tmp_path / _relative_path(b"kept")).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def _relative_path(photo: bytes) -> Path:
    digest = hashlib.sha256(photo).hexdigest()
    return Path(digest[:2]) / digest


def test_a_truncated_photo_is_repaired_by_putting_it_again(tmp_path: Path) -> None:
    store = PhotoStore(tmp_path)
    [digest] = store.put_many([b"a whole photo"])
    (tmp_path / _relative_path(b"a whole photo")).write_bytes(b"a wh")
    store.put_many([b"a whole photo"])
    assert store.get(digest) == b"a whole photo"


def test_damage_is_named_and_never_served(tmp_path: Path) -> None:
    store = PhotoStore(tmp_path)
    [digest] = store.put_many([b"a whole photo"])
    (tmp_path / _relative_path(b"a whole photo")).write_bytes(b"a wholE photo")
    with pytest.raises(CatalogUnavailable, match=f"{digest} is damaged"):
        store.get(digest)


def test_damage_that_was_found_is_repaired_by_putting_the_photo_again(tmp_path: Path) -> None:
    store = PhotoStore(tmp_path)
    [digest] = store.put_many([b"a whole photo"])
    (tmp_path / _relative_path(b"a whole photo")).write_bytes(b"a wholE photo")
    for _ in range(2):
        with pytest.raises(CatalogUnavailable, match="Import the product again"):
            store.get(digest)
    PhotoStore(tmp_path).put_many([b"a whole photo"])
    assert store.get(digest) == b"a whole photo"
    assert [path.name for path in _files(tmp_path)] == [digest]
    repaired = (tmp_path / _relative_path(b"a whole photo")).stat()
    store.put_many([b"a whole photo"])
    assert (tmp_path / _relative_path(b"a whole photo")).stat().st_ino == repaired.st_ino


@pytest.mark.parametrize(
    "name", [ABSENT, "", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 65, ABSENT + "\n", "/" * 64, "..%2f" * 12]
)
def test_an_unknown_digest_or_one_that_is_none_is_not_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound, match="photo"):
        PhotoStore(tmp_path).get(name)


def test_what_a_killed_process_left_half_written_is_removed_when_the_store_opens(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from catalog import photos\n"
        "def die(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
        "photos.os.fsync = die\n"
        "photos._fsync_folder = lambda folder: None\n"
        "photos.PhotoStore(Path(sys.argv[1])).put_many([b'half'])\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    assert [path.read_bytes() for path in _files(tmp_path)] == [b"half"]
    store = PhotoStore(tmp_path)
    assert _files(tmp_path) == []
    with pytest.raises(NotFound):
        store.get(hashlib.sha256(b"half").hexdigest())


def test_opening_leaves_alone_what_another_writer_is_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = PhotoStore(tmp_path)
    real_fsync = os.fsync
    opened = threading.Event()

    def open_another_meanwhile(descriptor: int) -> None:
        if not opened.is_set():
            opened.set()
            PhotoStore(tmp_path)
        real_fsync(descriptor)

    monkeypatch.setattr(os, "fsync", open_another_meanwhile)
    [digest] = store.put_many([b"slow"])
    assert opened.is_set()
    assert store.get(digest) == b"slow"


def test_two_threads_may_put_the_same_photos_at_once(tmp_path: Path) -> None:
    photos = [bytes([i]) * 300 for i in range(100)]
    stores = [PhotoStore(tmp_path) for _ in range(4)]
    threads = [threading.Thread(target=store.put_many, args=(photos,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(_files(tmp_path)) == 100
    assert all(stores[0].get(hashlib.sha256(photo).hexdigest()) == photo for photo in photos)


def test_files_and_the_folders_that_name_them_are_synced_before_put_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PhotoStore(tmp_path)
    synced: set[int] = set()
    real_fsync = os.fsync

    def note(descriptor: int) -> None:
        synced.add(os.fstat(descriptor).st_ino)
        real_fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    store.put_many([b"a photo"])
    path = tmp_path / _relative_path(b"a photo")
    assert {entry.stat().st_ino for entry in (path, path.parent, path.parent.parent, tmp_path)} <= synced


def test_a_full_disk_is_named_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = PhotoStore(tmp_path)
    [kept] = store.put_many([b"kept"])

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(CatalogUnavailable, match=r"No space left on device.*space left"):
            store.put_many([b"one", b"two", b"three"])
    assert [path.name for path in _files(tmp_path)] == [kept]


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "photos").write_text("not a folder")
    with pytest.raises(CatalogUnavailable, match="photos cannot be used"):
        PhotoStore(tmp_path / "photos")
