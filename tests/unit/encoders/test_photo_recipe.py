"""How vision models want their photos, as transformers' own processors would prepare them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from transformers.models.auto.image_processing_auto import get_image_processor_class_from_name

from core.errors import EncoderUnavailable
from encoders.photo_recipe import PhotoRecipe, read_recipe

Scene = Callable[..., Image.Image]
MEANS = {"image_mean": [0.1, 0.2, 0.3], "image_std": [0.4, 0.5, 0.6]}


def recipe_of(kind: str, **stated: Any) -> PhotoRecipe:
    return read_recipe({"image_processor_type": f"{kind}ImageProcessor", **stated}, "test")


@pytest.mark.parametrize(
    ("kind", "stated"),
    [
        ("ViT", {}),
        ("ViT", {"size": {"height": 40, "width": 24}, "resample": 3, **MEANS}),
        ("Siglip", {}),
        ("Bit", {}),
        ("Bit", {"size": {"shortest_edge": 64}, "crop_size": {"height": 56, "width": 48}}),
        ("Bit", {"size": {"shortest_edge": 20}, "crop_size": {"height": 56, "width": 31}}),
        ("Bit", {"do_center_crop": False, "do_normalize": False}),
        ("CLIP", {"do_rescale": False, "do_resize": False}),
        ("DeiT", {}),
        ("ConvNext", {}),
        ("ConvNext", {"size": {"shortest_edge": 224}, "crop_pct": 0.95, "resample": 2}),
        ("ConvNext", {"size": {"shortest_edge": 224}}),
    ],
)
@pytest.mark.parametrize("shape", [(90, 131), (60, 37)])
def test_photos_are_prepared_as_the_processor_of_transformers_does(
    kind: str, stated: dict[str, Any], shape: tuple[int, int], scene: Scene
) -> None:
    picture = scene(*shape)
    reference = get_image_processor_class_from_name(f"{kind}ImageProcessorPil")(**stated)
    expected = reference(picture, return_tensors="np")["pixel_values"][0]
    recipe = recipe_of(kind, **stated)
    pixels = np.asarray(recipe.shape(picture), dtype=np.float64)
    prepared = (pixels * recipe.scale - np.array(recipe.mean)) / np.array(recipe.std)
    np.testing.assert_allclose(prepared.transpose(2, 0, 1), expected, rtol=1e-5, atol=1e-5)


def test_the_old_way_to_write_sizes_is_read() -> None:
    resnet = read_recipe({"feature_extractor_type": "ConvNextFeatureExtractor", "size": 224, "crop_pct": 0.875}, "r")
    assert (resnet.shortest_px, resnet.crop, resnet.needed_px) == (256, (224, 224), 256)
    assert recipe_of("ViT", size=224).squeezed == (224, 224)
    assert recipe_of("CLIP", size=224, crop_size=[200, 100]).crop == (200, 100)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"image_processor_type": "SamImageProcessor"}, "SamImageProcessor.*Known are .*ViT"),
        ({}, "prepares photos by ''"),
        ({"image_processor_type": "ViTImageProcessor", "size": {"longest_edge": 5}}, "longest_edge.*shortest_edge"),
        ({"image_processor_type": "ViTImageProcessor", "do_pad": True}, "padded"),
        ({"image_processor_type": "ViTImageProcessor", "image_mean": [0.5]}, "instead of three colours"),
    ],
)
def test_a_preparation_that_is_not_known_is_refused(config: dict[str, Any], said: str) -> None:
    with pytest.raises(EncoderUnavailable, match=said):
        read_recipe(config, "test")
