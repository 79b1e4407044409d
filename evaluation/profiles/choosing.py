"""Every method with several settings: which are taken is decided on a validation slice, for all methods alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evaluation.profiles.measuring import NDCG, Scorer, measured, recommend
from evaluation.profiles.ratings import Ratings
from evaluation.profiles.splitting import Mask, Task

Fit = Callable[[Ratings, Mask], Scorer]


@dataclass(frozen=True, slots=True)
class Variant:
    """A method with its settings, told in words."""

    settings: str
    fit: Fit


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a method was given.

    Attributes
    ----------
    validation: NDCG@10 there, of the chosen variant. tried: of all of them, by their settings.
    """

    method: str
    variant: Variant
    validation: float
    tried: dict[str, float]


def choose(method: str, variants: Sequence[Variant], validation: Task, seed: int) -> Chosen:
    """The variant with the highest NDCG@10 on the validation slice; of equal ones the first."""
    tried = {}
    for variant in variants:
        scorer = variant.fit(validation.histories.ratings, validation.fit)
        rows = measured(recommend(scorer, validation, seed), validation.wanted)[NDCG]
        tried[variant.settings] = float(rows.mean())
    won = max(variants, key=lambda variant: tried[variant.settings])
    return Chosen(method, won, tried[won.settings], tried)
