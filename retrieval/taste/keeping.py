"""Profiles that were made a moment ago, and what is told of the products they were made of."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from core.profiles import Profile
from profiles.affinities import ProductFacts

# No longer, because photos and words of products change, and their vectors with them.
KEPT_S = 60.0
# One takes some 50 kB.
_PROFILES_MAX = 2_000
# One takes some 2 kB.
_PRODUCTS_MAX = 20_000


class ProfileKey(NamedTuple):
    """Whose profile, and over which index; an empty session is the latest."""

    user_id: str
    session_id: str
    generation_id: str


class _Kept(NamedTuple):
    until_s: float
    event_ids: tuple[str, ...]
    profile: Profile


@dataclass
class KeptProfiles:
    """The profiles used last, each as long as the shopper's events are the same, and a minute at most. Thread-safe.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back.
    """

    profiles_max: int = _PROFILES_MAX
    now_s: Callable[[], float] = time.monotonic
    _kept: OrderedDict[ProfileKey, _Kept] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: ProfileKey, event_ids: tuple[str, ...]) -> Profile | None:
        """The profile that was made of these very events, if it is still here."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.event_ids != event_ids or self.now_s() > kept.until_s:
                return None
            self._kept.move_to_end(key)
            return kept.profile

    def keep(self, key: ProfileKey, event_ids: tuple[str, ...], profile: Profile) -> None:
        """Remember what was made just now."""
        with self._lock:
            self._kept[key] = _Kept(self.now_s() + KEPT_S, event_ids, profile)
            self._kept.move_to_end(key)
            while len(self._kept) > self.profiles_max:
                self._kept.popitem(last=False)

    def forget(self, user_id: str) -> None:
        """Nothing is kept of this shopper any more."""
        with self._lock:
            for key in [key for key in self._kept if key.user_id == user_id]:
                del self._kept[key]


@dataclass
class KeptFacts:
    """What products are told by that tastes were about last, for a minute. Thread-safe.

    After an event all of a shopper's products but one are here.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back.
    """

    products_max: int = _PRODUCTS_MAX
    now_s: Callable[[], float] = time.monotonic
    _kept: OrderedDict[tuple[str, str], tuple[float, ProductFacts]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, generation_id: str, product_ids: Sequence[str]) -> dict[str, ProductFacts]:
        """Those of some products that are here."""
        found = {}
        now_s = self.now_s()
        with self._lock:
            for product_id in product_ids:
                kept = self._kept.get((generation_id, product_id))
                if kept is not None and now_s <= kept[0]:
                    found[product_id] = kept[1]
        return found

    def keep(self, generation_id: str, facts: Mapping[str, ProductFacts]) -> None:
        """Remember what was read just now."""
        until_s = self.now_s() + KEPT_S
        with self._lock:
            for product_id, its_facts in facts.items():
                self._kept[generation_id, product_id] = (until_s, its_facts)
                self._kept.move_to_end((generation_id, product_id))
            while len(self._kept) > self.products_max:
                self._kept.popitem(last=False)
