from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from core.events import Event, popularity_of
from core.profiles import Affinity, PriceRange, Profile
from retrieval.reranking.signals import with_product_signals
from retrieval.search.candidates import Candidates
from tests.unit.retrieval.columns.products import columns_of, product

NOW = datetime.now(UTC)


def found(*ids: str) -> Candidates:
    scores = np.arange(len(ids), 0, -1, dtype=np.float32)
    return Candidates(ids, {"text": scores}, scores)


def test_what_the_shop_knows_of_a_product_is_added() -> None:
    columns = columns_of(
        [product("a", created_at=NOW), product("b", created_at=NOW - timedelta(days=60)), product("c", created_at=NOW)]
    )
    today = popularity_of(Event("", "", "", "view", "", NOW))
    made = with_product_signals(found("b", "gone", "a"), columns, {"a": 9 * today, "b": 0.0}).signals
    assert set(made) == {"text", "standing", "popularity", "freshness"}
    assert made["popularity"].tolist() == pytest.approx([0.0, 0.0, np.log(10)], abs=5e-3)
    assert made["freshness"].tolist() == pytest.approx([0.25, np.nan, 1.0], abs=1e-3, nan_ok=True)
    assert made["standing"].tolist() == pytest.approx([1.2247, 0.0, -1.2247], abs=1e-4)
    assert made["standing"].dtype == np.float32


def test_what_the_shopper_wants_is_added_where_it_is_known() -> None:
    columns = columns_of(
        [
            product("a", brand="Acme", category="bag", price=20.0),
            product("b", brand="Zeta", category="shoe", price=10.0),
            product("c"),
        ]
    )
    profile = Profile(
        events=3,
        affinities=(Affinity("brand", "Acme", 0.8, 0.0, 0.8), Affinity("category", "shoe", 0.0, 1.0, -0.3)),
        prices=PriceRange(5.0, 10.0, 40.0),
    )
    made = with_product_signals(found("a", "b", "c"), columns, {}, profile, {"b": 0.25}).signals
    assert made["together"].tolist() == [0.0, 0.25, 0.0]
    assert made["brand_affinity"].tolist() == pytest.approx([0.8, 0.0, np.nan], nan_ok=True)
    assert made["category_affinity"].tolist() == pytest.approx([0.0, -0.3, np.nan], nan_ok=True)
    assert made["price_gap"].tolist() == pytest.approx([np.log(2), 0.0, np.nan], nan_ok=True)


def test_affinities_to_attributes_are_added_up() -> None:
    columns = columns_of(
        [
            product("a", attributes={"colour": "red", "cut": "long"}),
            product("b", attributes={"colour": ["blue", "red"]}),
            product("c", attributes={"cut": "short"}),
        ]
    )
    wanted = {"colour": {"red": 0.5, "blue": -0.2}, "cut": {"long": 0.25}, "gone": {"x": 1.0}}
    profile = Profile(
        events=3,
        affinities=tuple(
            Affinity(f"attributes.{name}", value, 0.0, 0.0, score)
            for name, scores in wanted.items()
            for value, score in scores.items()
        ),
    )
    made = with_product_signals(found("a", "b", "c"), columns, {}, profile).signals
    assert made["attribute_affinity"].tolist() == pytest.approx([0.75, 0.3, 0.0])


def test_hits_too_deep_to_be_ranked_have_none() -> None:
    made = with_product_signals(found(*(f"p{i}" for i in range(250))), None, {}).signals
    assert set(made) == {"text", "standing"}
    assert np.isfinite(made["standing"]).tolist() == [True] * 200 + [False] * 50


def test_nothing_found_and_equal_scores_are_no_trouble() -> None:
    assert len(with_product_signals(found(), columns_of([]), {})) == 0
    alike = Candidates(("a", "b"), {}, np.ones(2, dtype=np.float32))
    assert with_product_signals(alike, None, {}).signals["standing"].tolist() == [0.0, 0.0]
