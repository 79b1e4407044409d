from __future__ import annotations

import base64
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput, InvalidPhoto, InvalidProduct
from core.incoming import (
    ATTRIBUTES_MAX,
    DESCRIPTION_CHARS_MAX,
    ID_CHARS_MAX,
    SHORT_CHARS_MAX,
    IncomingPhoto,
    parse_photo,
    parse_photos,
    parse_product,
    parse_product_id,
)
from core.products import PHOTOS_MAX


def product(**record: Any) -> Any:
    return parse_product({"id": "1", "title": "Shirt", **record}).product


def test_a_full_record_is_taken_as_it_is_meant() -> None:
    parsed = parse_product(
        {
            "id": 15970,
            "title": "  Blue \n shirt ",
            "description": "Two\nlines",
            "brand": "Acme",
            "category": "Shirts",
            "price": "19.99",
            "currency": "eur",
            "url": "https://shop.example/15970",
            "photos": [f"data:image/png;base64,{base64.b64encode(b'png').decode()}"],
            "attributes": {"colour": "blue", "sizes": [38, 40]},
            "group_id": 7.0,
            "available": "no",
            "created_at": "2026-11-20T10:00:00+01:00",
            "season": "Summer",
        }
    )
    found = parsed.product
    assert (found.id, found.title, found.description) == ("15970", "Blue shirt", "Two\nlines")
    assert (found.price, found.currency, found.group_id, found.available) == (19.99, "EUR", "7", False)
    assert found.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert dict(found.attributes) == {"colour": "blue", "sizes": (38, 40), "season": "Summer"}
    assert parsed.photos == (IncomingPhoto(b"png", "data URI"),)
    assert found.photos == ()


@pytest.mark.parametrize("written", ["15970", " 15970\n", 15970, 15970.0, "u\u0308ber  7", "\u00fcber 7"])
def test_an_id_by_itself_reads_as_it_does_in_a_record(written: object) -> None:
    assert parse_product_id(written) == product(id=written).id


@pytest.mark.parametrize("written", [None, "", " ", 1.5, True, "x" * (ID_CHARS_MAX + 1), "a\x00b"])
def test_what_can_be_no_id_is_refused_by_itself_too(written: object) -> None:
    with pytest.raises(InvalidProduct) as refused:
        parse_product_id(written)
    assert refused.value.field == "id"


@pytest.mark.parametrize("empty", [None, ""])
def test_none_and_empty_texts_are_absent(empty: object) -> None:
    names = ("description", "brand", "category", "price", "currency", "url", "group_id", "created_at", "colour")
    found = product(**dict.fromkeys(names, empty))
    assert (found.brand, found.price, found.created_at, found.description) == (None, None, None, "")
    assert dict(found.attributes) == {}
    assert found.available is True


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("id", {"id": None}, "missing"),
    ("id", {"id": "   "}, "missing"),
    ("id", {"id": 1.5}, "whole number"),
    ("id", {"id": float("nan")}, "whole number"),
    ("id", {"id": True}, "text"),
    ("id", {"id": ["a"]}, "text"),
    ("id", {"id": "x" * (ID_CHARS_MAX + 1)}, "longer"),
    ("id", {"id": "a\x00b"}, "control character U+0000"),
    ("id", {"id": "\ud800"}, "control character U+D800"),
    ("title", {"title": None}, "missing"),
    ("title", {"title": " \t "}, "missing"),
    ("title", {"title": "x" * 1_000_000}, "1,000,000 characters"),
    ("title", {"title": "a\x1b[31mb"}, "control character U+001B"),
    ("title", {"title": {"en": "Shirt"}}, "text"),
    ("title", {"title": float("nan")}, "text"),
    ("title", {"title": 10**400}, "text"),
    ("description", {"description": "x" * (DESCRIPTION_CHARS_MAX + 1)}, "characters"),
    ("brand", {"brand": "x" * (SHORT_CHARS_MAX + 1)}, "characters"),
    ("brand", {"brand": b"Acme"}, "text"),
    ("price", {"price": float("nan")}, "at least 0"),
    ("price", {"price": "NaN"}, "at least 0"),
    ("price", {"price": float("inf")}, "at least 0"),
    ("price", {"price": -0.01}, "at least 0"),
    ("price", {"price": "-5"}, "at least 0"),
    ("price", {"price": "19,99 EUR"}, "at least 0"),
    ("price", {"price": True}, "at least 0"),
    ("price", {"price": 10**400}, "at least 0"),
    ("price", {"price": "9" * 400}, "at least 0"),
    ("price", {"price": [1]}, "at least 0"),
    ("currency", {"currency": "Euro"}, "ISO 4217"),
    ("currency", {"currency": "€"}, "ISO 4217"),
    ("currency", {"currency": 978}, "ISO 4217"),
    ("available", {"available": "perhaps"}, "true or false"),
    ("created_at", {"created_at": "yesterday"}, "date or a time"),
    ("created_at", {"created_at": "2026-13-01"}, "date or a time"),
    ("created_at", {"created_at": 1e20}, "date or a time"),
    ("created_at", {"created_at": float("nan")}, "date or a time"),
    ("created_at", {"created_at": True}, "date or a time"),
    ("created_at", {"created_at": "0001-01-01T00:00:00+14:00"}, "date or a time"),
    ("attributes", {"attributes": [1]}, "object"),
    ("attributes", {"attributes": {'a"b': 1}}, "name"),
    ("attributes", {"a[0]": 1}, "name"),
    ("attributes", {" ": 1}, "name"),
    ("attributes", {"x" * 101: 1}, "characters"),
    ("attributes", {"attributes": {f"a{i}": i for i in range(ATTRIBUTES_MAX + 1)}}, "201 entries"),
    ("attributes.n", {"n": float("nan")}, "finite"),
    ("attributes.n", {"n": 2**53 + 1}, "2^53"),
    ("attributes.n", {"n": 10**400}, "2^53"),
    ("attributes.n", {"n": {"nested": 1}}, "must be a text"),
    ("attributes.n", {"n": "x" * (SHORT_CHARS_MAX + 1)}, "characters"),
    ("attributes.n[1]", {"n": ["a", "b\x07"]}, "control character"),
    ("attributes.n", {"n": list(range(201))}, "201 entries"),
    ("photos", {"photos": "data:image/png;base64,AA=="}, "list"),
    ("photos", {"photos": {"base64": "AA=="}}, "list"),
    ("photos", {"photos": [IncomingPhoto(b"x", "x")] * (PHOTOS_MAX + 1)}, "19 photos"),
    ("photos[1]", {"photos": [IncomingPhoto(b"x", "x"), 7]}, "data URI"),
]


