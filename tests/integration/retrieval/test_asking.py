"""What many shoppers search for, as suggestions; what few do stays their own business."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from catalog.opening import Catalog
from core.impressions import Impression
from retrieval.accepting import accept_products
from retrieval.asking import LOOK_EVERY_S, SHOPPERS_MIN, PopularQueries
from retrieval.suggesting import suggest
from retrieval.wiring import Vitrine
from tests.shop import record


def asked(catalog: Catalog, text: str, shoppers: int, days: float = 1.0) -> None:
    shown_at = datetime.now(UTC) - timedelta(days=days)
    catalog.impressions.add(
        [Impression(f"{text}{i}{days}", f"u{i}", "", shown_at, ("p0",), text=text) for i in range(shoppers)]
    )


def test_those_that_begin_like_what_is_typed_come_first_most_shoppers_first(catalog: Catalog) -> None:
    for text, shoppers in (("red shirt", 6), ("shirt for work", 5), ("shirt", 9), ("shirts red", 7), ("bag", 9)):
        asked(catalog, text, shoppers)
    queries = PopularQueries(catalog)
    assert [one.text for one in queries.beginning(" Shirt", 9)] == ["shirts red", "shirt for work", "red shirt"]
    assert [one.text for one in queries.beginning("shirt", 1)] == ["shirts red"]
    assert queries.beginning("hirt", 9) == []
    assert queries.beginning("  ", 9) == []


def test_what_most_had_only_begun_to_type_is_not_told(catalog: Catalog) -> None:
    for text, shoppers in (("sh", 12), ("shir", 11), ("shirt", 10), ("shirt with dots", 9), ("shoe", 20), ("shoes", 5)):
        asked(catalog, text, shoppers)
    queries = PopularQueries(catalog)
    assert [one.text for one in queries.beginning("s", 9)] == ["shoe", "shirt", "shirt with dots", "shoes"]


def test_what_few_or_long_ago_have_asked_is_not_told(catalog: Catalog) -> None:
    asked(catalog, "shirt of my own", SHOPPERS_MIN - 1)
    asked(catalog, "shirt of last year", 50, days=31.0)
    now_s = 0.0
    queries = PopularQueries(catalog, lambda: now_s)
    assert queries.beginning("shirt", 9) == []
    asked(catalog, "shirt of my own", SHOPPERS_MIN, days=2.0)
    assert queries.beginning("shirt", 9) == []
    now_s = LOOK_EVERY_S
    assert [(one.text, one.shoppers) for one in queries.beginning("shirt", 9)] == [("shirt of my own", SHOPPERS_MIN)]


def test_suggestions_begin_with_what_others_search_for(v: Vitrine) -> None:
    accept_products(v, [record(number) for number in range(6)])
    before = [one.suggestion for one in suggest(v, "sh", 8).suggestions]
    asked(v.catalog, "shirt with dots", SHOPPERS_MIN)
    asked(v.catalog, before[0].text.lower(), SHOPPERS_MIN + 1)
    v.popular_queries._read.look_again()
    after = suggest(v, "sh", 8).suggestions
    texts = [one.suggestion.text for one in after]
    assert texts[:2] == [before[0].text.lower(), "shirt with dots"]
    assert [one.suggestion.kind for one in after[:2]] == ["query", "query"]
    assert (after[1].photo_digest, after[1].suggestion.product_id, after[1].suggestion.field) == (None, "", "")
    assert len({text.lower() for text in texts}) == len(texts)
    assert len(suggest(v, "sh", 1).suggestions) == 1
