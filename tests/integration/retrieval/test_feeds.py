"""Feeds over a small shop of drawn shirts, shoes and bags: the real index, the real events."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from core.feeds import (
    EXPLORING,
    FORETOLD,
    INTEREST,
    LEAST_SEEN,
    SEEN,
    SHOPPERS,
    TOGETHER,
    FeedAnswer,
    FeedItem,
    FeedQuery,
)
from core.filters import Equals, Filter, parse_filter
from core.generations import TEXT
from core.indexing import ViewQuery
from core.queries import SearchQuery
from core.rules import rule_of
from core.settings import Settings, load_settings
from ranking.boosting import Boosting, RankingRows, boost
from ranking.collaborative.foretelling import Foretelling
from ranking.ranker import Ranker
from retrieval.accepting import accept_products
from retrieval.events import accept_events
from retrieval.feed.cursors import Shown
from retrieval.feed.gathering import Gathered, Need, dense_views, directions, gather_near
from retrieval.feed.noting import note_feed
from retrieval.feed.pipeline import feed
from retrieval.feed.pool import pool_of
from retrieval.feed.starting import start
from retrieval.popularity import LOOK_EVERY_S, PopularityShelf
from retrieval.reranking.folders import encoders_of, rankers_dir
from retrieval.reranking.promoting import put_into_service, roll_back
from retrieval.rules import put_rules
from retrieval.search.pipeline import search
from retrieval.taste.making import profile_for
from retrieval.taste.shoppers import erase_shopper
from retrieval.wiring import Vitrine, answering_generation, open_vitrine
from tests.indexing import index_all
from tests.shop import record

PRODUCTS = 72
RED_BAGS = tuple(f"p{number}" for number in range(PRODUCTS) if number % 12 == 8)
BLACK_BAGS = tuple(f"p{number}" for number in range(PRODUCTS) if number % 12 == 11)
# Two variants of one shirt each, and what cannot be bought.
VARIANTS = {"p24": "checked", "p36": "checked", "p48": "striped", "p60": "striped"}
GONE = "p70"


def settings_in(folder: Path) -> Settings:
    return load_settings({"data_dir": folder, "engine_idle_exit_s": 1.0})


def stocked(v: Vitrine, records: Sequence[dict[str, Any]]) -> None:
    accept_products(v, list(records))
    index_all(v)


@pytest.fixture(scope="module")
def v(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vitrine]:
    records = [record(number) for number in range(PRODUCTS)]
    for one in records:
        one["group_id"] = VARIANTS.get(one["id"])
        one["available"] = one["id"] != GONE
    with open_vitrine(settings_in(tmp_path_factory.mktemp("shop"))) as opened:
        stocked(opened, records)
        yield opened


def act(v: Vitrine, user_id: str, kind: str, *product_ids: str, **more: Any) -> None:
    events = [{"user_id": user_id, "type": kind, "product_id": product_id, **more} for product_id in product_ids]
    taken = accept_events(v, events)
    assert taken.accepted == len(product_ids), taken.rejected


def page(v: Vitrine, user_id: str, limit: int = 20, **query: Any) -> FeedAnswer:
    return feed(v, FeedQuery(user_id, limit=limit, **query))


def ids(answer: FeedAnswer) -> list[str]:
    return [item.hit.product_id for item in answer.items]


def everything(v: Vitrine, user_id: str, limit: int = 20, where: Filter | None = None) -> list[FeedItem]:
    """All pages of one feed."""
    answer = page(v, user_id, limit, filter=where)
    items = list(answer.items)
    while answer.next_cursor is not None:
        answer = page(v, user_id, limit, filter=where, cursor=answer.next_cursor)
        items += answer.items
    return items


def test_three_likes_and_two_dislikes_change_the_next_feed_of_one_shopper_alone(v: Vitrine) -> None:
    before, others = ids(page(v, "rosa")), ids(page(v, "otto"))
    act(v, "rosa", "like", *RED_BAGS[:3])
    act(v, "rosa", "dislike", *BLACK_BAGS[:2])
    after = page(v, "rosa", explain=True)
    left = set(RED_BAGS[3:])
    first = [item for item in after.items[:8] if item.hit.product_id in left]
    assert len(first) == len(left) > len(left.intersection(before[:8]))
    assert all(item.reason.text.startswith("like red bag number") for item in first)
    assert all(item.reason.text.endswith("which you liked") for item in first)
    assert {item.reason.product_id for item in first} <= set(RED_BAGS[:3])
    score = {item.hit.product_id: item.hit.score for item in everything(v, "rosa", 100)}
    assert max(score[name] for name in BLACK_BAGS[2:]) < min(score[name] for name in left)
    # The likes have made the bags popular, no more: whoever likes nothing sees no reason of the kind.
    assert not any(item.reason.product_id for item in page(v, "otto", explain=True).items)
    assert len(set(others)) == 20


def test_what_is_bought_hidden_or_disliked_goes_and_what_was_seen_comes_last(v: Vitrine) -> None:
    act(v, "saul", "purchase", "p0")
    act(v, "saul", "hide", "p1")
    act(v, "saul", "dislike", "p2")
    act(v, "saul", "view", "p3", "p4")
    act(v, "saul", "click", "p5", created_at=(datetime.now(UTC) - timedelta(days=8)).isoformat())
    shown = everything(v, "saul")
    names = [item.hit.product_id for item in shown]
    assert not {"p0", "p1", "p2", GONE} & set(names)
    assert set(names[-2:]) == {"p3", "p4"}
    assert [item.reason.source for item in shown[-2:]] == [SEEN, SEEN]
    assert "p5" in names[:-2]


def test_no_page_repeats_a_product_or_a_variant_of_it(v: Vitrine) -> None:
    names = [item.hit.product_id for item in everything(v, "nora", 7)]
    assert len(names) == len(set(names)) == PRODUCTS - 1 - 2
    assert len({"p24", "p36"} & set(names)) == len({"p48", "p60"} & set(names)) == 1


def test_a_cursor_goes_on_in_another_process_that_knows_the_shop(v: Vitrine) -> None:
    first = page(v, "nina", 10)
    with open_vitrine(v.settings) as other:
        second = page(other, "nina", 10, cursor=first.next_cursor)
    assert second.first_position == 10
    assert len({*ids(first), *ids(second)}) == 20


def test_what_was_liked_on_the_first_page_changes_the_second(v: Vitrine) -> None:
    first = page(v, "lena", 5)
    act(v, "lena", "like", RED_BAGS[0], RED_BAGS[1])
    second = ids(page(v, "lena", 10, cursor=first.next_cursor))
    assert set(second) >= set(RED_BAGS[2:]) - set(ids(first))
    assert not set(second) & set(ids(first))


def test_a_shopper_who_only_dislikes_gets_a_feed_of_other_things(v: Vitrine) -> None:
    act(v, "dora", "dislike", *RED_BAGS[:4])
    answer = page(v, "dora")
    assert len(answer.items) == 20
    assert all(math.isfinite(item.hit.score) for item in answer.items)
    assert not set(ids(answer)[:5]) & set(RED_BAGS)


def test_a_filter_that_leaves_three_shows_three(v: Vitrine) -> None:
    where = parse_filter({"id": ["p6", "p7", "p9"]})
    act(v, "fred", "like", *RED_BAGS[:2])
    answer = page(v, "fred", filter=where)
    assert sorted(ids(answer)) == ["p6", "p7", "p9"]
    assert answer.next_cursor is None


def test_places_of_the_lot_say_how_likely_they_were(v: Vitrine) -> None:
    act(v, "pia", "view", "p10")
    drawn = [
        item
        for _ in range(8)
        for item in page(v, "pia").items
        if item.reason.source in (EXPLORING, LEAST_SEEN) and item.propensity < 1
    ]
    # One place of twenty, among some seventy families.
    assert drawn
    assert all(1 / PRODUCTS <= item.propensity < 0.2 for item in drawn)
    assert len({item.hit.product_id for item in drawn}) > 1


def test_what_others_like_together_comes_with_its_reason(v: Vitrine) -> None:
    # A bag, which the likes of shirts and shoes would not bring.
    for friend in ("f1", "f2", "f3"):
        act(v, friend, "like", "p13", "p27", "p44")
    act(v, "tina", "like", "p13", "p27")
    with open_vitrine(v.settings) as fresh:
        found = {item.hit.product_id: item for item in page(fresh, "tina", explain=True).items}
    assert found["p44"].hit.signals["together"] > 0
    assert found["p44"].hit.signals["shoppers"] > 0
    assert found["p44"].reason.source in (TOGETHER, SHOPPERS)
    assert found["p44"].reason.text.startswith(("often chosen together with", "shoppers of your taste"))


def test_what_the_ranker_in_service_foretells_comes_with_its_reason(v: Vitrine) -> None:
    act(v, "nora", "like", "p20", "p21")
    everything = page(v, "nora", 72).items
    # Taste alone would not bring it.
    furthest = min(everything, key=lambda item: item.hit.signals["interest"]).hit.product_id
    popular = np.tile(np.arange(8, dtype=np.float32), 40)[:, None]
    rows = RankingRows(popular, np.repeat(np.arange(40), 8), (popular[:, 0] / 8).astype(np.float64))
    model = boost(rows, rows, ("popularity",), Boosting(trees=5, depth=2, threads=1))
    generation = answering_generation(v)
    foretelling = Foretelling.of(("p20", "p21", furthest), csr_matrix(([0.2, 0.5], ([0, 1], [2, 2])), shape=(3, 3)))
    ranker = Ranker("r-nora", model, ("popularity",), encoders_of(generation), foretelling=foretelling)
    asked = SearchQuery(text="bag", user_id="nora", cutoff="off", limit=72)
    before = {hit.product_id: hit.signals for hit in search(v, asked).hits}
    assert all("foretold" not in signals for signals in before.values())
    ranker.save(rankers_dir(v.settings.data_dir) / ranker.id)
    put_into_service(v, generation, ranker, {})
    try:
        found = {item.hit.product_id: item for item in page(v, "nora", 40, explain=True).items}
        signals = {hit.product_id: hit.signals for hit in search(v, asked).hits}
    finally:
        roll_back(v, answering_generation(v))
    assert found[furthest].hit.signals["foretold"] == 1.0
    assert found[furthest].reason.source == FORETOLD
    assert found[furthest].reason.product_id == "p21"
    assert found[furthest].reason.text.startswith("goes with what you like, such as ")
    assert signals[furthest]["foretold"] == 1.0
    others = signals.keys() - {"p20", "p21", furthest}
    assert {signals[name]["foretold"] for name in others} == {0.0}
    assert FORETOLD not in {item.reason.source for item in page(v, "nora", explain=True).items}


def test_shoppers_who_were_erased_recommend_nothing_any_more(v: Vitrine) -> None:
    for friend in ("g1", "g2"):
        act(v, friend, "like", "p15", "p28", "p54")
    v.together.look_again()
    assert v.together.current().beside({"p15": 1.0}, "tess").keys() == {"p28", "p54"}
    erase_shopper(v, "g1")
    assert v.together.current().beside({"p15": 1.0}, "tess") == {}


def test_what_is_shown_again_and_again_in_vain_falls(v: Vitrine) -> None:
    act(v, "tom", "like", RED_BAGS[0])
    first = page(v, "tom")
    for _ in range(4):
        answer = page(v, "tom")
        note_feed(v.impressions, FeedQuery("tom"), answer)
    v.impressions.flush()
    last = page(v, "tom")
    assert ids(last) != ids(first)
    shown = {item.hit.product_id: item.hit.signals["fatigue"] for item in last.items}
    assert shown.get(ids(first)[0], 4.0) == 4.0
    (kept, *_) = v.catalog.impressions.of_shopper("tom", 1)
    assert (kept.surface, kept.items) == ("feed", tuple(ids(answer)))
    assert kept.propensities == tuple(item.propensity for item in answer.items)
    assert "interest" in kept.signals


def test_the_shops_rules_hide_in_feeds_too(v: Vitrine) -> None:
    put_rules(v.catalog, v.rules.analyzer, [rule_of("no-shoes", {"when": "always", "hide": {"category": "shoe"}})])
    try:
        with open_vitrine(v.settings) as fresh:
            assert {item.hit.product["category"] for item in everything(fresh, "ruth")} == {"shirt", "bag"}
    finally:
        v.catalog.rules.delete("no-shoes")


def test_a_newcomer_sees_what_is_popular_by_category(v: Vitrine) -> None:
    for number in range(6):
        act(v, f"fan{number}", "purchase", "p31")
    # Feeds see it some seconds later; whoever sorts by it, at once.
    v.popularity.added_to(v.columns.current())
    answer = page(v, "never-seen", explain=True)
    assert answer.items[0].hit.product_id == "p31"
    assert answer.items[0].reason.text == "popular in shoe"
    assert len({item.hit.product["category"] for item in answer.items[:6]}) == 3


def test_an_event_does_not_make_the_next_page_read_all_popularity_again(v: Vitrine) -> None:
    now_s = [0.0]
    shelf, columns = PopularityShelf(v.catalog, lambda: now_s[0]), v.columns.current()
    before = shelf.settled(columns)
    act(v, "paul", "purchase", "p44")
    shelf.look_again()
    assert shelf.settled(columns) is before
    now_s[0] = LOOK_EVERY_S
    assert shelf.settled(columns) is not before


def test_the_start_shows_kinds_and_its_likes_are_ordinary_events(v: Vitrine) -> None:
    shown = start(v, 12)
    looks = {(item.hit.product["category"], item.hit.product["attributes"]["colour"]) for item in shown.items}
    assert len(shown.items) == 12
    assert len(looks) >= 8
    act(v, "stan", "like", shown.items[0].hit.product_id)
    assert shown.items[0].hit.product_id not in ids(page(v, "stan"))
    assert len(start(v, 4, parse_filter({"category": "bag"})).items) == 4


@pytest.mark.parametrize("count", [0, 5])
def test_a_shop_of_few_products_shows_what_it_has(tmp_path: Path, count: int) -> None:
    with open_vitrine(settings_in(tmp_path / "shop")) as v:
        stocked(v, [record(number) for number in range(count)])
        assert len(page(v, "anna").items) == count
        assert len(start(v).items) == count
        if count:
            act(v, "anna", "like", "p0")
            act(v, "anna", "dislike", "p1", "p2", "p3")
            assert ids(page(v, "anna")) == ["p4", "p0"]


@pytest.mark.parametrize("bags", [0, 2, 24])
def test_taste_finds_as_much_where_what_lies_nearest_cannot_be_bought(tmp_path: Path, bags: int) -> None:
    records = [record(number) for number in range(PRODUCTS)]
    sold = [one["id"] for one in records if one["category"] == "bag"][:bags]
    for one in records:
        one["available"] = one["category"] != "bag" or one["id"] in sold
    with open_vitrine(settings_in(tmp_path)) as v:
        stocked(v, records)
        act(v, "rosa", "like", *RED_BAGS[:2])
        generation = answering_generation(v)
        profile = profile_for(v, generation, "rosa")
        wanted = directions(profile, lambda names: v.looks.of(v.store, generation, names))
        pool, need, gathered = pool_of(v.columns.latest(), Equals("available", True), Shown(7)), Need(4, 2), Gathered()
        gather_near(v, generation, wanted, pool, need, gathered)
        views = dense_views(generation)
        expected = set()
        for one in wanted:
            # An interest is looked for in the view alone that tells most.
            asked = {TEXT: one.vectors[TEXT]} if one.source == INTEREST else one.vectors
            queries = [ViewQuery(views[view], vector, 100) for view, vector in asked.items()]
            for points in v.store.query(generation.id, queries, pool.where):
                expected.update(pool.of_ids([point.product_id for point in points])[: need.each].tolist())
    assert len(expected) >= need.each
    assert set(gathered.sources) == expected
