"""The protocols under which profile methods are published on boards, flaws and all, so that figures can be compared."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from evaluation.profiles.choosing import Variant
from evaluation.profiles.contents import MEAN, SESSION
from evaluation.profiles.measuring import figures, measured, recommend
from evaluation.profiles.ratings import Ratings
from evaluation.profiles.splitting import Mask, Task, histories_of
from evaluation.scoring import Figure

NO_SPLIT, HALF, FIFTH = "no split", "50%", "20%"
FLAWS: Mapping[str, str] = {
    NO_SPLIT: "recommends the very products that the profile was made of: it measures remembering, not guessing",
    HALF: "holds out by lot, so that profiles know what came later; only shoppers with two likes or more count",
    FIFTH: "holds out by lot, so that profiles know what came later; only shoppers with two likes or more count",
}
_SHARES = {NO_SPLIT: 0.0, HALF: 0.5, FIFTH: 0.2}

Figures = dict[str, dict[str, Figure]]


def published_task(ratings: Ratings, protocol: str, shoppers_max: int, seed: int) -> Task:
    """Likes known and likes held out, by lot; without a split the same ones are both."""
    share = _SHARES[protocol]
    likes = np.flatnonzero(ratings.liked)
    random = np.random.default_rng(seed)
    order = np.lexsort((random.random(len(likes)), ratings.shoppers[likes]))
    owners = ratings.shoppers[likes]
    places = np.arange(len(likes)) - np.searchsorted(owners, owners)
    sizes = np.searchsorted(owners, owners, side="right") - np.searchsorted(owners, owners)
    known = np.zeros(len(ratings.shoppers), dtype=np.bool_)
    # One like at least stays known.
    taken = np.minimum(np.ceil(np.round(share * sizes, 9)), sizes - 1) if share else np.zeros(len(sizes))
    known[likes[order]] = places >= taken
    held = ratings.liked & ~known if share else ratings.liked
    served = np.unique(ratings.shoppers[held])
    served = np.sort(random.permutation(served)[:shoppers_max])
    every = np.ones(len(known), dtype=np.bool_)
    excluded = histories_of(ratings, known if share else ~every, served).matrix(every)
    return Task(
        known, histories_of(ratings, known, served), excluded, histories_of(ratings, held, served).matrix(every)
    )


def published(
    ratings: Ratings, variants: Mapping[str, Variant], protocol: str, shoppers_max: int, seed: int
) -> Figures:
    """Precision, recall, NDCG and hit rate of the mean and of the session profile under one of these protocols."""
    task = published_task(ratings, protocol, shoppers_max, seed)
    if not task.histories.count:
        return {}
    fit: Mask = task.fit
    return {
        name: figures(measured(recommend(variants[name].fit(ratings, fit), task, seed), task.wanted), seed)
        for name in (MEAN, SESSION)
    }
