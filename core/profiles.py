"""A shopper's taste, as what he did tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from core.vectors import FloatArray

# How many of a shopper's latest events his profile is made of.
EVENTS_READ_MAX = 500


@dataclass(frozen=True, slots=True)
class TasteOptions:
    """How much what a shopper does says of his taste.

    Attributes
    ----------
    weights: by type of event, at least 0; of `dislike` and `hide` they say how little it is wanted.
    half_life_days: an event counts half as much when it is this much older than the latest one; above 0.
    dislikes: how strongly what is disliked repels, beside 1 for what is liked; at least 0.
    """

    weights: Mapping[str, float]
    half_life_days: float = 30.0
    dislikes: float = 0.3


@dataclass(frozen=True, slots=True)
class Interest:
    """One of several things a shopper is after, told by the product in its middle.

    Attributes
    ----------
    product_id: the medoid.
    weight: its share of all that he wants, above 0; those of all interests sum to 1.
    members: ids of the products it is made of, the medoid among them, those that count most first.
    """

    product_id: str
    weight: float
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Affinity:
    """How much a shopper wants products with one value of one field.

    Attributes
    ----------
    field: `brand`, `category`, or an attribute as `attributes.NAME`.
    liked: its share of what he wants, 0 to 1. disliked: its share of what he does not want, 0 to 1.
    score: what counts: the first less the second times `TasteOptions.dislikes`.
    liked_products, disliked_products: how many products these are.
    """

    field: str
    value: str
    liked: float
    disliked: float
    score: float
    liked_products: int = 0
    disliked_products: int = 0


class Tally(NamedTuple):
    """How much some products weigh together, and how many they are."""

    weight: float
    products: int


class LogPrices(NamedTuple):
    """What some products cost: their weight, and the sums of weight times ln(price), and times its square."""

    weight: float
    logs: float
    squares: float

    @classmethod
    def of(cls, prices: Iterable[tuple[float, float]]) -> LogPrices:
        """From pairs of weight and ln(price)."""
        pairs = list(prices)
        weight = sum(weight for weight, _ in pairs)
        logs = sum(weight * log for weight, log in pairs)
        return cls(weight, logs, sum(weight * log * log for weight, log in pairs))


@dataclass(frozen=True, slots=True)
class Told:
    """What some products are told by, fields named as in `Affinity`; empty for no products.

    Attributes
    ----------
    weight: of all of them. fields: of those that have the field at all, by category, empty for none. values: of those
        with the value, by field.
    prices: of those that have a price above 0, by category.
    """

    weight: float = 0.0
    fields: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Tally]] = field(default_factory=dict)
    prices: Mapping[str, LogPrices] = field(default_factory=dict)


NOTHING_TOLD = Told()


@dataclass(frozen=True, slots=True)
class PriceRange:
    """Prices of what a shopper wants: 10 %, half and 90 % of its weight cost no more. In the shop's currency."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of one shopper; empty for one who has done nothing.

    Vectors are by view name, float32 of unit length; a view is left out where there is none.

    Attributes
    ----------
    events: how many it was made of.
    long: what he wants in the long run, turned away from what he dislikes. session: what he wants on this visit.
    blended: both, as much of each as they are alike.
    disliked: (n, dim), one row per disliked or hidden product that has such a vector.
    interests: the weightiest first.
    liked: ids of products that he wants, with their weights above 0, the weightiest first.
    disliked_ids: disliked or hidden products, the latest first. hidden: those never to be shown.
    seen: when he last looked at each product, in epoch seconds. purchased: when he last bought each.
    affinities: the strongest first.
    wanted, refused: what all that he wants is told by, and all that he does not want.
    prices: None where nothing that he wants has a price.
    """

    events: int = 0
    long: Mapping[str, FloatArray] = field(default_factory=dict)
    session: Mapping[str, FloatArray] = field(default_factory=dict)
    blended: Mapping[str, FloatArray] = field(default_factory=dict)
    disliked: Mapping[str, FloatArray] = field(default_factory=dict)
    interests: tuple[Interest, ...] = ()
    liked: Mapping[str, float] = field(default_factory=dict)
    disliked_ids: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    seen: Mapping[str, float] = field(default_factory=dict)
    purchased: Mapping[str, float] = field(default_factory=dict)
    affinities: tuple[Affinity, ...] = ()
    wanted: Told = NOTHING_TOLD
    refused: Told = NOTHING_TOLD
    prices: PriceRange | None = None


NO_PROFILE = Profile()
