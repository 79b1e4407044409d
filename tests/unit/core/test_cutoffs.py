from __future__ import annotations

import pytest

from core.errors import InvalidQuery
from core.queries import AUTO, OFF, SearchQuery, parse_cutoff


@pytest.mark.parametrize(("text", "cutoff"), [("auto", AUTO), (" off ", OFF), ("0.5", 0.5), ("1", 1.0), ("1e-1", 0.1)])
def test_a_cut_off_that_was_typed_is_a_word_or_a_number(text: str, cutoff: str | float) -> None:
    assert parse_cutoff(text) == cutoff
    assert SearchQuery(text="red", cutoff=parse_cutoff(text)).cutoff == cutoff


@pytest.mark.parametrize("text", ["never", "", "nan", "inf", "-0.1", "1.01", "AUTO"])
def test_any_other_cut_off_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(InvalidQuery, match="must be a number from 0 to 1") as raised:
        SearchQuery(text="red", cutoff=parse_cutoff(text))
    assert raised.value.field == "cutoff"
