"""Filters: chosen from counts, shown as chips, kept in the address, and how to get out of a dead end."""

from __future__ import annotations

import re
from collections import Counter

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, Shop, ids, searched


def facet(page: Page, label: str) -> Locator:
    return page.locator("details.facet").filter(has=page.locator("summary", has_text=re.compile(f"^{label}")))


def most_common(shop: Shop, field: str) -> tuple[str, int]:
    """A value and how many cards its products take."""
    ((value, _),) = Counter(product[field] for product in shop.available()).most_common(1)
    return value, shop.places(**{field: value})


def test_a_category_is_chosen_by_its_count_and_shown_as_a_chip(open_page: OpenPage, shop: Shop) -> None:
    category, number = most_common(shop, "category")
    page = open_page("/?sort=newest")
    ids(page)
    value = facet(page, "Category").locator("label.value", has_text=category)
    expect(value.locator(".count")).to_have_text(str(number))
    searched(page, value.click)
    assert {shop.products[product_id]["category"] for product_id in ids(page)} == {category}
    expect(page.locator(".total")).to_have_text(f"{number} products")
    expect(page).to_have_url(re.compile("category="))
    searched(page, page.get_by_role("button", name=f"Remove Category: {category}").click)
    expect(page.locator(".chips .chip")).to_have_count(0)


def test_several_colours_widen_what_is_found(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/?sort=newest")
    ids(page)
    swatches = facet(page, "Colour").locator("button.swatch")
    first, second = (swatches.nth(i).inner_text().strip() for i in (0, 1))
    searched(page, swatches.nth(0).click)
    expect(facet(page, "Colour").locator("[aria-pressed=true]")).to_have_count(1)
    searched(page, facet(page, "Colour").get_by_role("button", name=second, exact=True).click)
    shown = {shop.products[product_id]["attributes"]["colour"] for product_id in ids(page)}
    assert shown == {first, second}
    searched(page, page.get_by_role("button", name="Clear all").click)
    expect(page.locator(".results.landing, .results:not(:has(.chip))").first).to_be_visible()


def test_the_price_is_narrowed_by_its_slider(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/?sort=newest")
    ids(page)
    slider = facet(page, "Price").get_by_role("slider", name="Price to")
    highest = float(slider.get_attribute("max") or 0)
    slider.focus()
    body = searched(page, lambda: page.keyboard.press("PageDown"))
    bound = body["filter"]["price"]["lte"]
    assert bound < highest
    assert all(shop.products[product_id]["price"] <= bound for product_id in ids(page))
    expect(page).to_have_url(re.compile(r"price=\.\."))
    # What was moved keeps the focus, so that it can be moved further.
    expect(slider).to_be_focused()


def test_filters_narrow_a_search_and_going_back_widens_it_again(open_page: OpenPage, shop: Shop) -> None:
    brand, _ = most_common(shop, "brand")
    page = open_page("/?q=red")
    found = ids(page)
    value = facet(page, "Brand").locator("label.value", has_text=brand)
    searched(page, value.click)
    assert {shop.products[product_id]["brand"] for product_id in ids(page)} <= {brand}
    page.go_back()
    expect(page.locator(".chips .chip")).to_have_count(0)
    assert ids(page) == found


def test_a_dead_end_tells_which_filter_to_drop(open_page: OpenPage, shop: Shop) -> None:
    category, number = most_common(shop, "category")
    page = open_page(f"/?category={category}&price=100000..200000")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    offers = page.locator(".drops li")
    expect(offers).to_have_count(1)
    expect(offers).to_contain_text(f"{number} products")
    searched(page, offers.get_by_role("button").click)
    assert len(ids(page)) == min(24, number)
    expect(page).to_have_url(re.compile(r"\?category=[^&]*$"))
