from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from catalog.opening import Catalog, open_catalog
from core.events import Event
from core.experiments import Arm, Experiment
from core.impressions import FEED, Impression
from evaluation.experiments import CLICK_RATE, CONVERSION, as_json, report_of

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = open_catalog(f"sqlite:///{tmp_path / 'catalog.db'}", tmp_path)
    yield opened
    opened.close()


def page(query_id: str, user_id: str, hours: float = 1.0) -> Impression:
    return Impression(query_id, user_id, "", START + timedelta(hours=hours), ("p",))


def act(query_id: str | None, user_id: str, kind: str, hours: float = 1.0) -> Event:
    name = f"{query_id}{user_id}{kind}{hours}"
    return Event(name, user_id, "", kind, "p", START + timedelta(hours=hours), query_id)


def test_pages_and_shoppers_are_counted_by_hand(catalog: Catalog) -> None:
    tried = Experiment("e", (Arm("a", 0.5), Arm("b", 0.5)), START, START + timedelta(hours=10))
    of: dict[str, list[str]] = {"a": [], "b": []}
    for name in (f"s{i}" for i in range(40)):
        arm = tried.arm_of(name)
        assert arm is not None
        of[arm.name].append(name)
    a, b = of["a"][0], of["b"][0]
    before, after, stranger = page("q0", a, -1), page("q9", a, 11), page("q8", "")
    # Feeds are no searches.
    catalog.impressions.add([replace(page("f1", a), surface=FEED)])
    catalog.impressions.add(
        [before, after, stranger, page("q1", a), page("q2", a), page("q3", of["a"][1]), page("q4", b)]
    )
    acts = [act("q1", a, "click"), act("q1", a, "like"), act("q4", b, "click"), act("q2", a, "dislike")]
    catalog.events.add([*acts, act(None, a, "purchase"), act(None, b, "purchase", 11.0), act(None, b, "view")])
    first, second = report_of(catalog, tried).arms
    assert (first.shoppers, first.pages, second.shoppers, second.pages) == (2, 3, 1, 1)
    assert first.figures[CLICK_RATE].value == pytest.approx(1 / 3)
    assert first.figures[CONVERSION].value == pytest.approx(1 / 2)
    assert (second.figures[CLICK_RATE].value, second.figures[CONVERSION].value) == (1.0, 0.0)
    assert second.differences[CLICK_RATE].value == pytest.approx(2 / 3)
    assert first.differences == {}


def test_a_real_difference_is_sure_and_none_is_not(catalog: Catalog) -> None:
    tried = Experiment("e", (Arm("a", 0.4), Arm("b", 0.3), Arm("c", 0.3)), START, START + timedelta(hours=10))
    rng = np.random.default_rng(1)
    pages, acts = [], []
    for shopper in range(900):
        name = f"s{shopper}"
        arm = tried.arm_of(name)
        assert arm is not None
        for number in range(3):
            pages.append(page(f"q{shopper}-{number}", name))
            if rng.random() < (0.5 if arm.name == "b" else 0.3):
                acts.append(act(f"q{shopper}-{number}", name, "click"))
    catalog.impressions.add(pages)
    catalog.events.add(acts)
    _, better, same = report_of(catalog, tried).arms
    assert better.differences[CLICK_RATE].low > 0.1
    assert same.differences[CLICK_RATE].low < 0 < same.differences[CLICK_RATE].high
    assert better.figures[CLICK_RATE].low < 0.5 < better.figures[CLICK_RATE].high


def test_an_experiment_that_nobody_has_met_has_no_figures(catalog: Catalog) -> None:
    told = as_json(report_of(catalog, Experiment("e", (Arm("a", 0.5), Arm("b", 0.5)), START)))
    assert [arm["shoppers"] for arm in told["arms"]] == [0, 0]
    assert told["arms"][0]["figures"][CLICK_RATE] == {"value": None, "low": None, "high": None}
    assert told["stopped_at"] is None
