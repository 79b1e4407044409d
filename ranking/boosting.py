"""Gradient-boosted trees that order the rows of groups: CatBoost behind a few words of our own.

Prokhorenkova et al. 2018, "CatBoost: unbiased boosting with categorical features". The losses: YetiRank, which learns
from pairs within a group (Gulin, Kuralenok and Pavlov 2011, "Winning The Transfer Learning Track of Yahoo!'s Learning
To Rank Challenge with YetiRank"), QueryRMSE, which learns gains up to a constant of each group, and QuerySoftMax, which
learns which of a group is wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidInput, InvalidSource
from core.vectors import FloatArray

LOSSES = ("YetiRank", "QueryRMSE", "QuerySoftMax")
_METRIC = "DCG:top=10;type=Base"


@dataclass(frozen=True, slots=True)
class RankingRows:
    """What is learnt from.

    Attributes
    ----------
    features: float32 (n, features), NaN where there is none.
    groups: (n,) the number of each row's group; rows of a group stand together.
    gains: float64 (n,), at least 0: how much each row is wanted.
    """

    features: FloatArray
    groups: NDArray[np.intp]
    gains: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Boosting:
    """How trees are grown.

    Attributes
    ----------
    loss: one of `LOSSES`.
    trees: at most; fewer where the validation gets no better for `patience` trees.
    threads: -1: as many as there are processors.
    """

    loss: str = "YetiRank"
    trees: int = 300
    depth: int = 4
    learning_rate: float = 0.08
    patience: int = 30
    seed: int = 7
    threads: int = -1


@dataclass(frozen=True, slots=True)
class Boosted:
    """A model that scores rows: the higher, the earlier in its group."""

    _model: Any

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the features, in order."""
        return tuple(self._model.feature_names_)

    @property
    def trees(self) -> int:
        """How many trees there are."""
        return int(self._model.tree_count_)

    def score(self, features: FloatArray) -> FloatArray:
        """Scores of rows (n, features); float32 (n,)."""
        # One thread: a few hundred rows are scored sooner than threads are woken.
        scores: FloatArray = np.asarray(self._model.predict(features, thread_count=1), dtype=np.float32)
        return scores

    def contributions(self, features: FloatArray) -> NDArray[np.float64]:
        """How much each feature adds to a row's score beyond the mean, (n, features): SHAP (Lundberg et al. 2020)."""
        from catboost import Pool

        values = self._model.get_feature_importance(type="ShapValues", data=Pool(features), thread_count=1)
        # The last column is what every row gets.
        return np.asarray(values, dtype=np.float64)[:, :-1]

    def importances(self, rows: RankingRows) -> dict[str, float]:
        """Mean absolute contribution of each feature over some rows, as shares that add up to 1; the largest first."""
        sizes = np.abs(self.contributions(rows.features)).mean(axis=0)
        whole = float(sizes.sum()) or 1.0
        shares = {name: float(size) / whole for name, size in zip(self.features, sizes, strict=True)}
        return dict(sorted(shares.items(), key=lambda share: -share[1]))

    def save(self, path: Path) -> None:
        """Write it to a file of CatBoost's own format."""
        self._model.save_model(str(path), format="cbm")


def boost(training: RankingRows, validation: RankingRows, names: Sequence[str], options: Boosting) -> Boosted:
    """Grow trees on some groups, and keep as many as serve others best by DCG@10.

    Raises
    ------
    InvalidInput: nothing can be learnt because no group has rows of different gains.
    """
    from catboost import CatBoostError, CatBoostRanker, Pool

    training, validation = _telling(training), _telling(validation)
    if not len(training.gains) or not len(validation.gains):
        raise InvalidInput(
            "has no group in which something is wanted more than the rest",
            field="training" if not len(training.gains) else "validation",
            remedy="Collect more clicks, likes, carts and purchases first",
        )
    model = CatBoostRanker(
        loss_function=options.loss,
        eval_metric=_METRIC,
        iterations=options.trees,
        depth=options.depth,
        learning_rate=options.learning_rate,
        random_seed=options.seed,
        thread_count=options.threads,
        early_stopping_rounds=options.patience,
        use_best_model=True,
        allow_writing_files=False,
        logging_level="Silent",
    )
    pools = [
        Pool(rows.features, rows.gains, group_id=rows.groups, feature_names=list(names))
        for rows in (training, validation)
    ]
    try:
        model.fit(pools[0], eval_set=pools[1])
    except CatBoostError as error:
        raise InvalidInput(f"cannot be learnt from: {error}", field="training") from error
    return Boosted(model)


def load_boosted(path: Path) -> Boosted:
    """What `Boosted.save` has written.

    Raises
    ------
    InvalidSource: the file is absent, or no such model.
    """
    from catboost import CatBoostError, CatBoostRanker

    model = CatBoostRanker()
    try:
        model.load_model(str(path), format="cbm")
    except CatBoostError as error:
        raise InvalidSource(
            "is no model of CatBoost", field=str(path), remedy="Train it again: vitrine rank train"
        ) from error
    return Boosted(model)


def _telling(rows: RankingRows) -> RankingRows:
    """Without the groups whose rows all have one gain: they say nothing about an order."""
    if not len(rows.gains):
        return rows
    _, numbers = np.unique(rows.groups, return_inverse=True)
    highest = np.full(int(numbers.max()) + 1, -np.inf)
    lowest = np.full(len(highest), np.inf)
    np.maximum.at(highest, numbers, rows.gains)
    np.minimum.at(lowest, numbers, rows.gains)
    kept = (highest > lowest)[numbers]
    return RankingRows(rows.features[kept], rows.groups[kept], rows.gains[kept])
