"""A small season: real visits over HTTP, a real ranker, and the orders that come of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from api.app import create_app
from api.serving import ApiServer
from core.settings import load_settings
from demo.catalogue import plan
from demo.shoppers.measuring import BLEND, MEAN, NO_PROFILE, SESSION
from demo.shoppers.season import Season, hold_season
from retrieval.accepting import accept_products
from retrieval.wiring import Vitrine, open_vitrine, serving_generation
from tests.indexing import index_all
from tests.services.starting import free_port

SHOPPERS = 25
# The words of these are enough; photos would have to be drawn.
PRODUCTS = [one.record for one in plan(900) if one.record["category"] in ("Dresses", "Boots", "Jackets")]


@pytest.fixture(scope="module")
def v(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vitrine]:
    settings = load_settings({"data_dir": tmp_path_factory.mktemp("season"), "engine_idle_exit_s": 1.0})
    with open_vitrine(settings) as opened:
        accept_products(opened, PRODUCTS)
        index_all(opened)
        yield opened


@pytest.fixture(scope="module")
def address(v: Vitrine) -> Iterator[str]:
    listening = threading.Event()
    server = ApiServer(create_app(v), "127.0.0.1", free_port(), lambda _: listening.set())
    thread = threading.Thread(target=server.listen)
    thread.start()
    try:
        assert listening.wait(60)
        yield server.address
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def season(v: Vitrine, address: str) -> Season:
    return hold_season(v, address, PRODUCTS, SHOPPERS, lambda *_: None)


def test_shoppers_leave_acts_and_pages_that_a_ranker_has_learnt_from(v: Vitrine, season: Season) -> None:
    assert season.acts > SHOPPERS
    assert v.rankers.usable(season.ranker, serving_generation(v)) is not None
    assert (serving_generation(v).ranker == season.ranker) == (not season.refused)


def test_what_is_known_of_shoppers_brings_what_they_want_to_the_top(season: Season) -> None:
    shares = {name: share.value for name, share in season.shares.items()}
    assert {NO_PROFILE, MEAN, SESSION, BLEND} <= set(shares)
    assert shares[BLEND] > shares[NO_PROFILE]
    assert all(share.low <= share.value <= share.high <= 1 for share in season.shares.values())


def test_the_same_shoppers_may_come_again_as_if_for_the_first_time(v: Vitrine, address: str, season: Season) -> None:
    before = {event.id for event in v.catalog.events.latest("shopper-0", 500)}
    again = hold_season(v, address, PRODUCTS, SHOPPERS, lambda *_: None)
    assert again.ranker != season.ranker
    after = {event.id for event in v.catalog.events.latest("shopper-0", 500)}
    assert before
    assert after
    assert before.isdisjoint(after)
