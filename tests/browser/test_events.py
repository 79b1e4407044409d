"""A shop's own page tells Vitrine what its visitors look at."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Request, Route

from tests.browser.conftest import Shop

PAGE = """<!doctype html><title>A shop's own page</title>
<script defer src="/storefront/vitrine-events.js" data-user="browser-shopper" {settings}></script>
<main data-vitrine-view="{first}" data-vitrine-query="q-7">
<a href="#" data-vitrine-product="{first}" data-vitrine-position="0" style="display:block;height:90px">first</a>
<a href="#" data-vitrine-product="{second}" data-vitrine-position="1" style="display:block;height:90px">second</a>
<p style="height:9000px">far apart</p>
<a href="#" data-vitrine-product="{third}" data-vitrine-position="2" style="display:block;height:90px">far below</a>
</main>"""


class Visit:
    """A page of a shop of its own under the address of the server, and the events that it has sent."""

    def __init__(self, browser: Browser, shop: Shop, settings: str = "") -> None:
        self.products = list(shop.products)[:3]
        self.events: list[dict[str, Any]] = []
        first, second, third = self.products
        body = PAGE.format(settings=settings, first=first, second=second, third=third)
        self.page = browser.new_page()
        self.page.route("**/own-page", lambda route: self._answer(route, body))
        self.page.on("request", self._note)
        self.page.goto(f"{shop.address}/own-page")

    def sent(self, count: int) -> list[dict[str, Any]]:
        """The events, once there are so many."""
        for _ in range(100):
            if len(self.events) >= count:
                break
            self.page.evaluate("vitrine.flush()")
            self.page.wait_for_timeout(100)
        return self.events

    def _answer(self, route: Route, body: str) -> None:
        route.fulfill(content_type="text/html", body=body)

    def _note(self, request: Request) -> None:
        if request.url.endswith("/v1/events"):
            self.events += json.loads(request.post_data or "{}")["events"]


def told(events: list[dict[str, Any]]) -> set[tuple[str, str, str | None, int | None]]:
    return {(one["type"], one["product_id"], one.get("query_id"), one.get("position")) for one in events}


@pytest.fixture
def _nobody_left(shop: Shop) -> Any:
    yield
    shop.ask("/v1/users/browser-shopper", method="DELETE")


@pytest.mark.usefixtures("_nobody_left")
def test_views_what_was_seen_and_clicks_are_sent_with_what_showed_them(browser: Browser, shop: Shop) -> None:
    visit = Visit(browser, shop)
    first, second, third = visit.products
    visit.page.get_by_text("second").click()
    events = visit.sent(4)
    expected = {
        ("view", first, "q-7", None),
        ("impression", first, "q-7", 0),
        ("impression", second, "q-7", 1),
        ("click", second, "q-7", 1),
    }
    assert told(events) == expected
    assert {one["user_id"] for one in events} == {"browser-shopper"}
    assert len({one["session_id"] for one in events}) == 1
    visit.page.get_by_text("far below").scroll_into_view_if_needed()
    visit.page.evaluate(f"vitrine.track('like', {third!r})")
    assert told(visit.sent(6)) == expected | {("impression", third, "q-7", 2), ("like", third, None, None)}
    visit.page.close()
    profile = shop.ask("/v1/users/browser-shopper/profile")
    assert {one["id"] for one in profile["liked"]} == {first, second, third}


def test_a_page_that_waits_for_consent_sends_and_stores_nothing_before(browser: Browser, shop: Shop) -> None:
    visit = Visit(browser, shop, "data-wait")
    visit.page.get_by_text("second").click()
    visit.page.wait_for_timeout(1_500)
    assert visit.page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    assert visit.events == []
    visit.page.close()
