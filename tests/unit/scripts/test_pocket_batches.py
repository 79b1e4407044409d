"""Batches: decided by their seed, and photos that stay what they show."""

from __future__ import annotations

import numpy as np
import torch

from scripts.pocket_batches import Corpus, augment, epoch_parts, made_ahead, make_batch, paint_walls

SIZE = (80, 60)


def test_an_epoch_shows_every_row_once() -> None:
    parts = epoch_parts(12, 4, seed=3)
    assert sorted(np.concatenate(parts)) == list(range(12))


def test_rows_that_fill_no_batch_are_left_out() -> None:
    assert [len(part) for part in epoch_parts(13, 4, seed=3)] == [4, 4, 4]


def test_the_seed_alone_decides_a_batch(corpus: Corpus) -> None:
    one, other, third = (make_batch(corpus, np.arange(6), SIZE, seed, others=4) for seed in (1, 1, 2))
    assert torch.equal(one.photos, other.photos)
    assert torch.equal(one.query_ids, other.query_ids)
    assert not torch.equal(one.photos, third.photos)


def test_a_sharp_photo_takes_the_place_of_its_row_now_and_then(corpus: Corpus) -> None:
    corpus.sharp[:] = 0
    darkest = [float(make_batch(corpus, np.array([3]), SIZE, seed, others=1).photos.max()) for seed in range(24)]
    assert min(darkest) < 1.0
    assert max(darkest) == 1.0


def test_white_stays_white_unless_the_light_is_dimmed() -> None:
    white = torch.full((64, 112, 84, 3), 255, dtype=torch.uint8)
    moved = augment(white, SIZE, torch.Generator().manual_seed(1))
    assert moved.shape == (64, 3, *SIZE)
    untouched = (moved == 1.0).flatten(1).all(dim=1)
    assert 0.4 < untouched.float().mean() < 0.95
    assert moved.min() >= -1.0


def test_a_photo_keeps_its_colour() -> None:
    red = torch.zeros(32, 112, 84, 3, dtype=torch.uint8)
    red[..., 0] = 255
    middle = augment(red, SIZE, torch.Generator().manual_seed(2))[:, :, 35:45, 25:35].mean(dim=(2, 3))
    erased = (middle[:, 0] - middle[:, 1]).abs() < 0.5
    assert erased.sum() < 8
    assert (middle[~erased, 0] > 0.4).all()
    assert (middle[~erased, 1:] < -0.6).all()


def test_a_painted_wall_leaves_the_product_and_the_white_within_it_alone() -> None:
    photos = torch.zeros(64, 3, 20, 16)
    photos[:, :, 5:15, 4:12] = -1.0
    photos[:, :, 8:12, 6:10] = 0.0
    painted = paint_walls(photos.clone(), torch.Generator().manual_seed(1))
    changed = (painted != photos).any(dim=1)
    touched = changed.flatten(1).any(dim=1)
    assert 3 <= int(touched.sum()) <= 25
    assert not changed[:, 5:15, 4:12].any()
    assert changed[touched][:, :5].all()
    assert painted.min() >= -1.9
    assert painted.max() <= 0.0


def test_what_is_made_ahead_comes_in_order() -> None:
    assert list(made_ahead(lambda number: number * number, 5)) == [0, 1, 4, 9, 16]
