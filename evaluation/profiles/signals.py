"""The signals of `full`: what each shopper's history says of each product, by all methods that learn from events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.vectors import FloatArray, unit_rows
from evaluation.profiles.baselines import (
    AlsSettings,
    EaseScorer,
    Factors,
    RecentPopularity,
    Together,
    als,
    likes_of,
    recent,
    without_diagonal,
)
from evaluation.profiles.ratings import Ratings
from evaluation.profiles.splitting import Histories, Mask, Sparse
from ranking.collaborative.bridging import bridged_factors
from ranking.collaborative.ease import Ease, fit_ease, fits_in_memory
from ranking.collaborative.following import fit_following

# Signals whose best products are looked at.
SOURCES = ("ease", "ease_latest", "ease_met", "following", "als", "popular_365", "knn")
# Numbers that mean the same for every shopper; of the others only their place among his own counts.
PLAIN = ("likes", "met", "liked_share", "popular_90", "popular_365", "age_days")

Signals = dict[str, FloatArray]

_REGULARISATION, _REGULARISATION_LATEST = 100.0, 400.0
# Few factors that follow single likes closely can be foretold from contents; those that rank best cannot.
_BRIDGED = AlsSettings(32, 10.0, 1.0)
_BRIDGE_REGULARISATION = 10.0
# Events after which one counts half.
_LIKES_HALVED, _EVENTS_HALVED = 20.0, 10.0
_LATEST_LIKES = 20
# Added to likes, so that what hardly anybody has liked is not lifted by being rare.
_SHRINKAGE = 5.0
_FOLLOWING_POWER = 0.3
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Contents:
    """What products are about.

    Attributes
    ----------
    vectors: float32 (products, dim) of unit length, zeros for a product without words.
    categories: float32 (products, values) of unit length or zero; none of a shop without categories.
    """

    vectors: FloatArray
    categories: FloatArray


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What signals are made of beside events.

    Attributes
    ----------
    contents: None where nothing is known of what products are about.
    als: as the validation slice chose it.
    """

    contents: Contents | None
    als: AlsSettings


