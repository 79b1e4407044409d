from __future__ import annotations

import gzip
import re
import tracemalloc
from pathlib import Path

import pytest

from catalog.readers import ReadOptions, Record, open_records
from core.errors import InvalidSource


def _read(path: Path, text: str | bytes, **mapping: str) -> list[Record]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with open_records(path, ReadOptions(mapping=mapping)) as source:
        return list(source)


def _values(records: list[Record]) -> list[object]:
    return [record.values for record in records]


@pytest.fixture
def csv_path(tmp_path: Path) -> Path:
    return tmp_path / "products.csv"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(csv_path: Path, delimiter: str) -> None:
    rows = [["id", "title", "colour"], ["7", '"Shirt, blue; or | navy\tcheck"', "blue"], ["8", "Shoe", "red"]]
    records = _read(csv_path, "\n".join(delimiter.join(row) for row in rows))
    assert [record.values and record.values["attributes"] for record in records] == [
        {"colour": "blue"},
        {"colour": "red"},
    ]
    assert records[0].values is not None
    assert records[0].values["title"] == "Shirt, blue; or | navy\tcheck"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_names_the_encoding(csv_path: Path, encoding: str) -> None:
    [record] = _read(csv_path, "id,title\n7,Größe 😀\n".encode(encoding))
    assert record.values is not None
    assert (record.values["id"], record.values["title"]) == ("7", "Größe 😀")


def test_an_encoding_can_be_named(csv_path: Path) -> None:
    csv_path.write_bytes("id,title\n7,Größe\n".encode("windows-1252"))
    with open_records(csv_path, ReadOptions(encoding="windows-1252")) as source:
        [record] = source
    assert record.values is not None
    assert record.values["title"] == "Größe"


@pytest.mark.parametrize("rows_before", [0, 5_000])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_row_with_a_wrong_byte_is_refused_alone_with_its_line_and_the_remedy(
    csv_path: Path, rows_before: int, mark: bytes
) -> None:
    before = mark + b"id,title\n" + b"".join(b"%d,A product of the shop\n" % i for i in range(rows_before))
    records = _read(csv_path, before + b"x7,Gr\xfcn\nx8,Gr\xc3\xbcn\n")
    assert [record.line for record in records if record.error] == [rows_before + 2]
    refused, good = records[-2:]
    place = rf"the byte 0xfc in line {rows_before + 2:,}, column 6"
    assert re.search(rf"is not utf-8.*: {place} does not fit.*--encoding windows-1252", str(refused.error))
    assert (refused.values, refused.product_id) == (None, "x7")
    assert good.values is not None
    assert good.values["title"] == "Grün"


def test_a_wrong_byte_in_a_cell_of_several_lines_is_found_in_its_own(csv_path: Path) -> None:
    records = _read(csv_path, b'id,title,description\n1,a,"one\ntw\xf6"\n2,b,c\n')
    assert [(record.line, record.error is None) for record in records] == [(2, False), (4, True)]
    assert "the byte 0xf6 in line 3, column 3" in str(records[0].error)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "windows-1252"])
def test_a_wrong_byte_of_a_named_encoding_costs_its_row_too(csv_path: Path, encoding: str) -> None:
    csv_path.write_bytes(b"id,title\n1,a\x81\n2,b\n")
    with open_records(csv_path, ReadOptions(encoding=encoding)) as source:
        refused, good = source
    assert f"is not {encoding}: the byte 0x81" in str(refused.error)
    assert good.error is None


def test_a_wrong_byte_in_the_header_refuses_the_file(csv_path: Path) -> None:
    with pytest.raises(InvalidSource, match=r"0xf6 in line 1, column 11 .*--encoding windows-1252"):
        _read(csv_path, b"id,title,g\xf6\n1,a,XL\n")


@pytest.mark.parametrize("rows_before", [0, 5_000])
def test_text_that_is_not_utf_16_ends_reading_at_the_byte_that_is_named(tmp_path: Path, rows_before: int) -> None:
    before = ("id,title\n" + "1,Shirt\n" * rows_before).encode("utf-16")
    with pytest.raises(InvalidSource, match=rf"offset {len(before) + 4:,} .*--encoding windows-1252"):
        _read(tmp_path / "products.csv.gz", gzip.compress(before + "7,".encode("utf-16-le") + b"\x00\xdca\x00"))


