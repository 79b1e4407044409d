"""Which products are judged, and what is made of their labels."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import InvalidInput
from core.products import Product
from evaluation.catalogue import CatalogueFile
from evaluation.retrieval import labelling
from evaluation.retrieval.bootstrap import intervals
from evaluation.retrieval.comparing import differences
from evaluation.retrieval.judging import HEAD_AND_TAIL, TITLES_SEEN, Groups, JudgedProducts, judged_products
from evaluation.retrieval.labelling import confusion, zero_shot
from evaluation.retrieval.measuring import measured
from evaluation.retrieval.protocols import Encoded, protocols, told_text


@pytest.fixture
def file(tmp_path: Path) -> CatalogueFile:
    """Ten shirts and one each of two rare things; one title is known from training, letter case and space aside."""
    path = tmp_path / "products.csv"
    with path.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "title", "kind", "baseColour", "sizes", "split"])
        rows.writerows([number, f"Shirt {number}", "shirt", "red", "1", "val"] for number in range(10))
        rows.writerow([10, "Blue  HAT", "hat", "", "", "val"])
        rows.writerow([11, "Sock", "sock", "blue", "", "val"])
        rows.writerows([number, "blue hat", "hat", "blue", "", "train"] for number in (12, 13))
        rows.writerows([number, f"Coat {number}", "coat", "blue", "", "train"] for number in range(14, 60))
    return CatalogueFile(path, split="val")


def test_slices_are_the_label_the_colour_head_and_tail_and_titles_seen(file: CatalogueFile) -> None:
    # Which titles were seen does not hang on how many products are judged.
    judged = judged_products(replace(file, products_max=12), "kind", train_split="train")
    sizes = {kind: dict(zip(own.names, own.sizes().tolist(), strict=True)) for kind, own in judged.slices.items()}
    assert sizes == {
        "kind": {"hat": 1, "shirt": 10, "sock": 1},
        HEAD_AND_TAIL: {"head": 10, "tail": 2},
        "baseColour": {"blue": 1, "red": 10},
        TITLES_SEEN: {"not seen": 11, "seen": 1},
    }
    assert judged.slices["baseColour"].codes.min() == -1


def test_products_stand_in_an_order_that_is_always_the_same_and_not_that_of_the_file(file: CatalogueFile) -> None:
    ids = [product.id for product in judged_products(file, "kind").products]
    assert ids == [product.id for product in judged_products(file, "kind").products]
    assert sorted(ids) != ids
    assert sorted(ids, key=int) != ids


def test_a_column_to_slice_by_has_to_exist(file: CatalogueFile) -> None:
    assert set(judged_products(file, "kind", ["sizes"]).slices) == {"kind", HEAD_AND_TAIL, "sizes"}
    with pytest.raises(InvalidInput, match="Columns: baseColour, kind, sizes"):
        judged_products(file, "kind", ["size"])


def test_the_published_text_names_the_label_and_leaves_out_what_there_is_not() -> None:
    whole = "Category: Shirts. Name: Red shirt. Description: Soft"
    assert told_text(Product("1", "Red shirt", "Soft"), "Shirts") == whole
    assert told_text(Product("1", "Red shirt"), "Shirts") == "Category: Shirts. Name: Red shirt"


def test_an_interval_holds_the_mean_and_a_constant_has_none_to_speak_of() -> None:
    rows = np.random.default_rng(1).random(400)
    ends = intervals({"some": rows, "same": np.full(400, 0.25), "less": rows - 1}, seed=3)
    assert ends["same"] == (0.25, 0.25)
    low, high = ends["some"]
    # A mean of 400 of variance 1/12 strays by 0.0144; 1.96 times that to both sides.
    assert low < rows.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * rows.std() / 20, rel=0.1)
    assert ends["less"] == pytest.approx((low - 1, high - 1))
    assert intervals({"some": rows}, seed=3)["some"] == pytest.approx(ends["some"])


def _judged(labels: str) -> JudgedProducts:
    products = tuple(Product(str(i), f"title {i}") for i in range(len(labels)))
    return JudgedProducts(products, "kind", Groups.of(labels), Groups.of([p.title for p in products]), {}, {})


def _circle(*degrees: float) -> np.ndarray:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_what_lies_nearest_is_what_a_product_is_taken_for() -> None:
    judged = _judged("aabb")
    found = {one.name: measured(one) for one in protocols(Encoded(photos=_circle(0, 10, 14, 90)), judged)}
    told = confusion(found, judged)
    assert told is not None
    # The second and third lie nearest to each other, the fourth to the third.
    assert told.counts.tolist() == [[1, 1], [1, 1]]
    assert sorted(told.worst(5)) == [(0, 1, 1), (1, 0, 1)]
    assert confusion({}, judged) is None


def test_with_too_many_labels_nothing_is_told_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelling, "LABELS_MAX", 1)
    judged, photos = _judged("aabb"), _circle(0, 10, 14, 90)
    found = {one.name: measured(one) for one in protocols(Encoded(photos=photos), judged)}
    assert confusion(found, judged) is None
    assert zero_shot(Encoded(photos=photos, label_queries=_circle(0, 90)), judged, seed=1) is None


def test_photos_are_called_by_the_nearest_name() -> None:
    judged = _judged("aabb")
    photos = _circle(0, 80, 90, 0)
    photos[3] = np.nan
    zero = zero_shot(Encoded(photos=photos, label_queries=_circle(0, 90)), judged, seed=1)
    assert zero is not None
    assert zero.confusion.counts.tolist() == [[1, 1], [0, 1]]
    assert zero.figures["accuracy@1"].value == pytest.approx(2 / 3)
    assert zero.figures["accuracy@5"].value == 1.0
    assert zero_shot(Encoded(photos=photos), judged, seed=1) is None


def test_a_difference_is_taken_over_the_products_that_both_could_be_asked_about() -> None:
    judged = _judged("ab" * 30)
    random = np.random.default_rng(2)
    mixed = _circle(*random.uniform(0, 360, 60))
    parted = _circle(*(random.uniform(0, 20, 60) + np.tile([0, 180], 30)))
    mixed[0] = parted[1] = np.nan
    before, after = (
        {one.name: measured(one) for one in protocols(Encoded(photos=photos), judged)} for photos in (mixed, parted)
    )
    found = differences(before, after, seed=1)["image-to-image"]["recall@1"]
    shared = before["image-to-image"].by_metric["recall@1"][np.arange(59) != 0]
    assert found.before == pytest.approx(shared.mean())
    assert found.after == 1.0
    assert found.verdict == "better"
    assert 0 < found.low <= found.value <= found.high
    back = differences(after, before, seed=1)["image-to-image"]["recall@1"]
    assert back.verdict == "worse"
    assert back.value == pytest.approx(-found.value)
    same = differences(before, before, seed=1)["image-to-image"]["recall@1"]
    assert (same.verdict, same.low, same.high) == ("unclear", 0.0, 0.0)
    assert differences({}, after, seed=1) == {}
