"""Drawn products in training: never the demo's own, and named as the real ones are."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from demo.catalogue import plan
from scripts.pocket_drawn import SEED, as_product, read_drawn


def test_a_drawn_product_brings_what_a_shopper_asks_for() -> None:
    for drawn in plan(150, SEED):
        product = as_product(drawn)
        assert product.fact("colour") == drawn.record["attributes"]["colour"]
        assert product.fact("gender") in ("women", "men", "unisex")
        assert product.kind == drawn.record["category"].lower()
        assert product.fact("article_type")


def test_the_shop_of_the_demo_is_held_out() -> None:
    assert {drawn.shots for drawn in plan(300)}.isdisjoint(drawn.shots for drawn in plan(300, SEED))


def test_drawn_photos_are_kept_for_the_next_run(tmp_path: Path) -> None:
    first = read_drawn(2, tmp_path / "drawn.npz")
    stamp = (tmp_path / "drawn.npz").stat().st_mtime_ns
    again = read_drawn(2, tmp_path / "drawn.npz")
    assert (tmp_path / "drawn.npz").stat().st_mtime_ns == stamp
    np.testing.assert_array_equal(first.photos, again.photos)
    assert len(first.photos) == len(first.products) >= 2
