"""Titles as people type them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from core.products import Product
from evaluation.queries import QuerySet
from evaluation.query_sets.known_item import CLEAN, TYPO, known_item_sets
from evaluation.query_sets.misspelling import misspelt
from evaluation.query_sets.synonyms import synonyms
from tests.unit.evaluation.catalogue_of_shoes import products
from words.analysis import Analyzer

ANALYZER = Analyzer()


def _sets(made: tuple[Product, ...], count: int = 20) -> dict[str, QuerySet]:
    return {one.name: one for one in known_item_sets(made, ANALYZER, count, seed=1)}


@given(st.text("abcdefghijklmnopqrstuvwxyz ", min_size=4, max_size=40), st.integers())
def test_a_typing_error_is_one_edit_in_one_word(text: str, seed: int) -> None:
    wrong = misspelt(text, frozenset(), random.Random(seed))
    before = text.split()
    if wrong is None:
        assert all(len(word) < 4 or len(set(word)) == 1 for word in before)
        return
    after = wrong.split()
    changed = [i for i, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert len(changed) == 1
    assert OSA.distance(before[changed[0]], after[changed[0]]) == 1


def test_an_error_never_makes_another_word_of_the_catalogue() -> None:
    made = {misspelt("boots", {"boot", "bots"}, random.Random(seed)) for seed in range(300)}
    assert len(made) > 5
    assert not made & {"boot", "bots", "boots"}


def test_short_words_numbers_and_codes_are_not_misspelt() -> None:
    assert misspelt("red 1234 wh1000xm5 café", frozenset(), random.Random(1)) is None


def test_titles_with_and_without_an_error_are_of_the_same_products_in_the_same_order() -> None:
    made = _sets(products())
    clean, typo = made[CLEAN], made[TYPO]
    assert len(clean.queries) == 20
    assert [judged.relevant for judged in clean.queries] == [judged.relevant for judged in typo.queries]
    assert all(a.label != b.label for a, b in zip(clean.queries, typo.queries, strict=True))


def test_identical_titles_count_as_one() -> None:
    made = (*products(), Product("twin", products()[0].title.upper()))
    asked = _sets(made, 500)[CLEAN].queries
    (both,) = [judged for judged in asked if "twin" in judged.relevant]
    assert both.relevant == {"twin", products()[0].id}
    assert len({judged.relevant for judged in asked}) == len(asked)


def test_swapped_titles_have_the_same_words() -> None:
    made = _sets(products())
    for clean, swapped in zip(made[CLEAN].queries, made["known_item_swapped"].queries, strict=True):
        assert sorted(clean.label.split()) == sorted(swapped.label.split())


def test_a_synonym_takes_the_place_of_one_word() -> None:
    for title, judged in zip(
        (query.label for query in _sets(products())[CLEAN].queries),
        _sets(products())["known_item_synonym"].queries,
        strict=True,
    ):
        (old,) = set(title.split()) - set(judged.label.split())
        (new,) = set(judged.label.split()) - set(title.split())
        assert new in synonyms()[old.lower()]


def test_what_is_left_of_a_title_fits_all_titles_that_could_have_been_cut_to_it() -> None:
    made = (
        Product("1", "Acme leather walking boots"),
        Product("2", "Acme leather hiking boots"),
        Product("3", "Acme suede loafers"),
    )
    asked = _sets(made)["known_item_dropped"].queries
    for judged in asked:
        words = set(judged.label.lower().split())
        # Three of four words are left of the first two, and two of the third.
        fits = [p for p in made[:2] if words <= set(p.title.lower().split())] if len(words) == 3 else [made[2]]
        assert judged.ranks == pytest.approx((1 / len(fits),) * len(fits))


def test_a_title_that_more_products_have_is_likelier_to_be_meant() -> None:
    made = (
        Product("1", "Acme leather walking boots"),
        *(Product(f"2{i}", "Acme leather hiking boots") for i in range(3)),
    )
    ranks = {judged.ranks for judged in _sets(made)["known_item_dropped"].queries}
    assert ranks <= {(1.0,), (0.75, 0.25)}


def test_a_catalogue_without_proper_titles_gives_no_queries() -> None:
    assert _sets((Product("1", "Boots"), Product("2", "12 34 56"))) == {}
