from __future__ import annotations

import pytest
import torch

from encoders.devices import threads_for

BEFORE = 2


@pytest.fixture(autouse=True)
def _threads() -> None:
    torch.set_num_threads(BEFORE)


def test_small_work_runs_on_one_thread_and_leaves_the_number_as_it_was() -> None:
    with threads_for(1, 5_000_000):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == BEFORE


def test_a_failure_leaves_the_number_as_it_was() -> None:
    with pytest.raises(ZeroDivisionError), threads_for(1, 5_000_000):
        raise ZeroDivisionError
    assert torch.get_num_threads() == BEFORE


@pytest.mark.parametrize(("inputs", "parameters"), [(64, 5_000_000), (1, 150_000_000), (1, 0)])
def test_large_or_unknown_work_runs_on_all_of_them(inputs: int, parameters: int) -> None:
    with threads_for(inputs, parameters):
        assert torch.get_num_threads() == BEFORE
