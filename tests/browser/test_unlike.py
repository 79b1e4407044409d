"""Less like this: what a search keeps away from."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage, Shop, ids, searched


def less(page: Page, product_id: str) -> None:
    card = page.locator(f'.results .card[data-id="{product_id}"]')
    card.hover()
    card.get_by_role("button", name=re.compile("^Less like")).click()


def test_less_like_this_takes_a_product_away_and_can_be_taken_back(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/?q=red bag")
    found = ids(page)
    body = searched(page, lambda: less(page, found[0]))
    assert body["text"] == "red bag"
    assert body["unlike"] == [{"product_id": found[0]}]
    expect(page).to_have_url(re.compile(f"unlike={found[0]}"))
    assert found[0] not in ids(page)
    chip = page.locator("#picture .example.not")
    expect(chip).to_contain_text(f"Not like {shop.products[found[0]]['title']}")
    assert found[0] not in ids(open_page(page.url.removeprefix(shop.address)))
    searched(page, chip.get_by_role("button").click)
    expect(chip).to_have_count(0)
    assert ids(page) == found


def test_several_can_be_kept_away_beside_a_picture(open_page: OpenPage, shop: Shop) -> None:
    product = shop.first()["id"]
    page = open_page(f"/?like={product}")
    found = ids(page)
    searched(page, lambda: less(page, found[0]))
    second = ids(page)[0]
    body = searched(page, lambda: less(page, second))
    assert body["image"] == {"product_id": product}
    assert body["unlike"] == [{"product_id": found[0]}, {"product_id": second}]
    expect(page.locator("#picture .example")).to_have_count(3)
    assert not {found[0], second} & set(ids(page))
    page.go_back()
    expect(page.locator("#picture .example")).to_have_count(2)


def test_a_product_page_leads_back_to_the_search_without_its_like(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/?q=red bag")
    found = ids(page)
    page.locator(f'.card[data-id="{found[0]}"] .card-link').click()
    body = searched(page, page.locator(".deeds").get_by_role("button", name="Less like this").click)
    assert (body["text"], body["unlike"]) == ("red bag", [{"product_id": found[0]}])
    assert found[0] not in ids(page)


def test_what_is_similar_to_a_product_is_narrowed_from_its_page(open_page: OpenPage, shop: Shop) -> None:
    product = shop.first()["id"]
    page = open_page(f"/p/{product}")
    # Nothing was searched for before, so there is nothing to keep it away from.
    card = page.locator(".similar .card:not(.skeleton)").first
    expect(card).to_be_visible()
    expect(page.locator(".deeds").get_by_role("button", name="Less like this")).to_have_count(0)
    other = card.get_attribute("data-id")
    card.hover()
    body = searched(page, card.get_by_role("button", name=re.compile("^Less like")).click)
    assert (body["image"], body["unlike"]) == ({"product_id": product}, [{"product_id": other}])


def test_where_nothing_is_looked_for_nothing_can_be_kept_away(open_page: OpenPage, shop: Shop) -> None:
    page = open_page(f"/?sort=price&unlike={shop.first()['id']}")
    assert ids(page)
    expect(page.get_by_role("button", name=re.compile("^Less like"))).to_have_count(0)
    expect(page.locator("#picture .example")).to_have_count(0)


def test_on_a_phone_one_button_brings_what_can_be_done_with_a_card(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/?q=red bag", **PHONE)
    found = ids(page)
    card = page.locator(f'.card[data-id="{found[0]}"]')
    button = card.get_by_role("button", name=re.compile("^Less like"))
    expect(button).to_be_hidden()
    dots = card.get_by_role("button", name=re.compile("^What to do with"))
    dots.tap()
    expect(dots).to_have_attribute("aria-expanded", "true")
    body = searched(page, button.tap)
    assert body["unlike"] == [{"product_id": found[0]}]
