"""The page learns what a shopper likes, says so, and forgets it when told to."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage, Shop, ids, searched

HEART = re.compile("^Like: ")
THUMB = re.compile("^Not for me: ")


def bags(shop: Shop, colour: str) -> list[str]:
    """Ids of the bags of a colour."""
    return [
        one["id"]
        for one in shop.available()
        if one["category"].lower().endswith("bags") and one["attributes"]["colour"] == colour
    ]


def press(page: Page, product_id: str, name: re.Pattern[str]) -> None:
    """A heart or a thumb of a card."""
    card = page.locator(f'.results .grid .card[data-id="{product_id}"]')
    card.hover()
    button = card.get_by_role("button", name=name)
    with page.expect_response("**/v1/events") as told:
        button.click()
    assert told.value.ok
    expect(button).to_have_attribute("aria-pressed", "true")


def search(page: Page, words: str) -> Any:
    """The body of the search that was sent."""
    box = page.get_by_role("combobox", name="Search by words")
    body = searched(page, lambda: box.fill(words), lambda body: body.get("text") == words)
    # Suggestions would lie on the first cards.
    box.press("Enter")
    return body


def reasons(page: Page) -> dict[str, str]:
    """What cards say of why they are there, by product."""
    found: dict[str, str] = page.locator(".results .card:has(.reason)").evaluate_all(
        "cards => Object.fromEntries(cards.map(card => [card.dataset.id, card.querySelector('.reason').textContent]))"
    )
    return found


def forget(page: Page) -> None:
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as erased:
        page.get_by_role("button", name="Forget me").click()
    assert erased.value.ok
    expect(page.locator(".note")).to_contain_text("You are forgotten")


def test_likes_and_dislikes_change_the_next_search_and_the_feed_of_this_shopper_alone(
    open_page: OpenPage, shop: Shop
) -> None:
    page, other = open_page(), open_page("/?q=bag")
    everybody = ids(other)
    # Variants may stand behind another one of their group.
    red, blue = ([one for one in everybody if one in bags(shop, colour)] for colour in ("red", "blue"))
    ids(page)
    body = search(page, "bag")
    assert body["user_id"]
    assert ids(page) == everybody
    assert reasons(page) == {}
    for product in red[:3]:
        press(page, product, HEART)
    for product in blue[:2]:
        press(page, product, THUMB)
    # What is shown stays until somebody wants it otherwise.
    assert ids(page) == everybody
    searched(page, page.get_by_role("button", name="Show what fits you now").click)
    own = ids(page)
    expect(page.locator(".heading .total")).to_have_text(other.locator(".heading .total").inner_text())
    # Red bags have come forward, and what was disliked has gone back.
    assert sum(map(own.index, red)) < sum(map(everybody.index, red))
    assert all(own.index(product) > everybody.index(product) for product in blue[:2] if product in own)
    assert "red" in reasons(page)[red[3]]
    expect(page.locator(".taste-line")).to_contain_text("What fits your taste comes first")
    # As everybody sees it, and back.
    body = searched(page, page.get_by_role("button", name="As everybody sees it").click)
    assert body["personalize"] == 0
    assert ids(page) == everybody
    searched(page, page.get_by_role("button", name="Use my taste").click)
    assert ids(page) == own
    # The start page shows a feed with reasons, without what was disliked.
    page.get_by_role("link", name="Vitrine, to the start").click()
    expect(page.get_by_role("heading", name="For you")).to_be_visible()
    fed = ids(page)
    assert not set(blue[:2]) & set(fed)
    assert set(reasons(page)) == set(fed)
    assert any("which you liked" in reason for reason in reasons(page).values())
    # Another shopper is unmoved.
    other.reload()
    assert ids(other) == everybody
    assert reasons(other) == {}
    user = page.evaluate("vitrine.user")
    forget(page)
    expect(page.get_by_role("heading", name="New in")).to_be_visible()
    assert shop.ask(f"/v1/users/{user}/profile")["events"] == 0
    assert page.evaluate("vitrine.user") != user
    expect(page.locator(".opinion[aria-pressed=true]")).to_have_count(0)


def test_a_newcomer_may_pick_what_he_likes_or_not(open_page: OpenPage, shop: Shop) -> None:
    page = open_page(**PHONE)
    ids(page)
    picks = page.get_by_role("region", name="Pick what you like")
    expect(picks).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first = picks.get_by_role("button", name=HEART).first
    first.tap()
    expect(first).to_have_attribute("aria-pressed", "true")
    picked = first.get_attribute("data-of")
    picks.get_by_role("button", name="Show what fits me").tap()
    expect(page.get_by_role("heading", name="For you")).to_be_visible()
    expect(picks).to_be_hidden()
    assert picked not in ids(page)[:4]
    # On a phone a heart needs no other button, and what was pressed is remembered.
    card = page.locator(".results .grid .card").first
    card.get_by_role("button", name=HEART).tap()
    page.reload()
    ids(page)
    page.goto(f"{shop.address}/p/{picked}")
    heart = page.locator(".facts").get_by_role("button", name=HEART)
    expect(heart).to_have_attribute("aria-pressed", "true")
    # Pressed again, it is as if it had never been.
    with page.expect_response("**/v1/events") as told:
        heart.tap()
    assert told.value.ok
    liked = shop.ask(f"/v1/users/{page.evaluate('vitrine.user')}/profile")["likes"]
    assert heart.get_attribute("aria-pressed") == "false"
    assert liked
    page.goto(shop.address)
    forget(page)
    # Whoever does not want to be asked is not asked again.
    expect(picks).to_be_visible()
    picks.get_by_role("button", name="Not now").tap()
    expect(picks).to_be_hidden()
    page.reload()
    ids(page)
    expect(picks).to_be_hidden()


def test_where_nothing_may_be_stored_everything_works_until_the_page_is_left(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("", address="about:blank")
    refused = "{ get() { throw new DOMException('refused', 'SecurityError'); } }"
    page.add_init_script(
        f"for (const area of ['localStorage', 'sessionStorage']) Object.defineProperty(window, area, {refused});"
    )
    page.goto(f"{shop.address}/?q=bag")
    product = ids(page)[0]
    press(page, product, HEART)
    page.get_by_role("button", name="Dark or light").click()
    page.get_by_role("link", name="Vitrine, to the start").click()
    expect(page.get_by_role("heading", name="For you")).to_be_visible()
    forget(page)


def test_without_the_script_of_events_there_is_no_taste_and_all_the_rest(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("", address="about:blank")
    page.route("**/vitrine-events.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    page.goto(shop.address)
    assert ids(page)
    body = search(page, "bag")
    assert "user_id" not in body
    expect(page.get_by_role("button", name=HEART)).to_have_count(0)
    page.locator(".results .grid .card-link").first.click()
    expect(page.locator(".facts h1")).to_be_visible()


def test_views_clicks_and_what_was_seen_are_told_with_the_answer_that_showed_them(
    open_page: OpenPage, shop: Shop
) -> None:
    page = open_page("/?q=bag")
    second = ids(page)[1]
    page.wait_for_timeout(1_200)
    with page.expect_request(lambda request: '"type":"view"' in (request.post_data or "")) as sent:
        page.locator(".results .grid .card-link").nth(1).click()
    events = json.loads(sent.value.post_data or "{}")["events"]
    told = {one["type"]: one for one in events if one["product_id"] == second}
    assert set(told) == {"view", "click", "impression"}
    assert told["click"]["position"] == told["impression"]["position"] == 1
    assert told["click"]["query_id"] == told["impression"]["query_id"]
    page.get_by_role("link", name="Vitrine, to the start").click()
    forget(page)
