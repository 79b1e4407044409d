from __future__ import annotations

from pathlib import Path

import pytest

from catalog.readers import ReadOptions, RecordSource, open_records
from catalog.readers.columns import plan_columns
from core.errors import InvalidSource
from core.incoming import parse_product


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            ["id", "gender", "articleType", "productDisplayName"],
            {"id": "id", "title": "productDisplayName", "category": "articleType"},
        ),
        (["Handle", "Title", "Body (HTML)", "Vendor", "Image Src", "Variant Price"],
            {"id": "Handle", "title": "Title", "description": "Body (HTML)", "brand": "Vendor", "photos": "Image Src",
             "price": "Variant Price"}),
        (
            ["g:id", "g:title", "g:link", "g:image_link", "g:item_group_id", "g:availability",
             "g:google_product_category", "g:mpn"],
            {"id": "g:id", "title": "g:title", "url": "g:link", "photos": "g:image_link", "group_id": "g:item_group_id",
             "available": "g:availability", "category": "g:google_product_category"},
        ),
        (["asin", "parent_asin", "title"], {"id": "asin", "group_id": "parent_asin", "title": "title"}),
        (["article_id", "prod_name", "detail_desc"],
         {"id": "article_id", "title": "prod_name", "description": "detail_desc"}),
        (["SKU", "ID", "Name", "Created At"], {"id": "ID", "title": "Name", "created_at": "Created At"}),
    ],
)  # fmt: skip
def test_well_known_names_are_recognised(columns: list[str], expected: dict[str, str]) -> None:
    plan = plan_columns(columns, {}, "products.csv")
    assert dict(plan.mapping) == expected
    assert set(plan.attributes) == set(columns) - set(expected.values())


def test_a_named_column_wins_and_the_recognised_one_becomes_an_attribute() -> None:
    plan = plan_columns(["id", "title", "productDisplayName"], {"title": "productDisplayName"}, "products.csv")
    assert plan.mapping["title"] == "productDisplayName"
    assert plan.attributes == ("title",)


def test_an_attribute_may_be_renamed() -> None:
    plan = plan_columns(["id", "title", "base_colour"], {"colour": "base_colour"}, "products.csv")
    assert plan.mapping["colour"] == "base_colour"
    assert plan.attributes == ()


def test_an_empty_column_leaves_out_a_column_or_stops_the_recognition_of_a_field() -> None:
    plan = plan_columns(["id", "name", "split", "vendor"], {"split": "", "brand": ""}, "products.csv")
    assert plan.ignored == ("split",)
    assert plan.attributes == ("vendor",)
    assert "brand" not in plan.mapping


def test_a_missing_column_is_named_with_its_neighbours_and_all_columns() -> None:
    with pytest.raises(InvalidSource) as refused:
        plan_columns(["id", "title", "colour"], {"category": "color"}, "products.csv")
    assert str(refused.value) == (
        "--map category: there is no such column (got 'color'). Did you mean colour? The columns are: id, title, colour"
    )


def test_leaving_out_a_column_that_is_not_there_is_a_mistake_too() -> None:
    with pytest.raises(InvalidSource, match="there is no such column"):
        plan_columns(["id", "title"], {"splitt": ""}, "products.csv")


def _open(tmp_path: Path, text: str, **mapping: str) -> RecordSource:
    path = tmp_path / "products.csv"
    path.write_text(text)
    return open_records(path, ReadOptions(mapping=mapping))


def test_what_was_decided_can_be_shown(tmp_path: Path) -> None:
    with _open(tmp_path, "sku,name,colour,split\n1,a,b,c\n", split="") as source:
        assert source.columns == ("sku", "name", "colour", "split")
        assert source.mapping == {"id": "sku", "title": "name"}
        assert source.attributes == ("colour",)
        assert source.ignored == ("split",)


@pytest.mark.parametrize(
    ("price", "currency", "expected"),
    [
        ("19.99 EUR", "", (19.99, "EUR")),
        ("EUR 19.99", "", (19.99, "EUR")),
        ("19.99eur", "EUR", (19.99, "EUR")),
        ("19.99", "usd", (19.99, "USD")),
        ('"19,99 EUR"', "", (19.99, "EUR")),
        ("20", "", (20.0, None)),
        ("0.12345", "", (0.12345, None)),
    ],
)
def test_prices_are_read_as_feeds_write_them(
    tmp_path: Path, price: str, currency: str, expected: tuple[float, str | None]
) -> None:
    with _open(tmp_path, f"id,title,price,currency\n1,a,{price},{currency}\n") as source:
        [record] = source
    product = parse_product(record.values or {}).product
    assert (product.price, product.currency) == expected


@pytest.mark.parametrize("price", ["19.99 EUR", '"1,999"', "-3", "nan", "abc"])
def test_prices_that_contradict_their_currency_or_could_mean_two_things_are_refused(tmp_path: Path, price: str) -> None:
    with _open(tmp_path, f"id,title,price,currency\n1,a,{price},USD\n") as source:
        [record] = source
    with pytest.raises(Exception, match="price: must be a number"):
        parse_product(record.values or {})


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("in_stock", True),
        ("in stock", True),
        ("instock", True),
        ("out of stock", False),
        ("preorder", True),
        ("no", False),
    ],
)
def test_availability_is_read_as_feeds_write_it(tmp_path: Path, word: str, expected: bool) -> None:
    with _open(tmp_path, f"id,title,availability\n1,a,{word}\n") as source:
        [record] = source
    assert parse_product(record.values or {}).product.available is expected


def test_an_unmapped_column_with_the_name_of_a_field_does_not_overwrite_the_field(tmp_path: Path) -> None:
    with _open(tmp_path, "id,title,name\n1,short,long name\n", title="name") as source:
        [record] = source
    product = parse_product(record.values or {}).product
    assert (product.title, product.attributes) == ("long name", {"title": "short"})


def test_column_names_that_no_attribute_may_have_are_tidied(tmp_path: Path) -> None:
    with _open(tmp_path, f'id,title,"size [cm] ""inner""",{"x" * 300}\n1,a,b,c\n') as source:
        [record] = source
    assert parse_product(record.values or {}).product.attributes == {"size cm inner": "b", "x" * 100: "c"}


def test_a_column_of_attributes_is_read_as_json(tmp_path: Path) -> None:
    text = 'id,title,attributes,colour\n1,a,"{""size"": 38}",red\n2,b,,blue\n3,c,size 38,red\n'
    with _open(tmp_path, text) as source:
        records = list(source)
    assert [record.values and record.values["attributes"] for record in records] == [
        {"size": 38, "colour": "red"},
        {"colour": "blue"},
        None,
    ]
    assert "attributes: must be a JSON object" in str(records[2].error)


@pytest.mark.parametrize(
    ("head", "what"),
    [(b"PK\x03\x04rest", "spreadsheet"), (b"%PDF-1.7", "PDF"), (b"SQLite format 3\0", "SQLite"), (b"BZh91AY", "bzip2")],
)
def test_a_file_of_another_kind_is_named_as_what_it_is(tmp_path: Path, head: bytes, what: str) -> None:
    (tmp_path / "products.csv").write_bytes(head)
    with pytest.raises(InvalidSource, match=f"{what}.*only CSV, JSONL"):
        open_records(tmp_path / "products.csv", ReadOptions())


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(InvalidSource, match="cannot be read"):
            open_records(path, ReadOptions())
