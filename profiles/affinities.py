"""Which brands, categories, attributes and prices a shopper wants."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.profiles import Affinity, LogPrices, PriceRange, Tally, Told

CATEGORY = "category"
# So much weight, ten clicks, has to be on a shopper's products before they count as much as the prior.
PRIOR = 10.0
_AFFINITIES_MAX = 60
_LOW, _MIDDLE, _HIGH = 0.1, 0.5, 0.9
_LEVEL_MAX = 3.0
_NOTHING = Tally(0.0, 0)


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What a product is told by: texts by field (`brand`, `category`, `attributes.NAME`), and its price if any."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    price: float | None = None


_NO_FACTS = ProductFacts()


def told(weights: Mapping[str, float], facts: Mapping[str, ProductFacts]) -> Told:
    """What some products are told by.

    Parameters
    ----------
    weights: above 0 by product id.
    """
    fields: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    prices: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for product_id, weight in weights.items():
        its_facts = facts.get(product_id, _NO_FACTS)
        its_values = its_facts.values
        category = next(iter(its_values.get(CATEGORY, ())), "")
        if its_facts.price:
            prices[category].append((weight, math.log(its_facts.price)))
        for name, own in its_values.items():
            fields[name][category] += weight
            of_field = values[name]
            for value in own if len(own) == 1 else set(own):
                of_field[value].append(weight)
    tallies = {
        name: {value: Tally(sum(some), len(some)) for value, some in of_field.items()}
        for name, of_field in values.items()
    }
    by_category = {category: LogPrices.of(some) for category, some in prices.items()}
    return Told(sum(weights.values()), {name: dict(own) for name, own in fields.items()}, tallies, by_category)


def affinities(wanted: Told, refused: Told, dislikes: float) -> tuple[Affinity, ...]:
    """How much each value of each field is wanted, the strongest first, at most 60.

    The share of the wanted weight that lies on products with the value, less `dislikes` times that of the refused.
    """
    found = []
    for name in {**wanted.values, **refused.values}:
        likes, refusals = wanted.values.get(name, {}), refused.values.get(name, {})
        for value in {**likes, **refusals}:
            like, refusal = likes.get(value, _NOTHING), refusals.get(value, _NOTHING)
            liked = like.weight / wanted.weight if like.products else 0.0
            disliked = refusal.weight / refused.weight if refusal.products else 0.0
            score = liked - dislikes * disliked
            found.append(Affinity(name, value, liked, disliked, score, like.products, refusal.products))
    return tuple(sorted(found, key=lambda one: (-abs(one.score), one.field, one.value)))[:_AFFINITIES_MAX]


def evidence(
    his: Told,
    name: str,
    values: Sequence[str],
    expected: NDArray[np.float64],
    shares: NDArray[np.float64],
    prior: float = PRIOR,
) -> NDArray[np.float64]:
    """How much likelier values of a field are among a shopper's products than among others like them, in nats.

    ln((w + a·p) / (e + a·p)) with the prior weight a: the weight observed over the weight expected, shrunk towards 1 as
    by a gamma prior on the rate of a Poisson variable (DuMouchel 1999, "Bayesian Data Mining in Large Frequency
    Tables", section 3.1). 0 where nothing is known of the field.

    Parameters
    ----------
    values: (n,) of the field `name`.
    expected: (n,) the weight that would lie on each value if he chose without regard to it.
    shares: (n,) of the products that are compared, and have the field, those with each value; above 0.
    prior: how much weight it takes before his own counts as much as what is usual, see `telling.concentration`.

    Returns
    -------
    float64 (n,).
    """
    tallies = his.values.get(name, {})
    own = np.array([tallies.get(value, _NOTHING).weight for value in values], dtype=np.float64)
    found: NDArray[np.float64] = np.log((own + prior * shares) / (expected + prior * shares))
    return found


def price_evidence(weight: float, levels: float, squares: float, prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much likelier prices are among a shopper's products than among all of their categories, in nats.

    The logarithm of one normal density over another: that of his products and `PRIOR` such as the shop has, whose
    levels have mean 0 and variance 1, over that of the shop's alone (a conjugate prior: Gelman et al. 2013, "Bayesian
    Data Analysis", section 3.3). He is never taken to be less particular than everybody. 0 where nothing is known.

    Parameters
    ----------
    weight: of his products that have a price. levels, squares: sums of weight times level, and times its square.
    prices: (n,) levels of the products that are compared. A level is ln(price) less the mean of its category, over the
        spread; it is cut to at most 3 either way.

    Returns
    -------
    float64 (n,).
    """
    total = weight + PRIOR
    mean = levels / total
    variance = min(1.0, (squares + PRIOR) / total - mean * mean)
    near = np.clip(prices, -_LEVEL_MAX, _LEVEL_MAX)
    found: NDArray[np.float64] = near**2 / 2 - (near - mean) ** 2 / (2 * variance) - np.log(variance) / 2
    return found


def price_range(liked: Mapping[str, float], facts: Mapping[str, ProductFacts]) -> PriceRange | None:
    """Weighted quantiles of the prices of what is liked; None where nothing of it has a price.

    Parameters
    ----------
    liked: weights above 0 by product id.
    """
    priced = sorted(
        (price, weight)
        for product_id, weight in liked.items()
        for price in [facts.get(product_id, _NO_FACTS).price]
        if price is not None
    )
    if not priced:
        return None
    prices, weights = np.array(priced, dtype=np.float64).T
    reached = np.cumsum(weights) / weights.sum()
    low, middle, high = (float(prices[np.searchsorted(reached, share - 1e-9)]) for share in (_LOW, _MIDDLE, _HIGH))
    return PriceRange(low, middle, high)
