"""The training loop: it learns, and an interrupted run ends where an unbroken one does."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import scripts.train_pocket as loop
from scripts.pocket_batches import Corpus
from scripts.pocket_model import PocketTrainee, save_model, take_weights
from scripts.train_pocket import Plan, Training

PLAN = Plan(epochs=2, late_epochs=1, text_epochs=1, batch_size=6, warmup_steps=1, others=4)


class Interrupted(Exception):
    """What stops a run in the middle."""


def trainee(corpus: Corpus) -> PocketTrainee:
    torch.manual_seed(5)
    return PocketTrainee(corpus.tokenizer.get_vocab_size(), corpus.label_counts())


def weights_of(training: Training) -> dict[str, torch.Tensor]:
    return training.trainee.clip.state_dict()


def test_an_interrupted_run_ends_as_an_unbroken_one(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unbroken = Training(corpus, trainee(corpus), PLAN, tmp_path / "unbroken.ckpt")
    unbroken.run()

    monkeypatch.setattr(loop, "CHECKPOINT_STEPS", 1)
    first = Training(corpus, trainee(corpus), PLAN, tmp_path / "broken.ckpt")
    save = first._save_checkpoint

    def save_and_stop() -> None:
        save()
        if first.step == 3:
            raise Interrupted

    monkeypatch.setattr(first, "_save_checkpoint", save_and_stop)
    with pytest.raises(Interrupted):
        first.run()
    second = Training(corpus, trainee(corpus), PLAN, tmp_path / "broken.ckpt")
    assert second.step == 3
    second.run()
    for name, weight in weights_of(unbroken).items():
        torch.testing.assert_close(weights_of(second)[name], weight, msg=name)


def test_the_text_tower_stands_still_after_its_epochs(corpus: Corpus, tmp_path: Path) -> None:
    plan = Plan(epochs=1, late_epochs=1, text_epochs=0, batch_size=6, warmup_steps=1, others=4)
    training = Training(corpus, trainee(corpus), plan, tmp_path / "run.ckpt")
    before = {name: weight.clone() for name, weight in weights_of(training).items()}
    training.run()
    moved = {name for name, weight in weights_of(training).items() if not torch.allclose(weight, before[name])}
    assert any(name.startswith("visual.") for name in moved)
    assert not any(name.startswith("text.") for name in moved)


def test_the_rate_rises_stays_and_falls_to_zero() -> None:
    plan = Plan(epochs=10, late_epochs=4, warmup_steps=10)
    rates = [plan.learning_rate_at(step, 20) for step in range(201)]
    assert rates[0] < rates[9] == rates[100] == plan.learning_rate
    assert rates[120] == plan.learning_rate
    assert rates[121] > rates[160] > rates[200] == 0


def test_a_run_starts_from_a_saved_model_by_the_spelling_of_its_tokens(corpus: Corpus, tmp_path: Path) -> None:
    one, other = trainee(corpus), trainee(corpus)
    save_model(one.clip, corpus.tokenizer, tmp_path)
    with torch.no_grad():
        for weight in other.parameters():
            weight.zero_()
    assert take_weights(other, corpus.tokenizer, tmp_path) == []
    for name, weight in other.clip.state_dict().items():
        torch.testing.assert_close(weight, one.clip.state_dict()[name], atol=2e-3, rtol=1e-3, msg=name)
