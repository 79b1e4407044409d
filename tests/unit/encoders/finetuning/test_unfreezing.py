"""What stands still really does, in every kind of tower that open_clip has."""

from __future__ import annotations

from typing import Any

import open_clip
import pytest
import torch

from core.errors import InvalidInput
from encoders.finetuning.unfreezing import train_mode, unfreeze_last
from encoders.registry import POCKET_DIR

TINY = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 3, "width": 32, "head_width": 16, "patch_size": 16},
    "text_cfg": {"context_length": 8, "vocab_size": 100, "width": 16, "heads": 2, "layers": 3},
}


def learning(model: Any, prefix: str) -> set[str]:
    """Blocks and single weights of a tower that learn."""
    names = {name.removeprefix(prefix) for name, weight in model.named_parameters() if weight.requires_grad}
    blocks = {name.split(".")[2] for name in names if name.startswith("transformer.resblocks.")}
    return blocks | {name for name in names if "." not in name}


def test_the_last_blocks_of_both_towers_learn_and_what_projects_them() -> None:
    model = open_clip.CLIP(**TINY)
    unfreeze_last(model, image_blocks=1, text_blocks=2)
    photo = learning(model.visual, "")
    assert "2" in photo
    assert not {"0", "1", "class_embedding", "positional_embedding"} & photo
    assert "proj" in photo
    words = {name for name, weight in model.named_parameters() if weight.requires_grad and "visual" not in name}
    assert {name.split(".")[2] for name in words if name.startswith("transformer")} == {"1", "2"}
    assert {"text_projection", "logit_scale"} <= words
    assert "token_embedding.weight" not in words


def test_without_a_number_everything_learns_and_with_none_only_projections() -> None:
    model = open_clip.CLIP(**TINY)
    unfreeze_last(model, None, None)
    assert all(weight.requires_grad for weight in model.parameters())
    unfreeze_last(model, 0, 0)
    assert {name for name, weight in model.named_parameters() if weight.requires_grad} == {
        "visual.proj",
        "text_projection",
        "logit_scale",
    }


def test_stages_of_a_convolutional_tower_are_blocks_and_frozen_norms_keep_their_statistics() -> None:
    model = open_clip.create_model(f"local-dir:{POCKET_DIR}")
    unfreeze_last(model, image_blocks=2, text_blocks=1)
    weights = dict(model.visual.named_parameters())
    frozen = {name for name, weight in weights.items() if not weight.requires_grad}
    assert frozen
    assert "trunk.conv_stem.weight" in frozen
    assert "trunk.conv_head.weight" not in frozen
    train_mode(model)
    before = {name: value.clone() for name, value in model.visual.named_buffers()}
    model.encode_image(torch.rand(2, 3, 128, 96))
    moved = {name for name, value in model.visual.named_buffers() if not torch.equal(value, before[name])}
    assert moved
    assert "trunk.bn1.running_mean" not in moved


def test_an_architecture_that_learns_only_whole_says_so() -> None:
    resnet = TINY | {"vision_cfg": {"image_size": 32, "layers": [1, 1, 1, 1], "width": 8}}
    with pytest.raises(InvalidInput, match="Leave --image-blocks out"):
        unfreeze_last(open_clip.CLIP(**resnet), image_blocks=2, text_blocks=None)
