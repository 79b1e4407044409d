"""What is minimised: the right partner is better than a wrong one, and what is unknown teaches nothing."""

from __future__ import annotations

import torch

from scripts.pocket_data import FIELDS, HEADS
from scripts.pocket_loss import contrast, label_loss, matches
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
