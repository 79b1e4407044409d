"""EASE in both of its forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from ranking.collaborative.ease import fit_ease

RANDOM = np.random.default_rng(3)


def _textbook(likes: np.ndarray, regularisation: float) -> np.ndarray:
    """B as the paper's equation 8 has it."""
    inverse = np.linalg.inv(likes.T @ likes + regularisation * np.eye(likes.shape[1]))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


@pytest.mark.parametrize(("shoppers", "products"), [(5, 12), (12, 5), (7, 7)])
def test_both_forms_give_the_weights_of_the_paper(shoppers: int, products: int) -> None:
    likes = (RANDOM.random((shoppers, products)) < 0.4).astype(float)
    histories = RANDOM.random((4, products))

    scores = fit_ease(csr_matrix(likes), 3.0).scores(csr_matrix(histories))

    np.testing.assert_allclose(scores, histories @ _textbook(likes, 3.0), atol=1e-5)


def test_two_products_wanted_by_the_same_two_shoppers() -> None:
    # XᵀX = [[2, 2], [2, 2]], λ = 1: the inverse of [[3, 2], [2, 3]] is [[3, -2], [-2, 3]] / 5, so that B is 2/3 aside.
    scores = fit_ease(csr_matrix(np.ones((2, 2))), 1.0).scores(csr_matrix(np.array([[1.0, 0.0]])))

    np.testing.assert_allclose(scores, [[0.0, 2 / 3]], atol=1e-6)
