"""Suggestions while one types: chosen by keyboard and mouse, out of the way otherwise."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, Shop, ids, searched


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search by words")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def category(shop: Shop) -> str:
    ((found, _),) = Counter(product["category"] for product in shop.available()).most_common(1)
    return str(found)


def typed(page: Page, text: str) -> None:
    ids(page)
    box(page).press_sequentially(text, delay=15)
    expect(options(page).first).to_be_visible()


def test_a_category_is_suggested_and_becomes_a_filter(open_page: OpenPage, shop: Shop) -> None:
    wanted = category(shop)
    page = open_page()
    typed(page, wanted[:4])
    chosen = options(page).filter(has_text=wanted).filter(has_text="Category")
    expect(chosen).to_have_count(1)
    body = searched(page, chosen.click, lambda body: "filter" in body)
    assert body["filter"] == {"category": [wanted]}
    assert "text" not in body
    expect(options(page)).to_have_count(0)
    expect(box(page)).to_have_value("")
    assert {shop.products[product_id]["category"] for product_id in ids(page)} == {wanted}


def test_what_a_suggestion_says_nothing_of_is_still_searched_for(open_page: OpenPage, shop: Shop) -> None:
    wanted = category(shop)
    page = open_page()
    typed(page, wanted[:5])
    # The same as if the first word were there already.
    said: Any = page.evaluate(
        "async ([typed, text]) => (await import(document.querySelector('script[type=module]').src"
        ".replace('app.js', 'suggest.js'))).unsaid(typed, text)",
        [f"warm {wanted[:5].lower()}", wanted],
    )
    assert said == "warm"


def test_a_suggestion_is_chosen_by_arrows_and_enter(open_page: OpenPage, shop: Shop) -> None:
    wanted = shop.first()["title"]
    page = open_page()
    typed(page, wanted)
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    at = [text.strip() for text in options(page).locator(".suggested").all_inner_texts()].index(wanted)
    for _ in range(at + 1):
        page.keyboard.press("ArrowDown")
    expect(box(page)).to_have_attribute("aria-activedescendant", f"suggestion-{at}")
    expect(options(page).nth(at)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/p/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(wanted)


def test_escape_closes_the_suggestions_and_keeps_the_words(open_page: OpenPage, shop: Shop) -> None:
    page = open_page()
    typed(page, category(shop)[:4])
    page.keyboard.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value(category(shop)[:4])
    page.keyboard.press("Escape")
    expect(box(page)).not_to_be_focused()


def test_enter_searches_for_the_words_as_they_are(open_page: OpenPage, shop: Shop) -> None:
    page = open_page()
    typed(page, category(shop)[:4])
    page.keyboard.press("Enter")
    expect(options(page)).to_have_count(0)
    expect(page.locator(".heading q")).to_have_text(category(shop)[:4])
    assert ids(page)
