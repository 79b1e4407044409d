"""The step on stated categories: texts that state one lie together, other texts and the photo tower stand still."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch
from torch import Tensor

from scripts.pocket_batches import Corpus
from scripts.pocket_captions import Caption, behind
from scripts.pocket_model import PocketTrainee, save_model
from scripts.train_pocket_categories import categories_lesson, stated
from scripts.train_pocket_words import Words, teach
from tests.unit.scripts.conftest import product


@pytest.fixture
def words(corpus: Corpus) -> Words:
    return Words(corpus.products, corpus.codes, corpus.tokenizer, fashion_count=9)


@pytest.fixture
def model_dir(corpus: Corpus, tmp_path: Path) -> Path:
    torch.manual_seed(5)
    trainee = PocketTrainee(corpus.tokenizer.get_vocab_size(), corpus.label_counts())
    save_model(trainee.clip, corpus.tokenizer, tmp_path / "old")
    return tmp_path / "old"


def vectors(trainee: PocketTrainee, words: Words, texts: list[str]) -> Tensor:
    with torch.no_grad():
        return trainee.embed_texts(words.token_ids([Caption(text, ()) for text in texts]))


def test_texts_of_one_category_come_together(words: Words, model_dir: Path) -> None:
    before = teach(words, model_dir, categories_lesson(words, count=6), steps=0, seed=1)
    after = teach(words, model_dir, categories_lesson(words, count=6), steps=30, seed=1)
    told = [behind(one.facts["article_type"], one) for one in words.products]
    types = torch.tensor(
        [one.facts["article_type"] == other.facts["article_type"] for one in words.products for other in words.products]
    )

    def apart(trainee: PocketTrainee) -> float:
        found = vectors(trainee, words, told)
        near = (found @ found.T).flatten()
        return float(near[types].mean() - near[~types].mean())

    assert apart(after) > apart(before) + 0.2


def test_the_photo_tower_stands_still(words: Words, model_dir: Path) -> None:
    before = teach(words, model_dir, categories_lesson(words, count=6), steps=0, seed=1).clip.visual.state_dict()
    after = teach(words, model_dir, categories_lesson(words, count=6), steps=3, seed=1).clip.visual.state_dict()
    assert all(torch.equal(weight, before[name]) for name, weight in after.items())


def test_a_product_of_no_type_states_what_the_shop_calls_it() -> None:
    nameless = product(1, "red", "")
    assert {stated(nameless, random.Random(seed)) for seed in range(20)} == {nameless.category}
    belt = product(1, "red", "belts")
    assert {stated(belt, random.Random(seed)) for seed in range(20)} == {"belts"}
