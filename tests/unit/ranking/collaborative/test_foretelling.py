"""What is wanted after what, learnt from all shoppers: fitted, judged, kept in a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from core.errors import InvalidSource
from ranking.collaborative.ease import ease_weights
from ranking.collaborative.foretelling import (
    FORETELLING_FILE,
    REGULARISATIONS,
    WEIGHTS_MAX,
    Foretelling,
    fit_foretelling,
    load_foretelling,
)
from tests.wants import wants_of_two_tastes

# A likes bags and shoes, and shoes speak for boots.
KNOWN = Foretelling.of(
    ("bag", "shoe", "boot", "hat"),
    csr_matrix(np.array([[0, 0, 0.2, 0.1], [0, 0, 0.3, 0], [0, 0.3, 0, 0], [0.1, 0, 0, 0]], dtype=np.float32)),
)


def test_weights_are_those_of_the_paper() -> None:
    likes = (np.random.default_rng(1).random((9, 6)) < 0.5).astype(float)
    inverse = np.linalg.inv(likes.T @ likes + 2.0 * np.eye(6))
    expected = np.eye(6) - inverse / np.diag(inverse)
    np.testing.assert_allclose(ease_weights(csr_matrix(likes), 2.0), expected, atol=1e-10)


def test_all_that_is_liked_adds_up_and_the_strongest_tells_why() -> None:
    found = KNOWN.beside({"bag": 2.0, "shoe": 1.0, "unheard of": 5.0})
    # 2 * 0.2 + 0.3 and 2 * 0.1, over the larger of the two.
    assert found["boot"] == (1.0, "bag")
    assert found["hat"] == (pytest.approx(0.2 / 0.7), "bag")
    assert KNOWN.beside({"bag": 1.0, "shoe": 1.0})["boot"][1] == "shoe"
    assert set(found) == {"boot", "hat"}
    assert KNOWN.beside({"unheard of": 1.0}) == KNOWN.beside({}) == {}


@given(st.permutations(["bag", "shoe", "boot"]))
def test_the_order_of_what_is_liked_does_not_matter(order: list[str]) -> None:
    found = KNOWN.beside(dict.fromkeys(order, 1.0))
    assert {name: strength for name, (strength, _) in found.items()} == {"hat": 1.0}


def test_last_wants_are_foretold_where_tastes_differ() -> None:
    foretold = fit_foretelling(wants_of_two_tastes(400))
    assert foretold is not None
    assert foretold.regularisation in REGULARISATIONS
    # Half of the shoppers judge. Those of one taste want one of thirty products, of which seven are known.
    assert len(foretold.found) == len(foretold.popular) == 200
    assert foretold.found.mean() > foretold.popular.mean() + 0.3
    beside = foretold.model.beside({"p0": 1.0, "p1": 1.0, "p2": 1.0})
    best = sorted(beside, key=lambda name: -beside[name][0])[:10]
    assert all(0 <= int(name[1:]) < 30 for name in best if name[0] == "p")


def test_nothing_is_foretold_where_wants_are_drawn_by_lot() -> None:
    rng = np.random.default_rng(5)
    wants = [(f"u{number}", f"p{product}") for number in range(300) for product in rng.permutation(200)[:6]]
    foretold = fit_foretelling(wants)
    assert foretold is not None
    assert foretold.found.mean() < 0.25


def test_what_one_shopper_wants_together_is_not_told() -> None:
    wants = [("u0", "a"), ("u0", "b"), ("u1", "a"), ("u2", "b"), ("u3", "c"), ("u3", "d"), ("u4", "c"), ("u4", "d")]
    foretold = fit_foretelling(wants)
    assert foretold is not None
    assert foretold.model.beside({"a": 1.0}) == {}
    assert set(foretold.model.beside({"c": 1.0})) == {"d"}


def test_a_product_keeps_its_strongest_weights_alone() -> None:
    products = [f"p{number:03}" for number in range(WEIGHTS_MAX + 40)]
    wants = [(f"u{number}", name) for number in range(3) for name in products]
    foretold = fit_foretelling(wants)
    assert foretold is not None
    # All weights are alike here, so that none is cut; with one that stands out the rest falls away.
    wants += [(f"v{number}", name) for number in range(30) for name in products[: WEIGHTS_MAX + 1]]
    wants += [(f"w{number}", name) for number in range(30) for name in products[:2]]
    again = fit_foretelling(wants)
    assert again is not None
    assert again.model.weights[0].nnz <= WEIGHTS_MAX


@pytest.mark.parametrize("wants", [[], [("u", "a")], [("u", "a"), ("v", "a")], [("u", "a"), ("u", "a"), ("v", "b")]])
def test_too_little_is_told_by_nothing(wants: list[tuple[str, str]]) -> None:
    assert fit_foretelling(wants) is None


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    KNOWN.save(tmp_path)
    again = load_foretelling(tmp_path, 4)
    assert again.beside({"bag": 2.0, "shoe": 1.0}) == KNOWN.beside({"bag": 2.0, "shoe": 1.0})


def test_what_does_not_hold_together_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="does not hold who wants what"):
        load_foretelling(tmp_path, 4)
    KNOWN.save(tmp_path)
    with pytest.raises(InvalidSource, match="must be of 5 products"):
        load_foretelling(tmp_path, 5)
    path = tmp_path / FORETELLING_FILE
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InvalidSource, match="vitrine rank train"):
        load_foretelling(tmp_path, 4)
    for damaged in (b"", whole[:40] + bytes([whole[40] ^ 255]) + whole[41:], whole[:-200] + bytes(200)):
        path.write_bytes(damaged)
        with pytest.raises(InvalidSource, match="does not hold"):
            load_foretelling(tmp_path, 4)
    np.savez(path, products=np.array(["a"]), starts=[0, 1], foretold=[7], weights=[1.0])
    with pytest.raises(InvalidSource, match="does not hold"):
        load_foretelling(tmp_path, 1)
