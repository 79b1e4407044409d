from __future__ import annotations

from cli.reindex import lost_views
from core.generations import IMAGE, LEXICAL, TEXT, Generation, View


def generation(*names: str) -> Generation:
    return Generation("g", "default", tuple(View(name, name, 4, "pocket", frozenset()) for name in names))


def test_a_view_that_the_new_index_lacks_is_named_with_its_remedy() -> None:
    before = generation(IMAGE, TEXT, LEXICAL)
    assert lost_views(before, before) == ""
    assert lost_views(generation(TEXT), before) == ""
    only_seeing = lost_views(before, generation(IMAGE, LEXICAL))
    assert "no text view" in only_seeing
    assert "--text-encoder" in only_seeing
    assert "--text-encoder" not in lost_views(before, generation(TEXT, LEXICAL))
