"""Searching by a picture: picked, dropped, pasted, of another product, and together with words."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Complaints, OpenPage, Shop, ids, searched
from tests.browser.dropping import Dropped, drop, transfer


def chip(page: Page) -> Locator:
    return page.locator("#picture")


def test_a_dropped_photo_finds_the_product_on_it(open_page: OpenPage, shop: Shop) -> None:
    wanted = shop.first()["id"]
    page = open_page()
    ids(page)
    searched(page, lambda: drop(page, Dropped(shop.photos[wanted])))
    expect(chip(page)).to_be_visible()
    assert wanted in ids(page)[:4]
    expect(page.locator(".drop")).to_be_hidden()
    # It is nobody's but this session's, so no address names it.
    assert page.url == f"{shop.address}/"


def test_a_pasted_photo_finds_the_product_on_it(open_page: OpenPage, shop: Shop) -> None:
    wanted = shop.first()["id"]
    page = open_page()
    ids(page)
    paste = "data => document.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true}))"
    searched(page, lambda: page.evaluate(paste, transfer(page, Dropped(shop.photos[wanted]))))
    assert wanted in ids(page)[:4]


def test_a_picked_photo_is_made_small_before_it_is_sent(open_page: OpenPage, shop: Shop, tmp_path: Path) -> None:
    large = Image.open(io.BytesIO(shop.photos[shop.first()["id"]])).resize((2_400, 3_200))
    large.save(tmp_path / "large.png")
    page = open_page()
    ids(page)
    body = searched(page, lambda: page.set_input_files("#file", tmp_path / "large.png"))
    sent = Image.open(io.BytesIO(base64.b64decode(body["image"]["base64"])))
    assert (sent.format, max(sent.size)) == ("JPEG", 1_024)


def test_words_and_a_photo_search_together_with_the_weights_one_sets(open_page: OpenPage, shop: Shop) -> None:
    wanted = shop.first()["id"]
    page = open_page()
    ids(page)
    searched(page, lambda: drop(page, Dropped(shop.photos[wanted])))
    expect(page.locator("#mix")).to_be_hidden()
    body = searched(page, lambda: page.get_by_role("combobox", name="Search by words").fill("in blue"))
    assert body["text"] == "in blue"
    assert body["weights"] == {"text": 1, "image": 1}
    slider = page.get_by_role("slider", name=re.compile("picture counts"))
    expect(slider).to_be_visible()
    slider.focus()
    body = searched(page, lambda: page.keyboard.press("End"))
    assert body["weights"] == {"text": 0, "image": 2}
    expect(page).to_have_url(re.compile("mix=100"))


def test_removing_the_photo_leads_back_to_the_words(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/?q=bag")
    found = ids(page)
    searched(page, lambda: drop(page, Dropped(shop.photos[shop.first()["id"]])))
    searched(page, page.get_by_role("button", name="Remove the picture").click)
    expect(chip(page)).to_be_hidden()
    assert ids(page) == found


def test_going_back_brings_a_dropped_photo_back(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/?q=bag")
    ids(page)
    searched(page, lambda: drop(page, Dropped(shop.photos[shop.first()["id"]])))
    found = ids(page)
    searched(page, page.get_by_role("button", name="Remove the picture").click)
    searched(page, page.go_back)
    expect(chip(page)).to_be_visible()
    assert ids(page) == found


def test_more_like_this_searches_by_a_product_and_can_be_shared(open_page: OpenPage, shop: Shop) -> None:
    product = shop.first()
    page = open_page(f"/?q={product['title']}")
    ids(page)
    card = page.locator(f'.card[data-id="{product["id"]}"]')
    card.hover()
    body = searched(page, card.get_by_role("link", name=re.compile("^More like")).click)
    assert body["image"] == {"product_id": product["id"]}
    expect(page).to_have_url(re.compile(f"like={product['id']}"))
    expect(chip(page)).to_contain_text(product["title"])
    found = ids(page)
    assert product["id"] not in found
    assert ids(open_page(page.url.removeprefix(shop.address))) == found


def test_a_file_that_is_no_picture_is_refused_in_words(open_page: OpenPage, complaints: Complaints) -> None:
    page = open_page()
    shown = ids(page)
    drop(page, Dropped(b"not a picture", "notes.txt", "text/plain"))
    expect(page.get_by_role("alert").filter(has_text="notes.txt")).to_be_visible()
    assert ids(page) == shown
