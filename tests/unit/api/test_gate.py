"""Who is let in, and how paths are read."""

from __future__ import annotations

from typing import Any, cast

import pytest

from api.gate import is_loopback_host, keep_slashes_of_ids
from api.paths import photo_url, product_id_of
from core.errors import NotFound


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8000",
        "localhost.",
        "shop.localhost:80",
        "127.0.0.1",
        "127.1.2.3:9",
        "[::1]",
        "[::1]:8000",
        "",
    ],
)
def test_names_of_this_machine_are_loopback(host: str) -> None:
    assert is_loopback_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "shop.example",
        "127.0.0.1.shop.example",
        "localhost.shop.example",
        "notlocalhost",
        "192.168.0.7:8000",
        "0.0.0.0",
        "[2001:db8::1]:80",
        "localhost@evil.example",
        "localhost:80:evil.example",
        "127.0.0.1:80/evil",
    ],
)
def test_every_other_name_is_foreign(host: str) -> None:
    assert not is_loopback_host(host)


@pytest.mark.parametrize(
    ("raw", "decoded", "routed"),
    [
        (b"/v1/products/a%2Fb", "/v1/products/a/b", "/v1/products/a%2Fb"),
        (b"/v1/products/a%2Fb?size=1%2F2", "/v1/products/a/b", "/v1/products/a%2Fb"),
        (b"/v1/products/plain", "/v1/products/plain", "/v1/products/plain"),
    ],
)
def test_a_slash_inside_an_id_is_no_separator(raw: bytes, decoded: str, routed: str) -> None:
    scope: dict[str, Any] = {"path": decoded, "raw_path": raw}
    keep_slashes_of_ids(cast("Any", scope))
    assert scope["path"] == routed


@pytest.mark.parametrize(
    ("segment", "product_id"),
    [
        ("a%2Fb", "a/b"),
        ("a%252Fb", "a%2Fb"),
        ("%C3%BC", "ü"),
        ("u%CC%88", "ü"),
        ("a%20b", "a b"),
        ("..%2F..%2Fetc%2Fpasswd", "../../etc/passwd"),
        ("a+b", "a+b"),
    ],
)
def test_an_id_is_decoded_once_and_composed(segment: str, product_id: str) -> None:
    assert product_id_of(segment) == product_id


@pytest.mark.parametrize("segment", ["%FF", "a%00b", "%ED%A0%80", "x" * 300])
def test_what_can_be_no_id_is_not_found(segment: str) -> None:
    with pytest.raises(NotFound):
        product_id_of(segment)


@pytest.mark.parametrize("product_id", ["a/b", "ü", "100%", "a b?c#d", "../x"])
def test_the_address_of_a_photo_leads_back_to_its_product(product_id: str) -> None:
    segments = photo_url(product_id, 2, "0" * 64).partition("?")[0].split("/")
    assert segments[:3] == ["", "v1", "products"]
    assert segments[4:] == ["photos", "2"]
    assert product_id_of(segments[3]) == product_id
