"""`full`: candidates of all signals, put in order by trees that were grown on what shoppers liked next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidInput
from core.vectors import FloatArray
from evaluation.profiles.measuring import blocks
from evaluation.profiles.ratings import Ratings
from evaluation.profiles.signals import PLAIN, SOURCES, Ingredients, SignalModels, Signals, fit_signals
from evaluation.profiles.splitting import Histories, Mask, Task, drawn_shoppers, last_share, warm_task
from ranking.boosting import Boosted, Boosting, RankingRows, boost

FULL = "full"
# Histories are cut to these lengths in training as well, so that the trees know what little knowledge is worth.
CUTS = (1, 3, 5, 10)
_CANDIDATES_PER_SOURCE = 100
# Of each shopper, in training: those he liked, and others by lot; more of them cost time and bring nothing.
_ROWS_MAX = 80
_TRAINED_MAX = 2_000
_SHARE_HELD = 0.2
_VALIDATED_SHARE = 0.2
_BOOSTING = Boosting(loss="QueryRMSE", trees=400, depth=4, learning_rate=0.05, patience=60, seed=7)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Products worth looking at, with all that is known of them for each shopper.

    Attributes
    ----------
    owners, products: (n,) each shopper's together.
    features: float32 (n, features).
    """

    owners: NDArray[np.intp]
    products: NDArray[np.intp]
    features: FloatArray


@dataclass(frozen=True, slots=True)
class FullScorer:
    """The ranker over the signals of models that know all of the past."""

    models: SignalModels
    ranker: Boosted

    def scores(self, histories: Histories) -> FloatArray:
        """Candidates first, in the order of the ranker; behind them the rest by what their contents foretell."""
        signals = self.models.of(histories)
        found = candidates(signals, histories)
        foretold = signals.get("bridge", signals["als"])
        made = np.array(foretold - foretold.max(axis=1, keepdims=True))
        ranked = self.ranker.score(found.features)
        made[found.owners, found.products] = 1 + ranked - ranked.min(initial=0)
        return made


def fit_full(ingredients: Ingredients, ratings: Ratings, fit: Mask) -> FullScorer:
    """Learn from the events of a mask.

    The latest fifth of each shopper's events is what the trees are grown on, with signals of models that have not seen
    it; then the models are fitted anew to all events.

    Raises
    ------
    InvalidInput: nobody likes anything in that fifth.
    """
    before, held = last_share(ratings, fit, _SHARE_HELD)
    if not (held & ratings.liked).any():
        raise InvalidInput(
            "nobody likes anything in the last fifth of what is learnt from",
            field="--like",
            remedy="More events are needed to train on",
        )
    models = fit_signals(ratings, before, ingredients)
    random = np.random.default_rng(_BOOSTING.seed)
    warm = warm_task(ratings, before, held, drawn_shoppers(ratings, _TRAINED_MAX, _BOOSTING.seed))
    tasks = [warm, _cut(warm, random)]
    names = feature_names(models.of(warm.histories.part(slice(0, 1))))
    validated = random.random(warm.histories.count) < _VALIDATED_SHARE
    rows = [_rows(task, models, random) for task in tasks]
    parts = [_joined(rows, kept) for kept in (~validated, validated)]
    return FullScorer(fit_signals(ratings, fit, ingredients), boost(parts[0], parts[1], names, _BOOSTING))


def feature_names(signals: Signals) -> tuple[str, ...]:
    """Names of the columns of `Candidates.features`."""
    return tuple(_names(signals))


