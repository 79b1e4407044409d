"""Sampled texts: true of their product, and honest about what they state."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.pocket_captions import phrase_caption, query_caption, record_caption, singular, states_mask, with_typo
from scripts.pocket_data import FIELDS, Product

SCARF = Product(
    id="1",
    title="Striped wool scarf in forest green",
    category="Scarves",
    attributes={"colour": "green", "pattern": "striped"},
    facts={
        "title": "Striped wool scarf in forest green",
        "article_type": "scarves",
        "colour": "green",
        "shade": "forest green",
        "gender": "Women",
        "brand": "Ostro",
        "pattern": "striped",
        "material": "wool",
    },
    maker="Ostro",
    description="Warm.",
)


def phrases(product: Product, count: int = 300) -> list[tuple[str, tuple[str, ...]]]:
    chance = random.Random(3)
    return [(caption.text, caption.states) for caption in (phrase_caption(product, chance) for _ in range(count))]


def test_a_phrase_speaks_of_colour_pattern_and_material_when_they_are_known() -> None:
    texts = {text for text, _ in phrases(SCARF)}
    assert {"green striped scarves", "green wool scarves"} <= texts


def test_a_phrase_never_speaks_of_what_is_not_known() -> None:
    bare = replace(SCARF, facts={"title": SCARF.title, "article_type": "scarves"})
    assert {states for _, states in phrases(bare)} == {("article_type",)}


def test_a_product_of_unknown_type_is_asked_for_by_its_title() -> None:
    nameless = replace(SCARF, facts={"title": SCARF.title})
    assert all(states == ("title",) for _, states in phrases(nameless, 20))


def test_the_mask_names_what_a_phrase_states() -> None:
    caption = next(c for c in (phrase_caption(SCARF, random.Random(n)) for n in range(99)) if "pattern" in c.states)
    assert {FIELDS[at] for at in states_mask([caption])[0].nonzero()[0]} == set(caption.states)


def test_records_state_the_title_and_now_and_then_the_type() -> None:
    chance = random.Random(5)
    found = {record_caption(SCARF, chance).states for _ in range(50)}
    assert found == {("title",), ("title", "article_type")}


def test_passages_are_written_as_the_index_writes_them() -> None:
    chance = random.Random(5)
    texts = [query_caption(SCARF, chance).text for _ in range(100)]
    assert any(text.startswith("Striped wool scarf in forest green. Ostro.") for text in texts)


def test_the_same_seed_samples_the_same_texts() -> None:
    assert phrases(SCARF, 30) == phrases(SCARF, 30)


@given(st.text(alphabet="abcdef ", max_size=40), st.integers())
def test_a_typo_changes_one_word_at_most_and_never_its_ends(text: str, seed: int) -> None:
    before, after = text.split(), with_typo(text, random.Random(seed)).split()
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(changed) <= 1
    assert all(a[0] == b[0] and abs(len(a) - len(b)) <= 1 for a, b in changed)


@pytest.mark.parametrize(
    ("plural", "expected"),
    [("watches", "watch"), ("dresses", "dress"), ("ties", "ty"), ("shirts", "shirt"), ("dress", "dress")],
)
def test_types_lose_their_plural_by_rule(plural: str, expected: str) -> None:
    assert singular(plural) == expected
