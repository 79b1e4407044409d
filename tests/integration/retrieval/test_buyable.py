"""What can be bought is found as if the engine had been told to look for nothing else."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.filters import Equals, Filter, NoneOf, all_of
from core.generations import Generation
from core.indexing import ScoredTogether, ViewQuery
from core.queries import SearchQuery
from retrieval.accepting import accept_products
from retrieval.deleting import delete_product
from retrieval.editing import patch_product
from retrieval.search import recall as recalling
from retrieval.search.buyable import score_buyable
from retrieval.search.encode import encode_query
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, serving_generation
from tests.indexing import index_all
from tests.shop import record

COUNT = 120
AVAILABLE = Equals("available", True)


@pytest.fixture
def shop(v: Vitrine) -> Vitrine:
    """Of every ten products one or two cannot be bought."""
    lot = random.Random(3)
    accept_products(v, [record(i, available=lot.random() > 0.15) for i in range(COUNT)])
    index_all(v)
    v.columns.current()
    return v


def queries_for(v: Vitrine, generation: Generation, text: str, limit: int) -> list[ViewQuery]:
    vectors = encode_query(v, generation, SearchQuery(text=text))
    return [ViewQuery(view.vector, vectors[view.name], limit) for view in generation.views if view.name in vectors]


def best_scores(scored: ScoredTogether, limit: int) -> list[list[float]]:
    """Of each query; which of equally good products are among the last is left to chance."""
    return [np.sort(-row[np.isfinite(row)])[:limit].tolist() for row in scored.scores]


@pytest.mark.parametrize("limit", [3, 10, 40, 200])
@pytest.mark.parametrize("where", [None, NoneOf("id", ("p1", "p2", "p3"))])
def test_it_finds_what_a_filter_finds(shop: Vitrine, limit: int, where: Filter | None) -> None:
    generation = serving_generation(shop)
    every = shop.catalog.products.page(None, COUNT)
    sold_out = {stored.product.id for stored in every if not stored.product.available}
    assert len(sold_out) >= 10
    agreed = 0
    for text in ("red shirt", "blue shoe", "bag", "green", "nothing of the kind"):
        queries = queries_for(shop, generation, text, limit)
        found = score_buyable(shop, generation, queries, where)
        if found is None:
            continue
        told = shop.store.score_together(generation.id, queries, all_of(where, AVAILABLE))
        assert set(found.product_ids).isdisjoint(sold_out)
        for ours, theirs in zip(best_scores(found, limit), best_scores(told, limit), strict=True):
            # The engine compares rounded vectors first: who asks for more may be given a better one.
            assert ours == pytest.approx(theirs, abs=2e-3)
        agreed += 1
    assert agreed >= 3


def asked(shop: Vitrine, monkeypatch: pytest.MonkeyPatch) -> list[Filter | None]:
    """With which filters the engine is asked from now on."""
    filters: list[Filter | None] = []
    tell = type(shop.store).score_together

    def noted(store: Any, generation_id: str, queries: Sequence[ViewQuery], where: Filter | None) -> ScoredTogether:
        filters.append(where)
        return tell(store, generation_id, queries, where)

    monkeypatch.setattr(type(shop.store), "score_together", noted)
    return filters


def test_searches_spare_the_filter(shop: Vitrine, monkeypatch: pytest.MonkeyPatch) -> None:
    filters = asked(shop, monkeypatch)
    hits = search(shop, SearchQuery(text="shirt", limit=20)).hits
    assert hits
    assert all(hit.product["available"] for hit in hits)
    assert set(filters) == {None}
    filters.clear()
    search(shop, SearchQuery(text="shirt", filter=Equals("category", "shirt")))
    search(shop, SearchQuery(text="shirt", include_unavailable=True))
    assert filters[0] == all_of(Equals("category", "shirt"), AVAILABLE)
    assert filters[-1] is None


def test_where_hardly_anything_can_be_bought_the_engine_is_told(v: Vitrine, monkeypatch: pytest.MonkeyPatch) -> None:
    accept_products(v, [record(i, available=i % 3 == 0) for i in range(30)])
    index_all(v)
    v.columns.current()
    filters = asked(v, monkeypatch)
    assert all(hit.product["available"] for hit in search(v, SearchQuery(text="shirt", limit=30)).hits)
    assert set(filters) == {AVAILABLE}


def test_where_the_nearest_cannot_be_bought_the_engine_is_told(v: Vitrine, monkeypatch: pytest.MonkeyPatch) -> None:
    """All shirts are sold out, and nothing else is."""
    records = [record(i) for i in range(300)]
    accept_products(v, [one | {"available": "shirt" not in str(one["title"]).lower()} for one in records])
    index_all(v)
    columns = v.columns.current()
    assert columns.buyable_share() > 0.5
    generation = serving_generation(v)
    filters = asked(v, monkeypatch)
    query = SearchQuery(text="shirt", limit=10)
    wanted = recalling.Wanted(query)
    found = recalling.recall(v, generation, wanted, encode_query(v, generation, query), 10)
    assert filters == [None, AVAILABLE]
    assert len(found) >= 10
    assert columns.buyable(columns.rows_of(found.ids)[0]).all()


def test_of_what_the_columns_do_not_know_yet_the_index_knows(shop: Vitrine) -> None:
    generation, columns = serving_generation(shop), shop.columns.current()
    accept_products(shop, [record(500), record(501, available=False)])
    index_all(shop)
    queries = queries_for(shop, generation, "shirt", COUNT)
    shop.columns.now_s = lambda: 0.0  # nothing is looked up again
    assert shop.columns.current() is columns
    found = score_buyable(shop, generation, queries, None)
    assert found is not None
    assert "p500" in found.product_ids
    assert "p501" not in found.product_ids


def test_what_is_sold_out_or_gone_is_not_found(shop: Vitrine) -> None:
    text = SearchQuery(text="shirt", limit=50)
    first, second, *_ = (hit.product_id for hit in search(shop, text).hits)
    patch_product(shop, first, {"available": False})
    delete_product(shop, second)
    index_all(shop)
    shop.columns.latest()
    found = {hit.product_id for hit in search(shop, replace(text, limit=100)).hits}
    assert found
    assert first not in found
    assert second not in found
