"""Searching by words: as one types, by address, with the newest products before and help after."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage, Shop, ids, searched


def cards(page: Page) -> list[str]:
    return page.locator(".results .grid .title").all_inner_texts()


def test_the_start_shows_the_newest_products_and_examples_that_find_something(open_page: OpenPage, shop: Shop) -> None:
    page = open_page()
    assert len(ids(page)) == 24
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    examples = page.locator(".hero .examples a")
    expect(examples.first).to_be_visible()
    words = examples.first.inner_text()
    searched(page, examples.first.click)
    expect(page.get_by_role("combobox", name="Search by words")).to_have_value(words)
    assert ids(page)


def test_results_appear_while_one_types_and_the_address_can_be_shared(open_page: OpenPage, shop: Shop) -> None:
    wanted = shop.first()
    page = open_page()
    ids(page)
    page.get_by_role("combobox", name="Search by words").press_sequentially(wanted["title"], delay=20)
    expect(page).to_have_url(re.compile(r"\?q="))
    expect(page.locator(".heading q")).to_have_text(wanted["title"])
    found = ids(page)
    assert wanted["id"] in found[:8]

    shared = open_page(page.url.removeprefix(shop.address))
    assert ids(shared) == found
    expect(shared.get_by_role("combobox", name="Search by words")).to_have_value(wanted["title"])
    assert shared.title() == f"{wanted['title']} – Vitrine"


def test_going_back_leads_through_searches_not_through_letters(open_page: OpenPage) -> None:
    page = open_page()
    newest = ids(page)
    box = page.get_by_role("combobox", name="Search by words")
    box.press_sequentially("red", delay=250)
    expect(page.locator(".heading q")).to_have_text("red")
    box.press("Enter")
    box.fill("blue")
    expect(page.locator(".heading q")).to_have_text("blue")
    page.go_back()
    expect(page.locator(".heading q")).to_have_text("red")
    expect(box).to_have_value("red")
    page.go_back()
    expect(page.locator(".results.landing")).to_be_visible()
    assert ids(page) == newest
    page.go_forward()
    expect(page.locator(".heading q")).to_have_text("red")


def test_every_card_has_its_photo_words_and_price(open_page: OpenPage, shop: Shop) -> None:
    product = shop.first()
    page = open_page(f"/?q={product['title']}")
    ids(page)
    card = page.locator(f'.card[data-id="{product["id"]}"]')
    expect(card.locator(".title")).to_have_text(product["title"])
    expect(card.locator(".brand")).to_have_text(product["brand"])
    expect(card.locator(".price")).to_contain_text("€")
    image = card.locator("img").first
    assert image.get_attribute("width")
    assert image.get_attribute("height")
    # Small screens and dense ones get photos of their own size.
    assert (image.get_attribute("srcset") or "").count("size=") > 2
    image.scroll_into_view_if_needed()
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=image.element_handle())


def test_photos_below_the_first_rows_are_fetched_when_they_come_into_sight(open_page: OpenPage) -> None:
    page = open_page()
    ids(page)
    loading = page.locator(".grid .tile img:first-child").evaluate_all("images => images.map(image => image.loading)")
    assert loading[-1] == "lazy"
    assert page.locator(".grid .tile img").first.evaluate("image => image.currentSrc").count("size=") == 1


def test_scrolling_brings_more_products_until_all_have_come(open_page: OpenPage, shop: Shop) -> None:
    page = open_page()
    ids(page)
    available = shop.places()
    for _ in range(12):
        page.mouse.wheel(0, 4_000)
        page.wait_for_timeout(150)
    expect(page.locator(".card:not(.skeleton)")).to_have_count(available)
    assert len(set(ids(page))) == available


def test_why_tells_by_bars_how_a_product_was_found(open_page: OpenPage, shop: Shop) -> None:
    product = shop.first()
    page = open_page(f"/?q={product['title']}")
    ids(page)
    card = page.locator(".card").first
    card.hover()
    card.get_by_role("button", name=re.compile("^Why")).click()
    panel = page.get_by_role("dialog", name="Why this product was found")
    expect(panel).to_be_visible()
    expect(panel).to_contain_text("Contains your very words")
    expect(panel).not_to_contain_text("false")
    expect(panel.locator("mark").first).to_be_visible()
    widths = panel.locator(".signal span").evaluate_all("bars => bars.map(bar => parseFloat(bar.style.width))")
    assert len(widths) >= 2
    assert all(0 <= width <= 100 for width in widths)
    assert max(widths) > 0
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_the_order_can_be_chosen_and_stands_in_the_address(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/?sort=newest")
    ids(page)
    body = searched(page, lambda: page.get_by_label("Sort").select_option("price"))
    assert body["sort"] == "price"
    expect(page).to_have_url(re.compile("sort=price"))
    prices = [shop.products[product_id]["price"] for product_id in ids(page)]
    assert prices == sorted(prices)


def test_a_letter_typed_later_is_not_overtaken_by_an_earlier_answer(open_page: OpenPage) -> None:
    page = open_page()
    ids(page)
    box = page.get_by_role("combobox", name="Search by words")
    # The first search is held back until the second has been answered.
    held: list[Route] = []
    page.route("**/v1/search", lambda route: held.append(route) if not held else route.continue_())
    box.fill("hat")
    page.wait_for_timeout(400)
    assert held
    box.fill("bag")
    expect(page.locator(".heading q")).to_have_text("bag")
    found = ids(page)
    expect(box).to_have_value("bag")
    assert ids(page) == found
