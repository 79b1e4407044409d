"""The page itself: keyboard, phone, dark mode, the key, trouble, and that it is what its headers allow."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import KEY, PHONE, Complaints, OpenPage, Shop, ids, searched, served


def test_everything_can_be_reached_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/?q=red")
    found = ids(page)
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search by words")
    expect(box).to_be_focused()
    page.keyboard.press("ArrowDown")

    def focused() -> str:
        at: str = page.evaluate("document.activeElement.closest('.card')?.dataset.id ?? ''")
        return at

    assert focused() == found[0]
    page.keyboard.press("ArrowRight")
    assert focused() == found[1]
    page.keyboard.press("ArrowDown")
    row = found.index(focused()) - 1
    assert row > 1
    page.keyboard.press("ArrowUp")
    assert focused() == found[1]
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/p/{found[1]}$"))
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"\?q=red"))
    page.wait_for_function("id => document.activeElement.closest('.card')?.dataset.id === id", arg=found[1])
    page.keyboard.press("Escape")
    expect(box).to_be_focused()


def test_on_a_phone_the_filters_are_a_sheet_and_nothing_sticks_out(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/?q=red", **PHONE)
    ids(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".grid").evaluate("grid => getComputedStyle(grid).gridTemplateColumns.split(' ').length") == 2
    page.get_by_role("button", name=re.compile("^Filters")).tap()
    sheet = page.get_by_role("dialog", name="Filters")
    expect(sheet).to_be_visible()
    value = sheet.locator("label.value").first
    searched(page, value.tap)
    expect(sheet.locator("input:checked")).to_have_count(1)
    sheet.get_by_role("button", name=re.compile("^Show ")).tap()
    expect(sheet).to_be_hidden()
    expect(page.locator(".chips .chip")).to_have_count(1)


@pytest.mark.parametrize("path", ["/", "/p/{id}"])
def test_no_page_is_wider_than_a_phone(open_page: OpenPage, shop: Shop, path: str) -> None:
    page = open_page(path.format(id=shop.first()["id"]), **PHONE)
    expect(page.locator(".card:not(.skeleton)").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def brightness(page: Any) -> float:
    """Of the page's ground, 0 to 255."""
    colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(map(float, re.findall(r"[\d.]+", colour)[:3])) / 3


def test_dark_follows_the_system_until_one_chooses(open_page: OpenPage) -> None:
    page = open_page(color_scheme="dark")
    ids(page)
    assert brightness(page) < 60
    page.get_by_role("button", name="Dark or light").click()
    assert brightness(page) > 200
    page.reload()
    ids(page)
    assert brightness(page) > 200
    assert brightness(open_page()) > 200


def test_with_a_key_the_page_opens_asks_once_and_shows_photos(
    open_page: OpenPage, shop: Shop, complaints: Complaints
) -> None:
    complaints.expected.append("401")
    with served(shop.data_dir, VITRINE_API_KEY=KEY) as address:
        page = open_page("/", address=address)
        dialog = page.get_by_role("dialog", name="This shop needs its key")
        expect(dialog).to_be_visible()
        dialog.get_by_label("API key").fill("another key")
        dialog.get_by_role("button").click()
        expect(dialog.get_by_text("refused")).to_be_visible()
        dialog.get_by_label("API key").fill(KEY)
        dialog.get_by_role("button").click()
        assert ids(page)
        image = page.locator(".tile img").first
        page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=image.element_handle())
        page.reload()
        assert ids(page)
        expect(dialog).to_be_hidden()
        # Before its server ends.
        page.context.close()


def test_an_unreachable_server_is_asked_again_by_itself(
    open_page: OpenPage, shop: Shop, complaints: Complaints
) -> None:
    complaints.expected += ["ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED"]
    page = open_page()
    ids(page)
    page.route("**/v1/search", lambda route: route.abort("connectionrefused"))
    page.get_by_role("combobox", name="Search by words").fill("red")
    expect(page.get_by_role("heading", name="The shop cannot be reached")).to_be_visible()
    page.unroute("**/v1/search")
    assert ids(page)
    expect(page.locator(".notice")).to_have_count(0)


def test_a_server_that_is_not_ready_is_waited_for(open_page: OpenPage, complaints: Complaints) -> None:
    complaints.expected.append("503")
    page = open_page()
    ids(page)
    problem = {"type": "urn:x", "title": "x", "status": 503, "detail": "the encoders are loading"}
    page.route("**/v1/search", lambda route: route.fulfill(status=503, json=problem))
    page.get_by_role("combobox", name="Search by words").fill("red")
    expect(page.get_by_role("heading", name="The shop is not ready yet")).to_be_visible()
    expect(page.locator(".notice")).to_contain_text("the encoders are loading")
    page.unroute("**/v1/search")
    assert ids(page)


def test_titles_cannot_become_markup(open_page: OpenPage, shop: Shop) -> None:
    evil = "<img src=x onerror=alert(1)> & <b>bold</b>"
    product = shop.first() | {"title": evil, "description": evil, "photos": []}
    page = open_page()
    ids(page)
    found = {"hits": [{"id": product["id"], "score": 1, "product": product, "signals": {}}], "query_id": "q"}
    page.route("**/v1/search", lambda route: route.fulfill(json=found | {"took_ms": {"total": 1}}))
    page.get_by_role("combobox", name="Search by words").fill("red")
    expect(page.locator(".card .title").first).to_have_text(evil)
    expect(page.locator(".card b")).to_have_count(0)


def test_nothing_is_loaded_from_elsewhere(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/?q=red")
    ids(page)
    names: list[str] = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert names
    assert all(name.startswith(shop.address) for name in names)
    policy = httpx.get(shop.address).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
