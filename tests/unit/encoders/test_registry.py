"""What the names of encoders mean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import ConfigurationError, EncoderUnavailable
from encoders.fingerprints import fingerprint
from encoders.loading import load_encoder
from encoders.registry import POCKET_DIR, known_encoders, resolve


def test_pocket_is_the_folder_in_the_package() -> None:
    spec = resolve("pocket")
    assert spec.location == f"local-dir:{POCKET_DIR}"
    assert (spec.description.name, spec.description.dim) == ("pocket", 128)


def test_every_known_encoder_states_what_a_person_needs_to_choose() -> None:
    for description in known_encoders():
        assert description.dim > 0
        assert description.size_bytes > 0
        assert description.licence not in ("", "unknown")
        assert description.source


def test_an_open_clip_name_is_architecture_and_weights() -> None:
    spec = resolve("open_clip:ViT-B-32/laion2b_s34b_b79k")
    assert (spec.location, spec.weights, spec.description.dim) == ("ViT-B-32", "laion2b_s34b_b79k", 512)


def test_a_hub_name_has_no_dimension_yet() -> None:
    spec = resolve("hf-hub:Marqo/marqo-fashionSigLIP")
    assert (spec.location, spec.description.dim) == ("hf-hub:Marqo/marqo-fashionSigLIP", 0)


def test_a_text_model_takes_its_pooling_from_the_name() -> None:
    assert resolve("transformers:BAAI/bge-small-en-v1.5?pooling=cls").pooling == "cls"
    assert resolve("transformers:BAAI/bge-small-en-v1.5").pooling is None


def test_the_known_vision_models_see_and_do_not_read() -> None:
    seeing = {d.name: d.dim for d in known_encoders() if d.photo and not d.text}
    assert seeing == {"resnet-50": 2048, "dinov2-small": 384, "dinov2-base": 768}


def test_prefixes_are_taken_from_the_name_as_from_a_web_address() -> None:
    spec = resolve("transformers:org/e5?pooling=mean&query_prefix=query:%20&passage_prefix=")
    assert (spec.pooling, spec.query_prefix, spec.passage_prefix) == ("mean", "query: ", "")
    assert resolve("transformers:org/e5?query_prefix=query:+").query_prefix == "query: "


def test_e5_puts_its_words_before_queries_and_passages() -> None:
    spec = resolve("e5-small-v2")
    assert (spec.query_prefix, spec.passage_prefix) == ("query: ", "passage: ")


def test_a_folder_is_remembered_by_its_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "open_clip_config.json").write_text(json.dumps({"model_cfg": {"embed_dim": 48}}))
    monkeypatch.chdir(tmp_path)
    description = resolve("local-dir:mine").description
    assert (description.name, description.dim) == (f"local-dir:{tmp_path}/mine", 48)
    assert resolve(description.name).description == description


@pytest.mark.parametrize("scheme", ["local-dir", "transformers"])
def test_a_folder_of_a_text_model_is_recognised(scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "config.json").write_text(json.dumps({"hidden_size": 384}))
    monkeypatch.chdir(tmp_path)
    spec = resolve(f"{scheme}:words")
    assert (spec.description.name, spec.location) == (f"{scheme}:{tmp_path}/words", f"{tmp_path}/words")
    assert (spec.description.family, spec.description.dim, spec.description.photo) == ("transformers", 384, False)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pockett", "Did you mean pocket"),
        ("all-minilm", "all-minilm-l6-v2"),
        ("", "none called ''"),
        ("gpt", "VITRINE|local-dir:PATH"),
        ("open_clip:ViT-B-33/openai", "ViT-B-32"),
        ("open_clip:ViT-B-32", "names no weights"),
        ("hf-hub:nothing", "hf-hub:ORGANISATION/NAME"),
        ("transformers:org/name?pooling=max", "pooling=mean, pooling=cls, pooling=last"),
        ("transformers:org/name?prefix=x", "'prefix' in .* is none of pooling, query_prefix, passage_prefix"),
        ("transformers:org/name?mean", "'mean' in .* is none of pooling"),
        ("s3:bucket", "none called"),
    ],
)
def test_a_wrong_name_is_answered_with_what_would_be_right(name: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        resolve(name)


def test_a_folder_without_a_model_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match=r"holds neither open_clip_config.json nor config.json"):
        resolve(f"local-dir:{tmp_path}")
    with pytest.raises(EncoderUnavailable, match="is not a folder"):
        resolve(f"local-dir:{tmp_path}/absent")


@pytest.mark.parametrize("content", ["", "[]", '{"model_cfg": {}}', "\x00"])
def test_a_broken_configuration_is_an_unavailable_encoder(content: str, tmp_path: Path) -> None:
    (tmp_path / "open_clip_config.json").write_text(content)
    with pytest.raises(EncoderUnavailable, match=r"open_clip_config.json"):
        resolve(f"local-dir:{tmp_path}")


def test_a_text_model_that_hides_its_size_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderUnavailable, match="hidden_size"):
        resolve(f"local-dir:{tmp_path}")


def test_a_model_of_other_pictures_than_photos_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"hidden_size": 8, "num_channels": 1, "image_size": 28}))
    with pytest.raises(EncoderUnavailable, match="looks at 1 colours"):
        resolve(f"local-dir:{tmp_path}")


def test_a_two_tower_model_embeds_whole_products_alone(tmp_path: Path) -> None:
    (tmp_path / "two_tower.json").write_text('{"half_dim": 24}')
    known = resolve(f"two-tower:{tmp_path}").description
    assert (known.name, known.family, known.dim) == (f"two-tower:{tmp_path}", "two-tower", 48)
    assert not known.photo
    assert not known.text
    with pytest.raises(ConfigurationError, match="embeds whole products"):
        load_encoder(known.name)


def test_other_weights_in_a_tower_are_another_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "two_tower.json").write_text('{"half_dim": 24}')
    (tmp_path / "image").mkdir()
    (tmp_path / "image" / "model.safetensors").write_bytes(b"one")
    before = fingerprint(f"two-tower:{tmp_path}")
    assert fingerprint(f"two-tower:{tmp_path}") == before
    (tmp_path / "image" / "model.safetensors").write_bytes(b"two")
    assert fingerprint(f"two-tower:{tmp_path}") != before


def test_a_two_tower_model_that_hides_its_size_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "two_tower.json").write_text("{}")
    with pytest.raises(EncoderUnavailable, match="states no half_dim"):
        resolve(f"two-tower:{tmp_path}")
