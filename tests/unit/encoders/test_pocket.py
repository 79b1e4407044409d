"""The built-in model: small, complete, loadable by open_clip alone, and good enough to be the default."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import open_clip
import pytest

from core.protocols import Encoder
from encoders import EncoderOptions, load_encoder
from encoders.decoding import prepare_photos
from encoders.registry import POCKET_DIR

SAMPLE = 1000


def test_it_is_small_enough_for_git() -> None:
    assert sum(path.stat().st_size for path in POCKET_DIR.rglob("*") if path.is_file()) < 20 * 2**20


def test_open_clip_loads_it_by_itself() -> None:
    model, _, prepare = open_clip.create_model_and_transforms(f"local-dir:{POCKET_DIR}")
    tokens = open_clip.get_tokenizer(f"local-dir:{POCKET_DIR}")(["Navy BLUE shirts"])
    assert model.encode_text(tokens).shape == (1, 128)
    assert "longest" in repr(prepare)


def test_its_card_states_data_licence_figures_and_limits() -> None:
    card = (POCKET_DIR / "README.md").read_text(encoding="utf-8")
    for part in ("license:", "Fashion Product Images", "MIT", "R@1", "scripts.train_pocket", "Limits"):
        assert part in card


def test_its_tokenizer_knows_the_special_tokens_the_model_was_trained_with() -> None:
    vocabulary = json.loads((POCKET_DIR / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    text = json.loads((POCKET_DIR / "open_clip_config.json").read_text(encoding="utf-8"))["model_cfg"]["text_cfg"]
    assert (vocabulary["[PAD]"], vocabulary["[SEP]"]) == (text["pad_id"], text["eos_id"])
    assert len(vocabulary) == text["vocab_size"]


def test_words_differing_only_in_case_or_spacing_are_the_same_query(pocket: Encoder) -> None:
    one, other = pocket.embed_queries(["Navy Blue  Shirts", " navy blue shirts"])
    np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.fixture(scope="module")
def unseen(shared_data: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Types, photo vectors and title vectors of products that the model was not trained on."""
    pocket = load_encoder("pocket", EncoderOptions(device="cpu"))
    with (shared_data / "fashion" / "products.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["split"] == "val"][:SAMPLE]
    archive = io.BytesIO((shared_data / "fashion" / "images.zip").read_bytes())
    with zipfile.ZipFile(archive) as files:
        prepared = prepare_photos(pocket, [files.read(f"{row['id']}.jpg") for row in rows], threads=2)
    pixels = [photo for photo in prepared if isinstance(photo, np.ndarray)]
    assert len(pixels) == SAMPLE
    types = np.array([row["article_type"] for row in rows])
    return types, pocket.embed_photos(pixels), pocket.embed_passages([row["title"] for row in rows])


def first_is_alike(types: np.ndarray, queries: np.ndarray, items: np.ndarray) -> float:
    """How often the nearest other product is of the same article type."""
    scores = queries @ items.T
    np.fill_diagonal(scores, -np.inf)
    return float((types[scores.argmax(axis=1)] == types).mean())


def test_it_finds_products_of_the_same_type_among_unseen_ones(
    unseen: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    types, photos, titles = unseen
    assert first_is_alike(types, photos, photos) > 0.62
    assert first_is_alike(types, titles, photos) > 0.72
    assert first_is_alike(types, titles, titles) > 0.85


def test_attributes_as_a_shopper_types_them_find_the_right_photos(
    unseen: tuple[np.ndarray, np.ndarray, np.ndarray], pocket: Encoder
) -> None:
    types, photos, _ = unseen
    for query, wanted in (("black watch for men", "Watches"), ("women's handbag", "Handbags"), ("jeans", "Jeans")):
        best = (photos @ pocket.embed_queries([query])[0]).argsort()[::-1][:10]
        assert (types[best] == wanted).sum() >= 7, query
