"""Profiles that were made a moment ago."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from core.profiles import Profile

KEPT_S = 60.0
# One takes some 50 kB.
_PROFILES_MAX = 2_000


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

    A minute, because photos and words of products change, and their vectors with them.

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
