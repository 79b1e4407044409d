"""What a ranker has to show before it orders hits."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import Conflict
from evaluation.rankers import SHOPPERS_MIN, WITHOUT, require_better
from evaluation.ranking import ALL_QUERIES, RankingEvaluation
from evaluation.scoring import Figure
from ranking.boosting import Boosting, RankingRows, boost
from ranking.ranker import Ranker


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    popular = np.tile(np.arange(4, dtype=np.float32), 10)[:, None]
    rows = RankingRows(popular, np.repeat(np.arange(10), 4), (popular[:, 0] / 4).astype(np.float64))
    model = boost(rows, rows, ("popularity",), Boosting(trees=2, depth=1, threads=1))
    return Ranker("r1", model, ("popularity",), {"text": "pocket"})


def judged(shoppers: int, low: float) -> RankingEvaluation:
    gain = Figure(0.1, low, 0.2, None)
    return RankingEvaluation({ALL_QUERIES: 100}, {ALL_QUERIES: shoppers}, {}, {ALL_QUERIES: {WITHOUT: gain}})


def test_one_that_is_better_for_many_shoppers_passes(ranker: Ranker) -> None:
    require_better(judged(SHOPPERS_MIN, 0.01), ranker)


@pytest.mark.parametrize(
    ("shoppers", "low", "reason"),
    [(SHOPPERS_MIN, 0.0, "not certainly better than without a ranker"), (1, 0.1, "was tried on 1 shoppers")],
)
def test_one_that_may_be_worse_does_not(ranker: Ranker, shoppers: int, low: float, reason: str) -> None:
    with pytest.raises(Conflict, match=reason):
        require_better(judged(shoppers, low), ranker)