@pytest.mark.parametrize(("field", "record", "reason"), BAD, ids=[f"{f} {i}" for i, (f, _, _) in enumerate(BAD)])
def test_a_bad_field_is_named_with_its_reason(field: str, record: dict[str, Any], reason: str) -> None:
    with pytest.raises((InvalidProduct, InvalidPhoto)) as caught:
        product(**record)
    assert caught.value.field == field
    assert reason in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("record", [[1], "row", None, 7])
def test_a_record_that_is_no_object_is_refused(record: Any) -> None:
    with pytest.raises(InvalidProduct, match="object"):
        parse_product(record)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        ("FALSE", False),
        (1, True),
        (0, False),
        (" In Stock ", True),
        ("out_of_stock", False),
        ("Y", True),
    ],
)
def test_availability_is_read_as_shops_write_it(value: object, expected: bool) -> None:
    assert product(available=value).available is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T09:30:00Z", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (date(2026, 11, 20), datetime(2026, 11, 20, tzinfo=UTC)),
        (datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=2))), datetime(2026, 11, 20, 10, tzinfo=UTC)),
    ],
)
def test_moments_become_utc(value: object, expected: datetime) -> None:
    found = product(created_at=value).created_at
    assert found == expected
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("value", "expected"), [(501, "501"), (501.0, "501"), (1_234_567.0, "1234567"), (1_234_567.25, "1234567.25")]
)
def test_numbers_serve_as_titles_without_losing_digits(value: float, expected: str) -> None:
    assert product(title=value).title == expected


def test_texts_are_composed_so_that_equal_looks_are_equal() -> None:
    assert product(brand="Cafe\u0301").brand == "Caf\u00e9"
    assert parse_product({"id": "e\u0301", "title": "x"}).product.id == "\u00e9"


def test_attributes_of_the_record_and_unknown_columns_come_together() -> None:
    found = product(attributes={"a": 1, "none": None}, b=["x", None, "", 2.5, True])
    assert dict(found.attributes) == {"a": 1, "b": ("x", 2.5, True)}


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ({"base64": "aGk="}, "upload"),
        ({"base64": " aG\nk= "}, "upload"),
        ("data:image/jpeg;base64,aGk=", "data URI"),
        ("DATA:;BASE64,aGk=", "data URI"),
    ],
)
def test_photos_come_as_base64(value: object, source: str) -> None:
    assert parse_photo(value, "photos[0]") == IncomingPhoto(b"hi", source)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("http://shop.example/a.jpg", "web address"),
        ("HTTPS://shop.example/a.jpg", "web address"),
        ("//shop.example/a.jpg", "web address"),
        ("file:///etc/passwd", "must be a data URI"),
        ("/etc/passwd", "must be a data URI"),
        ("data:image/png,raw", "without base64"),
        ("data:image/png;base64,***", "not valid base64"),
        ({"base64": "a"}, "not valid base64"),
        ({"base64": "äöü="}, "not valid base64"),
        ({"base64": 7}, "must be a data URI"),
        ({"path": "/etc/passwd"}, "must be a data URI"),
        (None, "must be a data URI"),
        (b"raw", "must be a data URI"),
    ],
)
def test_other_photos_are_refused_with_a_remedy(value: object, reason: str) -> None:
    with pytest.raises(InvalidPhoto, match=reason) as caught:
        parse_photo(value, "photos[3]")
    assert caught.value.field == "photos[3]"
    assert caught.value.remedy


def test_photos_keep_their_order() -> None:
    photos = [IncomingPhoto(bytes([i]), "x") for i in range(PHOTOS_MAX)]
    assert parse_photos(photos) == tuple(photos)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=4)
    | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(
    ["id", "title", "brand", "price", "currency", "photos", "attributes", "group_id", "available", "created_at", "x"]
)


@given(st.dictionaries(NAMES, ANYTHING, max_size=5))
def test_any_record_gives_a_product_or_an_error_of_ours(record: dict[str, Any]) -> None:
    with suppress(InvalidInput):
        parsed = parse_product({"id": "1", "title": "t"} | record).product
        assert parsed.payload()["id"] == parsed.id
        assert isinstance(parsed.passage(), str)
