from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.synonyms import SynonymRule
from words.analysis import Analyzer
from words.synonyms import SYNONYM_WEIGHT, Synonyms, read_synonyms

ENGLISH = Analyzer()


def synonyms(*lines: str) -> Synonyms:
    rules = [SynonymRule(str(i), words, means) for i, (words, means) in enumerate(read_synonyms(lines))]
    return Synonyms(ENGLISH, rules)


def test_words_that_stand_for_each_other_add_each_other() -> None:
    found = synonyms("sneaker, trainer")
    assert found.expand("red sneakers") == {"trainer": SYNONYM_WEIGHT}
    assert found.expand("Trainers") == {"sneaker": SYNONYM_WEIGHT}
    assert found.expand("red shoes") == {}


def test_one_way_means_one_way() -> None:
    found = synonyms("jeans, chinos => trousers")
    assert found.expand("blue jeans") == {"trousers": SYNONYM_WEIGHT}
    assert found.expand("trousers") == {}


def test_texts_of_several_words_share_their_weight() -> None:
    found = synonyms("mobile phone, smartphone")
    assert found.expand("smartphone case") == {"mobile phone": SYNONYM_WEIGHT / 2}
    assert found.expand("cases for mobile phones") == {"smartphone": SYNONYM_WEIGHT}
    assert found.expand("mobile") == {}


def test_the_longest_match_counts() -> None:
    found = synonyms("running shoe, sneaker", "shoe, footwear")
    assert found.expand("running shoes") == {"sneaker": SYNONYM_WEIGHT}
    assert found.expand("shoes") == {"footwear": SYNONYM_WEIGHT}


@pytest.mark.parametrize("lines", [("a => b", "b => a"), ("a => a, b",), ("a, b", "b, c", "c, a"), ("a, A, as",)])
def test_loops_are_harmless(lines: tuple[str, ...]) -> None:
    found = synonyms(*(line.replace("a", "anorak").replace("b", "boot").replace("c", "coat") for line in lines))
    assert set(found.expand("anorak")) <= {"boot", "coat", "anoraks"}


def test_what_a_rule_adds_is_looked_up_in_no_other() -> None:
    assert synonyms("anorak => jacket", "jacket => coat").expand("anorak") == {"jacket": SYNONYM_WEIGHT}


def test_a_query_is_not_expanded_without_end() -> None:
    rules = [SynonymRule(str(i), (f"word{i}",), tuple(f"meaning{i}x{j}" for j in range(100))) for i in range(50)]
    assert len(Synonyms(ENGLISH, rules).expand(" ".join(f"word{i}" for i in range(50)))) <= 150


def test_without_rules_nothing_is_added() -> None:
    assert Synonyms(ENGLISH).expand("red shoes") == {}
    assert len(Synonyms(ENGLISH)) == 0


def test_a_file_is_read_as_solr_reads_it() -> None:
    lines = ["\ufeff# shoes", "", "sneaker,  trainer , running   shoe", "tee=>t-shirt", r"1\,5 l, magnum", "a, a, b"]
    assert list(read_synonyms(lines)) == [
        (("sneaker", "trainer", "running shoe"), ()),
        (("tee",), ("t-shirt",)),
        (("1,5 l", "magnum"), ()),
        (("a", "b"), ()),
    ]


@pytest.mark.parametrize(
    "line", ["sneaker", "a =>", "=> b", "a => b => c", "a, !!", ",,", "x" * 101 + ", y", "a, a", "a, #b"]
)
def test_a_line_that_says_nothing_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(InvalidInput, match="line 2"):
        list(read_synonyms(["red, scarlet", line]))


def test_a_rule_has_at_most_a_hundred_words() -> None:
    with pytest.raises(InvalidInput, match="more than 100"):
        SynonymRule("r", tuple(f"w{i}" for i in range(101)))


TEXTS = st.lists(st.from_regex(r"[a-z][a-z ,]{0,10}[a-z]", fullmatch=True), min_size=2, max_size=5, unique=True)


@given(TEXTS, TEXTS | st.just([]))
def test_a_rule_is_read_back_from_its_line(words: list[str], means: list[str]) -> None:
    try:
        rule = SynonymRule("r", tuple(words), tuple(means))
    except InvalidInput:
        # Texts that differ in their blanks alone are one.
        return
    assert list(read_synonyms([rule.line()])) == [(rule.words, rule.means)]
