"""From what shoppers did to another order of hits, with the real parts: train, promote, show, roll back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from core.settings import load_settings
from ranking.collaborative.foretelling import FORETELLING_FILE
from retrieval.wiring import open_vitrine
from tests.integration.cli.conftest import COLOURS, Vitrine, _run, _write_products
from tests.integration.clicked_log import make_log
from tests.wants import wants_of_two_tastes

QUERIES = ("red shirt", "green dress", "blue bag", "black shirt", "bag", "dress")


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
            make_log(v, QUERIES, frozenset(f"bag-{colour}" for colour in COLOURS))
    return folder / "vitrine-data"


@pytest.fixture
def shop(visited: Path, monkeypatch: pytest.MonkeyPatch) -> Vitrine:
    """The command over that shop, whose ranker no test leaves in service."""
    monkeypatch.setenv("VITRINE_DATA_DIR", str(visited))
    return _run


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
    # All shoppers want the same few products here: what they want together says no more than what is popular.
    assert trained.data["foretold"]["recall@20"]["gain"]["value"] == 0
    assert "not kept" in shop("rank", "show", ranker).out
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


def test_what_is_wanted_together_is_learnt_beside_the_ranker(
    shop: Vitrine, visited: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wants = wants_of_two_tastes(400)[::-1]
    monkeypatch.setattr("catalog.wants.Wants.latest", lambda *_: wants)
    trained = shop("rank", "train", "--json")
    folder = visited / "rankers" / trained.data["id"]
    try:
        told = trained.data["foretold"]
        assert told["shoppers"] == 200
        assert told["recall@20"]["gain"]["low"] > 0.2
        assert "200 shoppers; kept" in shop("rank", "show", folder.name).out
        (folder / FORETELLING_FILE).unlink()
        refused = shop("rank", "promote", folder.name, "--force")
        assert refused.code == 2
        assert "does not hold who wants what" in refused.err
    finally:
        shutil.rmtree(folder)


def test_a_ranker_that_is_damaged_costs_its_order_alone(shop: Vitrine, visited: Path) -> None:
    ranker = visited / "rankers" / shop("rank", "train", "--json").data["id"]
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
        shutil.rmtree(ranker)


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
