from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.readers import ReadOptions, Record, open_records
from core.errors import InvalidSource
from core.incoming import parse_product


def _write(path: Path, columns: dict[str, Any], row_group_size: int = 1_000) -> Path:
    pq.write_table(pa.table(columns), path, row_group_size=row_group_size)
    return path


def test_rows_come_with_their_types_and_pass_the_rules_of_products(tmp_path: Path) -> None:
    moment = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)
    columns = {
        "id": [1, 2],
        "title": ["a", "b"],
        "price": [Decimal("19.99"), None],
        "created_at": [moment, None],
        "sizes": [[38, 40], []],
        "day": [dt.date(2026, 1, 2), None],
        "weight": pa.array([Decimal(2), Decimal("3.5")]),
    }
    with open_records(_write(tmp_path / "products.parquet", columns), ReadOptions()) as source:
        records = list(source)
    assert [record.line for record in records] == [1, 2]
    products = [parse_product(record.values or {}).product for record in records]
    assert (products[0].price, products[0].created_at) == (19.99, moment)
    assert products[0].attributes == {"sizes": (38, 40), "day": "2026-01-02", "weight": 2}
    assert products[1].attributes == {"weight": 3.5}


def test_bytes_in_the_photo_column_are_the_photo(tmp_path: Path) -> None:
    columns = {"id": ["1", "2"], "title": ["a", "b"], "image": [{"bytes": b"one", "path": "1.jpg"}, None]}
    with open_records(_write(tmp_path / "products.parquet", columns), ReadOptions()) as source:
        photos = [parse_product(record.values or {}).photos for record in source]
    assert [[(photo.data, photo.source) for photo in each] for each in photos] == [[(b"one", "products.parquet:1")], []]


def test_the_format_is_told_by_content_and_the_position_grows_to_the_size(tmp_path: Path) -> None:
    columns = {"id": list(range(5_000)), "title": ["a"] * 5_000}
    with open_records(_write(tmp_path / "products.bin", columns), ReadOptions()) as source:
        positions = [source.position_bytes for _ in source]
        assert positions == sorted(positions)
        assert source.position_bytes == source.size_bytes == (tmp_path / "products.bin").stat().st_size


def test_a_cut_off_file_is_named(tmp_path: Path) -> None:
    path = _write(tmp_path / "products.parquet", {"id": [1], "title": ["a"]})
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InvalidSource, match=r"products\.parquet: cannot be read as Parquet"):
        open_records(path, ReadOptions())


def test_damage_in_the_middle_is_named_after_the_rows_before_it(tmp_path: Path) -> None:
    columns = {"id": list(range(3_000)), "title": [f"product {i}" for i in range(3_000)]}
    path = _write(tmp_path / "products.parquet", columns)
    offset = pq.ParquetFile(path).metadata.row_group(2).column(0).dictionary_page_offset
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xff" * 600)
    with open_records(path, ReadOptions()) as source:
        read: list[Record] = []
        with pytest.raises(InvalidSource, match="is damaged after row"):
            read.extend(source)
    assert len(read) >= 1_000
