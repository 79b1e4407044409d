"""Losses against values computed by hand and by plain loops."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional

from encoders.finetuning.losses import batch_hard_triplet, contrastive, supervised_contrastive


def rows(*angles: float) -> torch.Tensor:
    """Vectors of unit length in the plane, by their angle in degrees."""
    radians = torch.tensor([math.radians(angle) for angle in angles], dtype=torch.float64)
    return torch.stack([radians.cos(), radians.sin()], dim=1).requires_grad_()


def test_contrast_is_the_cross_entropy_in_both_directions() -> None:
    photos, texts = rows(0, 90), rows(0, 60)
    # Cosines: photo 0 with texts 1 and 0.5; photo 1 with texts 0 and 0.866; times 2.
    logits = [[2.0, 1.0], [0.0, 2 * math.cos(math.radians(30))]]
    across = [-math.log(math.exp(line[i]) / sum(map(math.exp, line))) for i, line in enumerate(logits)]
    down = [-math.log(math.exp(logits[i][i]) / sum(math.exp(line[i]) for line in logits)) for i in range(2)]
    found = contrastive(photos, texts, torch.tensor(2.0), torch.tensor([0, 1]))
    assert found.item() == pytest.approx((sum(across) / 2 + sum(down) / 2) / 2, abs=1e-6)


def test_products_of_one_text_share_what_it_points_to() -> None:
    photos, texts = rows(0, 90, 200), rows(0, 30, 200)
    apart, shared = (
        contrastive(photos, texts, torch.tensor(5.0), torch.tensor(codes)) for codes in ([0, 1, 2], [0, 0, 2])
    )
    logits = 5.0 * photos @ texts.T
    half = torch.tensor([[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]], dtype=torch.float64)
    expected = (functional.cross_entropy(logits, half) + functional.cross_entropy(logits.T, half)) / 2
    assert shared.item() == pytest.approx(expected.item(), abs=1e-6)
    assert shared.item() != pytest.approx(apart.item(), abs=1e-3)


def test_supervised_contrast_is_equation_2_of_khosla_et_al() -> None:
    vectors, labels, temperature = rows(0, 20, 90, 170, 200), torch.tensor([0, 0, 1, 0, -1]), 0.5
    z = vectors.detach()
    of_rows = []
    for i in range(5):
        partners = [p for p in range(5) if p != i and labels[p] == labels[i] and labels[i] >= 0]
        if partners:
            below = sum(math.exp((z[i] @ z[a]).item() / temperature) for a in range(5) if a != i)
            logs = [math.log(math.exp((z[i] @ z[p]).item() / temperature) / below) for p in partners]
            of_rows.append(-sum(logs) / len(partners))
    found = supervised_contrastive(vectors, labels, temperature)
    assert len(of_rows) == 3
    assert found.item() == pytest.approx(sum(of_rows) / 3, abs=1e-9)
    found.backward()
    assert vectors.grad is not None
    assert torch.isfinite(vectors.grad).all()


def test_the_hardest_triplets_count() -> None:
    vectors, labels = rows(0, 30, 90, 100, 250), torch.tensor([0, 0, 0, 1, 1])

    def apart(one: float, other: float) -> float:
        return 2 * math.sin(math.radians(abs(one - other)) / 2)

    # Each with its farthest partner and the nearest other: 0 (90, 100), 30 (90, 100), 90 (0, 100), 100 and 250.
    expected = [
        max(0.0, 0.2 + apart(0, 90) - apart(0, 100)),
        max(0.0, 0.2 + apart(30, 90) - apart(30, 100)),
        max(0.0, 0.2 + apart(90, 0) - apart(90, 100)),
        max(0.0, 0.2 + apart(100, 250) - apart(100, 90)),
        max(0.0, 0.2 + apart(250, 100) - apart(250, 360)),
    ]
    found = batch_hard_triplet(vectors, labels, 0.2)
    assert found.item() == pytest.approx(sum(expected) / 5, abs=1e-6)


@pytest.mark.parametrize("labels", [[0, 1, 2], [-1, -1, -1], [0, 0, 0]])
def test_a_batch_that_teaches_nothing_costs_nothing_and_has_gradients(labels: list[int]) -> None:
    vectors = rows(0, 0, 90)
    cost = batch_hard_triplet(vectors, torch.tensor(labels), 0.2)
    if labels != [0, 0, 0]:
        cost = cost + supervised_contrastive(vectors, torch.tensor(labels), 0.1)
    assert cost.item() == 0
    cost.backward()
    assert vectors.grad is not None
    assert not vectors.grad.any()


def test_equal_vectors_have_a_gradient_that_is_a_number() -> None:
    vectors = rows(10, 10, 10, 50)
    batch_hard_triplet(vectors, torch.tensor([0, 0, 1, 1]), 0.2).backward()
    assert vectors.grad is not None
    assert torch.isfinite(vectors.grad).all()
