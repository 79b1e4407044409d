"""Variants of a product: on its card, and on its page."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Complaints, OpenPage, Shop, ids


def shown_card(page: Page, shop: Shop, product: dict[str, Any]) -> Locator:
    """The card of its group."""
    members = [one["id"] for one in shop.available(group_id=product["group_id"])]
    found = next(one for one in ids(page) if one in members)
    return page.locator(f'.card[data-id="{found}"]')


def look(card: Locator) -> tuple[str | None, str | None]:
    """Where its link leads, and what its photo is once there is only one."""
    expect(card.locator(".tile img")).to_have_count(1)
    return card.locator(".card-link").get_attribute("href"), card.locator(".tile img").get_attribute("src")


def test_a_card_shows_its_variants_and_becomes_the_one_that_is_pointed_at(open_page: OpenPage, shop: Shop) -> None:
    product = shop.with_variants()
    page = open_page(f"/?q={product['title']}")
    card = shown_card(page, shop, product)
    buttons = card.locator(".looks button")
    expect(buttons).to_have_count(min(5, len(shop.available(group_id=product["group_id"]))))
    expect(buttons.nth(0)).to_have_attribute("aria-pressed", "true")
    before = look(card)
    card.scroll_into_view_if_needed()
    buttons.nth(1).hover()
    expect(buttons.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(buttons.nth(0)).to_have_attribute("aria-pressed", "false")
    expect(card.locator(".card-link")).not_to_have_attribute("href", before[0] or "")
    expect(card.locator(".tile img.next")).to_have_count(0)
    href, photo = look(card)
    assert photo != before[1]
    other = shop.products[(href or "").removeprefix("/p/")]
    assert other["group_id"] == product["group_id"]
    expect(card.locator(".title")).to_have_text(other["title"])
    # Leaving does not undo the choice, and what follows is about the variant.
    page.mouse.move(0, 0)
    expect(card.get_by_role("link", name="More like")).to_have_attribute("href", f"/?like={other['id']}")
    card.locator(".card-link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(other["title"])


def test_a_variant_is_chosen_by_keyboard_and_by_a_touch(open_page: OpenPage, shop: Shop) -> None:
    product = shop.with_variants()
    page = open_page(f"/?q={product['title']}")
    card = shown_card(page, shop, product)
    before = look(card)
    card.locator(".looks button").nth(1).focus()
    expect(card.locator(".card-link")).not_to_have_attribute("href", before[0] or "")

    phone = open_page(f"/?q={product['title']}", **PHONE)
    card = shown_card(phone, shop, product)
    before = look(card)
    card.locator(".looks button").nth(1).tap()
    expect(card.locator(".card-link")).not_to_have_attribute("href", before[0] or "")
    # A tap on a spot opens nothing.
    expect(phone).to_have_url(re.compile(r"\?q="))


def test_a_product_marks_itself_among_its_variants_and_leads_to_them(open_page: OpenPage, shop: Shop) -> None:
    product = shop.with_variants()
    group = [one for one in shop.products.values() if one["group_id"] == product["group_id"]]
    page = open_page(f"/p/{product['id']}")
    links = page.locator(".variants a")
    expect(links).to_have_count(len(group))
    expect(page.locator(".variants h2")).to_contain_text(product["attributes"]["colour"])
    marked = page.locator(".variants a[aria-current]")
    expect(marked).to_have_count(1)
    expect(marked).to_have_attribute("href", f"/p/{product['id']}")
    order = links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    other = page.locator(".variants a:not([aria-current])").first
    target = other.get_attribute("href") or ""
    other.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(shop.products[target.removeprefix("/p/")]["title"])
    expect(page.locator(".variants a[aria-current]")).to_have_attribute("href", target)
    assert links.evaluate_all("links => links.map(link => link.getAttribute('href'))") == order


def test_sizes_that_look_the_same_are_links_by_their_names(
    open_page: OpenPage, shop: Shop, complaints: Complaints
) -> None:
    # Before it is in the index, nothing can be told to be like it.
    complaints.expected.append("/v1/products/size-S/similar")
    sizes = ["XL", "S", "M"]
    made = [
        {
            "id": f"size-{size}",
            "title": f"Plain tee {size}",
            "group_id": "tee",
            "attributes": {"colour": "red", "size": size},
        }
        for size in sizes
    ]
    shop.ask("/v1/products", {"products": [one | {"available": one["id"] != "size-M"} for one in made]})
    try:
        page = open_page("/p/size-S")
        links = page.locator(".variants a")
        # They may not be in the index yet.
        for _ in range(50):
            if links.count() == len(sizes):
                break
            page.wait_for_timeout(200)
            page.reload()
        expect(links).to_have_text(["S", "M", "XL"])
        expect(page.locator(".variants h2")).to_have_text("Size")
        expect(page.locator(".variants a[aria-current]")).to_have_text("S")
        expect(links.nth(1)).to_have_attribute("title", re.compile("not available"))
    finally:
        shop.take_away(one["id"] for one in made)
