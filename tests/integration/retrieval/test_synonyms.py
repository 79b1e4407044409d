"""Synonyms, from a file to what searches look up."""

from __future__ import annotations

import pytest

from catalog.opening import Catalog
from core.errors import InvalidInput
from core.synonyms import SynonymRule
from retrieval.synonyms import RULES_MAX, SynonymShelf, named_rule, rules_of_file, set_synonyms
from words.analysis import Analyzer


def test_a_change_counts_a_second_later(catalog: Catalog) -> None:
    now_s = 0.0
    shelf = SynonymShelf(catalog, Analyzer(), lambda: now_s)
    assert shelf.current().expand("sneakers") == {}
    set_synonyms(catalog, rules_of_file(["sneaker, trainer"]), instead_of_all=False)
    assert shelf.current().expand("sneakers") == {}
    now_s = 1.5
    assert shelf.current().expand("sneakers").keys() == {"trainer"}
    same = shelf.current()
    now_s = 3.0
    assert shelf.current() is same


def test_a_file_that_is_read_twice_makes_each_rule_once(catalog: Catalog) -> None:
    lines = ["# shoes", "Sneaker, trainer", "tee => t-shirt"]
    for _ in range(2):
        set_synonyms(catalog, rules_of_file(lines), instead_of_all=False)
    assert [(rule.words, rule.means) for rule in sorted(catalog.synonyms.all(), key=lambda rule: rule.words)] == [
        (("Sneaker", "trainer"), ()),
        (("tee",), ("t-shirt",)),
    ]
    assert named_rule(["sneaker", "trainer"], []).id == named_rule(["Sneaker", "trainer"], []).id


def test_too_many_rules_and_rules_without_names_are_refused(catalog: Catalog) -> None:
    with pytest.raises(InvalidInput, match=r"more than 10,000"):
        set_synonyms(catalog, [SynonymRule(str(i), ("a", "b")) for i in range(RULES_MAX + 1)], instead_of_all=True)
    with pytest.raises(InvalidInput, match="id: is missing"):
        set_synonyms(catalog, [SynonymRule("", ("a", "b"))], instead_of_all=False)
    assert catalog.synonyms.all() == []
