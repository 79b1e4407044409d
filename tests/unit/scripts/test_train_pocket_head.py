"""The step on kept features: trunk and texts stand still, and what lies behind the trunk learns."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from scripts.pocket_batches import Corpus
from scripts.pocket_model import PocketTrainee, embed_photos
from scripts.train_pocket_head import HeadTraining, as_floats, compute_features, embed_features, kept_features


@pytest.fixture
def trainee(corpus: Corpus) -> PocketTrainee:
    torch.manual_seed(5)
    return PocketTrainee(corpus.tokenizer.get_vocab_size(), corpus.label_counts())


def test_kept_features_give_the_vectors_of_the_photos(corpus: Corpus, trainee: PocketTrainee) -> None:
    tower = trainee.clip.visual.eval()
    features = compute_features(corpus, tower.trunk, views=2, seed=1)
    assert features.shape[:2] == (2, 12)
    with torch.no_grad():
        expected = embed_photos(tower, as_floats(corpus.photos))
        found = embed_features(tower.trunk, features[0])
    torch.testing.assert_close(found, expected, atol=2e-3, rtol=0)
    assert not torch.equal(features[0], features[1])


def test_features_are_computed_once(corpus: Corpus, trainee: PocketTrainee, tmp_path: Path) -> None:
    kept = tmp_path / "run.features"
    first = kept_features(corpus, trainee.clip.visual.trunk, 1, 1, kept)
    corpus.photos[:] = 0
    assert torch.equal(kept_features(corpus, trainee.clip.visual.trunk, 1, 1, kept), first)


def test_nothing_but_the_layers_behind_the_trunk_learns(corpus: Corpus, trainee: PocketTrainee) -> None:
    features = compute_features(corpus, trainee.clip.visual.trunk, views=2, seed=1)
    before = {name: weight.clone() for name, weight in trainee.clip.state_dict().items()}
    HeadTraining(corpus, trainee, features, seed=1).run(epochs=2, batch_size=6, rate=1e-3, others=4)
    after = trainee.clip.state_dict()
    moved = {name for name, weight in after.items() if not torch.allclose(weight.float(), before[name].float())}
    moved -= {"logit_scale"}
    assert {name.split(".")[2] for name in moved} == {"conv_head", "norm_head", "classifier"}
