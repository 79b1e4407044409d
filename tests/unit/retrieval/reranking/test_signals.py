from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from core.events import Event, popularity_of
from core.profiles import PriceRange, Profile
from profiles.affinities import ProductFacts, told
from retrieval.reranking.signals import Asking, with_product_signals
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
    columns = columns_of([product("a", brand="Acme"), product("b", brand="Zeta"), product("c")])
    wanted = told({"x": 1.0}, {"x": ProductFacts({"brand": ["Acme"]})})
    profile = Profile(events=3, wanted=wanted, prices=PriceRange(5.0, 10.0, 40.0))
    made = with_product_signals(found("a", "b", "c"), columns, {}, Asking(profile, {"b": 0.25})).signals
    assert made["together"].tolist() == [0.0, 0.25, 0.0]
    assert made["brand_affinity"][0] > 0 > made["brand_affinity"][1]
    assert np.isnan(made["brand_affinity"][2])
    assert {"category_affinity", "attribute_affinity", "price_affinity", "price_gap"} < set(made)


def test_how_well_hits_fit_is_asked_once() -> None:
    columns = columns_of([product("a", attributes={"cut": "long"})])
    before = Candidates(("a",), {"attribute_affinity": np.array([7.0], dtype=np.float32)}, np.ones(1, dtype=np.float32))
    made = with_product_signals(before, columns, {}, Asking(Profile(events=3))).signals
    assert made["attribute_affinity"].tolist() == [7.0]
    assert "brand_affinity" not in made


def test_hits_too_deep_to_be_ranked_have_none() -> None:
    made = with_product_signals(found(*(f"p{i}" for i in range(250))), None, {}).signals
    assert set(made) == {"text", "standing"}
    assert np.isfinite(made["standing"]).tolist() == [True] * 200 + [False] * 50


def test_nothing_found_and_equal_scores_are_no_trouble() -> None:
    assert len(with_product_signals(found(), columns_of([]), {})) == 0
    alike = Candidates(("a", "b"), {}, np.ones(2, dtype=np.float32))
    assert with_product_signals(alike, None, {}).signals["standing"].tolist() == [0.0, 0.0]
