from __future__ import annotations

from vectorstore.embedded.payloads import CachedPayload, PayloadCache


def entry(text: str, size: int = 1) -> CachedPayload:
    return CachedPayload(text, text.encode() * size)


def test_what_was_put_in_is_found_and_nothing_else() -> None:
    cache = PayloadCache()
    cache.put({"a": entry("a"), "b": entry("b")}, cache.writes)
    assert cache.get(["b", "c"]) == {"b": entry("b")}


def test_a_payload_that_was_written_meanwhile_is_not_kept() -> None:
    cache = PayloadCache()
    before = cache.writes
    cache.forget(["a"])
    cache.put({"a": entry("old")}, before)
    assert cache.get(["a"]) == {}


def test_forgetting_one_leaves_the_others() -> None:
    cache = PayloadCache()
    cache.put({"a": entry("a"), "b": entry("b")}, cache.writes)
    cache.forget(["a", "unknown"])
    assert cache.get(["a", "b"]) == {"b": entry("b")}


def test_the_one_used_longest_ago_goes_first() -> None:
    cache = PayloadCache(bytes_max=3_000)
    cache.put({"a": entry("a", 1_000)}, cache.writes)
    cache.put({"b": entry("b", 1_000)}, cache.writes)
    cache.get(["a"])
    cache.put({"c": entry("c", 1_000)}, cache.writes)
    assert set(cache.get(["a", "b", "c"])) == {"a", "c"}


def test_putting_the_same_again_costs_no_more_room() -> None:
    cache = PayloadCache(bytes_max=3_000)
    cache.put({"b": entry("b", 1_000)}, cache.writes)
    for _ in range(10):
        cache.put({"a": entry("a", 1_000)}, cache.writes)
    assert set(cache.get(["a", "b"])) == {"a", "b"}


def test_clearing_forgets_everything_and_what_is_being_read() -> None:
    cache = PayloadCache()
    cache.put({"a": entry("a")}, cache.writes)
    before = cache.writes
    cache.clear()
    cache.put({"b": entry("b")}, before)
    assert cache.get(["a", "b"]) == {}
