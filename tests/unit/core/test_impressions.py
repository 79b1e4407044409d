from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.hits import Hit
from core.impressions import packed_signals, shown_signals, shown_text, unpacked_signals

float32s = st.floats(width=32)


def hit(product_id: str, **signals: float) -> Hit:
    return Hit(product_id, 0.0, signals, {})


def test_what_a_hit_has_no_signal_for_is_unknown() -> None:
    shown = shown_signals([hit("a", text=0.5), hit("b", image=0.25)])
    assert list(shown) == ["image", "text"]
    np.testing.assert_array_equal(shown["image"], np.array([np.nan, 0.25], dtype=np.float32))
    np.testing.assert_array_equal(shown["text"], np.array([0.5, np.nan], dtype=np.float32))


@given(st.lists(st.tuples(float32s, float32s), max_size=30))
def test_signals_come_back_bit_by_bit(rows: list[tuple[float, float]]) -> None:
    numbers = np.array(rows, dtype=np.float32).reshape(len(rows), 2)
    back = unpacked_signals(packed_signals({"b": numbers[:, 0], "a": numbers[:, 1]}), len(rows))
    np.testing.assert_array_equal(back["b"], numbers[:, 0])
    np.testing.assert_array_equal(back["a"], numbers[:, 1])


def test_no_signals_stay_none() -> None:
    assert unpacked_signals(packed_signals({}), 3) == {}


@pytest.mark.parametrize(
    "stored", [{"names": ["a"], "float32": "AAAA"}, {"names": ["a"], "float32": "?"}, {"names": ["a"]}, {"float32": 3}]
)
def test_signals_that_are_not_whole_are_refused(stored: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match="signals"):
        unpacked_signals(stored, 2)


def test_texts_are_kept_in_one_form_and_long_ones_not_at_all() -> None:
    assert shown_text("  Red \n Shoe") == "red shoe"
    assert shown_text("x" * 200) == "x" * 200
    assert shown_text("x" * 201) == ""


def test_of_a_text_only_what_can_be_seen_is_kept() -> None:
    assert shown_text("Red\x00 \x07 Sho\ud800e\u3000big") == "red shoe big"
    assert shown_text("\x00") == ""
