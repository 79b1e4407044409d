"""Batches on a processor are shared among its cores, and nobody else's number of threads changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from core.vectors import FloatArray
from encoders.embedding import embed_rows

CORES = 3
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _cores() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(CORES)
    yield
    torch.set_num_threads(before)


class Model:
    """Makes (1, number) of each number, and remembers who asked for what."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, int, str]] = []

    def features(self, numbers: range) -> torch.Tensor:
        self.parts.append((len(numbers), torch.get_num_threads(), threading.current_thread().name))
        return torch.tensor([[1.0, float(number)] for number in numbers])


def embedded(model: Model, count: int, *, batch_size: int = 4, parameters: int = 0) -> FloatArray:
    return embed_rows(range(count), model.features, 2, device=CPU, batch_size=batch_size, parameters=parameters)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10, 25])
def test_every_input_has_its_own_row_of_unit_length(count: int) -> None:
    rows = embedded(Model(), count)
    assert rows.shape == (count, 2)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows[:, 1], rows[:, 0] * np.arange(count), rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, rtol=1e-6)


def test_cores_share_a_batch_and_each_works_by_itself() -> None:
    model = Model()
    embedded(model, 10)
    assert sorted(size for size, _, _ in model.parts) == [2, 4, 4]
    assert {threads for _, threads, _ in model.parts} == {1}
    assert not {name for _, _, name in model.parts} & {threading.current_thread().name}


def test_a_share_is_no_larger_than_a_batch() -> None:
    model = Model()
    embedded(model, 100, batch_size=8)
    assert max(size for size, _, _ in model.parts) == 8


def test_less_inputs_than_cores_go_through_the_model_on_all_of_them() -> None:
    model = Model()
    embedded(model, 2)
    assert model.parts == [(2, CORES, threading.current_thread().name)]


def test_small_work_runs_on_one_core() -> None:
    model = Model()
    embedded(model, 10, parameters=1_000)
    assert [threads for _, threads, _ in model.parts] == [1, 1, 1]


@pytest.mark.parametrize("parameters", [0, 1_000])
def test_the_number_of_threads_is_as_it_was_also_for_threads_to_come(parameters: int) -> None:
    embedded(Model(), 10, parameters=parameters)
    seen: list[int] = []
    later = threading.Thread(target=lambda: seen.append(torch.get_num_threads()))
    later.start()
    later.join()
    assert [torch.get_num_threads(), *seen] == [CORES, CORES]


@pytest.mark.parametrize("parameters", [0, 1_000])
def test_an_error_of_the_model_reaches_the_caller_and_leaves_nothing_behind(parameters: int) -> None:
    def fail(numbers: range) -> torch.Tensor:
        raise ZeroDivisionError(numbers[0])

    with pytest.raises(ZeroDivisionError):
        embed_rows(range(10), fail, 2, device=CPU, batch_size=4, parameters=parameters)
    assert torch.get_num_threads() == CORES


def test_elsewhere_than_on_a_processor_batches_go_one_after_the_other() -> None:
    model = Model()
    embed_rows(range(10), model.features, 2, device=torch.device("meta"), batch_size=4, parameters=0)
    assert [size for size, _, _ in model.parts] == [4, 4, 2]
