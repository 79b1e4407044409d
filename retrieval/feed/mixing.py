"""A page from the best products and from those that have a share of the places by right.

The best that is known of a shopper is little. What is new, what nobody has looked at yet and what the lot brings have
places of their own, so that a shop's products get a chance and a shopper's taste can turn out to be wider than thought.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from core.feeds import EXPLORING, LEAST_SEEN, NEW

# Of twenty places two are for new products, one for the least seen, one for the lot; none of the first four.
_ROUND = 20
_RESERVED: Mapping[int, str] = {4: NEW, 8: LEAST_SEEN, 14: NEW, 18: EXPLORING}


@dataclass(frozen=True, slots=True)
class Offer:
    """One product that may take a place.

    Attributes
    ----------
    family: the same for variants of one product, of which one takes a place.
    source: whose place it takes; empty: it has earned its own.
    propensity: how likely it was to be offered.
    """

    row: int
    family: int
    source: str = ""
    propensity: float = 1.0


def reserved_places(begin: int, count: int) -> dict[str, int]:
    """By source, how many of the places from `begin` on are its own."""
    places = dict.fromkeys(_RESERVED.values(), 0)
    for place in range(begin, begin + count):
        source = _RESERVED.get(place % _ROUND)
        if source is not None:
            places[source] += 1
    return places


def mixed(best: Iterable[Offer], reserved: Mapping[str, Iterable[Offer]], begin: int, count: int) -> tuple[Offer, ...]:
    """The products for the places from `begin` on, each family once; fewer when there are no more.

    Where a source has nothing for its place, the next best one takes it.

    Parameters
    ----------
    best: the best first. reserved: by source what it offers, in order.
    """
    offered = {source: iter(offers) for source, offers in reserved.items()}
    following = iter(best)
    page: list[Offer] = []
    taken: set[int] = set()
    for place in range(begin, begin + count):
        own = offered.get(_RESERVED.get(place % _ROUND, ""), iter(()))
        chosen = _next_of(own, taken) or _next_of(following, taken)
        if chosen is None:
            break
        taken.add(chosen.family)
        page.append(chosen)
    return tuple(page)


def _next_of(offers: Iterator[Offer], taken: set[int]) -> Offer | None:
    return next((offer for offer in offers if offer.family not in taken), None)
