from __future__ import annotations

from words.analysis import Analyzer
from words.lexicon import LexiconBuilder


def test_words_of_every_field_and_of_long_texts_are_known() -> None:
    builder = LexiconBuilder(Analyzer())
    builder.add(
        "p1",
        {"title": "Blue shirt", "brand": "Acme", "category": None, "description": "Soft poplin " * 50},
        {
            "tags": ["casual", "summer"],
            "care": "Machine wash cold, tumble dry low, do not bleach, iron warm",
            "size": 38,
        },
    )
    builder.add("p2", {"title": "Blue shirt"}, {})
    lexicon = builder.build()
    assert lexicon.vocabulary.count("blue") == 2
    assert all(lexicon.vocabulary.knows(word) for word in ("acme", "poplin", "summer", "bleach"))
    assert not lexicon.vocabulary.knows("38")
    assert lexicon.vocabulary.knows("size")
    assert lexicon.speller.correct("popiln shrit").text == "poplin shirt"
    assert [found.text for found in lexicon.suggester.suggest("sum", 8)] == ["summer"]