@dataclass(frozen=True, slots=True)
class Bridge:
    """Shoppers' factors with those that contents foretell of products, float32 (products, factors)."""

    factors: Factors
    foretold: FloatArray

    def scores(self, histories: Histories) -> FloatArray:
        """Products of factors, of products that nobody has met as well."""
        return np.asarray(self.factors.shopper_factors(histories) @ self.foretold.T, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class SignalModels:
    """All models of the signals, fitted to the same events."""

    contents: Contents | None
    likes: NDArray[np.float64]
    met: NDArray[np.float64]
    begun_s: NDArray[np.float64]
    ease_likes: Ease | None
    ease_met: Ease | None
    knn: Together
    disliked_together: Sparse
    following: Sparse
    factors: Factors
    bridge: Bridge | None
    recent: Mapping[str, RecentPopularity]

    def of(self, histories: Histories) -> Signals:
        """Every signal by its name, float32 (shoppers, products)."""
        ratings = histories.ratings
        every = np.ones(len(ratings.shoppers), dtype=np.bool_)
        latest_likes = histories.matrix(ratings.liked, _LIKES_HALVED)
        latest_events = histories.matrix(every, _EVENTS_HALVED)
        made: Signals = {}
        if self.ease_likes is not None:
            made["ease"] = EaseScorer(self.ease_likes).scores(histories)
            made["ease_latest"] = self.ease_likes.scores(latest_likes)
        if self.ease_met is not None:
            made["ease_met"] = self.ease_met.scores(latest_events)
        damped = (self.likes + _SHRINKAGE) ** _FOLLOWING_POWER
        made["following"] = np.asarray((latest_events @ self.following).toarray() / damped, dtype=np.float32)
        made["knn"] = self.knn.scores(histories)
        made["disliked"] = _dense(histories.matrix(ratings.disliked) @ self.disliked_together)
        made["als"] = self.factors.scores(histories)
        made |= {name: model.scores(histories) for name, model in self.recent.items()}
        made |= self._of_products(histories)
        if self.contents is not None:
            made |= _of_contents(self.contents, histories, latest_likes)
        if self.bridge is not None:
            made["bridge"] = self.bridge.scores(histories)
        return made

    def _of_products(self, histories: Histories) -> Signals:
        """What is the same for everybody, but for the time."""
        shape = (histories.count, len(self.likes))
        shares = (self.likes + 1) / (self.met + 2)
        ages = np.full(shape, np.nan, dtype=np.float32)
        for place in range(histories.count):
            rows = histories.of(place)
            if len(rows):
                ages[place] = (histories.ratings.times_s[rows[-1]] - self.begun_s) / _DAY_S
        plain = {"likes": self.likes, "met": self.met, "liked_share": shares}
        return {name: np.broadcast_to(row.astype(np.float32), shape) for name, row in plain.items()} | {
            "age_days": np.where(np.isfinite(ages), ages, np.nan)
        }


def fit_signals(ratings: Ratings, fit: Mask, ingredients: Ingredients) -> SignalModels:
    """Fit all models to the events of a mask."""
    products = len(ratings.product_ids)
    rows = np.flatnonzero(fit)
    likes, _ = likes_of(ratings, fit)
    met, _ = likes_of(_all_liked(ratings), fit)
    begun_s = np.full(products, np.inf)
    np.minimum.at(begun_s, ratings.products[rows], ratings.times_s[rows])
    factors = als(ingredients.als, ratings, fit)
    events = np.bincount(ratings.products[rows], minlength=products)
    contents, bridge = ingredients.contents, None
    if contents is not None:
        told = np.hstack([contents.vectors, contents.categories])
        bridged = als(_BRIDGED, ratings, fit)
        foretold = bridged_factors(told, bridged.model.item_factors, events, _BRIDGE_REGULARISATION)
        bridge = Bridge(bridged, foretold)
    return SignalModels(
        contents,
        np.asarray(likes.sum(axis=0), dtype=np.float64).ravel(),
        events.astype(np.float64),
        begun_s,
        fit_ease(likes, _REGULARISATION) if fits_in_memory(likes) else None,
        fit_ease(met, _REGULARISATION_LATEST) if fits_in_memory(met) else None,
        Together(_cosines(likes), _LIKES_HALVED),
        _cosines(likes_of(_all_disliked(ratings), fit)[0]),
        fit_following(ratings.shoppers[rows], ratings.products[rows], ratings.liked[rows], products),
        factors,
        bridge,
        {f"popular_{days:g}": recent(days, ratings, fit) for days in (90.0, 365.0)},
    )


def _cosines(likes: Sparse) -> Sparse:
    """cᵢⱼ / √(cᵢ · (cⱼ + 5)) of each two different products that one shopper likes."""
    from scipy.sparse import diags

    counts = np.asarray(likes.sum(axis=0), dtype=np.float64).ravel()
    together = without_diagonal(likes.T @ likes)
    return (diags(1 / np.sqrt(np.maximum(counts, 1))) @ together @ diags(1 / np.sqrt(counts + _SHRINKAGE))).tocsr()


def _of_contents(contents: Contents, histories: Histories, latest_likes: Sparse) -> Signals:
    ratings = histories.ratings
    near = np.zeros((histories.count, len(contents.vectors)), dtype=np.float32)
    far = np.zeros_like(near)
    centred = unit_rows(contents.vectors - contents.vectors.mean(axis=0))
    for place in range(histories.count):
        rows = histories.of(place)
        for chosen, into in ((ratings.liked, near), (ratings.disliked, far)):
            latest = ratings.products[rows[chosen[rows]][-_LATEST_LIKES:]]
            if len(latest):
                into[place] = (centred[latest] @ centred.T).max(axis=0)
    made = {
        "content": unit_rows(np.asarray(latest_likes @ contents.vectors)) @ contents.vectors.T,
        "near": near,
        "near_disliked": far,
    }
    if contents.categories.shape[1]:
        made["category"] = unit_rows(np.asarray(latest_likes @ contents.categories)) @ contents.categories.T
    return made


def _dense(matrix: Sparse) -> FloatArray:
    return np.asarray(matrix.toarray(), dtype=np.float32)


def _all_liked(ratings: Ratings) -> Ratings:
    return _with_likes(ratings, np.ones(len(ratings.shoppers), dtype=np.bool_))


def _all_disliked(ratings: Ratings) -> Ratings:
    return _with_likes(ratings, ratings.disliked)


def _with_likes(ratings: Ratings, liked: Mask) -> Ratings:
    return replace(ratings, liked=liked)
