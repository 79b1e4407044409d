from __future__ import annotations

import io
import os
import struct
import tarfile
import threading
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from catalog.readers.photo_archives import safe_path
from catalog.readers.photo_files import PhotoFiles, open_photo_files
from core.errors import InvalidPhoto, InvalidSource
from core.products import PHOTOS_MAX

Files = Mapping[str, bytes]


def _folder(path: Path, files: Files) -> Path:
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    path.mkdir(exist_ok=True)
    return path


def _zip(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def _tar(path: Path, files: Files, mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def _tar_gz(path: Path, files: Files) -> Path:
    return _tar(path, files, "w:gz")


Pack = Callable[[Path, Files], Path]


@pytest.fixture(params=[_folder, _zip, _tar, _tar_gz])
def pack(request: pytest.FixtureRequest) -> Pack:
    chosen: Pack = request.param
    return chosen


def _found(files: PhotoFiles, name: str) -> list[bytes]:
    return [photo.data for photo in files.find(name)]


def test_photos_are_found_by_the_id_of_their_product_in_order(tmp_path: Path, pack: Pack) -> None:
    names = [
        "7.jpg",
        "7_1.png",
        "7-2.webp",
        "7_10.jpg",
        "8.JPEG",
        "9/b2.jpg",
        "9/b10.jpg",
        "9/a.gif",
        "x_7.jpg",
        "7.txt",
    ]
    with open_photo_files(pack(tmp_path / "photos", {name: name.encode() for name in names})) as files:
        assert _found(files, "7") == [b"7.jpg", b"7_1.png", b"7-2.webp", b"7_10.jpg"]
        assert _found(files, "8") == [b"8.JPEG"]
        assert _found(files, "9") == [b"9/a.gif", b"9/b2.jpg", b"9/b10.jpg"]
        assert _found(files, "10") == []
        assert len(files) == 9


def test_photos_are_found_by_name_in_whatever_outer_folder(tmp_path: Path, pack: Pack) -> None:
    contents = {"set/shoes/a.jpg": b"1", "set/shirts/a.jpg": b"2", "set/shirts/B.jpg": b"3"}
    with open_photo_files(pack(tmp_path / "photos", contents)) as files:
        assert _found(files, "set/shoes/a.jpg") == [b"1"]
        assert _found(files, "shirts/a.jpg") == [b"2"]
        assert _found(files, ".\\shirts\\a.jpg") == [b"2"]
        assert _found(files, "b.jpg") == [b"3"]
        assert _found(files, "a.jpg") == []


def test_a_photo_says_where_it_came_from(tmp_path: Path) -> None:
    with open_photo_files(_zip(tmp_path / "images.zip", {"set/7.jpg": b"7"})) as files:
        [photo] = files.find("7")
    assert photo.source == "images.zip:set/7.jpg"


def test_photos_that_only_number_those_of_other_products_are_not_taken_for_a_product(
    tmp_path: Path, pack: Pack
) -> None:
    contents = {"10/1.jpg": b"a", "11/1.jpg": b"b", "1/1.jpg": b"c"}
    with open_photo_files(pack(tmp_path / "photos", contents)) as files:
        assert _found(files, "1") == [b"c"]


def test_no_more_photos_are_read_than_a_product_may_have(tmp_path: Path, pack: Pack) -> None:
    with open_photo_files(pack(tmp_path / "photos", {f"7/{i}.jpg": b"x" for i in range(30)})) as files:
        assert len(files.find("7")) == PHOTOS_MAX


@pytest.mark.parametrize(
    "name", ["../secret.jpg", "/secret.jpg", "photos/../../secret.jpg", "..", "", "a\0.jpg", "~/x.jpg"]
)
def test_no_name_leads_out_of_the_archive(tmp_path: Path, pack: Pack, name: str) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    with open_photo_files(pack(tmp_path / "photos", {"7.jpg": b"7"})) as files:
        assert files.find(name) == []


@pytest.mark.parametrize("pack_archive", [_zip, _tar])
def test_entries_that_lead_out_of_an_archive_are_not_there(tmp_path: Path, pack_archive: Pack) -> None:
    with open_photo_files(pack_archive(tmp_path / "photos", {"../7.jpg": b"7", "/8.jpg": b"8"})) as files:
        assert len(files) == 0


def test_links_out_of_a_folder_are_not_there_and_links_inside_are(tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    folder = _folder(tmp_path / "photos", {"7.jpg": b"7"})
    (folder / "8.jpg").symlink_to(folder / "7.jpg")
    (folder / "9.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "10.jpg").symlink_to("nowhere.jpg")
    (folder / "out").symlink_to(tmp_path)
    os.mkfifo(folder / "11.jpg")
    with open_photo_files(folder) as files:
        assert len(files) == 2
        assert _found(files, "8") == [b"7"]


def test_a_file_that_turns_into_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    folder = _folder(tmp_path / "photos", {"7.jpg": b"7"})
    with open_photo_files(folder) as files:
        (folder / "7.jpg").unlink()
        (folder / "7.jpg").symlink_to(tmp_path / "secret.jpg")
        with pytest.raises(InvalidPhoto, match="leads out of the folder"):
            files.find("7")


def test_a_file_that_vanished_is_named(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "photos", {"7.jpg": b"7"})
    with open_photo_files(folder) as files:
        (folder / "7.jpg").unlink()
        with pytest.raises(InvalidPhoto, match=r"cannot be read: No such file.*7\.jpg"):
            files.find("7")


def test_a_link_in_a_tar_is_not_followed(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "photos.tar", "w") as archive:
        info = tarfile.TarInfo("7.jpg")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    with open_photo_files(tmp_path / "photos.tar") as files:
        assert files.find("7") == []


def test_a_photo_that_is_too_large_or_empty_is_refused_with_its_name(tmp_path: Path, pack: Pack) -> None:
    path = pack(tmp_path / "photos", {"7.jpg": b"x" * 101, "8.jpg": b"x" * 100, "9.jpg": b""})
    with open_photo_files(path, photo_bytes_max=100) as files:
        with pytest.raises(InvalidPhoto, match=r"has 101 bytes, at most 100 are allowed \(got '7.jpg'\)"):
            files.find("7")
        with pytest.raises(InvalidPhoto, match="is an empty file"):
            files.find("9")
        assert _found(files, "8") == [b"x" * 100]


def test_a_zip_that_lies_about_a_size_is_not_unpacked_beyond_the_limit(tmp_path: Path) -> None:
    path = _zip(tmp_path / "bomb.zip", {"7.jpg": b"\0" * 10_000_000})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(signature) + offset
        data[at : at + 4] = struct.pack("<I", 50)
    path.write_bytes(data)
    with open_photo_files(path, photo_bytes_max=100) as files, pytest.raises(InvalidPhoto, match="damaged in the zip"):
        files.find("7")


def test_a_damaged_and_a_locked_photo_in_a_zip_are_named(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("7.jpg", b"good bytes")
        archive.writestr("8.jpg", b"also good")
    data = path.read_bytes().replace(b"good bytes", b"evil bytes")
    at = data.rindex(b"PK\x01\x02") + 8
    path.write_bytes(data[:at] + b"\x01\x00" + data[at + 2 :])
    with open_photo_files(path) as files:
        with pytest.raises(InvalidPhoto, match="is damaged in the zip"):
            files.find("7")
        with pytest.raises(InvalidPhoto, match="Pack it without a password"):
            files.find("8")


def test_hidden_twins_of_a_mac_archive_are_left_out(tmp_path: Path) -> None:
    contents = {"7.jpg": b"7", "__MACOSX/._7.jpg": b"twin", "._7.jpg": b"twin", "__MACOSX/7.jpg": b"twin"}
    with open_photo_files(_zip(tmp_path / "photos.zip", contents)) as files:
        assert _found(files, "7") == [b"7"]


def test_threads_may_read_at_once(tmp_path: Path, pack: Pack) -> None:
    contents = {f"{i}.jpg": bytes([i]) * 5_000 for i in range(50)}
    wrong: list[int] = []
    with open_photo_files(pack(tmp_path / "photos", contents)) as files:

        def read() -> None:
            wrong.extend(i for i in range(50) if _found(files, str(i)) != [contents[f"{i}.jpg"]])

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


@pytest.mark.parametrize("pack_archive", [_zip, _tar, _tar_gz])
def test_a_cut_off_archive_is_named(tmp_path: Path, pack_archive: Pack) -> None:
    path = pack_archive(tmp_path / "photos", {f"{i}.jpg": os.urandom(5_000) for i in range(20)})
    path.write_bytes(path.read_bytes()[:50_300])
    with pytest.raises(InvalidSource, match=r"--photos: is (damaged|neither)"):
        open_photo_files(path)


def test_a_compressed_tar_that_unpacks_to_far_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.readers.photo_archives._GROWTH_FREE_BYTES", 10_000)
    path = _tar_gz(tmp_path / "photos.tar.gz", {"7.jpg": b"\0" * 20_000_000})
    with pytest.raises(InvalidSource, match=r"unpacks to more than .*Unpack it yourself"):
        open_photo_files(path)


def test_what_is_no_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "photos.rar").write_bytes(b"Rar!" * 300)
    with pytest.raises(InvalidSource, match="neither a folder nor a zip nor a tar"):
        open_photo_files(tmp_path / "photos.rar")
    with pytest.raises(InvalidSource, match="cannot be read: No such file"):
        open_photo_files(tmp_path / "absent.zip")


def test_safe_paths_are_relative() -> None:
    assert [safe_path(name) for name in ("a//b/./c.jpg", "a\\b.jpg", "a/../b.jpg", "/a", ".", "")] == [
        "a/b/c.jpg",
        "a/b.jpg",
        None,
        None,
        None,
        None,
    ]
