"""From pages that were shown to a ranker: propensities, slices of time, losses compared, the best one kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.errors import InvalidInput
from core.events import Event
from core.hits import SIGNALS
from core.vectors import FloatArray
from ranking.boosting import LOSSES, Boosted, Boosting, RankingRows, boost
from ranking.positions import Numbers
from ranking.shown import Shown, as_known_at, fair_gains, looks, page_worths, slices_by_time

# The name of the feature that is known when a page has been shown only; a product to be ranked has none yet.
POSITION = "position"
# Learnt from, chosen by, and judged by; each later than the one before.
SHARES = (0.7, 0.15, 0.15)
# Trees take to a few heavy clicks sooner than they make up for who was not looked at.
LEARNT_MIN = 0.3
# Fewer tell nothing.
PAGES_MIN = 40

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to learn: a loss, and whether the position is a feature while it learns."""

    loss: str
    position: bool

    def __str__(self) -> str:
        return f"{self.loss} with position" if self.position else self.loss


RECIPES = tuple(Recipe(loss, position) for loss in LOSSES for position in (False, True))


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, and what is needed to judge it.

    Attributes
    ----------
    features: what it reads, in order; `POSITION` last, where it has been one.
    compared: NDCG@10 of every recipe on the pages they were chosen by.
    theta: how likely each position is looked at, as the training pages tell.
    training, held_out: pages it has learnt from, and those that were shown after all others.
    """

    model: Boosted
    recipe: Recipe
    features: tuple[str, ...]
    compared: dict[str, float]
    theta: Numbers
    training: Shown
    held_out: Shown


def train(
    shown: Shown,
    events: Sequence[Event],
    report: Report,
    options: Boosting = Boosting(),  # noqa: B008 - a frozen value
) -> Trained:
    """Learn from the oldest pages by every recipe, choose by later ones, and keep the latest to judge by.

    Raises
    ------
    InvalidInput: there is too little to learn from, and what is missing.
    """
    _check(shown)
    training, choosing, held_out = slices_by_time(shown, SHARES)
    training = as_known_at(training, events, choosing.pages[0].shown_at)
    choosing = as_known_at(choosing, events, held_out.pages[0].shown_at)
    theta = looks(training)
    names = telling_names(training)
    gains = fair_gains(choosing, theta)
    compared: dict[str, float] = {}
    models: dict[str, tuple[Recipe, Boosted]] = {}
    for done, recipe in enumerate(RECIPES):
        report("learning", done, len(RECIPES))
        model = _learnt(training, choosing, names, theta, replace(options, loss=recipe.loss), recipe.position)
        scores = model.score(features_of(choosing, model.features))
        compared[str(recipe)] = float(page_worths(choosing, gains, scores)[choosing.wanted()].mean())
        models[str(recipe)] = recipe, model
    report("learning", len(RECIPES), len(RECIPES))
    recipe, model = models[max(compared, key=compared.__getitem__)]
    return Trained(model, recipe, model.features, compared, theta, training, held_out)


def telling_names(shown: Shown) -> tuple[str, ...]:
    """Signals that differ among these rows, in the order of their names."""
    names = []
    for name in shown.names:
        values = shown.signal(name)
        known = values[np.isfinite(values)]
        if name in SIGNALS and len(known) and (len(known) < len(values) or (known != known[0]).any()):
            names.append(name)
    return tuple(names)


def features_of(shown: Shown, names: Sequence[str]) -> FloatArray:
    """What a model reads of rows that are to be ranked: their signals, and the top of the page as their position."""
    signals = shown.features([name for name in names if name != POSITION])
    return _with_position(signals, np.zeros(len(signals))) if POSITION in names else signals


def _learnt(
    training: Shown, choosing: Shown, names: tuple[str, ...], theta: Numbers, options: Boosting, position: bool
) -> Boosted:
    features = (*names, POSITION) if position else names
    learnt = training.features(names)
    if position:
        learnt = _with_position(learnt, training.positions.astype(np.float64))
    return boost(
        RankingRows(learnt, training.page_of, fair_gains(training, theta, LEARNT_MIN)),
        RankingRows(features_of(choosing, features), choosing.page_of, fair_gains(choosing, theta, LEARNT_MIN)),
        features,
        options,
    )


def _with_position(signals: FloatArray, positions: Numbers) -> FloatArray:
    joined: FloatArray = np.concatenate([signals, positions[:, None].astype(np.float32)], axis=1)
    return joined


def _check(shown: Shown) -> None:
    if not len(shown):
        raise InvalidInput(
            "has no search that was answered in the order of relevance",
            field="impressions",
            remedy="Let searches run through the API first, with impressions_keep_days above 0",
        )
    wanted = int(shown.wanted().sum())
    if not wanted:
        raise InvalidInput(
            f"has {len(shown):,} pages and no click on any of them",
            field="impressions",
            remedy="Send clicks, likes, carts and purchases with the query_id of the answer: POST /v1/events",
        )
    if wanted < PAGES_MIN:
        raise InvalidInput(
            f"has {wanted:,} pages of which something was clicked or more, at least {PAGES_MIN} are needed",
            field="impressions",
            remedy="Collect more of them first",
        )
