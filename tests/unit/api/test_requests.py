"""Bodies are decoded strictly, and what is wrong with them is named."""

from __future__ import annotations

import math

import pytest
from litestar.exceptions import ClientException

from api.products.schemas import AddProducts
from api.requests import BodyDecoders
from api.search.schemas import SearchRequest
from core.errors import InvalidInput


def refused(body: bytes, wanted: type = SearchRequest) -> InvalidInput:
    with pytest.raises(InvalidInput) as raised:
        BodyDecoders().decode(body, wanted)
    return raised.value


def test_an_unknown_key_is_named_with_what_was_probably_meant() -> None:
    error = refused(b'{"text": "shirt", "limt": 7}')
    assert (error.field, error.value) == ("limt", 7)
    assert "Did you mean limit?" in error.remedy


def test_an_unknown_key_further_in_is_named_with_its_place() -> None:
    error = refused(b'{"image": {"base46": "xyz"}}')
    assert (error.field, error.value) == ("image.base46", "xyz")
    assert "base64, product_id" in error.remedy


@pytest.mark.parametrize(
    ("body", "field", "value"),
    [
        (b'{"limit": "5"}', "limit", "5"),
        (b'{"limit": true}', "limit", True),
        (b'{"text": 5}', "text", 5),
        (b'{"filter": []}', "filter", []),
        (b'{"explain": "yes"}', "explain", "yes"),
        (b'{"image": {"base64": 5}}', "image.base64", 5),
        (b"[]", "body", []),
        (b'"text"', "body", "text"),
    ],
)
def test_a_value_of_the_wrong_type_is_named(body: bytes, field: str, value: object) -> None:
    error = refused(body)
    assert (error.field, error.value) == (field, value)


def test_a_missing_key_is_named() -> None:
    error = refused(b"{}", AddProducts)
    assert (error.field, error.reason) == ("products", "is missing")


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"text": "a"', b"\xff\xfe\xfa", b"{'text': 'a'}", b"[" * 100_000, b'{"a":' * 100_000]
)
def test_what_is_no_json_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(ClientException) as raised:
        BodyDecoders().decode(body, SearchRequest)
    assert raised.value.status_code == 400


def test_nan_reaches_the_check_of_its_own_field() -> None:
    body = BodyDecoders().decode(b'{"products": [{"id": "1", "title": "a", "price": NaN}]}', AddProducts)
    assert math.isnan(body.products[0]["price"])


def test_nan_does_not_soften_the_other_checks() -> None:
    assert refused(b'{"weights": {"text": NaN}, "limt": 1}').field == "limt"
    assert refused(b'{"weights": {"text": NaN}, "limit": "1"}').field == "limit"