def candidates(signals: Signals, histories: Histories) -> Candidates:
    """The best products by each source that are not known to the shopper, and their features.

    Parameters
    ----------
    signals: each (shoppers, products).
    """
    excluded: Mask = np.zeros(signals["likes"].shape, dtype=np.bool_)
    excluded[histories.owners, histories.ratings.products[histories.rows]] = True
    lengths = np.bincount(histories.owners, minlength=histories.count)
    chosen = np.zeros(excluded.shape, dtype=np.bool_)
    best = min(_CANDIDATES_PER_SOURCE, excluded.shape[1])
    for name in SOURCES:
        if name in signals:
            open_to = np.where(excluded, -np.inf, signals[name])
            np.put_along_axis(chosen, np.argpartition(-open_to, best - 1, axis=1)[:, :best], True, axis=1)
    chosen &= ~excluded
    owners, products = np.nonzero(chosen)
    columns = [np.log1p(lengths)[owners]]
    for name, signal in signals.items():
        own = signal[owners, products]
        if name in PLAIN:
            columns.append(own)
        if name not in ("liked_share", "age_days"):
            columns.extend(_placed(signal, excluded, own, owners))
    return Candidates(owners, products, np.stack(columns, axis=1).astype(np.float32))


def _names(signals: Signals) -> Iterator[str]:
    yield "history_length"
    for name in signals:
        if name in PLAIN:
            yield name
        if name not in ("liked_share", "age_days"):
            yield f"{name}_deviation"
            yield f"{name}_rank"


def _placed(signal: FloatArray, excluded: Mask, own: FloatArray, owners: NDArray[np.intp]) -> Iterator[FloatArray]:
    """How far above the mean of a shopper's products, in standard deviations; and its rank among the candidates."""
    counted = ~excluded
    counts = np.maximum(counted.sum(axis=1), 1)
    open_to = np.where(counted, signal, 0).astype(np.float64)
    means = open_to.sum(axis=1) / counts
    deviations = np.sqrt(np.maximum((open_to**2).sum(axis=1) / counts - means**2, 0)) + 1e-9
    yield ((own - means[owners]) / deviations[owners]).astype(np.float32)
    order = np.lexsort((-own, owners))
    ranks = np.empty(len(own), dtype=np.float32)
    starts = np.searchsorted(owners, owners)
    ranks[order] = np.arange(len(own)) - starts
    yield np.log1p(ranks)


def _cut(task: Task, random: np.random.Generator) -> Task:
    """The same task with each history cut to one of `CUTS`, drawn by lot."""
    known = task.histories
    lengths = random.choice(CUTS, known.count)
    ends = np.searchsorted(known.owners, known.owners, side="right")
    kept = np.arange(len(known.owners)) >= ends - lengths[known.owners]
    cut = Histories(known.ratings, known.rows[kept], known.owners[kept], known.count)
    return Task(task.fit, cut, task.excluded, task.wanted)


def _rows(task: Task, models: SignalModels, random: np.random.Generator) -> tuple[RankingRows, NDArray[np.intp]]:
    """What is learnt from one task, and the shopper of each row."""
    parts = []
    for block in blocks(task.histories):
        histories = task.histories.part(block)
        found = candidates(models.of(histories), histories)
        gains, excluded = (
            np.asarray(of[block][found.owners, found.products], dtype=np.float64).ravel()
            for of in (task.wanted, task.excluded)
        )
        kept = _sample(found.owners, gains, random)
        kept = kept[excluded[kept] == 0]
        parts.append((found.features[kept], found.owners[kept] + block.start, gains[kept]))
    features, owners, gains = (np.concatenate(one) for one in zip(*parts, strict=True))
    return RankingRows(features, owners, gains), owners


def _sample(owners: NDArray[np.intp], gains: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.intp]:
    """All that is wanted and others by lot, at most `_ROWS_MAX` of each shopper."""
    lots = np.where(gains > 0, -1.0, random.random(len(owners)))
    order = np.lexsort((lots, owners))
    places = np.arange(len(owners)) - np.searchsorted(owners, owners)
    return np.sort(order[places < _ROWS_MAX])


def _joined(rows: Sequence[tuple[RankingRows, NDArray[np.intp]]], kept: Mask) -> RankingRows:
    """Rows of the kept shoppers of several tasks, each task with groups of its own."""
    features, groups, gains = [], [], []
    for number, (made, owners) in enumerate(rows):
        chosen = kept[owners]
        features.append(made.features[chosen])
        groups.append(made.groups[chosen] + number * len(kept))
        gains.append(made.gains[chosen])
    return RankingRows(np.concatenate(features), np.concatenate(groups), np.concatenate(gains))
