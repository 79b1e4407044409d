"""What is minimised: the right partner is better than a wrong one, and what is unknown teaches nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from scripts.pocket_batches import Corpus, make_batch
from scripts.pocket_data import FIELDS, HEADS
from scripts.pocket_loss import (
    TYPE,
    Memory,
    contrast,
    label_loss,
    matches,
    neighbour_loss,
    neighbours_loss,
    set_heads,
    stated_type_loss,
)
from scripts.pocket_model import PocketTrainee

SCALE = torch.tensor(20.0)


def codes(**known: list[int]) -> torch.Tensor:
    count = len(next(iter(known.values())))
    rows = torch.full((count, len(FIELDS)), -1)
    for name, values in known.items():
        rows[:, FIELDS.index(name)] = torch.tensor(values)
    return rows


def test_a_text_is_true_of_every_product_that_agrees_in_what_it_states() -> None:
    facts = codes(article_type=[0, 0, 1], colour=[5, 6, 5])
    states = torch.zeros(3, len(FIELDS), dtype=torch.bool)
    states[0, FIELDS.index("article_type")] = True
    states[1:, FIELDS.index("article_type")] = states[1:, FIELDS.index("colour")] = True
    expected = [[True, True, False], [False, True, False], [False, False, True]]
    assert matches(states, facts).tolist() == expected


def test_contrast_is_lowest_for_the_right_partners() -> None:
    vectors = torch.eye(4)
    right = contrast(vectors, vectors, torch.eye(4, dtype=torch.bool), SCALE)
    wrong = contrast(vectors, vectors.roll(1, dims=0), torch.eye(4, dtype=torch.bool), SCALE)
    assert right < 0.01 < wrong


def test_unknown_labels_teach_nothing() -> None:
    trainee = PocketTrainee(400, dict.fromkeys(HEADS, 3))
    embeddings = torch.nn.functional.normalize(torch.randn(4, 128), dim=-1).requires_grad_()
    assert label_loss(trainee, embeddings, codes(colour=[-1, -1, -1, -1])) == 0
    assert label_loss(trainee, embeddings, codes(colour=[0, -1, 2, -1])) > 0


def test_a_row_is_as_unlikely_to_pick_a_right_neighbour_as_the_nearness_of_all_says() -> None:
    logits = torch.tensor([[math.log(3.0), math.log(2.0), math.log(5.0)], [0.0, 0.0, -math.inf]])
    right = torch.tensor([[True, True, False], [True, False, False]])
    expected = (-math.log(5 / 10) - math.log(1 / 2)) / 2
    assert float(neighbour_loss(logits, right)) == pytest.approx(expected, rel=1e-5)


def test_rows_without_a_right_neighbour_teach_nothing() -> None:
    logits = torch.zeros(2, 3, requires_grad=True)
    right = torch.tensor([[True, False, False], [False, False, False]])
    loss = neighbour_loss(logits, right)
    loss.backward()  # type: ignore[no-untyped-call]
    assert float(loss.detach()) == pytest.approx(math.log(3), rel=1e-5)
    assert logits.grad is not None
    assert logits.grad[1].abs().sum() == 0
    assert float(neighbour_loss(logits.detach(), torch.zeros_like(right))) == 0


def test_photos_near_their_own_type_lose_less_than_photos_near_another(corpus: Corpus) -> None:
    facts = torch.from_numpy(corpus.codes)
    batch = make_batch(corpus, np.arange(6), (80, 60), seed=1, others=64)
    of_type = torch.eye(128)[facts[:, TYPE]]
    memory = Memory(titles=of_type, photos=of_type, codes=facts)
    right, wrong = of_type[:6], torch.eye(128)[(facts[:6, TYPE] + 1) % 3]
    assert neighbours_loss(right, right, batch, memory) < neighbours_loss(wrong, right, batch, memory)
    assert neighbours_loss(right, right, batch, memory) < neighbours_loss(wrong, wrong, batch, memory)


def test_only_texts_that_state_the_type_are_pulled_to_its_prototype(corpus: Corpus) -> None:
    trainee = PocketTrainee(400, corpus.label_counts())
    batch = make_batch(corpus, np.arange(12), (80, 60), seed=2, others=4)
    stated = batch.record_states[:, TYPE]
    assert stated.any()
    assert not stated.all()
    record = torch.nn.functional.normalize(torch.randn(12, 128), dim=-1).requires_grad_()
    stated_type_loss(trainee, record, batch).backward()  # type: ignore[no-untyped-call]
    assert record.grad is not None
    assert torch.equal(record.grad.abs().sum(dim=1) > 0, stated)


def test_prototypes_begin_at_the_mean_of_what_bears_the_label(corpus: Corpus) -> None:
    trainee = PocketTrainee(400, corpus.label_counts())
    titles = torch.eye(128)[:12]
    set_heads(trainee, titles, torch.from_numpy(corpus.codes))
    first = torch.from_numpy(corpus.codes[:, TYPE]) == 0
    mean = torch.nn.functional.normalize(titles[first].mean(dim=0), dim=0)
    torch.testing.assert_close(trainee.heads["article_type"].detach()[0], mean)
