"""Which brands, categories, attributes and prices a shopper wants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.profiles import Affinity, PriceRange

_AFFINITIES_MAX = 60
_LOW, _MIDDLE, _HIGH = 0.1, 0.5, 0.9


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What a product is told by: texts by field (`brand`, `category`, `attributes.NAME`), and its price if any."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    price: float | None = None


def affinities(
    liked: Mapping[str, float], disliked: Mapping[str, float], facts: Mapping[str, ProductFacts], dislikes: float
) -> tuple[Affinity, ...]:
    """How much each value of each field is wanted, the strongest first, at most 60.

    The share of the liked weight that lies on products with the value, less `dislikes` times that of the disliked.

    Parameters
    ----------
    liked, disliked: weights above 0 by product id.
    """
    likes, refusals = _shares(liked, facts), _shares(disliked, facts)
    nothing = _Share()
    found = []
    for name, value in {**likes, **refusals}:
        like, refusal = likes.get((name, value), nothing), refusals.get((name, value), nothing)
        score = like.weight - dislikes * refusal.weight
        found.append(Affinity(name, value, like.weight, refusal.weight, score, like.products, refusal.products))
    return tuple(sorted(found, key=lambda one: (-abs(one.score), one.field, one.value)))[:_AFFINITIES_MAX]


def price_range(liked: Mapping[str, float], facts: Mapping[str, ProductFacts]) -> PriceRange | None:
    """Weighted quantiles of the prices of what is liked; None where nothing of it has a price.

    Parameters
    ----------
    liked: weights above 0 by product id.
    """
    priced = sorted(
        (price, weight)
        for product_id, weight in liked.items()
        for price in [facts.get(product_id, ProductFacts()).price]
        if price is not None
    )
    if not priced:
        return None
    prices, weights = np.array(priced, dtype=np.float64).T
    reached = np.cumsum(weights) / weights.sum()
    low, middle, high = (float(prices[np.searchsorted(reached, share - 1e-9)]) for share in (_LOW, _MIDDLE, _HIGH))
    return PriceRange(low, middle, high)


@dataclass(frozen=True, slots=True)
class _Share:
    """The share of all weight that lies on some products, and how many they are."""

    weight: float = 0.0
    products: int = 0


def _shares(weights: Mapping[str, float], facts: Mapping[str, ProductFacts]) -> dict[tuple[str, str], _Share]:
    """By field and value."""
    on: dict[tuple[str, str], list[float]] = defaultdict(list)
    for product_id, weight in weights.items():
        told = facts[product_id].values if product_id in facts else {}
        for name, values in told.items():
            for value in values if len(values) == 1 else set(values):
                on[name, value].append(weight)
    whole = sum(weights.values())
    return {value: _Share(sum(some) / whole, len(some)) for value, some in on.items()}
