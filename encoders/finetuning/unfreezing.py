"""Which blocks of a model learn. What stands still costs neither memory nor time on the way back."""

from __future__ import annotations

import contextlib
import io
import warnings
from typing import Any

from torch import nn

from core.errors import InvalidInput


def unfreeze_last(model: Any, image_blocks: int | None, text_blocks: int | None) -> None:
    """Let the last blocks of each tower of an open_clip model learn, and what maps them into the common space.

    Blocks are what open_clip counts in each architecture: layers of a transformer, stages or blocks of another.

    Parameters
    ----------
    image_blocks, text_blocks: how many; None: the whole tower.

    Raises
    ------
    InvalidInput: an architecture that can only learn as a whole.
    """
    model.requires_grad_(True)
    text = getattr(model, "text", model)
    # In open_clip's own towers the projection counts as one more block.
    if image_blocks is not None:
        own = hasattr(model.visual, "transformer")
        _lock("--image-blocks", image_blocks, model.lock_image_tower, image_blocks + own)
    if text_blocks is not None:
        projected = getattr(text, "text_projection", None) is not None
        _lock("--text-blocks", text_blocks, model.lock_text_tower, text_blocks + projected)


def train_mode(module: nn.Module) -> None:
    """Let a model learn; a frozen batch norm keeps the statistics it was given."""
    module.train()
    for layer in module.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm):  # noqa: SLF001 - torch gives it no other name.
            weight = next(layer.parameters(recurse=False), None)
            if weight is not None and not weight.requires_grad:
                layer.eval()


def _lock(option: str, blocks: int, lock: Any, groups: int) -> None:
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            # For towers of transformers open_clip prints what it does, and of timm it imports a module by its old name.
            warnings.filterwarnings("ignore", "Importing from timm", FutureWarning)
            lock(groups)
    except (AssertionError, AttributeError, KeyError, RuntimeError) as error:
        raise InvalidInput(
            "open_clip cannot let a part of this architecture learn",
            field=option,
            value=blocks,
            remedy=f"Leave {option} out, so that the whole tower learns",
        ) from error
