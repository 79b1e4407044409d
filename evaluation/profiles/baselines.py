"""What others offer: each method with the settings from which the validation slice chooses."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigurationError
from core.vectors import FloatArray
from evaluation.profiles.choosing import Variant
from evaluation.profiles.ratings import Ratings
from evaluation.profiles.splitting import Histories, Mask, Sparse
from ranking.collaborative.ease import Ease, fit_ease, fits_in_memory

POPULARITY, MOST_RECENT, ITEM_KNN, ALS, BPR, EASE = "popularity", "most-recent", "item-kNN", "als", "bpr", "ease"
_DAY_S = 86_400.0
_WINDOWS_DAYS = (30.0, 90.0, 365.0)
_REGULARISATIONS = (30.0, 100.0, 200.0, 400.0, 800.0)
_SEED = 7


@dataclass(frozen=True, slots=True)
class AlsSettings:
    """How alternating least squares is fitted; `alpha` is how much more a like counts than none."""

    factors: int
    alpha: float
    regularisation: float


ALS_SETTINGS = {
    f"{factors} factors, alpha {alpha:g}, regularisation {weight:g}": AlsSettings(factors, alpha, weight)
    for factors in (16, 32, 64)
    for alpha in (1.0, 10.0)
    for weight in (1.0, 10.0)
}


@dataclass(frozen=True, slots=True)
class Popularity:
    """By how many liked it."""

    likes: FloatArray

    def scores(self, histories: Histories) -> FloatArray:
        """The same for everybody."""
        return np.broadcast_to(self.likes, (histories.count, len(self.likes)))


@dataclass(frozen=True, slots=True)
class RecentPopularity:
    """By how many liked it of late: in the days before a shopper's last known event, never after it."""

    products: NDArray[np.int64]
    times_s: NDArray[np.float64]
    window_s: float

    def scores(self, histories: Histories) -> FloatArray:
        """Counts of likes; of whom nothing is known, the latest of all."""
        size = len(histories.ratings.product_ids)
        made = np.empty((histories.count, size), dtype=np.float32)
        for place in range(histories.count):
            rows = histories.of(place)
            now_s = histories.ratings.times_s[rows[-1]] if len(rows) else np.inf
            end = int(np.searchsorted(self.times_s, now_s, side="right"))
            begun_s = (self.times_s[end - 1] if end else 0.0) - self.window_s
            start = int(np.searchsorted(self.times_s, min(begun_s, now_s - self.window_s), side="right"))
            made[place] = np.bincount(self.products[start:end], minlength=size)
        return made


