"""Steps: added-up gradients, too little memory, and what decays."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.errors import InvalidInput
from encoders.finetuning.batches import Batch
from encoders.finetuning.optimizing import Diverged, Stepper, grouped, training_dtype
from encoders.finetuning.plan import Plan

PLAN = Plan(batch_size=8, learning_rate=0.1, weight_decay=0.0)


class Mean(nn.Module):
    """A model whose loss is a mean over products, so that parts of a batch must add up to the whole."""

    device = torch.device("cpu")

    def __init__(self, memory_for: int = 1_000) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3))
        self.dropout = nn.Dropout(0.5)
        self.memory_for = memory_for
        self.sizes: list[int] = []

    @property
    def module(self) -> nn.Module:
        return self

    def part(self, batch: Batch, chosen: slice) -> Batch:
        return Batch(batch.photos[chosen], batch.texts[chosen], batch.labels[chosen], batch.text_codes[chosen])

    def loss(self, batch: Batch) -> Tensor:
        self.sizes.append(len(batch))
        if len(batch) > self.memory_for:
            self.dropout(torch.ones(100))
            # As torch raises it when a GPU is full; there is none here that could be filled.
            raise torch.OutOfMemoryError("CUDA out of memory")
        pixels = torch.from_numpy(batch.photos.reshape(len(batch), -1)[:, :3]).float()
        return ((pixels * self.weight).sum(dim=1) ** 2).mean()

    def after_step(self) -> None:
        self.after = True


def batch(count: int) -> Batch:
    photos = np.random.default_rng(1).integers(0, 3, (count, 1, 1, 3), dtype=np.uint8)
    rows = torch.arange(count)
    return Batch(photos, [""] * count, rows, rows)


def stepper(model: Mean, plan: Plan = PLAN, precision: torch.dtype = torch.float32) -> Stepper:
    return Stepper(model, grouped(model.named_parameters(), plan), plan, precision)


def test_passes_of_a_step_add_up_to_one_large_pass() -> None:
    whole, parts = Mean(), Mean()
    one = stepper(whole, replace(PLAN, batch_size=20)).step(batch(20), 0.1)
    other = stepper(parts, replace(PLAN, batch_size=8)).step(batch(20), 0.1)
    assert parts.sizes == [8, 8, 4]
    assert one == pytest.approx(other, rel=1e-5)
    torch.testing.assert_close(whole.weight, parts.weight)


def test_too_little_memory_halves_the_pass_says_so_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    roomy, tight = Mean(), Mean(memory_for=3)
    torch.manual_seed(1)
    expected = stepper(roomy).step(batch(8), 0.1)
    state = torch.get_rng_state()
    torch.manual_seed(1)
    taking = stepper(tight)
    with caplog.at_level(logging.WARNING):
        found = taking.step(batch(8), 0.1)
    assert found == pytest.approx(expected, rel=1e-5)
    assert tight.sizes == [8, 4, 2, 2, 2, 2]
    assert taking.pass_size == 2
    assert "too small for 8 products at once; going on with 4" in caplog.text
    # What was drawn by chance in vain is drawn again.
    assert torch.equal(torch.get_rng_state(), state)
    torch.testing.assert_close(tight.weight, roomy.weight)


def test_memory_that_holds_no_pair_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(InvalidInput, match="not even two products fit") as raised:
        stepper(Mean(memory_for=1)).step(batch(8), 0.1)
    assert raised.value.field == "--batch-size"


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_a_loss_that_is_no_number_changes_nothing(value: float) -> None:
    model = Mean()
    taking = stepper(model)
    with torch.no_grad():
        model.weight[0] = value
    before = model.weight.clone()
    with pytest.raises(Diverged):
        taking.step(batch(8), 0.1)
    assert torch.equal(model.weight.nan_to_num(7.0), before.nan_to_num(7.0))


def test_long_gradients_are_cut() -> None:
    model = Mean()
    taking = Stepper(model, [{"params": [model.weight], "weight_decay": 0.0, "share": 1.0}], PLAN, torch.float32)
    taking.step(batch(8), 0.0)
    assert model.weight.grad is not None
    assert float(model.weight.grad.norm()) == pytest.approx(PLAN.clip_norm, rel=1e-4)


def test_matrices_decay_and_biases_norms_and_positions_do_not() -> None:
    class Parts(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(2, 2)
            self.norm = nn.LayerNorm(2)
            self.positional_embedding = nn.Parameter(torch.zeros(3, 2))
            self.logit_scale = nn.Parameter(torch.zeros([]))

    parts = Parts()
    decayed, others = grouped(parts.named_parameters(), replace(PLAN, weight_decay=0.3), share=0.1)
    assert [weight is parts.linear.weight for weight in decayed["params"]] == [True]
    assert (decayed["weight_decay"], others["weight_decay"]) == (0.3, 0.0)
    assert len(others["params"]) == 5
    assert {decayed["share"], others["share"]} == {0.1}


def test_the_rate_rises_in_the_warm_up_and_falls_along_a_cosine_to_zero() -> None:
    plan = replace(PLAN, learning_rate=2.0, warmup_share=0.2)
    rates = [plan.rate_at(step, 100) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[19] == pytest.approx(2.0)
    assert rates[60] == pytest.approx(1.0)
    assert rates[100] == pytest.approx(0.0)
    assert rates[19:] == sorted(rates[19:], reverse=True)


def test_in_float16_gradients_are_scaled_and_a_step_that_overflows_is_left_out() -> None:
    model = Mean()
    taking = stepper(model, precision=torch.float16)
    taking.scaler = torch.amp.GradScaler("cpu", init_scale=2.0**125)
    before = model.weight.clone()
    taking.step(batch(8), 0.1)
    assert torch.equal(model.weight, before)
    taking.scaler.update(2.0**10)
    taking.step(batch(8), 0.1)
    exact = Mean()
    stepper(exact).step(batch(8), 0.1)
    torch.testing.assert_close(model.weight, exact.weight, rtol=1e-3, atol=1e-3)


def test_the_precision_is_what_was_asked_for_and_float32_where_half_is_slower() -> None:
    cpu = torch.device("cpu")
    assert training_dtype(cpu, "float32") == torch.float32
    assert training_dtype(cpu, "bfloat16") == torch.bfloat16
    assert training_dtype(cpu, "auto") in (torch.float32, torch.bfloat16)
