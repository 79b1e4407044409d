"""Experiments from the command line, over a real shop: arms meet shoppers, and the report tells them apart."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.events import Event
from core.experiments import Arm, Experiment
from core.queries import SearchQuery
from core.settings import load_settings
from retrieval.experiments import as_in
from retrieval.impressions import note_search
from retrieval.search.pipeline import search
from retrieval.wiring import open_vitrine
from tests.integration.cli.conftest import Vitrine

ARMS = ("--arm", "plain,share=0.5,ranker=none", "--arm", "varied,share=0.5,diversity=1")


@pytest.fixture
def shop(products: Path, vitrine: Vitrine) -> Vitrine:
    """The command over a shop of its own with the twelve products."""
    done = vitrine("import", str(products), "--photos", str(products.parent / "photos"))
    assert done.code == 0, done.err
    return vitrine


def test_arms_order_hits_in_their_own_way_and_the_report_tells_them_apart(shop: Vitrine) -> None:
    created = shop("experiments", "create", "variety", *ARMS, "--json")
    assert created.code == 0, created.err
    (told,) = created.data["experiments"]
    assert told["arms"][1] == {"name": "varied", "share": 0.5, "ranker": "", "diversity": 1.0}
    with open_vitrine(load_settings()) as v:
        running = v.catalog.experiments.get("variety")
        orders: dict[str, set[tuple[str, ...]]] = {"plain": set(), "varied": set()}
        for number in range(12):
            query = SearchQuery(text="red shirt", user_id=f"u{number}", cutoff="off", limit=12)
            answer = search(v, query)
            note_search(v.impressions, query, answer)
            arm = running.arm_of(query.user_id)
            assert arm is not None
            orders[arm.name].add(tuple(hit.product_id for hit in answer.hits))
            if arm.name == "varied":
                first = answer.hits[0].product_id
                act = Event(f"e{number}", query.user_id, "", "click", first, datetime.now(UTC), answer.query_id)
                v.catalog.events.add([act])
    assert [len(found) for found in orders.values()] == [1, 1]
    assert orders["plain"] != orders["varied"]
    assert {frozenset(order) for order in orders["plain"]} == {frozenset(order) for order in orders["varied"]}

    report = shop("experiments", "report", "variety", "--json").data
    rates = [arm["figures"]["click_rate"]["value"] for arm in report["arms"]]
    assert rates == [0.0, 1.0]
    assert report["arms"][1]["differences"]["click_rate"]["low"] == 1.0
    assert sum(arm["shoppers"] for arm in report["arms"]) == 12
    assert "varied" in shop("experiments", "report", "variety").out

    assert "experiments stop variety" in shop("experiments", "create", "other", *ARMS).err
    assert shop("experiments", "stop", "variety").code == 0
    assert shop("experiments", "list", "--json").data["experiments"][0]["stopped_at"] is not None
    with open_vitrine(load_settings()) as v:
        answers = [search(v, SearchQuery(text="red shirt", user_id=f"u{i}", cutoff="off", limit=12)) for i in range(6)]
    assert {tuple(hit.product_id for hit in answer.hits) for answer in answers} == orders["plain"]


@pytest.mark.parametrize(
    ("arms", "code", "said"),
    [
        (("a,share=0.7", "b,share=0.4"), 2, "sum to more than one"),
        (("a,share=0.7",), 2, "must be 2 to 10"),
        (("a,share=half", "b,share=0.1"), 2, "must be a number"),
        (("a", "b,share=0.1"), 2, "has no share"),
        (("a,share=0.5,colour=red", "b,share=0.1"), 2, "is no setting of an arm"),
        (("a,share=0.5,ranker=r-unknown", "b,share=0.1"), 4, "there is no ranker 'r-unknown'"),
    ],
)
def test_an_experiment_that_cannot_be_is_refused(vitrine: Vitrine, arms: tuple[str, ...], code: int, said: str) -> None:
    refused = vitrine("experiments", "create", "e", *(part for arm in arms for part in ("--arm", arm)))
    assert refused.code == code
    assert said in refused.err
    assert vitrine("experiments", "list", "--json").data == {"experiments": []}


def test_one_that_is_not_there_is_told(vitrine: Vitrine) -> None:
    assert vitrine("experiments", "report", "e").code == 4
    assert vitrine("experiments", "stop", "e").code == 4
    assert "There are no experiments" in vitrine("experiments", "list").err


def test_what_a_query_says_itself_counts_in_every_arm() -> None:
    arm = Experiment("e", (Arm("a", 0.5, personalize=0.5, diversity=0.5), Arm("b", 0.5)), datetime.now(UTC)).arms[0]
    said = SearchQuery(text="shirt", user_id="u", personalize=0.0, diversity=0.25)
    assert as_in(arm, said) == said
    assert as_in(None, said) == said
    changed = as_in(arm, SearchQuery(text="shirt", user_id="u"))
    assert (changed.personalize, changed.diversity) == (0.5, 0.5)
    assert as_in(arm, SearchQuery(text="shirt", user_id="u", sort="price")).diversity == 0.0
