from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from words.analysis import Analyzer
from words.dictionary import everyday_words
from words.languages import language_of
from words.spelling import Speller
from words.vocabulary import vocabulary_of

ENGLISH = Analyzer()
TITLES = [
    *["adidas running shoes black"] * 600,
    *["Red leather belt for men"] * 40,
    *["Blue cotton shirt, sportswear"] * 1_200,
    "Nyke blue shrit with fringe",
    "Sony WH-1000XM5 headphones",
    "Kapstadt sneaker",
    "Café au lait mug",
]


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(vocabulary_of(ENGLISH, TITLES), everyday_words(ENGLISH.language))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("adidsa", "adidas"),
        ("addidas", "adidas"),
        ("adids", "adidas"),
        ("adiaas", "adidas"),
        ("Runnign Shoes", "running Shoes"),
        ("runing shoos", "running shoes"),
        ("leathre belt", "leather belt"),
        ("laether", "leather"),
        ("headpones", "headphones"),
        ("haedphnes", "headphones"),
        ("runningshoes", "running shoes"),
        ("sports wear", "sportswear"),
        ("blakc shoes!", "black shoes!"),
        ("men's leahter-belt", "men's leather-belt"),
        ("cfae", "cafe"),
        ("ble shirt", "blue shirt"),
        ("lue shirt", "blue shirt"),
    ],
)
def test_typing_errors_are_corrected(speller: Speller, typed: str, meant: str) -> None:
    correction = speller.correct(typed)
    assert correction.changed
    assert (correction.text, correction.offered) == (meant, meant)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "adidas shoes",
        "BELTS for man",
        "kapstadt",
        "WH-1000XM4",
        "wh1000xm6",
        "XL",
        "bxe",
        "mg",
        "cfe",
        "zzzzzzzz",
        "xylophone",
        "fridge",
        "голубая рубашка",
        "\N{ATHLETIC SHOE}",
        "12345678",
    ],
)
def test_what_is_right_or_far_from_everything_is_left_alone(speller: Speller, text: str) -> None:
    correction = speller.correct(text)
    assert not correction.changed
    assert correction.replacements == ()
    assert correction.text == correction.offered == text


def test_a_word_of_a_product_is_never_replaced_but_may_be_asked_about(speller: Speller) -> None:
    correction = speller.correct("shrit")
    assert correction.text == "shrit"
    assert correction.offered == "shirt"
    assert not correction.changed
    assert speller.correct("nyke").replacements == ()


def test_words_of_synonyms_are_no_errors(speller: Speller) -> None:
    assert speller.correct("leahters").text == "leather"
    assert speller.correct("leahters", frozenset({"leahter"})).text == "leahters"


def test_everyday_words_are_no_errors_even_near_a_word_of_the_catalogue() -> None:
    vocabulary = vocabulary_of(ENGLISH, ["dress with fringe"] * 50)
    assert Speller(vocabulary).correct("fridge").text == "fringe"
    assert Speller(vocabulary, everyday_words(ENGLISH.language)).correct("fridge").text == "fridge"


@pytest.mark.parametrize(("bells", "meant"), [(3, "tall"), (20, "tall"), (300, "bell")])
def test_at_one_distance_the_first_letter_counts_and_a_far_more_frequent_word_wins(bells: int, meant: str) -> None:
    vocabulary = vocabulary_of(ENGLISH, [*["tall"] * 3, *["bell"] * bells])
    assert Speller(vocabulary).correct("tell").text == meant


def test_a_near_word_wins_over_a_frequent_one_two_edits_away() -> None:
    vocabulary = vocabulary_of(ENGLISH, [*["sandals"] * 2, *["sandies"] * 100])
    assert Speller(vocabulary).correct("sandasl").text == "sandals"


def test_german_words_keep_their_umlauts() -> None:
    german = Analyzer("german")
    speller = Speller(vocabulary_of(german, ["Grüne Häkeltasche"] * 3), everyday_words(language_of("german")))
    assert speller.correct("Häkeltasceh").text == "häkeltasche"
    assert speller.correct("Haekeltaschen grüne").text == "Haekeltaschen grüne"


@given(st.text(max_size=60))
def test_any_text_is_answered_and_the_rest_of_it_stays(text: str) -> None:
    speller = Speller(vocabulary_of(ENGLISH, ["red leather belt", "blue shirt"]))
    correction = speller.correct(text)
    if not correction.replacements:
        assert correction.offered == text
    for replacement in correction.replacements:
        assert replacement.written in text
        assert replacement.meant in correction.offered


def test_a_text_of_ten_thousand_errors_is_answered_with_the_first_corrected(speller: Speller) -> None:
    correction = speller.correct("lexther " * 10_000)
    assert 0 < len(correction.replacements) < 20


def _with_an_error(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word) - 1)
    return chance.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + word[at:],
            word[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )


def test_most_errors_in_real_titles_are_corrected(shared_data: Path) -> None:
    with (shared_data / "fashion" / "products.csv").open(newline="", encoding="utf-8") as rows:
        titles = [row["title"] for row in csv.DictReader(rows) if row["split"] == "val"]
    speller = Speller(vocabulary_of(ENGLISH, titles), everyday_words(ENGLISH.language))
    chance = random.Random(7)
    tried = right = wrong = 0
    for title in chance.sample(titles, 400):
        words = title.lower().split()
        places = [i for i, word in enumerate(words) if word.isalpha() and len(word) > 4]
        if not places:
            continue
        at = chance.choice(places)
        typed = [*words[:at], _with_an_error(words[at], chance), *words[at + 1 :]]
        text = speller.correct(" ".join(typed)).text
        tried += 1
        right += ENGLISH.terms(text).words == ENGLISH.terms(title).words
        wrong += text != " ".join(typed) and ENGLISH.terms(text).words != ENGLISH.terms(title).words
    assert right / tried > 0.85
    assert wrong / tried < 0.04


@pytest.mark.parametrize(
    ("text", "nonsense"),
    [
        ("asdfgh qwer", True),
        ("fridge", False),
        ("asdfgh shirt", False),
        ("kapstadt", False),
        ("!!!", False),
        ("", False),
    ],
)
def test_what_neither_the_catalogue_nor_the_language_has_is_nonsense(
    speller: Speller, text: str, nonsense: bool
) -> None:
    assert speller.is_nonsense(text) is nonsense
    assert not Speller(vocabulary_of(ENGLISH, TITLES)).is_nonsense(text)