@dataclass(frozen=True, slots=True)
class Together:
    """Σ over the liked products of their likeness to each product, as item-kNN and EASE have it."""

    likeness: Sparse
    halved_after: float | None = None

    def scores(self, histories: Histories) -> FloatArray:
        """Sums of likenesses."""
        likes = histories.matrix(histories.ratings.liked, self.halved_after)
        return np.asarray((likes @ self.likeness).toarray(), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class EaseScorer:
    """EASE over the liked products."""

    model: Ease

    def scores(self, histories: Histories) -> FloatArray:
        """H·B."""
        return self.model.scores(histories.matrix(histories.ratings.liked))


@dataclass(frozen=True, slots=True)
class Factors:
    """ALS of the library; a shopper's factors are found anew from what is known of him."""

    model: Any

    def scores(self, histories: Histories) -> FloatArray:
        """Products of factors."""
        return np.asarray(self.shopper_factors(histories) @ self.model.item_factors.T, dtype=np.float32)

    def shopper_factors(self, histories: Histories) -> FloatArray:
        """(shoppers, factors)."""
        likes = histories.matrix(histories.ratings.liked).astype(np.float32)
        found: FloatArray = self.model.recalculate_user(np.arange(histories.count), likes)
        return found


@dataclass(frozen=True, slots=True)
class PairwiseFactors:
    """BPR of the library; one whom it has not seen gets the mean of the factors of what he likes."""

    model: Any
    row_of: dict[int, int]

    def scores(self, histories: Histories) -> FloatArray:
        """Products of factors, the products' own popularity among them."""
        likes = histories.matrix(histories.ratings.liked).astype(np.float32)
        items = self.model.item_factors
        counts = np.maximum(np.asarray(likes.sum(axis=1)), 1)
        shoppers = np.asarray(likes @ items) / counts
        # The last factor of a shopper stands for the bias of the products and is always 1.
        shoppers[:, -1] = 1
        for place in range(histories.count):
            rows = histories.of(place)
            row = self.row_of.get(int(histories.ratings.shoppers[rows[0]])) if len(rows) else None
            if row is not None:
                shoppers[place] = self.model.user_factors[row]
        return np.asarray(shoppers @ items.T, dtype=np.float32)


def baselines(ratings: Ratings) -> dict[str, Sequence[Variant]]:
    """All baselines that can be fitted to so many shoppers and products."""
    made: dict[str, Sequence[Variant]] = {
        POPULARITY: (Variant("likes", _popularity),),
        MOST_RECENT: [Variant(f"likes of the last {days:g} days", partial(recent, days)) for days in _WINDOWS_DAYS],
        ITEM_KNN: [
            Variant(f"{kind}, {neighbours} neighbours", partial(_item_knn, kind, neighbours))
            for kind in ("Cosine", "TFIDF", "BM25")
            for neighbours in (100, 500, 2500)
        ],
        ALS: [Variant(told, partial(als, settings)) for told, settings in ALS_SETTINGS.items()],
        BPR: [
            Variant(f"{factors} factors, learning rate {rate:g}", partial(_bpr, factors, rate))
            for factors in (32, 64, 128)
            for rate in (0.01, 0.02)
        ],
    }
    if fits_in_memory(likes_of(ratings, ratings.liked)[0]):
        made[EASE] = [Variant(f"lambda {weight:g}", partial(ease, weight)) for weight in _REGULARISATIONS]
    return made


def likes_of(ratings: Ratings, fit: Mask) -> tuple[Sparse, NDArray[np.int64]]:
    """Who likes what, CSR float32 (shoppers, products), and the codes of these shoppers."""
    from scipy.sparse import csr_matrix

    rows = np.flatnonzero(fit & ratings.liked)
    codes, owners = np.unique(ratings.shoppers[rows], return_inverse=True)
    shape = (len(codes), len(ratings.product_ids))
    ones = np.ones(len(rows), dtype=np.float32)
    return csr_matrix((ones, (owners, ratings.products[rows])), shape=shape), codes


def without_diagonal(likeness: Sparse) -> Sparse:
    """Without what a product says of itself."""
    from scipy.sparse import diags

    return (likeness - diags(likeness.diagonal())).tocsr()


def _popularity(ratings: Ratings, fit: Mask) -> Popularity:
    counts = np.bincount(ratings.products[fit & ratings.liked], minlength=len(ratings.product_ids))
    return Popularity(counts.astype(np.float32))


def recent(window_days: float, ratings: Ratings, fit: Mask) -> RecentPopularity:
    """Popularity within a window."""
    rows = np.flatnonzero(fit & ratings.liked)
    rows = rows[np.argsort(ratings.times_s[rows], kind="stable")]
    return RecentPopularity(ratings.products[rows], ratings.times_s[rows], window_days * _DAY_S)


def ease(regularisation: float, ratings: Ratings, fit: Mask) -> EaseScorer:
    """EASE of the likes."""
    return EaseScorer(fit_ease(likes_of(ratings, fit)[0], regularisation))


def als(settings: AlsSettings, ratings: Ratings, fit: Mask) -> Factors:
    """Alternating least squares on implicit feedback (Hu, Koren and Volinsky 2008)."""
    with _implicit():
        from implicit.cpu.als import AlternatingLeastSquares

        model = AlternatingLeastSquares(
            factors=settings.factors,
            alpha=settings.alpha,
            regularization=settings.regularisation,
            random_state=_SEED,
            num_threads=1,
        )
        model.fit(likes_of(ratings, fit)[0], show_progress=False)
    return Factors(model)


def _item_knn(kind: str, neighbours: int, ratings: Ratings, fit: Mask) -> Together:
    with _implicit():
        from implicit import nearest_neighbours

        model = getattr(nearest_neighbours, f"{kind}Recommender")(K=neighbours, num_threads=1)
        model.fit(likes_of(ratings, fit)[0], show_progress=False)
    return Together(without_diagonal(model.similarity))


def _bpr(factors: int, learning_rate: float, ratings: Ratings, fit: Mask) -> PairwiseFactors:
    """Bayesian personalised ranking (Rendle et al. 2009)."""
    likes, codes = likes_of(ratings, fit)
    with _implicit():
        from implicit.cpu.bpr import BayesianPersonalizedRanking

        # One thread: with several, two runs would differ.
        model = BayesianPersonalizedRanking(
            factors=factors,
            regularization=0.01,
            learning_rate=learning_rate,
            iterations=100,
            random_state=_SEED,
            num_threads=1,
        )
        model.fit(likes, show_progress=False)
    return PairwiseFactors(model, {int(code): row for row, code in enumerate(codes)})


@contextmanager
def _implicit() -> Iterator[None]:
    """The library's own threads instead of those of the linear algebra below it, which it warns of.

    Raises
    ------
    ConfigurationError: it is not installed.
    """
    from threadpoolctl import threadpool_limits

    try:
        # The limit reaches the linear algebra that is loaded already, and this loads another one.
        import implicit  # noqa: F401

        with threadpool_limits(1, "blas"), warnings.catch_warnings():
            # It turns matrices around within itself, and then warns that they are.
            warnings.filterwarnings("ignore", message="Method expects CSR input")
            yield
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "implicit, with which profiles are compared, is not installed: pip install 'vitrine[evaluation]'"
        ) from error
