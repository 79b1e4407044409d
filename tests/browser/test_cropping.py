"""A part of a picture, and several pictures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage, Shop, ids, searched
from tests.browser.dropping import Dropped, drop


def with_picture(page: Page, shop: Shop) -> None:
    ids(page)
    searched(page, lambda: drop(page, Dropped(shop.photos[shop.first()["id"]])))
    expect(page.locator(".cropper img")).to_be_visible()


def place(page: Page) -> dict[str, float]:
    """Of the picture, in pixels of the window."""
    page.locator(".cropper").scroll_into_view_if_needed()
    found: Any = page.locator(".cropper").bounding_box()
    return {name: float(found[name]) for name in ("x", "y", "width", "height")}


def draw(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag from one place on the picture to another, both as shares of its sides."""
    at = place(page)
    page.mouse.move(at["x"] + start[0] * at["width"], at["y"] + start[1] * at["height"])
    page.mouse.down()
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.move(at["x"] + end[0] * at["width"], at["y"] + end[1] * at["height"])
    page.mouse.up()


def is_close(crop: dict[str, float], expected: dict[str, float]) -> bool:
    return all(crop[side] == pytest.approx(expected[side], abs=0.02) for side in expected)


def test_a_box_drawn_on_the_picture_is_what_is_searched_for(open_page: OpenPage, shop: Shop) -> None:
    page = open_page()
    with_picture(page, shop)
    whole = ids(page)
    body = searched(page, lambda: draw(page, (0.3, 0.2), (0.8, 0.6)))
    assert body["image"]["base64"]
    assert is_close(body["image"]["crop"], {"left": 0.3, "top": 0.2, "width": 0.5, "height": 0.4})
    # Its inside moves it.
    body = searched(page, lambda: draw(page, (0.5, 0.4), (0.6, 0.6)))
    assert is_close(body["image"]["crop"], {"left": 0.4, "top": 0.4, "width": 0.5, "height": 0.4})
    # A corner stretches it.
    body = searched(page, lambda: draw(page, (0.89, 0.79), (0.98, 0.95)))
    assert is_close(body["image"]["crop"], {"left": 0.4, "top": 0.4, "width": 0.59, "height": 0.56})
    body = searched(page, page.get_by_role("button", name="Whole picture").click)
    assert "crop" not in body["image"]
    assert ids(page) == whole


def test_going_back_from_a_product_brings_the_part_back(open_page: OpenPage, shop: Shop) -> None:
    page = open_page()
    with_picture(page, shop)
    body = searched(page, lambda: draw(page, (0.1, 0.1), (0.6, 0.6)))
    found = ids(page)
    page.locator(".results .card-link").first.click()
    expect(page).to_have_url(re.compile("/p/"))
    page.go_back()
    expect(page.locator(".cropper.cut")).to_be_visible()
    assert ids(page) == found
    again = searched(page, page.locator("details.facet label.value").first.click)
    assert again["image"]["crop"] == body["image"]["crop"]


def test_the_part_is_chosen_by_keyboard(open_page: OpenPage, shop: Shop) -> None:
    page = open_page()
    with_picture(page, shop)
    box = page.locator(".cropper .box")
    expect(box).to_have_attribute("aria-label", re.compile("whole picture"))
    box.focus()
    body = searched(page, lambda: page.keyboard.press("Enter"))
    assert body["image"]["crop"] == {"left": 0.2, "top": 0.2, "width": 0.6, "height": 0.6}
    body = searched(page, lambda: page.keyboard.press("ArrowLeft"))
    assert body["image"]["crop"] == {"left": 0.175, "top": 0.2, "width": 0.6, "height": 0.6}
    body = searched(page, lambda: page.keyboard.press("Shift+ArrowUp"))
    assert body["image"]["crop"] == {"left": 0.175, "top": 0.2, "width": 0.6, "height": 0.575}
    expect(box).to_have_attribute("aria-label", re.compile("60% of the width"))
    expect(box).to_be_focused()
    body = searched(page, lambda: page.keyboard.press("Escape"))
    assert "crop" not in body["image"]


def test_the_part_is_drawn_by_a_finger(open_page: OpenPage, shop: Shop) -> None:
    page = open_page(**PHONE)
    with_picture(page, shop)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    at = place(page)
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": at["x"] + x * at["width"], "y": at["y"] + y * at["height"]} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    def drag() -> None:
        touch("touchStart", (0.25, 0.25))
        touch("touchMove", (0.5, 0.5))
        touch("touchMove", (0.75, 0.75))
        touch("touchEnd")

    body = searched(page, drag)
    assert is_close(body["image"]["crop"], {"left": 0.25, "top": 0.25, "width": 0.5, "height": 0.5})


def test_two_pictures_dropped_together_are_searched_for_together(open_page: OpenPage, shop: Shop) -> None:
    first, second = [shop.photos[product["id"]] for product in shop.available()[:2]]
    page = open_page()
    ids(page)
    body = searched(page, lambda: drop(page, Dropped(first, "one.jpg"), Dropped(second, "two.jpg")))
    assert [set(image) for image in body["images"]] == [{"base64"}, {"base64"}]
    expect(page.locator("#picture .example")).to_have_count(2)
    expect(page.locator(".cropper")).to_have_count(2)
    body = searched(page, page.locator("#picture .example button").first.click)
    assert "images" not in body
    expect(page.locator(".cropper")).to_have_count(1)
    page.go_back()
    expect(page.locator(".cropper")).to_have_count(2)


def test_a_picture_is_added_to_the_one_that_is_there(open_page: OpenPage, shop: Shop, tmp_path: Path) -> None:
    other = tmp_path / "other.jpg"
    other.write_bytes(shop.photos[shop.available()[1]["id"]])
    page = open_page()
    with_picture(page, shop)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add a picture").click()
    body = searched(page, lambda: chooser.value.set_files(other))
    assert len(body["images"]) == 2
    # Without asking for that, a picture takes the place of those before.
    body = searched(page, lambda: page.set_input_files("#file", other))
    assert "images" not in body
    expect(page.locator(".cropper")).to_have_count(1)
