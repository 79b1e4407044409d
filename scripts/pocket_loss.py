"""What the pocket model minimises: contrast between photos and texts, and labels on both."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from scripts.pocket_batches import Batch, Corpus
from scripts.pocket_captions import Caption
from scripts.pocket_data import FIELDS, HEADS
from scripts.pocket_model import PocketTrainee

BANK_SCALE = 25.0
BANK_WEIGHT, QUERY_PHOTO_WEIGHT, QUERY_RECORD_WEIGHT = 1.0, 0.4, 0.2
PHOTO_LABEL_WEIGHTS = {"article_type": 0.9, "colour": 0.35, "gender": 0.25, "pattern": 0.4, "material": 0.2}
RECORD_LABEL_SHARE = 0.5
UNKNOWN_LABEL = -1


def embed_titles(corpus: Corpus, trainee: PocketTrainee) -> Tensor:
    """Vectors of the titles of all rows, as the text tower gives them now: (n, dim)."""
    captions = [Caption(product.title, ("title",)) for product in corpus.products]
    parts = [captions[start : start + 1024] for start in range(0, len(captions), 1024)]
    with torch.no_grad():
        return torch.cat([trainee.embed_texts(corpus.token_ids(part)) for part in parts])


def matches(states: Tensor, codes: Tensor) -> Tensor:
    """Whether text i is true of product j: bool (n, n); it is when they agree in every field that the text states."""
    agree = codes[:, None, :] == codes[None, :, :]
    return (agree | ~states[:, None, :]).all(dim=-1)


def contrast(texts: Tensor, others: Tensor, truth: Tensor, scale: Tensor) -> Tensor:
    """Symmetric contrastive loss where each row has all its true partners as targets, equally weighted.

    With one partner per row it is the loss of CLIP; several are averaged over as in SupCon (Khosla et al. 2020, eq. 2).
    """
    logits = scale * texts @ others.T
    wanted = truth.to(logits.dtype)
    forward = functional.cross_entropy(logits, wanted / wanted.sum(dim=1, keepdim=True))
    backward = functional.cross_entropy(logits.T, wanted.T / wanted.T.sum(dim=1, keepdim=True))
    return (forward + backward) / 2


def bank_loss(photo: Tensor, batch: Batch, titles: Tensor, title_codes: Tensor) -> Tensor:
    """Each photo against its own title and thousands of others.

    Half of what is wanted is the photo's own title, half is how near the titles are to its own: a photo of a black shoe
    should lie nearer to other black shoes' titles than to any shirt's.
    """
    own = titles[batch.rows]
    compared = torch.cat([batch.rows, batch.others])
    among = titles[compared]
    near = functional.softmax(BANK_SCALE * own @ among.T, dim=1)
    same = (title_codes[batch.rows, None] == title_codes[None, compared]).to(near.dtype)
    wanted = (near + same / same.sum(dim=1, keepdim=True)) / 2
    return functional.cross_entropy(BANK_SCALE * photo @ among.T, wanted)


def label_loss(trainee: PocketTrainee, embeddings: Tensor, codes: Tensor) -> Tensor:
    """Cross-entropy of every label that is known, averaged over all rows, so that a rare label weighs little."""
    total = embeddings.new_zeros(())
    for name in HEADS:
        labels = codes[:, FIELDS.index(name)]
        known = labels != UNKNOWN_LABEL
        if known.any():
            logits = trainee.label_logits(embeddings[known], name)
            loss = functional.cross_entropy(logits, labels[known], label_smoothing=0.1, reduction="sum")
            total = total + PHOTO_LABEL_WEIGHTS[name] * loss / len(labels)
    return total


def embed_batch_texts(trainee: PocketTrainee, batch: Batch, titles: Tensor, fixed: bool) -> tuple[Tensor, Tensor]:
    """Vectors of the record and query texts: two (n, dim). With fixed texts the titles stand for the records."""
    if fixed:
        with torch.no_grad():
            return titles[batch.rows], trainee.embed_texts(batch.query_ids)
    record, query = trainee.embed_texts(torch.cat([batch.record_ids, batch.query_ids])).chunk(2)
    return record, query


def training_loss(
    trainee: PocketTrainee, batch: Batch, vectors: tuple[Tensor, Tensor, Tensor], titles: Tensor, title_codes: Tensor
) -> Tensor:
    """Contrast of photo with record, titles and query, and of record with query, plus the labels of photo and record.

    `vectors` are those of photos, records and queries; `titles` those of all titles at the start of the epoch,
    and `title_codes` say which of them are one title.
    """
    photo, record, query = vectors
    scale = trainee.clip.logit_scale.exp()
    query_truth = matches(batch.query_states, batch.codes)
    loss = contrast(record, photo, matches(batch.record_states, batch.codes), scale)
    loss = loss + QUERY_PHOTO_WEIGHT * contrast(query, photo, query_truth, scale)
    loss = loss + QUERY_RECORD_WEIGHT * contrast(query, record, query_truth, scale)
    loss = loss + BANK_WEIGHT * bank_loss(photo, batch, titles, title_codes)
    loss = loss + label_loss(trainee, photo, batch.codes)
    return loss + RECORD_LABEL_SHARE * label_loss(trainee, record, batch.codes)
