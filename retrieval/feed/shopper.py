"""What a feed knows of the shopper it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.feeds import FeedQuery
from core.generations import Generation
from core.profiles import EVENTS_READ_MAX, NO_PROFILE, Profile
from retrieval.feed.noting import tired_of
from retrieval.taste.making import profile_for
from retrieval.wiring import Vitrine

# What was looked at comes back after this time, and before it only when nothing else is left.
SEEN_FOR = timedelta(days=7)
# Acts by how much they say, the most first.
_TELLING = ("purchase", "like", "cart", "click", "view")


@dataclass(frozen=True, slots=True)
class Shopper:
    """One shopper at one moment.

    Attributes
    ----------
    tired_of: by product in how many visits it was shown lately without anything coming of it.
    acts: by product the act of his that says most, where a reason is wanted.
    """

    now: datetime
    profile: Profile = NO_PROFILE
    tired_of: Mapping[str, int] = field(default_factory=dict)
    acts: Mapping[str, str] = field(default_factory=dict)

    @property
    def gone(self) -> frozenset[str]:
        """Products that are not shown any more: hidden, disliked or bought."""
        profile = self.profile
        return profile.hidden.union(profile.disliked_ids, profile.purchased)

    @property
    def known(self) -> frozenset[str]:
        """Products that need no showing: looked at lately, or liked without a look."""
        since_s = (self.now - SEEN_FOR).timestamp()
        seen = self.profile.seen
        lately = {product_id for product_id, seen_s in seen.items() if seen_s >= since_s}
        return frozenset(lately.union(product_id for product_id in self.profile.liked if product_id not in seen))


def shopper_of(v: Vitrine, generation: Generation, query: FeedQuery, now: datetime) -> Shopper:
    """The shopper of a feed, as of now.

    Raises
    ------
    CatalogUnavailable, StoreError
    """
    profile = profile_for(v, generation, query.user_id, query.session_id)
    touched = {*profile.liked, *profile.seen}
    tired = tired_of(v.catalog, query.user_id, now, touched)
    return Shopper(now, profile, tired, _acts(v, query.user_id) if query.explain and profile.liked else {})


def _acts(v: Vitrine, user_id: str) -> dict[str, str]:
    acts: dict[str, str] = {}
    for event in v.catalog.events.latest(user_id, EVENTS_READ_MAX):
        if event.type in _TELLING:
            before = acts.get(event.product_id, event.type)
            acts[event.product_id] = min(before, event.type, key=_TELLING.index)
    return acts
