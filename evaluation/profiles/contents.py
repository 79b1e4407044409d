"""What products are about: a shopper's profile in the space of their vectors, by the functions that serve shops."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.profiles import Tally, Told
from core.vectors import FloatArray
from evaluation.profiles.choosing import Variant
from evaluation.profiles.ratings import Ratings
from evaluation.profiles.signals import Contents
from evaluation.profiles.splitting import Histories, Mask
from profiles.affinities import evidence
from profiles.folding import PAUSE
from profiles.interests import interests
from profiles.means import decayed, mean_profile
from profiles.sessions import blend, session_profile
from retrieval.taste import tasting

MEAN, NEGATIVES, SESSION, BLEND, INTERESTS = "mean", "mean+negatives", "session", "blend", "interests"
TASTE = "taste"
METHODS = (MEAN, NEGATIVES, SESSION, BLEND, INTERESTS, TASTE)
CONTENT = "content"
# Half-lives of what is liked, in days.
_HALF_LIVES_DAYS = (math.inf, 365.0, 30.0)
_DISLIKES = (0.15, 0.3, 0.6)
_TASTE_DISLIKES = 0.3
_CATEGORY = "category"
_DAY_S = 86_400.0
# Of a visit without end only the latest likes count; 0: only those of the visit itself.
_SESSIONS = (0, 5, 20)
_POWERS = (0.0, 0.5)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a profile is made.

    Attributes
    ----------
    half_life_days: of likes and dislikes. dislikes: how strongly dislikes repel.
    session_likes: how many of the latest likes are the visit; 0: those since a pause of half an hour.
    """

    half_life_days: float = math.inf
    dislikes: float = 0.0
    session_likes: int = 0


@dataclass(frozen=True, slots=True)
class ProfileScorer:
    """Cosine between products and one vector for each shopper.

    Attributes
    ----------
    vectors: (products, dim) of unit length, zeros for a product without words.
    kind: `mean`, `session` or `blend`.
    """

    vectors: FloatArray
    kind: str
    settings: Settings

    def scores(self, histories: Histories) -> FloatArray:
        """Cosines; 0 for one of whom nothing is known."""
        made = np.zeros((histories.count, self.vectors.shape[1]), dtype=np.float32)
        for place in range(histories.count):
            profile = self._profile(histories, histories.of(place))
            if profile is not None:
                made[place] = profile
        return np.asarray(made @ self.vectors.T, dtype=np.float32)

    def _profile(self, histories: Histories, rows: NDArray[np.intp]) -> FloatArray | None:
        if self.kind == SESSION:
            return self._session(histories, rows)
        long = self._long(histories, rows)
        return long if self.kind == MEAN else blend(self._session(histories, rows), long)

    def _long(self, histories: Histories, rows: NDArray[np.intp]) -> FloatArray | None:
        ratings = histories.ratings
        liked, disliked = rows[ratings.liked[rows]], rows[ratings.disliked[rows]]
        return mean_profile(
            self.vectors[ratings.products[liked]],
            self._weights(ratings, rows, liked),
            self.vectors[ratings.products[disliked]],
            self._weights(ratings, rows, disliked),
            self.settings.dislikes,
        )

    def _weights(self, ratings: Ratings, rows: NDArray[np.intp], chosen: NDArray[np.intp]) -> NDArray[np.float64]:
        if not len(chosen):
            return np.empty(0)
        ages_s = ratings.times_s[rows[-1]] - ratings.times_s[chosen]
        return decayed(np.ones(len(chosen)), ages_s, self.settings.half_life_days * _DAY_S)

    def _session(self, histories: Histories, rows: NDArray[np.intp]) -> FloatArray | None:
        ratings = histories.ratings
        if self.settings.session_likes:
            visit = rows[ratings.liked[rows]][-self.settings.session_likes :]
        else:
            pauses = np.flatnonzero(np.diff(ratings.times_s[rows]) > PAUSE.total_seconds())
            visit = rows[pauses[-1] + 1 :] if len(pauses) else rows
            visit = visit[ratings.liked[visit]]
        return session_profile(self.vectors[ratings.products[visit]])


@dataclass(frozen=True, slots=True)
class InterestScorer:
    """The best over a shopper's interests of cosine times share^power."""

    vectors: FloatArray
    power: float

    def scores(self, histories: Histories) -> FloatArray:
        """0 for one of whom nothing is known."""
        ratings = histories.ratings
        made = np.zeros((histories.count, len(self.vectors)), dtype=np.float32)
        for place in range(histories.count):
            rows = histories.of(place)
            liked = ratings.products[rows[ratings.liked[rows]][::-1]]
            liked = liked[np.linalg.norm(self.vectors[liked], axis=1) > 0]
            found = interests(self.vectors[liked], np.ones(len(liked)))
            if found:
                shares = np.array([one.weight for one in found], dtype=np.float32)
                medoids = self.vectors[liked[[one.medoid for one in found]]]
                made[place] = ((shares**self.power)[:, None] * (medoids @ self.vectors.T)).max(axis=0)
        return made


