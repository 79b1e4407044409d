"""What the shop's rules do to searches, with every real part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from catalog.opening import Catalog
from core.errors import InvalidFilter, InvalidInput, InvalidQuery
from core.examples import Example
from core.facets import FacetRequest, KeywordFacet
from core.filters import parse_filter
from core.queries import SearchQuery
from core.rules import Rule, rule_of
from core.settings import load_settings
from retrieval.accepting import accept_products
from retrieval.deleting import delete_product
from retrieval.previewing import Move, preview
from retrieval.rules import RULES_MAX, RuleShelf, put_rules
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, open_vitrine
from tests.indexing import index_all
from tests.integration.retrieval.paging import pages
from tests.shop import photo, record
from words.analysis import Analyzer

COLOUR, CATEGORY = FacetRequest("attributes.colour"), FacetRequest("category")
SHOES = SearchQuery(text="blue shoe", limit=100, cutoff="off")
BROWSED = SearchQuery(filter=parse_filter({"price": {"gte": 0}}), limit=100)
ASKED = {
    "words": SHOES,
    "picture": SearchQuery(images=(Example(photo=photo("blue", "shoe")),), limit=100, cutoff="off"),
    "product": SearchQuery(images=(Example(product_id="p1"),), limit=100, cutoff="off"),
    "browsing": BROWSED,
}
PRODUCTS = 24


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vitrine]:
    """Shirts, shoes and bags in four colours, twice; tests only read from it."""
    settings = load_settings({"data_dir": tmp_path_factory.mktemp("ruled"), "engine_idle_exit_s": 1.0})
    with open_vitrine(settings) as opened:
        accept_products(opened, [record(i, available=i != 23) for i in range(PRODUCTS)])
        index_all(opened)
        yield opened


@pytest.fixture
def shop(stocked: Vitrine) -> Iterator[Vitrine]:
    """The same with no rules, which it reads at every look."""
    yield replace(stocked, rules=RuleShelf(stocked.catalog, stocked.rules.analyzer, count(step=10).__next__))
    for rule in stocked.catalog.rules.all():
        stocked.catalog.rules.delete(rule.id)


def rule(rule_id: str = "r", when: Any = "always", **actions: Any) -> Rule:
    return rule_of(rule_id, {"when": when, **actions})


def put(v: Vitrine, *rules: Rule) -> None:
    put_rules(v.catalog, v.rules.analyzer, rules)


def ids(v: Vitrine, query: SearchQuery) -> list[str]:
    return [hit.product_id for hit in search(v, query).hits]


@pytest.mark.parametrize("asked", list(ASKED))
def test_a_pinned_product_has_its_place_and_the_others_keep_their_order(shop: Vitrine, asked: str) -> None:
    query = ASKED[asked]
    before = ids(shop, query)
    first, third = before[-1], before[-2]
    put(shop, rule(pin={first: 1, third: 3}))
    after = ids(shop, query)
    others = [name for name in before if name not in (first, third)]
    assert after == [first, others[0], third, *others[1:]]


@pytest.mark.parametrize("asked", list(ASKED))
def test_what_is_hidden_is_neither_found_nor_counted(shop: Vitrine, asked: str) -> None:
    query = replace(ASKED[asked], facets=(COLOUR, CATEGORY))
    before = search(shop, query)
    put(shop, rule(hide={"attributes.colour": "red"}), rule("ids", hide={"id": ["p2", "p3"]}))
    after = search(shop, query)
    kept = [
        hit.product_id
        for hit in before.hits
        if hit.product["attributes"]["colour"] != "red" and hit.product_id not in ("p2", "p3")
    ]
    # Scores of fused views change with what they are fused over, hence the sets.
    assert {hit.product_id for hit in after.hits} == set(kept)
    assert after.total == len(kept) < before.total
    for facet in (COLOUR, CATEGORY):
        counted = after.facets[facet.field]
        assert isinstance(counted, KeywordFacet)
        shown = Counter(
            hit.product["category"] if facet is CATEGORY else hit.product["attributes"]["colour"] for hit in after.hits
        )
        assert {value.value: value.count for value in counted.values} == shown


@pytest.mark.parametrize("asked", list(ASKED))
def test_only_what_fulfils_a_filter_is_left(shop: Vitrine, asked: str) -> None:
    put(shop, rule(filter={"category": ["shoe", "bag"], "attributes.colour": {"none_of": ["black"]}}))
    hits = search(shop, ASKED[asked]).hits
    assert hits
    assert {hit.product["category"] for hit in hits} <= {"shoe", "bag"}
    assert "black" not in {hit.product["attributes"]["colour"] for hit in hits}


@pytest.mark.parametrize("asked", ["words", "browsing"])
def test_a_facet_on_the_field_of_a_rule_does_not_forget_the_rule(shop: Vitrine, asked: str) -> None:
    put(shop, rule(hide={"attributes.colour": "red"}))
    where = parse_filter({"attributes.colour": "blue", "price": {"gte": 0}})
    facet = search(shop, replace(ASKED[asked], filter=where, facets=(COLOUR,))).facets[COLOUR.field]
    assert isinstance(facet, KeywordFacet)
    assert {value.value for value in facet.values} == {"blue", "green", "black"}


@pytest.mark.parametrize("asked", ["words", "picture", "product"])
def test_boosted_products_come_earlier_and_buried_ones_later(shop: Vitrine, asked: str) -> None:
    query = replace(ASKED[asked], explain=True)
    before = ids(shop, query)
    put(shop, rule(boost=[{"filter": {"category": "bag"}, "factor": 100}]))
    boosted = search(shop, query)
    bags = [name for name in before if int(name[1:]) % 3 == 2]
    assert [hit.product_id for hit in boosted.hits] == [*bags, *(name for name in before if name not in bags)]
    assert {hit.product_id for hit in boosted.hits if hit.rules == ("r",)} == set(bags)
    assert [hit.score for hit in boosted.hits] == sorted((hit.score for hit in boosted.hits), reverse=True)
    put(shop, rule(bury=[{"filter": {"category": "bag"}, "factor": 0.01}]))
    assert ids(shop, query) == [*(name for name in before if name not in bags), *bags]


def test_a_product_that_was_not_found_is_fetched(shop: Vitrine) -> None:
    query = replace(SHOES, limit=5)
    shallow = replace(shop, settings=shop.settings.model_copy(update={"search_depth": 6}))
    before = ids(shallow, query)
    last = ids(shop, SHOES)[-1]
    assert last not in before
    put(shop, rule(pin={last: 2}))
    assert ids(shallow, query) == [before[0], last, *before[1:4]]
    hit = search(shallow, replace(query, explain=True)).hits[1]
    assert hit.rules == ("r",)
    assert hit.signals["text"] == pytest.approx(search(shop, SHOES).hits[1].signals["text"])


@pytest.mark.parametrize("asked", list(ASKED))
def test_a_pin_brings_back_nothing_that_the_query_or_a_rule_excludes(shop: Vitrine, asked: str) -> None:
    query = replace(ASKED[asked], filter=parse_filter({"price": {"gte": 10}}))
    before = ids(shop, query)
    put(shop, rule(pin={"p23": 1, "p5": 1, "nothing": 1, "p1": 1, "p12": 1}), rule("h", hide={"id": "p12"}))
    after = ids(shop, query)
    # Scores of fused views change with what they are fused over, hence the sets.
    assert set(after) == set(before) - {"p12"}
    with_unavailable = ids(shop, replace(query, include_unavailable=True))
    assert with_unavailable[0] == "p23"


def test_a_pin_brings_back_nothing_that_is_not_wanted(shop: Vitrine) -> None:
    put(shop, rule(pin={"p0": 1}))
    assert ids(shop, replace(SHOES, text="shirt"))[0] == "p0"
    assert "p0" not in ids(shop, replace(SHOES, text="shirt -red"))


@pytest.mark.parametrize("asked", list(ASKED))
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_pins_stand_on_first_and_later_pages(shop: Vitrine, asked: str, limit: int) -> None:
    query = ASKED[asked]
    before = ids(shop, query)
    put(shop, rule(pin={before[-1]: 1, before[0]: 4, before[-2]: 4, before[3]: 8, before[5]: 900}))
    whole = ids(shop, query)
    assert (whole[0], whole[3], whole[4], whole[7], whole[-1]) == (
        before[-1],
        before[0],
        before[-2],
        before[3],
        before[5],
    )
    assert [name for page in pages(shop, replace(query, limit=limit)) for name in page] == whole
    assert search(shop, replace(query, limit=limit)).total == len(before)


@pytest.mark.parametrize("asked", ["words", "browsing"])
def test_another_process_finds_the_same_places(shop: Vitrine, asked: str) -> None:
    query = replace(ASKED[asked], limit=4)
    before = ids(shop, replace(query, limit=100))
    put(shop, rule(pin={before[-1]: 3, before[0]: 6}))
    whole = ids(shop, replace(query, limit=100))
    first = search(shop, query)
    with open_vitrine(shop.settings) as other:
        second = search(other, replace(query, cursor=first.next_cursor))
    assert [hit.product_id for hit in (*first.hits, *second.hits)] == whole[:8]


@pytest.mark.parametrize("asked", ["words", "browsing"])
def test_an_order_that_was_asked_for_has_no_pins(shop: Vitrine, asked: str) -> None:
    query = replace(ASKED[asked], sort="-price", explain=True)
    before = ids(shop, query)
    put(shop, rule(pin={before[-1]: 1}, boost=[{"filter": {"category": "bag"}, "factor": 100}]))
    answer = search(shop, query)
    assert [hit.product_id for hit in answer.hits] == before
    assert {hit.rules for hit in answer.hits} == {()}
    assert answer.rules == ("r",)


@pytest.mark.parametrize("asked", ["words", "browsing"])
def test_a_cursor_goes_with_the_rules_that_it_was_made_under(shop: Vitrine, asked: str) -> None:
    query = replace(ASKED[asked], limit=5)
    cursor = search(shop, query).next_cursor
    put(shop, rule("other", {"words": "guitar"}, hide={"id": "p1"}))
    assert search(shop, replace(query, cursor=cursor)).hits
    put(shop, rule(pin={"p7": 1}))
    with pytest.raises(InvalidQuery, match="rules have changed since") as caught:
        search(shop, replace(query, cursor=cursor))
    assert caught.value.field == "cursor"


def test_words_are_compared_after_correction_and_without_what_is_not_wanted(shop: Vitrine) -> None:
    put(shop, rule(when={"words": "green shirts"}, pin={"p23": 1, "p5": 1}))
    for text in ("green shirt", "shirts in green", "gren shirt"):
        assert ids(shop, replace(SHOES, text=text))[0] == "p5"
    for text in ("shirt", "shirt -green"):
        assert search(shop, replace(SHOES, text=text)).rules == ()


def test_a_rule_for_a_category_counts_where_its_products_are_browsed(shop: Vitrine) -> None:
    put(shop, rule(when={"category": "bag"}, pin={"p2": 1}))
    bags = SearchQuery(filter=parse_filter({"category": "bag"}))
    assert ids(shop, bags)[0] == "p2"
    assert search(shop, BROWSED).rules == ()


@pytest.mark.parametrize("asked", ["words", "browsing"])
def test_a_pinned_variant_takes_the_place_of_its_group(v: Vitrine, asked: str) -> None:
    accept_products(v, [record(i, group_id=f"group {i % 3}") for i in range(12)])
    index_all(v)
    query = replace(ASKED[asked], explain=True)
    before = search(v, query)
    shown = before.hits[-1]
    variant = next(iter(shown.variant_products))
    put_rules(v.catalog, v.rules.analyzer, [rule(pin={variant: 1, before.hits[0].product_id: 3})])
    ruled = replace(v, rules=RuleShelf(v.catalog, v.rules.analyzer))
    after = search(ruled, query)
    assert [hit.product_id for hit in after.hits][::2] == [variant, before.hits[0].product_id]
    assert after.total == before.total == 3
    assert shown.product_id in after.hits[0].variant_products
    assert [name for page in pages(ruled, replace(query, limit=1)) for name in page] == [
        hit.product_id for hit in after.hits
    ]


def test_diversity_leaves_pins_where_they_are(shop: Vitrine) -> None:
    query = replace(SHOES, diversity=0.7)
    before = ids(shop, query)
    put(shop, rule(pin={before[-1]: 2}))
    after = ids(shop, query)
    assert after[1] == before[-1]
    assert sorted(after) == sorted(before)


@pytest.mark.parametrize("asked", ["words", "browsing"])
def test_pages_with_pins_stay_in_step_while_products_come_and_go(v: Vitrine, asked: str) -> None:
    accept_products(v, [record(i) for i in range(12)])
    index_all(v)
    put_rules(v.catalog, v.rules.analyzer, [rule(pin={"p3": 2, "p9": 5, "p10": 7})])
    seen: list[str] = []
    for i, page in enumerate(pages(v, replace(ASKED[asked], limit=2))):
        seen += page
        accept_products(v, [record(100 + i, price=500.0)])
        if i == 1:
            delete_product(v, "p10")
        index_all(v)
        v.columns.latest()
    assert len(seen) == len(set(seen))
    assert {f"p{i}" for i in range(12)} - {"p10"} <= set(seen)
    assert (seen[1], seen[4]) == ("p3", "p9")


def test_a_preview_tells_what_a_rule_would_do_and_keeps_nothing(shop: Vitrine) -> None:
    query = replace(SHOES, limit=3)
    before = ids(shop, query)
    put(shop, rule("kept", pin={before[2]: 1}), rule("tried", hide={"id": before[0]}))
    tried = rule("tried", enabled=False, valid_until="2000-01-01", pin={before[1]: 1}, hide={"id": before[2]})
    shown = preview(shop, query, tried)
    assert shown.applies
    assert [hit.product_id for hit in shown.before.hits] == [before[2], before[0], before[1]]
    after = [hit.product_id for hit in shown.after.hits]
    assert after[:2] == [before[1], before[0]]
    assert set(shown.moves) == {Move(before[1], 3, 1), Move(after[2], None, 3), Move(before[2], 1, None)}
    assert [stored.id for stored in shop.catalog.rules.all()] == ["kept", "tried"]
    assert shop.catalog.rules.get("tried") != tried
    elsewhere = preview(shop, query, rule("x", {"words": "guitar"}, pin={"p1": 1}))
    assert not elsewhere.applies
    assert elsewhere.moves == ()


def test_a_change_counts_a_second_later(catalog: Catalog) -> None:
    now_s = 0.0
    shelf = RuleShelf(catalog, Analyzer(), lambda: now_s)
    assert shelf.current().applying("", None) == ()
    catalog.rules.put([rule(pin={"a": 1})])
    assert shelf.current().applying("", None) == ()
    now_s = 1.5
    same = shelf.current()
    assert [found.id for found in same.applying("", None)] == ["r"]
    now_s = 3.0
    assert shelf.current() is same


def test_a_rule_counts_within_its_dates_only(catalog: Catalog) -> None:
    today = datetime(2026, 6, 15, tzinfo=UTC)
    catalog.rules.put(
        [
            rule("june", pin={"a": 1}, valid_from="2026-06-01", valid_until="2026-07-01"),
            rule("july", pin={"a": 1}, valid_from="2026-07-01"),
            rule("off", pin={"a": 1}, enabled=False),
        ]
    )
    shelf = RuleShelf(catalog, Analyzer(), now=lambda: today)
    assert [found.id for found in shelf.current().applying("", None)] == ["june"]
    today = datetime(2026, 7, 1, tzinfo=UTC)
    assert [found.id for found in shelf.current().applying("", None)] == ["july"]


def test_rules_that_could_never_count_are_refused_all_together(catalog: Catalog) -> None:
    analyzer = Analyzer()
    fine = rule("fine", pin={"a": 1})
    with pytest.raises(InvalidInput, match="say nothing") as caught:
        put_rules(catalog, analyzer, [fine, rule(when={"words": "the of"}, pin={"a": 1})])
    assert caught.value.field == "when.words"
    for actions, field in (
        ({"hide": {"attributes.colour": "red"}}, "hide"),
        ({"boost": [{"filter": {"brand": "a"}}, {"filter": {"attributes.x": 1}}]}, "boost[1].filter"),
    ):
        with pytest.raises(InvalidFilter, match="no product has this attribute") as refused:
            put_rules(catalog, analyzer, [fine, rule(**actions)])
        assert refused.value.field == field
    with pytest.raises(InvalidInput, match=r"more than 1,000"):
        put_rules(catalog, analyzer, [rule(str(i), pin={"a": 1}) for i in range(RULES_MAX + 1)])
    assert catalog.rules.all() == []


def test_a_rule_that_cannot_be_read_is_left_out_and_told(
    catalog: Catalog, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    import sqlite3

    catalog.rules.put([rule("a", pin={"a": 1}), rule("b", pin={"a": 1})])
    with sqlite3.connect(tmp_path / "catalog.db") as database:
        database.execute("""UPDATE rules SET body = '{"when": "sometimes"}' WHERE id = 'a'""")
    database.close()
    assert [found.id for found in RuleShelf(catalog, Analyzer()).current().rules] == ["b"]
    assert "rule 'a' is left out" in caplog.text