def test_the_id_of_a_row_with_too_many_cells_is_not_guessed(csv_path: Path) -> None:
    [record] = _read(csv_path, "id,title\n7,Shirt, blue\n")
    assert record.error is not None
    assert record.product_id is None


def test_utf_16_without_a_mark_is_recognised_as_such(csv_path: Path) -> None:
    with pytest.raises(InvalidSource, match="--encoding utf-16-le"):
        _read(csv_path, "id,title\n7,Shirt\n".encode("utf-16-le"))


def test_an_unknown_encoding_is_named(csv_path: Path) -> None:
    csv_path.write_text("id,title\n")
    with pytest.raises(InvalidSource, match=r"--encoding: is no text encoding.*latin-99"):
        open_records(csv_path, ReadOptions(encoding="latin-99"))


def test_a_row_with_too_many_or_too_few_cells_is_reported_with_its_line_and_the_rest_go_on(csv_path: Path) -> None:
    records = _read(csv_path, "id,title,colour\n1,a,b\n2,a\n\n3,a,b,c\n4,a,b\n")
    assert [(record.line, record.error is None) for record in records] == [(2, True), (3, False), (5, False), (6, True)]
    assert "2 cells, and the header has 3" in str(records[1].error)
    assert "4 cells, and the header has 3" in str(records[2].error)


def test_empty_cells_behind_the_last_column_do_no_harm(csv_path: Path) -> None:
    [record] = _read(csv_path, "id,title\n1,a,,\n")
    assert record.error is None


def test_a_cell_may_hold_line_ends_and_lines_are_counted_as_an_editor_does(csv_path: Path) -> None:
    records = _read(csv_path, 'id,title,description\n1,a,"one\ntwo\n\nfour"\n2,b,c\n')
    assert [record.line for record in records] == [2, 6]
    assert records[0].values is not None
    assert records[0].values["description"] == "one\ntwo\n\nfour"


def test_an_unclosed_quote_costs_one_line(csv_path: Path) -> None:
    records = _read(csv_path, 'id,title\n1,"open\n2,b\n3,"c, d"\n4,e\n')
    assert [(record.line, record.values and record.values["id"]) for record in records] == [
        (2, None),
        (3, "2"),
        (4, "3"),
        (5, "4"),
    ]


def test_an_unclosed_quote_with_nothing_behind_it_costs_one_line(csv_path: Path) -> None:
    lines = [f"{i},b" for i in range(20_000)]
    lines[10] = '10,"open'
    records = _read(csv_path, "id,title\n" + "\n".join(lines))
    assert [record.line for record in records if record.error] == [12]
    assert "a double quote is opened and not closed (got '10,\"open')" in str(records[10].error)
    assert [record.values["id"] for record in records if record.values] == [str(i) for i in range(20_000) if i != 10]


def test_a_stray_quote_inside_a_quoted_cell_is_reported(csv_path: Path) -> None:
    records = _read(csv_path, 'id,title\n1,"a "great" shirt"\n2,15" monitor\n')
    assert records[0].error is not None
    assert records[1].values is not None
    assert records[1].values["title"] == '15" monitor'


