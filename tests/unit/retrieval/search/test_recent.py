from __future__ import annotations

from core.hits import EXACT
from retrieval.search.recent import KEPT_S, Found, RecentlyFound


def found(ids: str) -> Found:
    return Found(tuple(ids), EXACT)


def test_what_was_found_is_known_for_a_while() -> None:
    now_s = 0.0
    recent = RecentlyFound(now_s=lambda: now_s)
    recent.keep(("q", "g", 1), found("ab"))
    assert recent.get(("q", "g", 1)) == found("ab")
    assert (recent.get(("q", "g", 2)), recent.get(("q", "h", 1)), recent.get(("r", "g", 1))) == (None, None, None)
    now_s = KEPT_S + 1
    assert recent.get(("q", "g", 1)) is None


def test_the_oldest_goes_when_there_are_too_many_products() -> None:
    recent = RecentlyFound(products_max=4)
    for name in ("one", "two", "one", "three"):
        recent.keep((name, "g", 1), found("ab"))
    assert [recent.get((name, "g", 1)) is not None for name in ("one", "two", "three")] == [True, False, True]
    recent.keep(("large", "g", 1), found("abcdefgh"))
    assert recent.get(("large", "g", 1)) is not None
