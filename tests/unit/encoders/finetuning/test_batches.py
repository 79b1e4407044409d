"""Batches follow from the seed alone, and partners stand together."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from encoders.finetuning.batches import in_pairs, made_ahead, make_batch, shuffled
from encoders.finetuning.products import Corpus, Pixels, TrainingProduct, read_corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    def prepare(photo: bytes) -> Pixels:
        return np.full((6, 4, 3), int(photo), dtype=np.uint8)

    products = [
        TrainingProduct(f"p{n}", (f"title {n}", f"passage {n}"), (b"%d" % n, b"%d" % (n + 100)), "ab"[n % 2])
        for n in range(24)
    ]
    return read_corpus(products, prepare, tmp_path / "photos.bin", 2, lambda _: None)


def test_the_same_seed_makes_the_same_batch_and_another_makes_another(corpus: Corpus) -> None:
    rows = np.arange(24)
    first, again, other = (make_batch(corpus, rows, list, seed) for seed in ((7, 0, 1), (7, 0, 1), (7, 0, 2)))
    assert np.array_equal(first.photos, again.photos)
    assert first.texts == again.texts
    assert first.texts != other.texts


def test_every_photo_and_every_text_of_a_product_is_taken_now_and_then(corpus: Corpus) -> None:
    seen = {
        (int(made.photos[0, 0, 0, 0]), made.texts[0])
        for seed in range(40)
        for made in [make_batch(corpus, np.array([3]), list, (seed,))]
    }
    assert seen == {(value, text) for value in (3, 103) for text in ("title 3", "passage 3")}


def test_photos_are_mirrored_and_shifted_but_not_those_that_are_kept(corpus: Corpus) -> None:
    ramp = np.arange(24, dtype=np.uint8)[:, None, None, None] + np.arange(4, dtype=np.uint8)[None, None, :, None]
    pixels = np.repeat(np.repeat(ramp, 6, axis=1), 3, axis=3)
    stored = pixels.copy()
    drawn = Corpus(
        **{name: getattr(corpus, name) for name in Corpus.__slots__} | {"pixels": pixels, "first_photo": np.arange(25)}
    )
    made = make_batch(drawn, np.arange(24), list, (1,)).photos
    assert np.array_equal(pixels, stored)
    slopes = {int(np.sign(int(row[0, -1, 0]) - int(row[0, 0, 0]))) for row in made}
    assert slopes == {-1, 1}
    assert np.array_equal(make_batch(drawn, np.arange(24), list, (1,), augment=False).photos, stored)


def test_an_epoch_sees_every_product_once() -> None:
    rows = np.array([3, 5, 8, 9])
    assert sorted(shuffled(rows, 1, 0).tolist()) == [3, 5, 8, 9]
    orders = {tuple(shuffled(np.arange(20), 1, epoch).tolist()) for epoch in range(5)}
    assert len(orders) == 5


def test_partners_stand_together_and_products_without_label_alone() -> None:
    labels = np.array([0] * 9 + [1] * 4 + [2] + [-1] * 5)
    order = in_pairs(np.arange(19), labels, seed=3, epoch=0, each=4)
    assert sorted(order.tolist()) == list(range(19))
    # Nine are two packs of four and one of one, four are a pack; the others stand alone.
    runs = np.split(labels[order], np.flatnonzero(np.diff(labels[order])) + 1)
    assert sum(len(run) for run in runs if run[0] == 1) == 4
    assert max(len(run) for run in runs if run[0] == 1) == 4
    assert order.tolist() == in_pairs(np.arange(19), labels, seed=3, epoch=0, each=4).tolist()
    assert order.tolist() != in_pairs(np.arange(19), labels, seed=3, epoch=1, each=4).tolist()


def test_what_is_made_ahead_comes_in_order_and_an_error_reaches_the_caller() -> None:
    made_in = set()

    def make(number: int) -> int:
        made_in.add(threading.current_thread().name)
        if number == 7:
            raise ValueError("seven")
        return number * 2

    arriving = made_ahead(make, range(20))
    assert [next(arriving) for _ in range(7)] == [0, 2, 4, 6, 8, 10, 12]
    with pytest.raises(ValueError, match="seven"):
        next(arriving)
    assert threading.current_thread().name not in made_in
