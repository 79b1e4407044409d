"""What of all that a shopper did still stands: each event once, contradictions and retractions settled.

The order in which events arrived does not matter; they go by the moment they happened, and at the same moment by id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.events import CHANGES_MIND, RETRACTABLE, RETRACTION, UNWANTED_TYPES, WANTED_TYPES, Event

_LOOKED = frozenset({"view", "click"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts of some events.

    Attributes
    ----------
    wanted: acts that say that a product is wanted, in order of time. None is on a product that is not wanted now.
    unwanted: the act by which each product came to be not wanted now, the latest first.
    hidden: products never to be shown.
    seen, purchased: when each product was last looked at or bought, in epoch seconds.
    """

    wanted: tuple[Event, ...]
    unwanted: tuple[Event, ...]
    hidden: frozenset[str]
    seen: Mapping[str, float]
    purchased: Mapping[str, float]


@dataclass
class _Opinion:
    """What a shopper thinks of one product, as his acts go by."""

    wanted: list[Event]
    unwanted: Event | None = None
    hidden: bool = False

    def take(self, event: Event) -> None:
        if event.type in UNWANTED_TYPES:
            self.wanted, self.unwanted = [], event
            self.hidden = self.hidden or event.type == "hide"
        elif event.type in CHANGES_MIND:
            self.unwanted, self.hidden = None, False
            self.wanted.append(event)
        elif event.type in WANTED_TYPES and self.unwanted is None:
            self.wanted.append(event)


def standing(ordered: Sequence[Event]) -> Standing:
    """What counts of one shopper's events, given as `in_order` puts them.

    A retraction takes back every like, dislike and hiding of its product before it, as if they had never been. Of a
    like, a cart or a purchase and a dislike or a hiding of one product the later stands, and with a dislike nothing
    done to the product before it counts. What was hidden stays so when it is disliked afterwards.
    """
    retracted = {event.product_id: place for place, event in enumerate(ordered) if event.type == RETRACTION}
    opinions: dict[str, _Opinion] = {}
    seen: dict[str, float] = {}
    purchased: dict[str, float] = {}
    for place, event in enumerate(ordered):
        if event.type in RETRACTABLE and place < retracted.get(event.product_id, 0):
            continue
        opinion = opinions.get(event.product_id)
        if opinion is None:
            opinions[event.product_id] = opinion = _Opinion([])
        opinion.take(event)
        if event.type in _LOOKED:
            seen[event.product_id] = event.created_at.timestamp()
        elif event.type == "purchase":
            purchased[event.product_id] = event.created_at.timestamp()
    counted = {event.id for opinion in opinions.values() for event in opinion.wanted}
    refused = [opinion.unwanted for opinion in opinions.values() if opinion.unwanted is not None]
    return Standing(
        tuple(event for event in ordered if event.id in counted),
        tuple(reversed(in_order(refused))),
        frozenset(product_id for product_id, opinion in opinions.items() if opinion.hidden),
        seen,
        purchased,
    )


def in_order(events: Iterable[Event]) -> list[Event]:
    """Events in order of time, each id once; of several with one id the first given."""
    first: dict[str, Event] = {}
    for event in events:
        first.setdefault(event.id, event)
    return sorted(first.values(), key=lambda event: (event.created_at, event.id))
