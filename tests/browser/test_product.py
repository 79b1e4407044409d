"""The page of one product: by its link and by its address."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Complaints, OpenPage, Shop, ids, searched


def test_a_card_opens_its_product_without_loading_the_page_anew(open_page: OpenPage, shop: Shop) -> None:
    product = shop.first()
    page = open_page(f"/?q={product['title']}")
    found = ids(page)
    page.evaluate("window.isStillHere = true")
    page.locator(f'.card[data-id="{product["id"]}"] .card-link').click()
    expect(page).to_have_url(f"{shop.address}/p/{product['id']}")
    expect(page.get_by_role("heading", level=1)).to_have_text(product["title"])
    expect(page.locator(".facts .price")).to_contain_text("€")
    expect(page.locator(".attributes")).to_contain_text(product["attributes"]["colour"])
    expect(page.locator(".similar .card:not(.skeleton)").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"\?q="))
    assert ids(page) == found
    assert page.evaluate("window.isStillHere")


def test_an_attribute_leads_to_everything_that_shares_it(open_page: OpenPage, shop: Shop) -> None:
    product = shop.first()
    colour = product["attributes"]["colour"]
    page = open_page(f"/p/{product['id']}")
    ids_of_similar = page.locator(".similar .card:not(.skeleton)")
    expect(ids_of_similar.first).to_be_visible()
    page.wait_for_load_state("networkidle")
    body = searched(page, page.locator(".attributes").get_by_role("link", name=colour, exact=True).first.click)
    assert body["filter"] == {"attributes.colour": [colour]}
    assert {shop.products[product_id]["attributes"]["colour"] for product_id in ids(page)} == {colour}


def test_arrow_keys_turn_the_photos(open_page: OpenPage, shop: Shop) -> None:
    product = next(product for product in shop.products.values() if len(product["photos"]) > 1)
    page = open_page(f"/p/{product['id']}")
    thumbs = page.locator(".thumbs button")
    expect(thumbs).to_have_count(len(product["photos"]))
    expect(thumbs.nth(0)).to_have_attribute("aria-current", "true")
    page.keyboard.press("ArrowRight")
    expect(thumbs.nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("ArrowLeft")
    expect(thumbs.nth(0)).to_have_attribute("aria-current", "true")


def test_a_product_that_is_gone_says_so(open_page: OpenPage, complaints: Complaints) -> None:
    complaints.expected.append("/v1/products/no-such-product")
    page = open_page("/p/no-such-product")
    expect(page.get_by_role("heading", name="This is not here any more")).to_be_visible()
    page.get_by_role("link", name="Back").click()
    assert ids(page)
