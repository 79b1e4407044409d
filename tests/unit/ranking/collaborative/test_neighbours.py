"""Products that the same shoppers want."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import InvalidInput, InvalidSource
from ranking.collaborative import neighbours
from ranking.collaborative.neighbours import FILE_NAME, ItemNeighbours, fit_neighbours, load_neighbours

WANTS = [(f"shopper{n}", product) for n in range(6) for product in (("bag", "belt") if n % 2 else ("lamp", "shade"))]


@pytest.fixture(scope="module")
def fitted() -> ItemNeighbours:
    return fit_neighbours([*WANTS, ("shopper0", "bag")], regularisation=1.0)


def test_what_the_same_shoppers_want_goes_together(fitted: ItemNeighbours) -> None:
    assert fitted.nearest({"bag": 1.0}, 1)[0].product_id == "belt"
    assert fitted.nearest({"lamp": 2.0}, 1)[0].product_id == "shade"


def test_what_is_wanted_already_is_not_named_and_the_unknown_says_nothing(fitted: ItemNeighbours) -> None:
    assert {one.product_id for one in fitted.nearest({"bag": 1.0, "belt": 1.0}, 9)} <= {"lamp", "shade"}
    assert fitted.nearest({"vase": 1.0}, 9) == []
    assert fitted.nearest({}, 9) == []


def test_scores_are_those_of_the_rows_weighed(fitted: ItemNeighbours) -> None:
    bag, lamp = fitted.scores_of({"bag": 1.0}), fitted.scores_of({"lamp": 1.0})

    both = fitted.scores_of({"bag": 3.0, "lamp": 1.0, "vase": 5.0})

    assert both["belt"] == pytest.approx((3 * bag.get("belt", 0) + lamp.get("belt", 0)) / 4)


def test_order_and_repetition_of_events_do_not_matter() -> None:
    one, other = fit_neighbours(WANTS), fit_neighbours([*reversed(WANTS), *WANTS])

    assert one.product_ids == other.product_ids
    assert np.array_equal(one.neighbours, other.neighbours)
    assert np.array_equal(one.scores, other.scores)


def test_beyond_what_can_be_inverted_meetings_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ranking.collaborative.ease.INVERTED_MAX", 3)

    counted = fit_neighbours(WANTS)

    assert counted.scores_of({"bag": 1.0}) == {"belt": pytest.approx(3 / 8)}


def test_saved_and_loaded_it_is_the_same(fitted: ItemNeighbours, tmp_path: Path) -> None:
    fitted.save(tmp_path)

    again = load_neighbours(tmp_path)

    assert again.product_ids == fitted.product_ids
    assert again.nearest({"bag": 1.0}, 3) == fitted.nearest({"bag": 1.0}, 3)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 and no more", b"[1]"])
def test_a_damaged_or_absent_file_is_refused(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / FILE_NAME).write_bytes(content)

    with pytest.raises(InvalidSource, match="Train it again"):
        load_neighbours(tmp_path)


def test_nothing_wanted_is_refused() -> None:
    with pytest.raises(InvalidInput, match="nobody wanted anything"):
        fit_neighbours([])


def test_many_products_are_cut_to_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "NEIGHBOURS_MAX", 2)

    fitted = fit_neighbours([("one", f"p{n}") for n in range(5)])

    assert fitted.neighbours.shape == (5, 2)
    assert "p0" not in fitted.scores_of({"p0": 1.0})