@dataclass(frozen=True, slots=True)
class TasteScorer:
    """As searches put what is relevant in order: the blend, the nearest dislike, and the evidence of categories.

    Attributes
    ----------
    has: bool (products, values) which category each product has. shares: (values,) of all products with categories.
    """

    contents: Contents
    profiles: ProfileScorer
    has: Mask
    shares: NDArray[np.float64]

    @classmethod
    def over(cls, contents: Contents, settings: Settings) -> TasteScorer:
        """The scorer of a shop."""
        has = contents.categories > 0
        shares = has.sum(axis=0) / max(1, int(has.any(axis=1).sum()))
        return cls(contents, ProfileScorer(contents.vectors, BLEND, settings), has, shares)

    def scores(self, histories: Histories) -> FloatArray:
        """Standard scores of the preference; 0 for one of whom nothing is known."""
        likenesses = self.profiles.scores(histories)
        ratings = histories.ratings
        made = np.zeros_like(likenesses)
        for place in range(histories.count):
            rows = histories.of(place)
            liked, disliked = (ratings.products[rows[chosen[rows]]] for chosen in (ratings.liked, ratings.disliked))
            signals = {tasting.TASTE: likenesses[place]} if len(liked) else {}
            if len(disliked):
                near = self.contents.vectors @ self.contents.vectors[disliked].T
                signals[tasting.DISLIKE] = near.max(axis=1)
            dislikes = self.profiles.settings.dislikes
            made[place] = tasting.preference(signals, self._evidence(liked, disliked, dislikes), dislikes)
        return made

    def _evidence(self, liked: NDArray[np.intp], disliked: NDArray[np.intp], dislikes: float) -> FloatArray:
        values = [str(value) for value in range(len(self.shares))]
        speaks, refuses = (
            evidence(told, _CATEGORY, values, told.weight * self.shares, self.shares)
            for told in (self._told(liked), self._told(disliked))
        )
        return np.asarray(self.has @ (speaks - dislikes * refuses), dtype=np.float32)

    def _told(self, products: NDArray[np.intp]) -> Told:
        own = self.has[products]
        tallies = {str(value): Tally(float(count), int(count)) for value, count in enumerate(own.sum(axis=0))}
        return Told(float(own.any(axis=1).sum()), values={_CATEGORY: tallies})


def contents(known: Contents) -> dict[str, Sequence[Variant]]:
    """All profile methods over what products are about, with the settings to choose from."""
    vectors = known.vectors
    half_lives = [
        (days, f"half-life {days:g} days" if math.isfinite(days) else "no decay") for days in _HALF_LIVES_DAYS
    ]
    sessions = [(likes, f"the last {likes} likes" if likes else "the last visit") for likes in _SESSIONS]

    def variant(told: str, kind: str, settings: Settings) -> Variant:
        return Variant(told, partial(_profiles, vectors, kind, settings))

    return {
        MEAN: [variant(told, MEAN, Settings(days)) for days, told in half_lives],
        NEGATIVES: [
            variant(f"dislikes {weight:g}, {told}", MEAN, Settings(days, weight))
            for weight in _DISLIKES
            for days, told in half_lives
        ],
        SESSION: [variant(told, SESSION, Settings(session_likes=likes)) for likes, told in sessions],
        BLEND: [variant(told, BLEND, Settings(session_likes=likes)) for likes, told in sessions],
        INTERESTS: [
            Variant(f"share to the power of {power:g}", partial(_interests, vectors, power)) for power in _POWERS
        ],
        TASTE: [
            Variant(told, partial(_tastes, known, Settings(dislikes=_TASTE_DISLIKES, session_likes=likes)))
            for likes, told in sessions
        ],
    }


def _profiles(vectors: FloatArray, kind: str, settings: Settings, _ratings: Ratings, _fit: Mask) -> ProfileScorer:
    return ProfileScorer(vectors, kind, settings)


def _interests(vectors: FloatArray, power: float, _ratings: Ratings, _fit: Mask) -> InterestScorer:
    return InterestScorer(vectors, power)


def _tastes(known: Contents, settings: Settings, _ratings: Ratings, _fit: Mask) -> TasteScorer:
    return TasteScorer.over(known, settings)
