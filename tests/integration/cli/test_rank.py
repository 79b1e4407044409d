"""From what shoppers did to another order of hits, with the real parts: train, promote, show, roll back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.events import Event
from core.impressions import Impression
from core.queries import SearchQuery
from core.settings import load_settings
from retrieval.impressions import impression_of
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine as Opened
from retrieval.wiring import open_vitrine
from tests.integration.cli.conftest import Vitrine, _run, _write_products

QUERIES = ("red shirt", "green dress", "blue bag", "black shirt", "bag", "dress")
PAGES = 240


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory, tiny_encoder: str) -> Path:
    """The data folder of a shop with a log: all shoppers want bags, whatever they have searched for."""
    folder = tmp_path_factory.mktemp("visited")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("VITRINE_ENCODER", tiny_encoder)
        environment.setenv("VITRINE_DATA_DIR", str(folder / "vitrine-data"))
        environment.setenv("VITRINE_ENGINE_IDLE_EXIT_S", "5")
        done = _run("import", str(_write_products(folder)), "--photos", str(folder / "photos"))
        assert done.code == 0, done.err
        with open_vitrine(load_settings()) as v:
            make_log(v)
    return folder / "vitrine-data"


@pytest.fixture
def shop(visited: Path, monkeypatch: pytest.MonkeyPatch) -> Vitrine:
    """The command over that shop, whose ranker no test leaves in service."""
    monkeypatch.setenv("VITRINE_DATA_DIR", str(visited))
    return _run


def make_log(v: Opened) -> None:
    """Real answers, shown in many orders and looked at from the top; clicks go to bags, which are popular."""
    now = datetime.now(UTC)
    bought = [
        Event(f"b{i}", f"u{i}", "", "purchase", f"bag-{colour}", now - timedelta(days=1))
        for i, colour in enumerate(("red", "green", "blue", "black") * 40)
    ]
    v.catalog.events.add(bought)
    v.columns.current()
    rng = np.random.default_rng(3)
    queries = [SearchQuery(text=text, cutoff="off", limit=12) for text in QUERIES]
    answers = [search(v, query) for query in queries]
    pages: list[Impression] = []
    clicks: list[Event] = []
    for number in range(PAGES):
        which = number % len(QUERIES)
        order = rng.permutation(len(answers[which].hits))
        hits = tuple(answers[which].hits[at] for at in order)
        shown = replace(answers[which], hits=hits, query_id=f"q{number:04}")
        moment = now - timedelta(minutes=PAGES - number)
        page = impression_of(replace(queries[which], user_id=f"u{number}"), shown, moment)
        assert page is not None
        pages.append(page)
        wants = np.array([0.7 if name.startswith("bag") else 0.05 for name in page.items])
        clicked = rng.random(len(hits)) < wants * (np.arange(len(hits)) + 1.0) ** -0.5
        clicks += [click(page, page.items[at], moment) for at in np.flatnonzero(clicked)]
    v.catalog.impressions.add(pages)
    v.catalog.events.add(clicks)


def click(page: Impression, product_id: str, moment: datetime) -> Event:
    return Event(f"{page.query_id}-{product_id}", page.user_id, "", "click", product_id, moment, page.query_id)


def ids(answer: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in answer["hits"]]


def test_a_ranker_is_trained_promoted_shown_and_rolled_back(shop: Vitrine, visited: Path) -> None:
    asked = ("search", "red shirt", "--cutoff", "off", "--limit", "12", "--json", "--explain")
    before = shop(*asked).data
    assert not ids(before)[0].startswith("bag")
    assert "contributions" not in before["hits"][0]

    trained = shop("rank", "train", "--json")
    assert trained.code == 0, trained.err
    ranker = trained.data["id"]
    assert next(iter(trained.data["importances"])) == "popularity"
    figures = trained.data["held_out"]["slices"]["all"]
    assert figures["gain_over"]["as shown"]["low"] > 0
    assert set(figures["ndcg@10"]) == {"as shown", "relevance only", "popularity", "ranker"}
    assert ids(shop(*asked).data) == ids(before)

    promoted = shop("rank", "promote", "--json")
    assert promoted.code == 0, promoted.err
    assert promoted.data["in_service"] == ranker
    after = shop(*asked).data
    assert {name.split("-")[0] for name in ids(after)[:4]} == {"bag"}
    assert sorted(ids(after)) == sorted(ids(before))
    scores = [hit["score"] for hit in after["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert set(after["hits"][0]["contributions"]) == set(trained.data["features"])

    shown = shop("rank", "show", "--search", "red shirt", "--hit", "bag-red", "--json").data
    assert shown["contributions"]["popularity"] > 0
    listed = shop("rank", "list", "--json").data["rankers"]
    assert [(one["id"], one["in_service"]) for one in listed] == [(ranker, True)]
    assert shop("rank", "show").code == 0

    # The same ranker is not better than itself.
    again = shop("rank", "promote", ranker)
    assert again.code == 6
    assert "not certainly better than in service" in again.err

    rolled = shop("rank", "promote", "--rollback", "--json")
    assert rolled.data == {"in_service": ""}
    assert ids(shop(*asked).data) == ids(before)
    nothing = shop("rank", "promote", "--rollback")
    assert nothing.code == 6
    assert "nothing to roll back" in nothing.err


def test_a_ranker_that_is_damaged_costs_its_order_alone(shop: Vitrine, visited: Path) -> None:
    (ranker,) = sorted((visited / "rankers").iterdir())
    assert shop("rank", "promote", ranker.name, "--force").code == 0
    described = ranker / "ranker.json"
    whole = described.read_text()
    try:
        described.write_text(json.dumps(json.loads(whole) | {"features": ["text"]}))
        answered = shop("search", "red shirt", "--json")
        assert answered.code == 0
        assert "hits are not ranked" in answered.err
        refused = shop("rank", "promote", ranker.name, "--force")
        assert refused.code == 2
        assert "has learnt from" in refused.err
        described.write_text(json.dumps(json.loads(whole) | {"encoders": {"text": "another"}}))
        assert "has learnt from an index of text: another" in shop("rank", "promote", ranker.name, "--force").err
    finally:
        described.write_text(whole)
        shop("rank", "promote", "--rollback")


def test_what_is_missing_is_told(vitrine: Vitrine) -> None:
    empty = vitrine("rank", "train")
    assert empty.code == 2
    assert "no search that was answered" in empty.err
    assert "Train one first" in vitrine("rank", "promote").err
    assert vitrine("rank", "promote", "r-unknown").code == 4
    assert "no ranker is in service" in vitrine("rank", "show").err
    assert "There are no rankers" in vitrine("rank", "list").out
    assert vitrine("rank", "list", "--json").data == {"rankers": []}


def test_a_log_without_clicks_is_refused(vitrine: Vitrine, visited: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.impressions.Impressions.acts", lambda *_: iter(()))
    monkeypatch.setenv("VITRINE_DATA_DIR", str(visited))
    refused = vitrine("rank", "train")
    assert refused.code == 2
    assert "no click on any of them" in refused.err
