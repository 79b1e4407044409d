"""Teach the last layers of a pocket model's photo tower on kept features: minutes instead of hours.

    python -m scripts.train_pocket_head --data ../shared/data/fashion --start-from OLD --out NEW

What the trunk sees in each photo is computed once, plainly and a few times augmented; the layers behind it then learn
with the losses of the whole training, at a fraction of the cost of a step. Trunk and texts stand still.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from timm.models import MobileNetV3
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from scripts.pocket_batches import Batch, Corpus, augment, epoch_parts, make_batch_of, pick_photos, read_corpus
from scripts.pocket_data import PHOTO_SIZE, WHITE, Pixels
from scripts.pocket_drawn import read_drawn
from scripts.pocket_loss import Memory, embed_titles, set_heads, training_loss
from scripts.pocket_model import LOGIT_SCALE_MAX, PocketTrainee, save_model, take_weights

PART = 256
EMA_DECAY = 0.97


def trunk_features(trunk: MobileNetV3, photos: Tensor) -> Tensor:
    """What the trunk sees, averaged over each float photo (n, 3, h, w): float16 (n, channels, 1, 1)."""
    with torch.inference_mode():
        seen: Tensor = trunk.forward_features(photos.contiguous(memory_format=torch.channels_last))
        return seen.mean(dim=(2, 3), keepdim=True).half()


def as_floats(photos: Pixels) -> Tensor:
    """Prepared photos, uint8 (n, h, w, 3), as the model takes them: float (n, 3, h, w)."""
    return torch.from_numpy(photos).permute(0, 3, 1, 2).float().div_(WHITE / 2).sub_(1.0)


def compute_features(corpus: Corpus, trunk: MobileNetV3, views: int, seed: int) -> Tensor:
    """Features of every row, plain and in `views` - 1 augmented views: float16 (views, n, channels, 1, 1)."""
    trunk.eval()
    chance, generator, found = random.Random(seed), torch.Generator().manual_seed(seed), []
    for view in range(views):
        parts = []
        for start in range(0, len(corpus.products), PART):
            rows = np.arange(start, min(start + PART, len(corpus.products)))
            if view == 0:
                photos = as_floats(corpus.photos[rows])
            else:
                photos = augment(torch.from_numpy(pick_photos(corpus, rows, chance)), PHOTO_SIZE, generator)
            parts.append(trunk_features(trunk, photos))
        found.append(torch.cat(parts))
        print(f"features {view + 1}/{views}", flush=True)
    return torch.stack(found)


def kept_features(corpus: Corpus, trunk: MobileNetV3, views: int, seed: int, kept: Path) -> Tensor:
    """As `compute_features`, kept in a file, which is to be removed when the model to start from changes."""
    if not kept.exists():
        torch.save(compute_features(corpus, trunk, views, seed), kept)
    found = torch.load(kept, weights_only=True)
    return torch.as_tensor(found)


def embed_features(trunk: MobileNetV3, features: Tensor) -> Tensor:
    """Unit-length vectors of features (n, channels, 1, 1): (n, dim)."""
    return functional.normalize(trunk.forward_head(features.float()), dim=-1)


class HeadTraining:
    """The layers behind the trunk, and the label heads, learning on kept features from texts that stand still."""

    def __init__(self, corpus: Corpus, trainee: PocketTrainee, features: Tensor, seed: int) -> None:
        self.corpus, self.trainee, self.features, self.seed = corpus, trainee, features, seed
        self.trunk = trainee.clip.visual.trunk
        averaging = get_ema_multi_avg_fn(EMA_DECAY)  # type: ignore[no-untyped-call]  # torch leaves it untyped.
        self.average = AveragedModel(trainee.clip, multi_avg_fn=averaging, use_buffers=True)
        behind = [*self.trunk.conv_head.parameters(), *self.trunk.norm_head.parameters()]
        behind += self.trunk.classifier.parameters()
        trainee.clip.text.requires_grad_(False)
        learning = [*behind, trainee.clip.logit_scale, *trainee.heads.parameters()]
        self.optimizer = torch.optim.AdamW(learning, betas=(0.9, 0.98), weight_decay=0.02, fused=True)
        self.titles = embed_titles(corpus, trainee)
        set_heads(trainee, self.titles, torch.from_numpy(corpus.codes))

    def remember(self) -> Memory:
        """Vectors of all rows as they are now."""
        self.trunk.eval()
        with torch.no_grad():
            photos = torch.cat([embed_features(self.trunk, part) for part in torch.split(self.features[0], 1024)])
        return Memory(self.titles, photos, torch.from_numpy(self.corpus.codes))

    def run(self, epochs: int, batch_size: int, rate: float, others: int) -> None:
        """Learn for so many epochs at a rate that falls to zero; leaves the averaged weights in the trainee."""
        per_epoch = len(self.corpus.products) // batch_size
        for epoch in range(epochs):
            memory, losses = self.remember(), []
            self.trainee.train()
            for number, rows in enumerate(epoch_parts(len(self.corpus.products), batch_size, self.seed + epoch)):
                done = (epoch * per_epoch + number) / (epochs * per_epoch)
                for group in self.optimizer.param_groups:
                    group["lr"] = rate * min(done * 20 + 0.02, 0.5 * (1 + math.cos(math.pi * done)))
                losses.append(self._learn(self._batch(rows, epoch * per_epoch + number, others), memory))
                if len(losses) % 20 == 0:
                    print(f"step {len(losses)}/{per_epoch} loss {sum(losses[-20:]) / 20:.3f}", flush=True)
            print(f"epoch {epoch + 1}/{epochs} loss {sum(losses) / len(losses):.4f}", flush=True)
        self.trainee.clip.load_state_dict(self.average.module.state_dict())

    def _batch(self, rows: npt.NDArray[np.int64], step: int, others: int) -> Batch:
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + step)
        views = torch.randint(len(self.features), (len(rows),), generator=generator)
        photos = self.features[views, torch.from_numpy(rows)]
        compared = torch.randint(len(self.corpus.products), (others,), generator=generator)
        return make_batch_of(self.corpus, rows, photos, random.Random(self.seed * 1_000_003 + step), compared)

    def _embed_queries(self, batch: Batch) -> Tensor:
        """Vectors of the queries of the first half of the rows: texts cost most of a step."""
        with torch.no_grad():
            return self.trainee.embed_texts(batch.query_ids[: len(batch.rows) // 2])

    def _learn(self, batch: Batch, memory: Memory) -> float:
        photo = embed_features(self.trunk, batch.photos)
        record, query = memory.titles[batch.rows], self._embed_queries(batch)
        loss = training_loss(self.trainee, batch, (photo, record, query), memory)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves Tensor.backward without annotations.
        self.optimizer.step()
        with torch.no_grad():
            self.trainee.clip.logit_scale.clamp_(0.0, LOGIT_SCALE_MAX)
        memory.photos[batch.rows] = photo.detach()
        self.average.update_parameters(self.trainee.clip)
        return float(loss.detach())


def main(arguments: list[str]) -> None:
    """Teach the last layers and write the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with products.csv and images.zip")
    parser.add_argument("--start-from", type=Path, required=True, help="the model folder to begin with")
    parser.add_argument("--out", type=Path, required=True, help="where the model is written")
    parser.add_argument("--features", type=Path, default=Path("pocket.features"), help="where features are kept")
    parser.add_argument("--views", type=int, default=4, help="of each photo, the plain one among them")
    parser.add_argument("--drawn", type=int, default=1500, help="how many drawn products")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch-size", type=int, default=512)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    torch.manual_seed(options.seed)
    drawn = read_drawn(options.drawn, options.features.with_suffix(".drawn.npz"))
    corpus = read_corpus(options.data, drawn, options.seed)
    corpus = replace(corpus, tokenizer=Tokenizer.from_file(str(options.start_from / "tokenizer.json")))
    trainee = PocketTrainee(corpus.tokenizer.get_vocab_size(), corpus.label_counts())
    take_weights(trainee, corpus.tokenizer, options.start_from)
    features = kept_features(corpus, trainee.clip.visual.trunk, options.views, options.seed, options.features)
    HeadTraining(corpus, trainee, features, options.seed).run(options.epochs, options.batch_size, options.rate, 4096)
    save_model(trainee.clip, corpus.tokenizer, options.out)


if __name__ == "__main__":
    main(sys.argv[1:])