def test_a_line_without_end_is_reported_in_bounded_memory(csv_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.readers.text_lines.LINE_CHARS_MAX", 1_000)
    records = _read(csv_path, "id,title\n1,a\n2," + "b" * 5_000 + '\n3,c\n4,"d\n5,' + "e" * 5_000 + "\n6,f\n")
    assert [(record.line, record.error is None) for record in records] == [
        (2, True),
        (3, False),
        (4, True),
        (5, False),
        (6, False),
        (7, True),
    ]
    assert "longer than 1,000 characters" in str(records[1].error)


def test_a_megabyte_in_a_cell_is_read_and_left_to_the_rules_of_products(csv_path: Path) -> None:
    [record] = _read(csv_path, "id,title\n1," + "x" * 2**20)
    assert record.values is not None
    assert len(record.values["title"]) == 2**20


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_one(csv_path: Path, line_end: str) -> None:
    records = _read(csv_path, line_end.join(["id,title", "1,a", "2,b", ""]))
    assert [(record.line, record.values and record.values["title"]) for record in records] == [(2, "a"), (3, "b")]


def test_a_column_of_numbers_becomes_numbers_and_ids_stay_texts(csv_path: Path) -> None:
    text = "id,title,year,rating,zip,version,size,note\n1,2011,2011,4.5,01234,1.10,38,\n2,2012,-5,4,99999,1.9,XL,\n"
    records = _read(csv_path, text)
    assert _values(records) == [
        {
            "id": "1",
            "title": "2011",
            "attributes": {"year": 2011, "rating": 4.5, "zip": "01234", "version": "1.10", "size": "38"},
        },
        {
            "id": "2",
            "title": "2012",
            "attributes": {"year": -5, "rating": 4, "zip": "99999", "version": "1.9", "size": "XL"},
        },
    ]


def test_amounts_with_the_same_number_of_decimals_are_numbers(csv_path: Path) -> None:
    records = _read(csv_path, "id,title,weight_kg\n1,a,1.50\n2,b,0.25\n")
    assert [record.values and record.values["attributes"] for record in records] == [
        {"weight_kg": 1.5},
        {"weight_kg": 0.25},
    ]


def test_a_text_far_down_in_a_column_of_numbers_is_kept_as_it_is(csv_path: Path) -> None:
    records = _read(csv_path, "id,title,size\n" + "1,a,38\n" * 1_000 + "2,b,XL\n")
    assert records[-1].values is not None
    assert records[-1].values["attributes"] == {"size": "XL"}


def test_a_repeated_column_gets_a_number_and_one_without_a_name_is_left_out(csv_path: Path) -> None:
    [record] = _read(csv_path, ",id,title,colour,colour\n0,1,a,red,blue\n")
    assert record.values is not None
    assert record.values["attributes"] == {"colour": "red", "colour 2": "blue"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("\n1,2\n", "has no header"),
        (",,\n1,2,3\n", "has no header"),
        ('id,"title\n1,a\n', "broken header"),
        ("colour,size\n1,2\n", "no column for id. Its columns are: colour, size. Name it: --map id=COLUMN"),
        ("id,size\n1,2\n", "no column for title"),
    ],
)
def test_a_file_without_what_it_needs_is_refused_with_a_remedy(csv_path: Path, text: str, message: str) -> None:
    with pytest.raises(InvalidSource) as refused:
        _read(csv_path, text)
    assert message in str(refused.value)


def test_a_header_alone_has_no_records(csv_path: Path) -> None:
    assert _read(csv_path, "id,title\n") == []


def test_a_compressed_file_is_read_and_its_position_is_that_in_the_compressed_one(tmp_path: Path) -> None:
    path = tmp_path / "products.csv.gz"
    path.write_bytes(gzip.compress(b"id,title\n" + b"".join(b"%d,A shirt\n" % i for i in range(5_000))))
    with open_records(path, ReadOptions()) as source:
        assert sum(record.error is None for record in source) == 5_000
        assert source.position_bytes == source.size_bytes == path.stat().st_size


def test_a_cut_off_compressed_file_is_named(tmp_path: Path) -> None:
    packed = gzip.compress(b"id,title\n" + b"".join(b"%d,A shirt\n" % (i * 7919) for i in range(50_000)))
    with pytest.raises(InvalidSource, match="is damaged"):
        _read(tmp_path / "products.csv.gz", packed[: len(packed) // 2])


def test_memory_does_not_grow_with_the_file(csv_path: Path) -> None:
    with csv_path.open("w") as file:
        file.write("id,title,description\n")
        file.writelines(f"{i},A shirt,{'soft and warm ' * 40}\n" for i in range(15_000))
    with open_records(csv_path, ReadOptions()) as source:
        for _ in range(5_000):
            next(source)
        tracemalloc.start()
        for record in source:
            assert record.error is None
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert csv_path.stat().st_size > 8_000_000
    assert peak_bytes < 1_000_000
