"""Words and categories of products, in the order of their codes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.products import Product
from core.settings import Settings
from evaluation.profiles.described import describe, encoder_named
from tests.integration.workers.tiny_shop import save_tiny_encoder


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return save_tiny_encoder(tmp_path_factory.mktemp("encoder"))


def test_what_is_not_among_the_products_has_no_words_and_no_category(encoder: str, tmp_path: Path) -> None:
    told = [Product("a", "red bag", category="Bags|Home"), Product("b", "lamp", category="Home"), Product("c", "scarf")]
    products = {product.id: product for product in told}
    reported: list[str] = []

    made = describe(
        products,
        ("c", "x", "a", "b"),
        encoder,
        Settings(data_dir=tmp_path),
        tmp_path,
        lambda title, _done, _total: reported.append(title),
    )

    np.testing.assert_allclose(np.linalg.norm(made.vectors, axis=1), [1, 0, 1, 1], atol=1e-5)
    # Bags, then Home.
    np.testing.assert_allclose(made.categories, [[0, 0], [0, 0], [0.5**0.5, 0.5**0.5], [0, 1]], atol=1e-6)
    assert reported == ["encoding texts"]


def test_a_folder_alone_is_a_transformers_model(tmp_path: Path) -> None:
    assert encoder_named(str(tmp_path)) == f"transformers:{tmp_path}"
    assert encoder_named("all-minilm-l6-v2") == "all-minilm-l6-v2"
