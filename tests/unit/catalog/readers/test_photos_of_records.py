from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from catalog.readers import ReadOptions, Record, open_records
from core.errors import InvalidPhoto, InvalidSource
from core.incoming import IncomingPhoto, parse_product


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("1.jpg", "2.jpg", "2_1.jpg", "front.jpg", "empty.jpg"):
        (folder / name).write_bytes(b"" if name == "empty.jpg" else name.encode())
    return folder


def _read(tmp_path: Path, text: str, options: ReadOptions) -> list[Record]:
    (tmp_path / "products.csv").write_text(text)
    with open_records(tmp_path / "products.csv", options) as source:
        return list(source)


def _photos(record: Record) -> list[object]:
    assert record.values is not None
    return [photo.data if isinstance(photo, IncomingPhoto) else photo for photo in record.values.get("photos", [])]


def test_photos_are_found_by_id_and_a_product_without_any_is_no_error(tmp_path: Path, photos: Path) -> None:
    records = _read(tmp_path, "id,title\n1,a\n2,b\n3,c\n", ReadOptions(photos=photos))
    assert [_photos(record) for record in records] == [[b"1.jpg"], [b"2.jpg", b"2_1.jpg"], []]
    assert [record.photo_missing for record in records] == [None, None, None]


def test_photos_are_found_by_the_names_in_a_column(tmp_path: Path, photos: Path) -> None:
    options = ReadOptions(photos=photos, photo_column="files")
    records = _read(tmp_path, "id,title,files\n1,a,front.jpg|2.jpg\n2,b,front.jpg; 1.jpg\n3,c,\n", options)
    assert [_photos(record) for record in records] == [[b"front.jpg", b"2.jpg"], [b"front.jpg", b"1.jpg"], []]


def test_a_named_photo_that_is_not_there_is_told_and_the_product_stays(tmp_path: Path, photos: Path) -> None:
    options = ReadOptions(photos=photos, photo_column="image")
    [record] = _read(tmp_path, "id,title,image\n1,a,front.jpg|absent.jpg|gone.jpg\n", options)
    assert _photos(record) == [b"front.jpg"]
    assert (record.photo_missing, record.error) == ("absent.jpg", None)


def test_a_name_without_any_photos_at_hand_is_told_as_missing(tmp_path: Path) -> None:
    [record] = _read(tmp_path, "id,title,image\n1,a,1.jpg\n", ReadOptions())
    assert (_photos(record), record.photo_missing) == ([], "1.jpg")


def test_a_recognised_column_without_a_name_falls_back_to_the_id(tmp_path: Path, photos: Path) -> None:
    records = _read(tmp_path, "id,title,image\n1,a,\n2,b,front.jpg\n1,c,absent.jpg\n", ReadOptions(photos=photos))
    assert [_photos(record) for record in records] == [[b"1.jpg"], [b"front.jpg"], [b"1.jpg"]]


def test_a_photo_that_cannot_be_used_refuses_its_record_alone(tmp_path: Path, photos: Path) -> None:
    options = ReadOptions(photos=photos, photo_column="image", photo_bytes_max=6)
    records = _read(tmp_path, "id,title,image\n1,a,empty.jpg\n2,b,front.jpg\n3,c,1.jpg\n", options)
    assert [type(record.error) for record in records] == [InvalidPhoto, InvalidPhoto, type(None)]
    assert [record.product_id for record in records] == ["1", "2", None]


def test_a_record_that_is_refused_keeps_the_id_of_its_column(tmp_path: Path) -> None:
    [record] = _read(tmp_path, 'sku,name,attributes\n7,a,{"colour\n', ReadOptions())
    assert (record.values, record.product_id) == (None, "7")
    assert "attributes" in str(record.error)


def test_data_uris_and_web_addresses_are_passed_on_for_the_rules_of_products(tmp_path: Path) -> None:
    text = (
        'id,title,image\n1,a,"data:image/png;base64,AAAA|data:image/png;base64,BBBB"\n2,b,https://shop.test/a;b.jpg\n'
    )
    records = _read(tmp_path, text, ReadOptions())
    assert [len(photo.data) for photo in parse_product(records[0].values or {}).photos] == [3, 3]
    with pytest.raises(InvalidPhoto, match="not fetched from the web"):
        parse_product(records[1].values or {})


def test_a_web_address_gives_way_to_the_file_of_its_name_or_of_the_id(tmp_path: Path, photos: Path) -> None:
    text = "id,title,image_url\n7,a,https://shop.test/p/front.jpg?w=80\n1,b,https://shop.test/x.jpg\n9,c,https://shop.test/x.jpg\n"
    records = _read(tmp_path, text, ReadOptions(photos=photos))
    assert [_photos(record) for record in records] == [[b"front.jpg"], [b"1.jpg"], ["https://shop.test/x.jpg"]]


def test_a_photo_column_that_does_not_exist_is_named(tmp_path: Path, photos: Path) -> None:
    with pytest.raises(InvalidSource, match="--map photos: there is no such column"):
        _read(tmp_path, "id,title\n1,a\n", ReadOptions(photos=photos, photo_column="image"))


def test_real_products_are_read_with_their_photos(shared_data: Path) -> None:
    options = ReadOptions(mapping={"split": ""}, photos=shared_data / "fashion" / "images.zip")
    with open_records(shared_data / "fashion" / "products.csv", options) as source:
        assert source.mapping == {"id": "id", "title": "title", "category": "category"}
        records = [next(source) for _ in range(500)]
        products = [parse_product(record.values or {}) for record in records]
    with zipfile.ZipFile(shared_data / "fashion" / "images.zip") as archive:
        assert products[0].photos[0].data == archive.read("15970.jpg")
    assert products[0].product.title == "Turtle Check Men Navy Blue Shirt"
    assert products[0].product.attributes["year"] == 2011
    assert all(len(product.photos) == 1 for product in products)
