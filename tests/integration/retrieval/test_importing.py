"""Importing files into a whole Vitrine: what is taken, refused, deleted and kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.incoming import IncomingPhoto
from core.indexing import Failure
from retrieval.accepting import accept_products
from retrieval.importing import ImportProgress, ImportRequest, import_file
from retrieval.wiring import Vitrine, serving_generation
from tests.shop import photo


def imported(v: Vitrine, path: Path, text: str | bytes, **options: object) -> ImportProgress:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return import_file(v, ImportRequest(path, **options), lambda _: None)  # type: ignore[arg-type]


def ids(v: Vitrine) -> list[str]:
    return [stored.product.id for stored in v.catalog.products.page(None, 100)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "products.csv"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "1.jpg").write_bytes(photo())
    return folder


def test_a_snapshot_keeps_products_whose_photo_cannot_be_taken(v: Vitrine, file: Path, photos: Path) -> None:
    rows = "id,title\n1,a\n2,b\n3,c\n4,d\n"
    imported(v, file, rows, photos=photos)
    (photos / "1.jpg").write_bytes(b"")
    done = imported(v, file, rows.replace("4,d\n", ""), photos=photos, delete_missing=True)
    assert [(r.index, r.product_id) for r in done.rejections] == [(2, "1")]
    assert (done.rejected, done.unidentified, done.deleted, done.kept) == (1, 0, 1, 0)
    assert ids(v) == ["1", "2", "3"]


@pytest.mark.parametrize("row", ["1,a,much,", "1,,5,", '1,a,5,"{""colour"', "1,Gr\xfcn,5,", "1,a,5,[]", " 1 ,a,-5,"])
def test_a_snapshot_keeps_products_whose_row_is_refused(v: Vitrine, file: Path, row: str) -> None:
    header, others = "id,title,price,attributes\n", "2,b,5,\n3,c,5,\n"
    imported(v, file, header + "1,a,5,\n" + others)
    done = imported(v, file, (header + row + "\n" + others).encode("latin-1"), delete_missing=True)
    assert (done.rejected, done.unidentified, done.deleted) == (1, 0, 0)
    assert ids(v) == ["1", "2", "3"]


@pytest.mark.parametrize("row", ["1,a,b", '1,"a', ",a", "\xfc,a"])
def test_a_snapshot_with_a_row_of_an_unknown_id_deletes_only_by_force(v: Vitrine, file: Path, row: str) -> None:
    imported(v, file, "id,title\n1,a\n2,b\n3,c\n")
    rows = f"id,title\n{row}\n2,b\n3,c\n".encode("latin-1")
    done = imported(v, file, rows, delete_missing=True)
    assert (done.unchanged, done.unidentified, done.deleted, done.kept) == (2, 1, 0, 1)
    assert ids(v) == ["1", "2", "3"]
    forced = imported(v, file, rows, delete_missing=True, force=True)
    assert (forced.deleted, forced.kept) == (1, 0)
    assert ids(v) == ["2", "3"]


def test_a_refused_line_takes_its_id_from_no_good_one(v: Vitrine, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.importing.BATCH", 3)
    done = imported(v, file, "id,title,price\n1,a,much\n2,b,much\n1,a,5\n2,b,6\n1,a,7\n2,b,8\n")
    assert done.accepted == 2
    assert [(r.index, r.field, r.reason.partition(".")[0]) for r in done.rejections] == [
        (2, "price", "must be a number of at least 0"),
        (3, "price", "must be a number of at least 0"),
        (6, "id", "stands already in line 4"),
        (7, "id", "stands already in line 5"),
    ]
    assert [v.catalog.products.get(name).product.price for name in ("1", "2")] == [5, 6]


def test_rows_behind_a_wrong_byte_are_imported(v: Vitrine, file: Path) -> None:
    done = imported(v, file, b"id,title\n1,a\n2,Gr\xfcn\n3,c\n")
    assert (done.accepted, done.rejected) == (2, 1)
    [refused] = done.rejections
    assert (refused.index, refused.product_id) == (3, "2")
    assert "--encoding windows-1252" in refused.reason
    assert ids(v) == ["1", "3"]


def test_a_failed_product_is_queued_again_with_its_photo_when_it_is_sent_again(v: Vitrine, photos: Path) -> None:
    generation = serving_generation(v)
    record = {"id": "1", "title": "Cap", "photos": [IncomingPhoto((photos / "1.jpg").read_bytes(), "1.jpg")]}
    accept_products(v, [record])
    [item] = v.catalog.queue.claim(generation.id, "worker", 10, 60)
    v.catalog.queue.fail(generation.id, "worker", [Failure("1", item.version, "photo is gone", True)], 3)
    assert item.product is not None
    digest = item.product.photos[0].digest
    [stored] = [path for path in v.settings.data_dir.rglob(digest) if path.is_file()]
    stored.unlink()
    again = accept_products(v, [record])
    assert (again.accepted, again.unchanged) == (1, 0)
    assert v.catalog.products.get("1").state == "pending"
    assert v.catalog.photos.get(digest) == (photos / "1.jpg").read_bytes()
