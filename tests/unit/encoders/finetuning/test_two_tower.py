"""Two-tower models, for real on drawn products: a small ResNet and a small BERT with random weights."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tokenizers
import torch
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast, ResNetConfig, ResNetModel

from core.errors import ConfigurationError, EncoderUnavailable, InvalidInput, InvalidVector
from encoders.finetuning.outcome import Outcome
from encoders.finetuning.plan import Plan
from encoders.finetuning.products import TrainingProduct
from encoders.finetuning.running import Task, fine_tune_two_tower
from encoders.finetuning.training import Progress, Run
from encoders.loading import EncoderOptions
from encoders.two_tower import load_two_tower
from tests.unit.encoders.finetuning.conftest import Watched, files_up_to, task

PLAN = Plan(epochs=3, batch_size=32, learning_rate=5e-3, frozen_epochs=2, half_dim=8, held_out_share=0.2)
Products = list[TrainingProduct]
WORDS = ["[PAD]", "[UNK]", "red", "blue", "green", "black", "shirt", "shoe", "bag"]


@pytest.fixture(scope="module")
def towers(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("towers")
    torch.manual_seed(5)
    resnet = ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic")
    ResNetModel(resnet).save_pretrained(folder / "resnet")
    steps = {"image_processor_type": "ViTImageProcessor", "size": {"height": 32, "width": 32}}
    (folder / "resnet" / "preprocessor_config.json").write_text(json.dumps(steps))
    bert = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    BertModel(bert).save_pretrained(folder / "bert")
    words = tokenizers.Tokenizer(WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    words.pre_tokenizer = Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(
        str(folder / "bert")
    )
    return f"local-dir:{folder / 'resnet'}", f"local-dir:{folder / 'bert'}"


def two_tower_task(towers: tuple[str, str], out: Path, every_s: float = 60.0) -> Task:
    return replace(task(towers[0], out, PLAN, every_s=every_s), text_base=towers[1])


@pytest.fixture(scope="module")
def trained(
    towers: tuple[str, str], products: Products, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Outcome, Watched, Path]:
    out, watched = tmp_path_factory.mktemp("two-tower") / "model", Watched()
    return fine_tune_two_tower(two_tower_task(towers, out), products, list, watched.watching()), watched, out


def test_the_loss_falls_and_products_of_a_label_come_together(trained: tuple[Outcome, Watched, Path]) -> None:
    outcome, watched, _ = trained
    assert watched.steps[-1].loss < watched.steps[0].loss
    (change,) = outcome.changes
    assert change.before is not None
    assert change.after > change.before
    assert outcome.best_epoch > 0


def test_the_written_model_embeds_as_the_trained_one(
    trained: tuple[Outcome, Watched, Path], products: Products
) -> None:
    outcome, watched, _ = trained
    encoder = load_two_tower(outcome.name, EncoderOptions(device="cpu", batch_size=7))
    assert (encoder.description.dim, encoder.description.photo, encoder.description.text) == (16, False, False)
    run = watched.runs[0]
    rows = run.split.held_out[:10]
    titles, photos = run.corpus.titles(rows), [run.corpus.photo(row) for row in rows]
    found = encoder.embed_products(photos, titles)
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    trainee = run.trainee
    trainee.module.eval()
    from encoders.two_tower import fused

    with torch.inference_mode():
        own = fused(trainee._backbones, trainee._fusion, photos, titles).numpy()  # type: ignore[attr-defined]
    np.testing.assert_allclose(found, own, atol=1e-5)
    alone = encoder.embed_products([encoder.prepare_photo(products[rows[0]].photos[0])], titles[:1])
    np.testing.assert_allclose(found[:1], alone, atol=1e-5)


def test_a_product_without_photo_is_known_by_its_words_alone(trained: tuple[Outcome, Watched, Path]) -> None:
    encoder = load_two_tower(trained[0].name, EncoderOptions(device="cpu"))
    found = encoder.embed_products([None, None], ["red shirt", "blue bag"])
    assert not found[:, :8].any()
    np.testing.assert_allclose(np.linalg.norm(found[:, 8:], axis=1), 1, atol=1e-5)


def test_as_many_photos_as_texts_are_needed(trained: tuple[Outcome, Watched, Path]) -> None:
    with pytest.raises(InvalidVector, match="1 photos, but 2 texts"):
        load_two_tower(trained[0].name).embed_products([None], ["red shirt", "blue bag"])


def test_backbones_stand_still_first_and_learn_later(
    towers: tuple[str, str], trained: tuple[Outcome, Watched, Path]
) -> None:
    from encoders.two_tower import load_backbones

    before = load_backbones(*towers, EncoderOptions(device="cpu"))
    run = trained[1].runs[0]
    learned = [epoch["epoch"] for epoch in run.state.epochs]
    assert learned == [0, 1, 2, 3]
    trainee = run.trainee
    for epoch, learns in ((0, False), (1, False), (2, True)):
        trainee.begin_epoch(epoch)
        weights = [weight for name, weight in trainee.module.named_parameters() if not name.startswith("fusion.")]
        assert {weight.requires_grad for weight in weights} == {learns}
    first = before.image_weights()[0][1]
    assert not torch.equal(first, trainee.module["image"].get_parameter(before.image_weights()[0][0]))  # type: ignore[index]


class _Stopped(Exception):
    pass


def test_a_stopped_run_goes_on_to_the_same_result(
    towers: tuple[str, str], trained: tuple[Outcome, Watched, Path], products: Products, tmp_path: Path
) -> None:
    def stop(progress: Progress) -> None:
        if progress.step == 8:
            raise _Stopped

    out = tmp_path / "model"
    watching = replace(Watched().watching(), training=stop)
    with pytest.raises(_Stopped):
        fine_tune_two_tower(two_tower_task(towers, out, every_s=0.0), products, list, watching)
    watched = Watched()
    outcome = fine_tune_two_tower(two_tower_task(towers, out), products, list, watched.watching())
    assert watched.steps[0].step == 8
    assert outcome.changes == trained[0].changes
    for file in ("projections.safetensors", "image/model.safetensors", "text/model.safetensors"):
        assert (out / file).read_bytes() == (trained[2] / file).read_bytes()


def test_a_full_disk_leaves_the_finished_model_before(
    towers: tuple[str, str], trained: tuple[Outcome, Watched, Path], products: Products, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(trained[2], tmp_path / "model"))
    before = _contents(out)
    again = two_tower_task(towers, out)
    again = replace(again, plan=replace(PLAN, seed=8, epochs=1), restart=True)

    def began(run: Run) -> None:
        save = run.trainee.save

        def on_a_full_disk(folder: Path) -> None:
            # Enough for a configuration, and not for weights.
            with files_up_to(4_096):
                save(folder)

        run.trainee.save = on_a_full_disk  # type: ignore[method-assign]

    with pytest.raises(InvalidInput, match="The model before is still there") as raised:
        fine_tune_two_tower(again, products, list, replace(Watched().watching(), began=began))
    assert raised.value.field == str(out)
    assert {name: _contents(out)[name] for name in before} == before
    outcome = fine_tune_two_tower(replace(again, restart=False), products, list, Watched().watching())
    assert outcome.epochs == 1
    after = _contents(out)
    assert after.keys() == before.keys()
    assert after["projections.safetensors"] != before["projections.safetensors"]


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_backbone_that_cannot_see_is_refused(towers: tuple[str, str], products: Products, tmp_path: Path) -> None:
    blind = two_tower_task((towers[1], towers[1]), tmp_path)
    with pytest.raises(ConfigurationError, match="sees no photos"):
        fine_tune_two_tower(blind, products, list, Watched().watching())
    mute = two_tower_task((towers[0], towers[0]), tmp_path)
    with pytest.raises(ConfigurationError, match="reads no words"):
        fine_tune_two_tower(mute, products, list, Watched().watching())


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="is no two-tower model"):
        load_two_tower(f"two-tower:{tmp_path}")
