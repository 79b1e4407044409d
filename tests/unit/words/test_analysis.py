from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigurationError
from words.analysis import Analyzer

ENGLISH = Analyzer()
GERMAN = Analyzer("german")


def all_terms(analyzer: Analyzer, text: str) -> set[str]:
    terms = analyzer.terms(text)
    return {*terms.words, *terms.variants}


@pytest.mark.parametrize("size", ["S", "M", "L", "XL"])
@pytest.mark.parametrize("analyzer", [ENGLISH, GERMAN])
def test_sizes_of_one_letter_are_terms(analyzer: Analyzer, size: str) -> None:
    assert size.lower() in all_terms(analyzer, f"Polo {size}")
    assert size.lower() in all_terms(analyzer, "Polo, S/M/L/XL")


def test_a_possessive_is_no_size() -> None:
    assert "s" not in all_terms(ENGLISH, "Men's shirt from Levi's")


def test_english_words_meet_in_their_stems() -> None:
    assert ENGLISH.terms("Running shirts for the women").words == ("run", "shirt", "women")


def test_german_words_meet_in_their_stems_with_and_without_umlauts() -> None:
    for text in ("grüne Häuser", "Grünes Haus", "gruene haeuser", "grune hauser"):
        assert GERMAN.terms(text).words == ("grun", "haus"), text
    assert GERMAN.terms("Schuhe für die Größe 38").words == ("schuh", "gross", "38")


def test_words_that_tell_products_apart_are_no_stop_words() -> None:
    words = "full long back no not without her all over off up down under"
    assert len(ENGLISH.terms(words).words) == len(words.split())


def test_words_with_digits_are_not_stemmed() -> None:
    assert ENGLISH.terms("1000xm5s").words == ("1000xm5s",)


def test_a_language_without_lists_is_stemmed() -> None:
    assert Analyzer("french").terms("chemises bleues").words == Analyzer("french").terms("chemise bleue").words


def test_an_unknown_language_names_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match=r"klingon.*english.*german"):
        Analyzer("klingon")


def test_threads_share_an_analyzer() -> None:
    texts = [f"running shoes number {i} bottles" for i in range(200)]
    expected = [Analyzer().terms(text) for text in texts]
    shared = Analyzer()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(shared.terms, texts)) == expected


@given(st.text())
def test_every_text_has_terms_without_blanks(text: str) -> None:
    terms = ENGLISH.terms(text)
    assert all(term and not term.isspace() and " " not in term for term in (*terms.words, *terms.variants))
    assert not set(terms.words) & set(terms.variants)
    assert len(set(terms.variants)) == len(terms.variants)


@given(st.text(alphabet="abcdefg ABC'-5", max_size=30))
def test_case_makes_no_difference(text: str) -> None:
    assert ENGLISH.terms(text.upper()) == ENGLISH.terms(text.lower())
