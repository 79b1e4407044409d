"""What a shopper does changes what he finds next, and nobody else's hits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from core.errors import InvalidQuery
from core.hits import Hit
from core.profiles import NO_PROFILE
from core.queries import SearchQuery
from core.settings import load_settings
from retrieval.accepting import accept_products
from retrieval.events import accept_events
from retrieval.search.pipeline import search
from retrieval.taste.making import profile_for
from retrieval.wiring import Vitrine, open_vitrine, serving_generation
from tests.indexing import index_all
from tests.shop import COLOURS, record

BAGS, OTHERS = 24, 8
_numbers = count()
_shoppers = count()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vitrine]:
    """Bags of four colours, and some shirts and shoes."""
    folder: Path = tmp_path_factory.mktemp("taste") / "vitrine-data"
    with open_vitrine(load_settings({"data_dir": folder, "engine_idle_exit_s": 1.0})) as v:
        numbers = [3 * number + 2 for number in range(BAGS)] + [3 * number for number in range(OTHERS)]
        accepted = accept_products(v, [record(number) for number in numbers])
        assert not accepted.rejected
        index_all(v)
        yield v


@pytest.fixture
def shopper() -> str:
    return f"shopper-{next(_shoppers)}"


def did(v: Vitrine, user_id: str, kind: str, *product_ids: str, **more: Any) -> None:
    events = [
        {"id": f"event-{next(_numbers)}", "user_id": user_id, "type": kind, "product_id": name, **more}
        for name in product_ids
    ]
    assert accept_events(v, events).accepted == len(events)


def bags(colour: str) -> list[str]:
    """Ids of the bags of that colour."""
    return [
        f"p{number}" for number in (3 * n + 2 for n in range(BAGS)) if list(COLOURS)[number % len(COLOURS)] == colour
    ]


def found(v: Vitrine, user_id: str = "", text: str = "bag", **more: Any) -> tuple[Hit, ...]:
    return search(v, SearchQuery(text, user_id=user_id, limit=BAGS + OTHERS, **more)).hits


def ids(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.product_id for hit in hits]


def mean_place(hits: tuple[Hit, ...], names: list[str]) -> float:
    order = ids(hits)
    return sum(order.index(name) for name in names) / len(names)


def test_three_bags_liked_and_two_disliked_change_the_search_for_bags(shop: Vitrine, shopper: str) -> None:
    before = found(shop, shopper)
    # What comes last is liked, and what comes first is not.
    disliked, *_, liked = sorted(COLOURS, key=lambda colour: mean_place(before, bags(colour)))
    did(shop, shopper, "like", *bags(liked)[:3])
    did(shop, shopper, "dislike", *bags(disliked)[:2])
    after = found(shop, shopper, explain=True)
    assert sorted(ids(after)) == sorted(ids(before))
    likes, dislikes = bags(liked)[3:], bags(disliked)[2:]
    assert mean_place(after, likes) < mean_place(before, likes) - 2
    assert mean_place(after, dislikes) > mean_place(before, dislikes) + 2
    signals = {hit.product_id: hit.signals for hit in after}
    assert min(signals[name]["taste"] for name in likes) > max(signals[name]["taste"] for name in dislikes)
    assert signals[dislikes[0]]["dislike"] > signals[likes[0]]["dislike"]
    why = {hit.product_id: hit.why for hit in after}
    assert f"colour {liked}: like 3 products you liked or looked at" in why[likes[0]]
    assert f"colour {disliked}: like 2 products you disliked" in why[dislikes[0]]
    assert ids(found(shop, "somebody else")) == ids(before) == ids(found(shop))


def test_what_he_disliked_himself_comes_last_among_what_is_as_relevant(shop: Vitrine, shopper: str) -> None:
    first = ids(found(shop, shopper))[0]
    did(shop, shopper, "dislike", first)
    assert ids(found(shop, shopper, personalize=1.0))[-1] == first


def test_facts_speak_where_looks_and_words_do_not(shop: Vitrine, shopper: str) -> None:
    did(shop, shopper, "like", *(bags("red")[:4]))
    signals = {hit.product_id: hit.signals for hit in found(shop, shopper, explain=True)}
    red, other = ([signals[name]["attribute_affinity"] for name in bags(colour)] for colour in ("red", "blue"))
    assert min(red) > 0 > max(other)


def test_acts_told_together_without_times_happened_in_that_order(shop: Vitrine, shopper: str) -> None:
    names = bags("red")[:4]
    events = [{"user_id": shopper, "session_id": "now", "type": "click", "product_id": name} for name in names]
    assert accept_events(shop, events).accepted == len(names)
    latest = shop.catalog.events.latest(shopper, 10)
    assert [event.product_id for event in sorted(latest, key=lambda event: event.created_at)] == names


def test_taste_alone_orders_what_is_relevant_when_it_is_asked_to(shop: Vitrine, shopper: str) -> None:
    did(shop, shopper, "like", *bags("green")[:2])
    everything = found(shop, shopper, personalize=1.0)
    assert set(ids(everything)[: len(bags("green"))]) == set(bags("green"))
    assert ids(found(shop, shopper, personalize=0.0)) == ids(found(shop))
    scores = [hit.score for hit in everything]
    assert scores == sorted(scores, reverse=True)


def test_taste_brings_nothing_in_that_was_not_asked_for(shop: Vitrine, shopper: str) -> None:
    did(shop, shopper, "like", *(f"p{3 * number}" for number in range(OTHERS)))
    answer = search(shop, SearchQuery("bag", user_id=shopper, limit=50, personalize=1.0))
    plain = search(shop, SearchQuery("bag", limit=50))
    assert sorted(ids(answer.hits)) == sorted(ids(plain.hits))
    assert answer.total == plain.total


def test_what_was_hidden_leaves_every_search_and_every_count(shop: Vitrine, shopper: str) -> None:
    gone = bags("red")[0]
    plain = search(shop, SearchQuery("bag", limit=50))
    did(shop, shopper, "hide", gone)
    answer = search(shop, SearchQuery("bag", user_id=shopper, limit=50))
    assert gone in ids(plain.hits)
    assert gone not in ids(answer.hits)
    assert answer.total == plain.total - 1
    browsed = search(shop, SearchQuery(sort="newest", user_id=shopper, limit=100))
    assert (gone not in ids(browsed.hits), browsed.total) == (True, BAGS + OTHERS - 1)
    did(shop, shopper, "retract", gone)
    assert gone in ids(found(shop, shopper))


def test_what_was_hidden_disliked_or_bought_is_still_known_after_501_views(shop: Vitrine, shopper: str) -> None:
    hidden, disliked, bought, looked, back, forgiven = bags("red")[:6]
    now = datetime.now(UTC)

    def at(hours: int) -> str:
        return (now - timedelta(hours=hours)).isoformat()

    did(shop, shopper, "hide", hidden, back, forgiven, created_at=at(9))
    did(shop, shopper, "dislike", disliked, created_at=at(8))
    did(shop, shopper, "purchase", bought, created_at=at(7))
    did(shop, shopper, "retract", back, created_at=at(7))
    did(shop, shopper, "view", *[looked] * 501, created_at=at(6))
    profile = profile_for(shop, serving_generation(shop), shopper)
    assert (profile.hidden, set(profile.disliked_ids)) == ({hidden, forgiven}, {hidden, disliked, forgiven})
    assert (list(profile.purchased), list(profile.liked), profile.disliked) == ([bought], [looked], {})
    assert {hidden, looked, forgiven} & set(ids(found(shop, shopper))) == {looked}
    did(shop, shopper, "retract", forgiven)
    # What comes late counts at once, too.
    did(shop, shopper, "hide", looked, created_at=at(7))
    assert {hidden, looked, forgiven} & set(ids(found(shop, shopper))) == {forgiven}


def test_an_act_taken_back_counts_when_it_is_done_again_though_nothing_names_it(shop: Vitrine, shopper: str) -> None:
    liked, now = bags("red")[0], datetime.now(UTC)
    for minutes, kind in enumerate(("like", "retract", "like")):
        event = {"user_id": shopper, "type": kind, "product_id": liked}
        assert accept_events(shop, [event], now + timedelta(minutes=minutes)).accepted == 1
    assert list(profile_for(shop, serving_generation(shop), shopper).liked) == [liked]


def test_later_pages_go_on_in_the_order_of_the_first(shop: Vitrine, shopper: str) -> None:
    did(shop, shopper, "like", *bags("red")[:3])
    whole = ids(found(shop, shopper))
    first = search(shop, SearchQuery("bag", user_id=shopper, limit=8))
    did(shop, shopper, "like", *bags("green")[:3])
    hidden = whole[9]
    did(shop, shopper, "hide", hidden)
    second = search(shop, SearchQuery("bag", user_id=shopper, limit=8, cursor=first.next_cursor))
    assert ids(first.hits) == whole[:8]
    assert ids(second.hits) == [name for name in whole[8:16] if name != hidden]
    with pytest.raises(InvalidQuery, match="of another query"):
        search(shop, SearchQuery("bag", user_id="another", limit=8, cursor=first.next_cursor))


def test_a_visit_has_a_taste_of_its_own(shop: Vitrine, shopper: str) -> None:
    did(shop, shopper, "view", *bags("red")[:3], session_id="monday")
    did(shop, shopper, "view", *bags("black")[:3], session_id="today")
    profile = profile_for(shop, serving_generation(shop), shopper)
    monday = profile_for(shop, serving_generation(shop), shopper, "monday")
    assert {view: vector.tolist() for view, vector in profile.long.items()} == {
        view: vector.tolist() for view, vector in monday.long.items()
    }
    today, before = (found(shop, shopper, session_id=name, personalize=1.0) for name in ("today", "monday"))
    assert mean_place(today, bags("black")) < mean_place(before, bags("black"))


def test_who_only_dislikes_finds_the_same_with_the_like_of_it_further_down(shop: Vitrine, shopper: str) -> None:
    did(shop, shopper, "dislike", *bags("black")[:3])
    hits = found(shop, shopper)
    assert sorted(ids(hits)) == sorted(ids(found(shop)))
    assert mean_place(hits, bags("black")[3:]) > mean_place(found(shop), bags("black")[3:])


def test_events_of_products_that_are_gone_harm_nothing(shop: Vitrine, shopper: str) -> None:
    accept_products(shop, [record(999)])
    did(shop, shopper, "like", "p999")
    shop.catalog.products.delete(["p999"])
    profile = profile_for(shop, serving_generation(shop), shopper)
    assert (list(profile.liked), profile.long) == (["p999"], {})
    assert ids(found(shop, shopper)) == ids(found(shop))


def test_nobody_known_has_no_profile_and_no_taste(shop: Vitrine) -> None:
    assert profile_for(shop, serving_generation(shop), "nobody") is NO_PROFILE
    assert all("taste" not in hit.signals for hit in found(shop, "nobody"))


def test_a_taste_needs_somebody_who_has_it() -> None:
    with pytest.raises(InvalidQuery, match="needs to know the shopper"):
        SearchQuery("bag", personalize=0.5)
    with pytest.raises(InvalidQuery, match="from 0 to 1"):
        SearchQuery("bag", user_id="u", personalize=1.5)
    with pytest.raises(InvalidQuery, match="longer than 200"):
        SearchQuery("bag", user_id="u" * 10_000)
