"""How fine-tuning goes about it."""

from __future__ import annotations

import math
from dataclasses import dataclass

LOGIT_SCALE_MAX = math.log(100)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides the result beside the products and the base model.

    Attributes
    ----------
    epochs: how often every product is seen at most.
    batch_size: products in one pass.
    accumulate: passes whose gradients are added up before a step; each contrasts its own products.
    learning_rate: the highest, reached after the warm-up; half a cosine brings it down to zero.
    backbone_rate: learning rate of the backbones of a two-tower model as a share of `learning_rate`.
    warmup_share: of all steps, in which the learning rate rises in even steps.
    weight_decay: of matrices and kernels; biases, norms, positions and the temperature do not decay.
    clip_norm: gradients longer than this are scaled down to it.
    supervised_share: of the loss that is supervised contrastive over labels; the rest contrasts photos and texts.
    temperature: of the supervised contrastive loss. margin: of the triplet loss.
    image_blocks, text_blocks: last blocks of each tower that learn; None: all of it.
    half_dim: numbers in each half of a two-tower model's vector.
    frozen_epochs: first epochs in which the backbones of a two-tower model stand still.
    patience: epochs without a better score before training stops.
    held_out_share: of the products for validation, and as much again for the verdict.
    seed: of the split, of the order, and of every other chance.
    """

    epochs: int = 10
    batch_size: int = 128
    accumulate: int = 1
    learning_rate: float = 1e-4
    backbone_rate: float = 0.1
    warmup_share: float = 0.1
    weight_decay: float = 0.05
    clip_norm: float = 1.0
    supervised_share: float = 0.3
    temperature: float = 0.1
    margin: float = 0.2
    image_blocks: int | None = None
    text_blocks: int | None = None
    half_dim: int = 128
    frozen_epochs: int = 2
    patience: int = 3
    held_out_share: float = 0.1
    seed: int = 7

    def rate_at(self, step: int, steps: int) -> float:
        """The learning rate of one step of so many: warm-up, then half a cosine (Loshchilov and Hutter 2017)."""
        warmup = max(1, round(self.warmup_share * steps))
        if step < warmup:
            return self.learning_rate * (step + 1) / warmup
        done = (step - warmup) / max(1, steps - warmup)
        return self.learning_rate * 0.5 * (1.0 + math.cos(math.pi * done))
