from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.relevance import PHOTO, WORDS, Calibration, Logistic, calibration_of, sigmoid

_WHOLE = Calibration(
    known=Logistic((1.0, -2.0), 0.5),
    unknown=Logistic((0.25,), -1.0),
    relevance={WORDS: Logistic((3.0, 4.0), -0.125), PHOTO: Logistic((1e-3,), 0.0)},
    spreads={WORDS: {"text": 0.125, "lexical": 0.25}, PHOTO: {}},
    products=250,
)

_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def test_probabilities_are_the_logistic_function_of_weighted_features() -> None:
    model = Logistic((2.0, -1.0), 0.5)
    features = np.array([[1.0, 2.5], [0.0, 0.0], [3.0, 1.0]], dtype=np.float32)
    assert model.logits(features).tolist() == [0.0, 0.5, 5.5]
    expected = [0.5, 1 / (1 + math.exp(-0.5)), 1 / (1 + math.exp(-5.5))]
    assert model.probabilities(features).tolist() == pytest.approx(expected, abs=1e-6)


def test_what_other_arithmetic_has_left_in_memory_makes_no_number_invalid() -> None:
    model = Logistic((1.0, 2.0, 3.0, 4.0, 5.0), 0.5)
    for count in range(2, 120):
        invalid = np.full((count + 2, 200), 0x7FA00000, dtype=np.uint32).view(np.float32)
        with np.errstate(all="ignore"):
            assert np.isnan(invalid[:count] @ invalid[count:].ravel()[::2]).all()
        assert model.logits(np.ones((count, 5), dtype=np.float32)).tolist() == [15.5] * count


def test_the_logistic_function_does_not_overflow() -> None:
    assert sigmoid(np.array([-1e30, -800.0, 0.0, 800.0, 1e30], dtype=np.float32)).tolist() == [0, 0, 0.5, 1, 1]


def test_what_is_kept_as_json_comes_back_whole() -> None:
    assert calibration_of(json.loads(json.dumps(_WHOLE.as_json()))) == _WHOLE


@pytest.mark.parametrize("missing", ["version", "known", "unknown", "relevance", "spreads", "products"])
def test_a_calibration_with_a_part_missing_is_none(missing: str) -> None:
    kept = _WHOLE.as_json()
    del kept[missing]
    assert calibration_of(kept) is None


def test_models_of_other_features_are_no_calibration() -> None:
    assert calibration_of(_WHOLE.as_json() | {"version": -1}) is None


@pytest.mark.parametrize("weight", [math.nan, math.inf, "much", None])
def test_a_weight_that_is_no_number_is_no_calibration(weight: object) -> None:
    assert calibration_of(_WHOLE.as_json() | {"known": {"weights": [weight], "bias": 0.0}}) is None


@pytest.mark.parametrize("spread", [0, -1.0, math.nan, math.inf, "wide", None])
def test_a_spread_that_is_no_positive_number_is_no_calibration(spread: object) -> None:
    assert calibration_of(_WHOLE.as_json() | {"spreads": {WORDS: {"text": spread}}}) is None


@given(st.dictionaries(st.sampled_from(["known", "unknown", "relevance", "spreads", "products"]), _json))
def test_rubbish_is_no_calibration_and_no_error(rubbish: dict[str, object]) -> None:
    read = calibration_of(_WHOLE.as_json() | rubbish)
    assert read is None or all(map(math.isfinite, (*read.known.weights, read.known.bias, read.products)))
    assert calibration_of(rubbish) is None
