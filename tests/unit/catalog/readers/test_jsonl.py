from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from catalog.readers import ReadOptions, Record, open_records
from core.errors import InvalidSource
from core.incoming import parse_product


def _read(path: Path, data: str | bytes, options: ReadOptions | None = None) -> list[Record]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    with open_records(path, options or ReadOptions()) as source:
        return list(source)


@pytest.fixture
def jsonl_path(tmp_path: Path) -> Path:
    return tmp_path / "products.jsonl"


def test_each_object_is_a_record_and_its_types_stay(jsonl_path: Path) -> None:
    product = {"id": 7, "title": "Größe", "price": 19.5, "sizes": [38, 40], "organic": True, "attributes": {"a": "b"}}
    [record] = _read(jsonl_path, json.dumps(product) + "\n")
    assert record.values == {
        "id": 7,
        "title": "Größe",
        "price": 19.5,
        "attributes": {"a": "b", "sizes": [38, 40], "organic": True},
    }


def test_bad_lines_are_reported_with_their_line_and_the_rest_go_on(jsonl_path: Path) -> None:
    lines = [
        b'{"id": 1, "title": "a"}',
        b"{broken",
        b"",
        b"[1]",
        b'"text"',
        b'{"id": "\xfc"}',
        b'{"id": 2, "title": "\xc3\xbc"}',
    ]
    lines += [b'{"id": ' + b"[" * 100_000, b'{"id": ' + b"9" * 5_000 + b"}"]
    records = _read(jsonl_path, b"\n".join(lines))
    assert [(record.line, record.error is None) for record in records] == [
        (1, True),
        (2, False),
        (4, False),
        (5, False),
        (6, False),
        (7, True),
        (8, False),
        (9, False),
    ]
    errors = [str(record.error) for record in records]
    assert "is not JSON: Expecting property name" in errors[1]
    assert "must be a JSON object, not list" in errors[2]
    assert "is not utf-8: the byte 0xfc in line 6, column 9 does not fit" in errors[4]


def test_a_line_without_end_is_reported_and_the_rest_go_on(jsonl_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.readers.text_lines.LINE_CHARS_MAX", 1_000)
    records = _read(jsonl_path, '{"id":1,"title":"a"}\n{"id":2,"title":"' + "b" * 9_000 + '"}\n{"id":3,"title":"c"}\n')
    assert [(record.line, record.error is None) for record in records] == [(1, True), (2, False), (3, True)]


def test_keys_that_turn_up_late_are_attributes(jsonl_path: Path) -> None:
    lines = [json.dumps({"id": i, "title": "a"}) for i in range(1_500)] + ['{"id": "x", "title": "b", "late": "yes"}']
    records = _read(jsonl_path, "\n".join(lines))
    assert records[-1].values is not None
    assert records[-1].values["attributes"] == {"late": "yes"}


def test_a_left_out_key_stays_out(jsonl_path: Path) -> None:
    options = ReadOptions(mapping={"split": ""})
    [record] = _read(jsonl_path, '{"id": 1, "title": "a", "split": "train"}\n', options)
    assert record.values == {"id": 1, "title": "a"}


def test_one_array_is_refused_with_the_command_that_converts_it(jsonl_path: Path) -> None:
    with pytest.raises(InvalidSource, match=r"one JSON array.*jq -c"):
        _read(jsonl_path, '[{"id": 1, "title": "a"}]')


@pytest.mark.parametrize("name", ["products.json", "products.ndjson", "products.jsonl.gz", "products.txt", "products"])
def test_objects_are_recognised_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    data = b'{"id": 1, "title": "a"}\n'
    [record] = _read(tmp_path / name, gzip.compress(data) if name.endswith(".gz") else data)
    assert record.values == {"id": 1, "title": "a"}


def test_photos_in_the_line_are_passed_on(jsonl_path: Path) -> None:
    photos = ["data:image/png;base64,AAAA", {"base64": "BBBB"}]
    [record] = _read(jsonl_path, json.dumps({"id": 1, "title": "a", "photos": photos}))
    assert record.values is not None
    assert [photo.source for photo in parse_product(record.values).photos] == ["data URI", "upload"]


def test_nan_is_left_to_the_rules_of_products(jsonl_path: Path) -> None:
    [record] = _read(jsonl_path, '{"id": 1, "title": "a", "price": NaN}\n')
    assert record.values is not None
    assert record.values["price"] != record.values["price"]


def test_another_encoding_can_be_named(jsonl_path: Path) -> None:
    [record] = _read(jsonl_path, '{"id": 1, "title": "ü"}\n'.encode("utf-16"), ReadOptions(encoding="utf-16"))
    assert record.values == {"id": 1, "title": "ü"}


def test_a_wrong_byte_costs_its_line_also_where_the_encoding_is_named(jsonl_path: Path) -> None:
    lines = b'{"id": 1, "title": "\xfc"}\n{"id": 2, "title": "b"}\n'
    refused, good = _read(jsonl_path, lines, ReadOptions(encoding="utf-8"))
    assert "--encoding windows-1252" in str(refused.error)
    assert good.values == {"id": 2, "title": "b"}


def test_the_position_ends_where_the_file_ends(jsonl_path: Path) -> None:
    jsonl_path.write_text('{"id": 1, "title": "a"}\n' * 3_000)
    with open_records(jsonl_path, ReadOptions()) as source:
        assert len(list(source)) == 3_000
        assert source.position_bytes == source.size_bytes == jsonl_path.stat().st_size
