"""Factors of products that nobody has met."""

from __future__ import annotations

import numpy as np

from ranking.collaborative.bridging import bridged_factors

RANDOM = np.random.default_rng(4)


def test_what_contents_say_linearly_is_found_again_for_new_products() -> None:
    contents = RANDOM.normal(size=(40, 3)).astype(np.float32)
    factors = (contents @ RANDOM.normal(size=(3, 2)) + np.array([1.0, -2.0])).astype(np.float32)
    events = np.where(np.arange(40) < 30, 9, 0)
    blind = np.where(events[:, None] > 0, factors, 0).astype(np.float32)

    found = bridged_factors(contents, blind, events, 1e-6)

    np.testing.assert_allclose(found, factors, atol=1e-3)


def test_what_was_met_often_counts_more() -> None:
    """Two products of one content: theirs lies five times as near to what was met five times or more."""
    contents, factors = np.zeros((3, 1), dtype=np.float32), np.array([[0.0], [6.0], [100.0]], dtype=np.float32)

    found = bridged_factors(contents, factors, np.array([1, 50, 0]), 1e-9)

    np.testing.assert_allclose(found, np.full((3, 1), 5.0), rtol=1e-6)
