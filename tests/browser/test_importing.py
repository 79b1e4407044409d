"""Products that stream in while somebody looks."""

from __future__ import annotations

import base64

from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenPage, Shop, ids

BATCH = 40
# The bar leaves when everything is ready, which may be before anybody looks.
LISTEN = """
    window.said = [];
    const bar = document.querySelector("#progress");
    new MutationObserver(() => window.said.push(bar.textContent)).observe(
        bar, { attributes: true, characterData: true, childList: true, subtree: true });
"""


def test_new_products_appear_without_loading_the_page_anew(open_page: OpenPage, shop: Shop) -> None:
    photo = base64.b64encode(next(iter(shop.photos.values()))).decode()
    made = [
        {
            "id": f"new-{number}",
            "title": f"Newest lamp {number}",
            "photos": [{"base64": photo}],
            "created_at": "2099-01-01T00:00:00Z",
        }
        for number in range(BATCH)
    ]
    page = open_page()
    ids(page)
    page.evaluate("window.isStillHere = true")
    page.evaluate(LISTEN)
    try:
        shop.ask("/v1/products", {"products": made})
        # The page asks often only while something moves; looking at it anew asks at once.
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator(".card .title", has_text="Newest lamp").first).to_be_visible()
        expect(page.locator("#progress")).to_be_hidden()
        assert any("ready" in text for text in page.evaluate("window.said"))
        assert page.evaluate("window.isStillHere")
    finally:
        # It would ask for photos that are being taken away.
        page.close()
        shop.take_away(product["id"] for product in made)


def test_products_that_come_in_while_a_product_is_looked_at_are_there_afterwards(
    open_page: OpenPage, shop: Shop
) -> None:
    page = open_page(f"/p/{shop.first()['id']}")
    expect(page.locator(".similar .card:not(.skeleton)").first).to_be_visible()
    ready = shop.ask("/v1/shop")["products"]["ready"]
    made = {"id": "late", "title": "Late lamp", "created_at": "2099-01-01T00:00:00Z"}
    shop.ask("/v1/products", {"products": [made]})
    try:
        with page.expect_response(
            lambda answer: answer.url.endswith("/v1/shop") and answer.json()["products"]["ready"] > ready
        ):
            for _ in range(100):
                page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
                page.wait_for_timeout(100)
                if shop.ask("/v1/shop")["products"]["ready"] > ready:
                    break
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.get_by_role("link", name="Back").click()
        expect(page.locator(".card .title", has_text="Late lamp")).to_be_visible()
    finally:
        shop.take_away(["late"])


def test_an_answer_that_is_a_moment_behind_is_asked_for_once_more(open_page: OpenPage, shop: Shop) -> None:
    asked: list[Route] = []

    def behind(route: Route) -> None:
        if "cursor" in route.request.post_data_json:
            return route.continue_()
        asked.append(route)
        # First as of before the product came, though it is counted as ready.
        return route.continue_() if len(asked) > 1 else route.fulfill(json=before)

    page = open_page()
    ids(page)
    before = shop.ask("/v1/search", {"sort": "newest", "limit": 24})
    page.route("**/v1/search", behind)
    ready = shop.ask("/v1/shop")["products"]["ready"]
    made = {"id": "prompt", "title": "Prompt lamp", "created_at": "2099-01-01T00:00:00Z"}
    shop.ask("/v1/products", {"products": [made]})
    try:
        for _ in range(100):
            if shop.ask("/v1/shop")["products"]["ready"] > ready:
                break
            page.wait_for_timeout(100)
        # All of it happened between two looks of the page.
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator(".card .title", has_text="Prompt lamp")).to_be_visible()
    finally:
        page.close()
        shop.take_away(["prompt"])


def test_words_typed_before_the_shop_has_answered_are_searched_for(open_page: OpenPage) -> None:
    held: list[Route] = []
    page = open_page("about:blank", address="")
    page.route("**/v1/shop", lambda route: held.append(route) if not held else route.continue_())
    page.goto(page_address := open_page().url)
    page.get_by_role("combobox", name="Search by words").fill("red")
    expect(page).to_have_url(f"{page_address}?q=red")
    held[0].continue_()
    expect(page.locator(".heading q")).to_have_text("red")
    expect(page.locator("details.facet").first).to_be_visible()
    assert ids(page)
