"""Products that stream in while somebody looks."""

from __future__ import annotations

import base64

from playwright.sync_api import expect

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
        for product in made:
            shop.ask(f"/v1/products/{product['id']}", method="DELETE")
