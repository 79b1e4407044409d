"""Splits keep the shares of labels, and variants on one side."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from encoders.finetuning.splitting import stratified_split


def test_every_label_has_its_share_on_each_side() -> None:
    labels = np.repeat([0, 1, 2], [100, 50, 20])
    split = stratified_split(labels, np.arange(170), 0.1, seed=3)
    for rows, shares in ((split.validation, [10, 5, 2]), (split.held_out, [10, 5, 2]), (split.train, [80, 40, 16])):
        assert np.bincount(labels[rows]).tolist() == shares


def test_rare_labels_are_split_as_one() -> None:
    labels = np.concatenate([np.zeros(80, dtype=np.int64), np.arange(1, 21)])
    split = stratified_split(labels, np.arange(100), 0.1, seed=3)
    assert split.rare == 20
    assert (labels[split.held_out] > 0).sum() == 2
    assert (labels[split.validation] > 0).sum() == 2


def test_another_seed_splits_otherwise_and_the_same_alike() -> None:
    labels = np.arange(100) % 3
    first, again, other = (stratified_split(labels, np.arange(100), 0.2, seed) for seed in (1, 1, 2))
    assert first.held_out.tolist() == again.held_out.tolist()
    assert first.held_out.tolist() != other.held_out.tolist()


@given(
    groups=st.lists(st.integers(0, 12), min_size=1, max_size=80),
    share=st.sampled_from([0.05, 0.1, 0.25, 0.4]),
    seed=st.integers(0, 9),
)
def test_every_product_is_on_one_side_and_with_its_variants(groups: list[int], share: float, seed: int) -> None:
    codes = np.unique(groups, return_inverse=True)[1]
    split = stratified_split(codes % 3, codes, share, seed)
    sides = [split.train, split.validation, split.held_out]
    assert sorted(np.concatenate(sides).tolist()) == list(range(len(groups)))
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert not set(codes[sides[one]].tolist()) & set(codes[sides[other]].tolist())
