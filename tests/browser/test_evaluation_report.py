"""The report of a retrieval evaluation, opened from its file: a map whose photos come up under the pointer."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.settings import load_settings
from evaluation.catalogue import CatalogueFile
from evaluation.retrieval.evaluating import RetrievalRequest, evaluate_retrieval
from evaluation.retrieval.page.whole import as_page
from tests.browser.conftest import Complaints
from tests.shop import COLOURS, KINDS, photo

PRODUCTS = 36


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a few drawn products."""
    folder = tmp_path_factory.mktemp("report")
    with (folder / "products.csv").open("w", newline="") as out, zipfile.ZipFile(folder / "photos.zip", "w") as photos:
        rows = csv.writer(out)
        rows.writerow(["id", "title", "kind", "colour"])
        for number in range(PRODUCTS):
            colour, kind = list(COLOURS)[number % 4], KINDS[number % 3]
            rows.writerow([number, f"{colour} {kind} {number}", kind, colour])
            photos.writestr(f"{number}.jpg", photo(colour, kind, seed=number))
    settings = load_settings({"data_dir": folder / "data", "encoder": "pocket"})
    file = CatalogueFile(folder / "products.csv", photos=folder / "photos.zip")
    evaluation = evaluate_retrieval(settings, RetrievalRequest(file, "kind", folder, "pocket"), _silent)
    (folder / "report.html").write_text(as_page(evaluation, settings, _silent), encoding="utf-8")
    return folder / "report.html"


def _silent(title: str, done: int, total: int) -> None:
    """Nobody watches."""


@pytest.fixture
def opened(browser: Browser, report: Path) -> Iterator[Page]:
    """The report in a window of its own; it complains of nothing and asks for nothing but itself."""
    complaints, asked = Complaints(), list[str]()
    page = browser.new_page()
    complaints.listen(page)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    yield page
    assert complaints.unexpected() == []
    assert [url for url in asked if not url.startswith("data:")] == [report.as_uri()]
    page.close()


def test_the_photo_of_a_product_comes_up_under_the_pointer(opened: Page) -> None:
    expect(opened.locator(".map circle")).to_have_count(PRODUCTS)
    tip = opened.locator(".tip")
    expect(tip).to_be_hidden()
    opened.locator(".map circle").first.hover(force=True)
    expect(tip).to_be_visible()
    expect(tip.locator("small")).to_have_text(re.compile("|".join(KINDS)))
    assert tip.locator("img").evaluate("photo => photo.decode().then(() => photo.naturalWidth)") > 0
    opened.locator("h1").hover()
    expect(tip).to_be_hidden()


def test_a_label_is_seen_alone_until_it_is_chosen_again(opened: Page) -> None:
    label = opened.get_by_role("button", name="shoe")
    label.click()
    expect(label).to_have_attribute("aria-pressed", "true")
    expect(opened.locator(".map.chosen circle.on")).to_have_count(PRODUCTS // len(KINDS))
    opened.get_by_role("button", name="bag").click()
    expect(label).to_have_attribute("aria-pressed", "false")
    expect(opened.locator(".map.chosen circle.on")).to_have_count(PRODUCTS // len(KINDS))
    opened.get_by_role("button", name="bag").click()
    expect(opened.locator(".map.chosen")).to_have_count(0)
