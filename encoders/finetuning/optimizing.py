"""The optimizer's groups, and one step of it: mixed precision, added-up gradients, and what can go wrong with them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from core.errors import InvalidInput
from encoders.devices import choose_dtype
from encoders.finetuning.batches import Batch
from encoders.finetuning.checkpoints import RandomStates
from encoders.finetuning.plan import Plan
from encoders.loading import Precision

_log = logging.getLogger(__name__)

_UNDECAYED = ("positional", "class_embedding", "cls_emb", "logit_scale", "logit_bias")


class Diverged(Exception):
    """The loss or its gradient is no number any more; nothing has been changed by this step."""


class Learner(Protocol):
    """A model that can be stepped."""

    device: torch.device

    @property
    def module(self) -> nn.Module:
        """All that learns."""

    def loss(self, batch: Batch) -> Tensor:
        """What a batch costs: a scalar with gradients."""

    def part(self, batch: Batch, chosen: slice) -> Batch:
        """Some products of a batch."""

    def after_step(self) -> None:
        """Keep what has bounds within them."""


def grouped(named: Iterable[tuple[str, nn.Parameter]], plan: Plan, share: float = 1.0) -> list[dict[str, Any]]:
    """Parameters that decay, and those that do not: biases, norms, positions and temperatures.

    Parameters
    ----------
    share: of the learning rate.
    """
    decayed: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    for name, weight in named:
        plain = weight.ndim < 2 or any(part in name for part in _UNDECAYED)
        (others if plain else decayed).append(weight)
    both = ((decayed, plan.weight_decay), (others, 0.0))
    return [{"params": group, "weight_decay": decay, "share": share} for group, decay in both if group]


def training_dtype(device: torch.device, wanted: Precision) -> torch.dtype:
    """bfloat16 where it is faster, float16 on a GPU without it, else float32, unless told otherwise."""
    half = choose_dtype(device, wanted)
    return torch.float16 if wanted == "auto" and half == torch.float32 and device.type == "cuda" else half


class Stepper:
    """Takes the steps of one run.

    When the GPU's memory is too small, passes are halved until they fit.

    Parameters
    ----------
    precision: to compute in, as `training_dtype` chooses it; in float16 gradients are scaled.
    """

    def __init__(self, learner: Learner, groups: list[dict[str, Any]], plan: Plan, precision: torch.dtype) -> None:
        self._learner = learner
        self._plan = plan
        self._device = learner.device
        self.pass_size = plan.batch_size
        fused = self._device.type in ("cpu", "cuda")
        self.optimizer = torch.optim.AdamW(groups, lr=plan.learning_rate, betas=(0.9, 0.98), fused=fused)
        self._precision = precision
        self.scaler = torch.amp.GradScaler(self._device.type, enabled=precision == torch.float16)

    def step(self, batch: Batch, rate: float) -> float:
        """Learn from a batch; returns its mean loss.

        Raises
        ------
        Diverged: the loss is no number. InvalidInput: not even one pair fits into memory.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["share"]
        before = RandomStates.now()
        while True:
            try:
                return self._attempt(batch)
            except torch.OutOfMemoryError as error:
                self._halve(error)
                before.restore()

    def _attempt(self, batch: Batch) -> float:
        self.optimizer.zero_grad(set_to_none=True)
        total = 0.0
        for start in range(0, len(batch), self.pass_size):
            part = self._learner.part(batch, slice(start, start + self.pass_size))
            share = len(part) / len(batch)
            with self._autocast():
                loss = self._learner.loss(part) * share
            if not bool(torch.isfinite(loss)):
                raise Diverged("the loss is no number")
            self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]  # torch leaves it without annotations.
            total += float(loss.detach())
        self._apply()
        return total

    def _apply(self) -> None:
        self.scaler.unscale_(self.optimizer)
        learning = [weight for group in self.optimizer.param_groups for weight in group["params"]]
        length = nn.utils.clip_grad_norm_(learning, self._plan.clip_norm)
        # Scaled gradients overflow now and then; the scaler leaves such a step out and scales less.
        if not self.scaler.is_enabled() and not bool(torch.isfinite(length)):
            raise Diverged("the gradient is no number")
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self._learner.after_step()

    def _autocast(self) -> AbstractContextManager[Any]:
        if self._precision == torch.float32:
            return nullcontext()
        return torch.autocast(self._device.type, dtype=self._precision)

    def _halve(self, error: torch.OutOfMemoryError) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        if self.pass_size <= 2:
            raise InvalidInput(
                "not even two products fit into the memory of the device",
                field="--batch-size",
                value=self._plan.batch_size,
                remedy="Let fewer blocks learn, take a smaller model, or --device cpu",
            ) from error
        self.pass_size //= 2
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        _log.warning(
            "the device's memory is too small for %d products at once; going on with %d in a pass and as many products "
            "in a step as before",
            2 * self.pass_size,
            self.pass_size,
        )
