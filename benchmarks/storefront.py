"""What a person waits for in the storefront, beyond the time that the API itself takes.

Chromium sends one search after another, and the page notes when its answer came, when the grid was painted, and when
the photos in sight could be seen (`api/storefront/web/timing.js`). From each is taken what the API says its search
took, so that what is left is the network of the loopback, the browser, and the page. Hardly any photo has been asked
for before, so the server scales them meanwhile.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from playwright.sync_api import Page, sync_playwright

from api.storefront.site import read_site
from benchmarks.context import Context
from benchmarks.full_index import full_index
from benchmarks.load import distinct_bodies
from benchmarks.measures import Measure, Target
from benchmarks.processes import serving

_PAINTED_MS = Target(200)
_SENT_KB = Target(60)
_WARM = 5
_PATIENCE_MS = 60_000
_WINDOW: Any = {"width": 1_280, "height": 900}
# The words are put in at once and sent by Enter, so that no wait for further letters is part of it.
_SEARCH = """words => {
    performance.clearMeasures('storefront');
    const box = document.getElementById('q');
    box.value = words;
    box.form.requestSubmit();
}"""
_PAINTED = "() => performance.getEntriesByName('storefront')[0]?.detail"


def measure(context: Context) -> list[Measure]:
    """Searches one after another, and the size of the page."""
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("chromium is not installed (Debian: apt-get install chromium)")
    index = full_index(context)
    texts = (str(json.loads(body)["text"]) for body in distinct_bodies(context.products))
    with serving(index) as service:
        service.worker_pid()
        context.say("searches in Chromium")
        with _opened(program, f"http://127.0.0.1:{service.port}") as page:
            for text in islice(texts, _WARM):
                _searched(page, text)
            searches = context.sized(30, 3)
            rounds = [[_searched(page, text) for text in islice(texts, searches)] for _ in range(context.rounds)]
    return [
        _beyond("search to painted grid, beyond the API's own time", rounds, "grid_ms", _PAINTED_MS),
        _beyond("search to photos in sight, beyond the API's own time", rounds, "photos_ms"),
        _beyond("search to its answer in the browser, beyond the API's own time", rounds, "answer_ms"),
        Measure("the API's own time", tuple(_median(each, "api_ms") for each in rounds), "ms"),
        *_sizes(),
    ]


@contextmanager
def _opened(program: str, address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
        page = browser.new_page(viewport=_WINDOW)
        page.goto(address)
        page.wait_for_function(_PAINTED, timeout=_PATIENCE_MS)
        yield page
        browser.close()


def _searched(page: Page, text: str) -> dict[str, float]:
    """One search; what came when, in milliseconds since it began."""
    page.evaluate(_SEARCH, text)
    painted: dict[str, float] = page.wait_for_function(_PAINTED, timeout=_PATIENCE_MS).json_value()
    return painted


def _beyond(name: str, rounds: list[list[dict[str, float]]], moment: str, target: Target | None = None) -> Measure:
    beyond = [[{moment: one[moment] - one["api_ms"]} for one in each] for each in rounds]
    return Measure(name, tuple(_median(each, moment) for each in beyond), "ms", target)


def _median(searches: list[dict[str, float]], name: str) -> float:
    return statistics.median(one[name] for one in searches)


def _sizes() -> list[Measure]:
    parts = [file for name, file in read_site().assets.items() if name.endswith((".js", ".css"))]
    return [
        Measure("script and style as sent", (sum(len(file.packed) for file in parts) / 1_000,), "kB", _SENT_KB),
        Measure("script and style as written", (sum(len(file.data) for file in parts) / 1_000,), "kB"),
    ]
