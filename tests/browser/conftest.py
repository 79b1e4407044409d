"""A real shop behind a real server, in a real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from core.incoming import IncomingPhoto
from core.settings import load_settings
from demo.catalogue import DrawnProduct, plan
from demo.studio import photos
from retrieval.accepting import accept_products
from retrieval.wiring import open_vitrine
from tests.conftest import ROOT
from tests.indexing import index_all
from tests.services.starting import free_port, installed, wait_for_port

PRODUCTS = 60
BAGS = 8
KEY = "a key with ünicode"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# The machine may be busy with other tests; nothing here is a measurement.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Shop:
    """A running shop.

    Attributes
    ----------
    products: as the API shows them, by id.
    photos: the bytes of every product's first photo, by id.
    """

    address: str
    data_dir: Path
    products: dict[str, dict[str, Any]]
    photos: dict[str, bytes]

    def ask(self, path: str, body: object = None, method: str | None = None) -> Any:
        """The API's answer to the tests themselves."""
        request = urllib.request.Request(
            self.address + path,
            None if body is None else json.dumps(body).encode(),
            {"content-type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            data = answer.read()
        return json.loads(data) if data else None

    def take_away(self, product_ids: Iterable[str]) -> None:
        """Delete products, and wait until searches find them no more."""
        for product_id in product_ids:
            self.ask(f"/v1/products/{product_id}", method="DELETE")
        ended_s = time.monotonic() + 60
        while self.ask("/v1/shop")["products"]["waiting"]:
            assert time.monotonic() < ended_s, "what was deleted is still being taken out of the index"
            time.sleep(0.1)

    def available(self, **wanted: object) -> list[dict[str, Any]]:
        """Products that can be bought and have these values."""
        return [
            product
            for product in self.products.values()
            if product["available"] and all(product[name] == value for name, value in wanted.items())
        ]

    def places(self, **wanted: object) -> int:
        """How many cards these products take: those of one group share one."""
        return len({product["group_id"] for product in self.available(**wanted)})

    def with_variants(self) -> dict[str, Any]:
        """A product of which there are other colours that can be bought."""
        return next(one for one in self.available() if len(self.available(group_id=one["group_id"])) > 1)

    def first(self, **wanted: object) -> dict[str, Any]:
        """A product that can be bought and has these values."""
        return self.available(**wanted)[0]


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Some drawn products, indexed, and served by `vitrine serve`. Tests that write take away what they brought."""
    data_dir = tmp_path_factory.mktemp("storefront") / "data"
    originals = _stocked(data_dir)
    with served(data_dir) as address:
        bare = Shop(address, data_dir, {}, originals)
        page = bare.ask(f"/v1/products?limit={PRODUCTS + BAGS}")
        yield Shop(address, data_dir, {item["product"]["id"]: item["product"] for item in page["products"]}, originals)


def _chosen() -> list[DrawnProduct]:
    """The first of each design, some in the same designs but other colours, as variants, and bags for a taste."""
    planned = plan(1_000)
    first = planned[: PRODUCTS * 3 // 4]
    groups = {product.record["group_id"] for product in first}
    variants = [product for product in planned[len(first) :] if product.record["group_id"] in groups]
    chosen = [*first, *variants][:PRODUCTS]
    bags = [product for product in planned if product not in chosen and _is_red_or_blue_bag(product.record)]
    return [*chosen, *bags[:BAGS]]


def _is_red_or_blue_bag(record: Mapping[str, Any]) -> bool:
    is_bag = str(record["category"]).lower().endswith("bags")
    return is_bag and record["available"] and record["attributes"]["colour"] in ("red", "blue")


def _stocked(data_dir: Path) -> dict[str, bytes]:
    """Index the products in this process; returns their first photos."""
    records = [
        {**product.record, "photos": [IncomingPhoto(data, "drawn") for data in photos(product)]}
        for product in _chosen()
    ]
    with open_vitrine(load_settings({"data_dir": data_dir, "engine_idle_exit_s": 1.0})) as v:
        accept_products(v, records)
        index_all(v)
    return {record["id"]: record["photos"][0].data for record in records}


@contextmanager
def served(data_dir: Path, **settings: str) -> Iterator[str]:
    """`vitrine serve` as a process of its own; yields its address."""
    port, log = free_port(), data_dir.parent / "serve.log"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VITRINE_")}
    own = {"VITRINE_DATA_DIR": str(data_dir), "VITRINE_ENGINE_IDLE_EXIT_S": "2", "VITRINE_QUERY_DEADLINE_S": "60"}
    command = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from cli.main import main; main()"
    with log.open("wb") as output:
        process = Popen(
            [sys.executable, "-c", command, "serve", "--port", str(port)],
            env=kept | own | settings,
            cwd=data_dir.parent,
            stdout=output,
            stderr=output,
        )
        try:
            wait_for_port(port, process, log, patience_s=180)
            _wait_until_ready(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(60)


def _wait_until_ready(port: int) -> None:
    """Return when words can be searched for: products are listed before that."""
    deadline_s = time.monotonic() + 180
    while time.monotonic() < deadline_s:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=10):
                return
        except urllib.error.HTTPError as not_yet:
            not_yet.close()
        time.sleep(0.2)
    pytest.fail("the server did not become ready")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window. Playwright keeps an event loop running, which other modules' tests must not meet."""
    program = installed("chromium", "chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
        yield opened
        opened.close()


@dataclass
class Complaints:
    """What a browser holds against a page: errors in its console, and requests that failed.

    Attributes
    ----------
    expected: parts of complaints that a test causes on purpose.
    """

    expected: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    _refusals: list[Response] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Note everything from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def unexpected(self) -> list[str]:
        """What nobody has asked for; pages have to be open still."""
        for refusal in self._refusals:
            self.heard.append(f"{refusal.status}: {refusal.url} {_body(refusal)}")
        self._refusals.clear()
        return [heard for heard in self.heard if not any(part in heard for part in self.expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.heard.append(f"console: {message.text} {message.location.get('url', '')}")

    def _failed(self, request: Request) -> None:
        # What the page gives up itself, because something newer is wanted, has not failed.
        if request.failure != "net::ERR_ABORTED":
            self.heard.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        # What it says can only be read later: this is called while Playwright is busy.
        if response.status >= 400:
            self._refusals.append(response)


def _body(response: Response) -> str:
    try:
        return response.text()
    except Error as error:
        # The page has gone on, and with it what it was told.
        return f"(not kept: {error})"


@pytest.fixture
def complaints() -> Complaints:
    """What the browser says about the pages of this test; a test fails when there is anything it did not expect."""
    return Complaints()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[OpenPage]:
    """Opens a path of the shop in a window of its own; keywords describe the window, as Playwright names them."""
    contexts: list[BrowserContext] = []

    def opened(path: str = "/", address: str = shop.address, **window: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **window})
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        complaints.listen(page)
        page.goto(address + path)
        return page

    yield opened
    unexpected = complaints.unexpected()
    for context in contexts:
        context.close()
    assert unexpected == []


def ids(page: Page) -> list[str]:
    """Products in the grid, in their order, once it has been filled."""
    expect(page.locator(".grid .card:not(.skeleton)").first).to_be_visible()
    expect(page.locator(".skeleton")).to_have_count(0)
    shown: list[str] = page.locator(".results .grid .card").evaluate_all("cards => cards.map(card => card.dataset.id)")
    return shown


def searched(page: Page, act: Callable[[], object], meant: Callable[[Any], bool] = lambda _: True) -> Any:
    """Do something that searches; returns the body of the search that was sent, after its answer is shown.

    Parameters
    ----------
    meant: tells by its body whether a search is the one; what was typed before may be searched for at the same moment.
    """

    def is_meant(answer: Response) -> bool:
        # A page asks for a product's variants by itself.
        if not (answer.url.endswith("/v1/search") and answer.ok):
            return False
        body = answer.request.post_data_json
        return "collapse" not in body and meant(body)

    with page.expect_response(is_meant) as answered:
        act()
    answered.value.finished()
    expect(page.locator(".results.waiting")).to_have_count(0)
    body: Any = answered.value.request.post_data_json
    return body
