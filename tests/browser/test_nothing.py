"""Nothing found: what was asked for, what to leave out of it, and what is nearest."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage, Shop, ids, searched


def cut_everything(page: Page) -> None:
    """As a large shop would: this one is too small to tell what is not relevant, so its answers are emptied here."""

    def answered(route: Route) -> None:
        body = route.request.post_data_json
        if body.get("cutoff") == "off" or "text" not in body:
            route.continue_()
            return
        found = route.fetch()
        empty = {"hits": [], "total": 0, "total_relation": "exact", "next": None}
        route.fulfill(response=found, json=found.json() | empty)

    page.route("**/v1/search", answered)


def test_words_that_nothing_is_like_lead_to_what_is_nearest(open_page: OpenPage, shop: Shop) -> None:
    page = open_page()
    ids(page)
    cut_everything(page)
    page.get_by_role("combobox", name="Search by words").fill("xylophone")
    expect(page.get_by_role("heading", name="Nothing found for “xylophone”")).to_be_visible()
    body = searched(page, page.get_by_role("button", name="Show what is nearest").click)
    assert (body["text"], body["cutoff"]) == ("xylophone", "off")
    nearest = ids(page)
    assert nearest
    expect(page).to_have_url(re.compile("nearest=1"))
    expect(page.locator(".meant")).to_contain_text("What is nearest")
    assert ids(open_page(page.url.removeprefix(shop.address))) == nearest
    page.locator(".meant a").click()
    expect(page.get_by_role("heading", name="Nothing found for “xylophone”")).to_be_visible()
    # Other words are judged anew.
    searched(page, page.get_by_role("button", name="Show what is nearest").click)
    page.get_by_role("combobox", name="Search by words").fill("vuvuzela")
    expect(page.get_by_role("heading", name="Nothing found for “vuvuzela”")).to_be_visible()
    expect(page).not_to_have_url(re.compile("nearest"))


def test_what_keeps_away_the_most_is_offered_first(open_page: OpenPage, shop: Shop) -> None:
    dearest = max(product["price"] for product in shop.available())
    few = next(one for one in shop.available() if shop.places(category=one["category"]) < shop.places() / 2)
    page = open_page(f"/?category={few['category']}&brand=Nobody&price=0..{dearest + 1}")
    expect(page.locator(".asked")).to_contain_text(f"Category: {few['category']}")
    expect(page.locator(".asked")).to_contain_text("Brand: Nobody")
    offers = page.locator(".drops li")
    expect(offers).to_have_count(1)
    expect(offers.locator(".best")).to_have_text("Drop Nobody")
    body = searched(page, offers.get_by_role("button").click)
    assert "brand" not in body["filter"]
    assert ids(page)


def test_a_search_says_what_it_was_of_and_lets_go_of_a_part(open_page: OpenPage, shop: Shop) -> None:
    first, second = (product["id"] for product in shop.available()[:2])
    page = open_page(f"/?like={first}&unlike={second}&brand=Nobody")
    asked = page.locator(".asked")
    expect(asked).to_contain_text("like what you chose")
    expect(asked).to_contain_text("not like 1 product")
    searched(page, page.get_by_role("button", name="Drop Nobody").click)
    assert ids(page)


def test_a_word_that_is_still_being_typed_does_not_empty_the_page(open_page: OpenPage, shop: Shop) -> None:
    page = open_page()
    shown = ids(page)
    cut_everything(page)
    box = page.get_by_role("combobox", name="Search by words")
    with page.expect_response(lambda answer: answer.url.endswith("/v1/search")):
        box.press_sequentially(shop.first()["category"][:4], delay=15)
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    expect(page.locator(".results .card")).to_have_count(len(shown))
    box.press("Enter")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
