"""The page's files, what they weigh, who may read them, and which filters a shop gets."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest

from api.gate import is_photo, lent_key
from api.storefront.shop import facets_of
from api.storefront.site import ASSETS, read_site
from core.errors import NotFound

SITE = read_site()
PAGE = SITE.page.data.decode()


def texts(ending: str) -> list[str]:
    return [file.data.decode() for name, file in SITE.assets.items() if name.endswith(ending)]


def test_script_and_style_are_sent_in_less_than_60_kb() -> None:
    sent = sum(len(file.packed) for name, file in SITE.assets.items() if name.endswith((".js", ".css")))
    assert sent < 60_000


def test_every_file_of_the_page_is_named_by_it_under_the_address_of_its_content() -> None:
    named = set(re.findall(rf'(?:href|src)="{ASSETS}/{SITE.digest}/([^"]+)"', PAGE))
    assert named == set(SITE.assets)
    assert "{{" not in PAGE


def test_scripts_import_only_what_is_there() -> None:
    imported = {name for text in texts(".js") for name in re.findall(r"from '\./([^']+)'", text)}
    assert imported <= set(SITE.assets)


@pytest.mark.parametrize("text", [PAGE, *texts(".js"), *texts(".css")])
def test_nothing_is_loaded_from_elsewhere_and_no_text_becomes_markup(text: str) -> None:
    assert not re.search(r"""(src|href|url|from|import)\s*[=(]?\s*["'(]?(https?:)?//""", text)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", text)


def test_the_policy_allows_neither_inline_scripts_nor_foreign_addresses() -> None:
    policy = SITE.page_headers()["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style| style=| on[a-z]+=", PAGE)


def test_every_symbol_that_is_used_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="i-([a-z]+)"', PAGE))
    used = set(re.findall(r'href="#i-([a-z]+)"', PAGE))
    used |= {name for text in texts(".js") for name in re.findall(r"icon\('([a-z]+)'\)", text)}
    assert used == drawn


def test_an_address_from_before_an_update_is_not_found() -> None:
    with pytest.raises(NotFound):
        SITE.asset("0" * 16, "app.js")
    with pytest.raises(NotFound):
        SITE.asset(SITE.digest, "index.html")


@pytest.mark.parametrize(
    ("attributes", "colour"),
    [
        ({"colour": "keyword"}, "colour"),
        ({"color": "keyword", "size": "keyword"}, "color"),
        ({"baseColour": "keyword"}, "baseColour"),
        ({"colours": "keyword", "colour_name": "keyword"}, "colours"),
        ({"colour": "number"}, None),
        ({"colourful": "keyword"}, None),
        ({}, None),
    ],
)
def test_the_attribute_that_names_colours_gets_swatches(attributes: dict[str, str], colour: str | None) -> None:
    found = [facet.field for facet in facets_of(attributes) if facet.kind == "colour"]
    assert found == ([] if colour is None else [f"attributes.{colour}"])


def test_a_shop_has_its_own_fields_and_some_attributes_but_never_dozens() -> None:
    attributes = {f"attribute_{number:02}": "keyword" for number in range(30)} | {"year": "number", "organic": "bool"}
    fields = [facet.field for facet in facets_of(attributes)]
    assert fields[:3] == ["category", "price", "brand"]
    assert len(fields) == 15
    assert next(facet.label for facet in facets_of({"article_type": "keyword"}) if "_" in facet.field) == "Article type"


def scope(method: str, path: str) -> Any:
    return cast("Any", {"method": method, "path": path})


@pytest.mark.parametrize(
    ("method", "path", "is_one"),
    [
        ("GET", "/v1/products/a%2Fb/photos/0", True),
        ("HEAD", "/v1/products/a/photos/12", True),
        ("DELETE", "/v1/products/a/photos/0", False),
        ("GET", "/v1/products/a", False),
        ("GET", "/v1/products/a/photos/0/similar", False),
        ("GET", "/v1/products/a/b/photos/0", False),
        ("POST", "/v1/search", False),
    ],
)
def test_only_reading_a_photo_may_take_the_key_from_a_cookie(method: str, path: str, is_one: bool) -> None:
    assert is_photo(scope(method, path)) is is_one


@pytest.mark.parametrize(
    ("cookies", "key"),
    [
        ("vitrine_photo_key=secret", b"secret"),
        ("a=b; vitrine_photo_key=k%20%C3%BC; c=d", "k ü".encode()),
        ("vitrine_photo_key=a=b;", b"a=b"),
        ("xvitrine_photo_key=secret", b""),
        ("", b""),
    ],
)
def test_the_key_in_a_cookie_is_read_as_the_page_wrote_it(cookies: str, key: bytes) -> None:
    assert lent_key(cookies) == key
