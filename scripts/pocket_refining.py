"""Second phase of training: the photo tower alone, against texts that stand still.

The text tower learns in a few epochs, the photo tower goes on improving for dozens. With the texts fixed, their vectors
are computed once, a step costs half, and each photo is compared with the titles of all products instead of a batch's.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from scripts.pocket_batches import Corpus, augment
from scripts.pocket_data import FIELDS, HEADS, Caption, phrase_caption, states_mask
from scripts.pocket_model import PocketTrainee, contrast, matches

PHRASE_ROUNDS = 4
TITLE_SCALE = 25.0
LABEL_WEIGHTS = {"article_type": 0.8, "colour": 0.3, "gender": 0.2}


@dataclass(frozen=True, slots=True)
class FixedTexts:
    """Vectors of the fixed text tower: titles (n, dim), and a few phrases of each product (rounds, n, dim).

    `states` bool (rounds, n, fields) says which fields a phrase states; `codes` int64 (n, fields) as in the corpus.
    """

    titles: Tensor
    phrases: Tensor
    states: Tensor
    codes: Tensor


@dataclass(frozen=True, slots=True)
class PhotoBatch:
    """Rows of the corpus with their augmented photos; `seed` decides which phrases they are compared with."""

    rows: npt.NDArray[np.int64]
    photos: Tensor
    seed: int


def embed_fixed_texts(corpus: Corpus, trainee: PocketTrainee, seed: int) -> FixedTexts:
    """Embed what photos will be compared with."""
    chance = random.Random(seed)
    rounds = [[phrase_caption(product, chance) for product in corpus.products] for _ in range(PHRASE_ROUNDS)]
    titles = [Caption(product.title, ("title",)) for product in corpus.products]
    return FixedTexts(
        titles=_embed(corpus, trainee, titles),
        phrases=torch.stack([_embed(corpus, trainee, captions) for captions in rounds]),
        states=torch.from_numpy(np.stack([states_mask(captions) for captions in rounds])),
        codes=torch.from_numpy(corpus.codes),
    )


def _embed(corpus: Corpus, trainee: PocketTrainee, captions: Sequence[Caption]) -> Tensor:
    vectors = []
    trainee.eval()
    with torch.no_grad():
        for start in range(0, len(captions), 512):
            encoded = corpus.tokenizer.encode_batch([caption.text for caption in captions[start : start + 512]])
            vectors.append(trainee.embed_texts(torch.tensor([encoding.ids for encoding in encoded])))
    return torch.cat(vectors)


def refining_loss(trainee: PocketTrainee, texts: FixedTexts, batch: PhotoBatch) -> Tensor:
    """Each photo against all titles and against the batch's phrases, plus its labels.

    Half of what is wanted of the titles is the photo's own, half is how near the titles are to its own: a photo of a
    black shoe should lie nearer to other black shoes' titles than to any shirt's.
    """
    rows, turn = batch.rows, batch.seed % PHRASE_ROUNDS
    photo = functional.normalize(trainee.clip.visual(batch.photos), dim=-1)
    own, codes = texts.titles[rows], texts.codes[rows]
    near = functional.softmax(TITLE_SCALE * own @ texts.titles.T, dim=1)
    title = FIELDS.index("title")
    same = (codes[:, title, None] == texts.codes[None, :, title]).to(near.dtype)
    wanted = (near + same / same.sum(dim=1, keepdim=True)) / 2
    loss = functional.cross_entropy(TITLE_SCALE * photo @ texts.titles.T, wanted)
    scale = torch.tensor(TITLE_SCALE)
    loss = loss + 0.3 * contrast(own, photo, codes[:, None, title] == codes[None, :, title], scale)
    loss = loss + 0.3 * contrast(texts.phrases[turn, rows], photo, matches(texts.states[turn, rows], codes), scale)
    for name in HEADS:
        logits = trainee.label_logits(photo, name)
        labels = codes[:, FIELDS.index(name)]
        loss = loss + LABEL_WEIGHTS[name] * functional.cross_entropy(logits, labels, label_smoothing=0.1)
    return loss


def make_photo_batch(corpus: Corpus, rows: npt.NDArray[np.int64], side_px: int, seed: int) -> PhotoBatch:
    """Augmented photos of the products in `rows`; decided by the seed alone."""
    photos = augment(torch.from_numpy(corpus.photos[rows]), side_px, torch.Generator().manual_seed(seed))
    return PhotoBatch(rows, photos, seed)


def freeze_texts(trainee: PocketTrainee) -> None:
    """Leave only the photo tower and the label heads to be learnt."""
    trainee.requires_grad_(False)
    trainee.clip.visual.requires_grad_(True)
    trainee.heads.requires_grad_(True)
