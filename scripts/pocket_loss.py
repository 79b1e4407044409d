"""What the pocket model minimises: contrast between photos and texts, and labels on both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from scripts.pocket_batches import Batch
from scripts.pocket_captions import Caption
from scripts.pocket_data import FIELDS, HEADS, Product
from scripts.pocket_model import PocketTrainee

BANK_SCALE = 25.0
BANK_WEIGHT, QUERY_PHOTO_WEIGHT, QUERY_RECORD_WEIGHT = 1.0, 0.4, 0.2
PHOTO_LABEL_WEIGHTS = {"article_type": 1.3, "colour": 0.35, "gender": 0.25, "pattern": 0.4, "material": 0.2}
RECORD_LABEL_SHARE = 0.5
STATED_TYPE_WEIGHT = 2.0
NEIGHBOUR_SCALE = 25.0
PHOTO_NEIGHBOUR_WEIGHT, ITEM_NEIGHBOUR_WEIGHT, TITLE_NEIGHBOUR_WEIGHT, OWN_PHOTO_WEIGHT = 4.0, 1.0, 0.5, 0.5
UNKNOWN_LABEL = -1
TITLE, TYPE = FIELDS.index("title"), FIELDS.index("article_type")


@dataclass(frozen=True, slots=True)
class Memory:
    """Vectors of every row as they were when last computed, to compare a batch with: thousands cost a matrix product.

    Attributes
    ----------
    titles: as of the start of the epoch, (n, dim).
    photos: as of the last batch that showed the row, (n, dim).
    codes: facts of the rows as numbers, int64 (n, fields).
    """

    titles: Tensor
    photos: Tensor
    codes: Tensor


class Titled(Protocol):
    """Products whose texts become token ids."""

    @property
    def products(self) -> Sequence[Product]:
        """One per row."""

    def token_ids(self, captions: list[Caption]) -> Tensor:
        """Token ids of texts, padded to the longest: int64 (n, t)."""


def embed_titles(corpus: Titled, trainee: PocketTrainee) -> Tensor:
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


def bank_loss(photo: Tensor, batch: Batch, memory: Memory) -> Tensor:
    """Each photo against its own title and thousands of others.

    Half of what is wanted is the photo's own title, half is how near the titles are to its own: a photo of a black shoe
    should lie nearer to other black shoes' titles than to any shirt's.
    """
    own = memory.titles[batch.rows]
    compared = torch.cat([batch.rows, batch.others])
    among = memory.titles[compared]
    near = functional.softmax(BANK_SCALE * own @ among.T, dim=1)
    same = (memory.codes[batch.rows, None, TITLE] == memory.codes[None, compared, TITLE]).to(near.dtype)
    wanted = (near + same / same.sum(dim=1, keepdim=True)) / 2
    return functional.cross_entropy(BANK_SCALE * photo @ among.T, wanted)


def neighbour_loss(logits: Tensor, right: Tensor) -> Tensor:
    """How unlikely a row is to pick a right neighbour when it picks by nearness: the mean over rows that have one.

    logits: scaled cosines (n, m), minus infinity where a row may not pick; right: bool (n, m).
    Neighbourhood components analysis (Goldberger et al. 2004, eq. 6), against remembered vectors (Wu et al. 2018).
    """
    has_one = right.any(dim=1)
    picked = logits.masked_fill(~right, -torch.inf)[has_one].logsumexp(dim=1)
    return (logits[has_one].logsumexp(dim=1) - picked).sum() / max(1, int(has_one.sum()))


def neighbours_loss(photo: Tensor, record: Tensor, batch: Batch, memory: Memory) -> Tensor:
    """Nearest photos, items and photos of a title should be of its article type, and a title's nearest its own photo.

    That is what searches are judged by, and pairs of photo and text alone do not ask for it.
    """
    types = memory.codes[batch.others, TYPE]
    own_types = batch.codes[:, TYPE, None]
    itself = batch.rows[:, None] == batch.others[None, :]
    right = (own_types == types[None, :]) & (own_types != UNKNOWN_LABEL) & ~itself
    photos = memory.photos[batch.others]
    items = functional.normalize(photos + memory.titles[batch.others], dim=-1)
    item = functional.normalize(photo + record, dim=-1)
    logits = (NEIGHBOUR_SCALE * photo @ photos.T).masked_fill(itself, -torch.inf)
    loss = PHOTO_NEIGHBOUR_WEIGHT * neighbour_loss(logits, right)
    logits = (NEIGHBOUR_SCALE * item @ items.T).masked_fill(itself, -torch.inf)
    loss = loss + ITEM_NEIGHBOUR_WEIGHT * neighbour_loss(logits, right)
    logits = NEIGHBOUR_SCALE * record @ torch.cat([photo, photos]).T
    loss = loss + TITLE_NEIGHBOUR_WEIGHT * neighbour_loss(
        logits, torch.cat([own_types == own_types.T, own_types == types[None, :]], dim=1)
    )
    titles = torch.cat([batch.codes[:, TITLE], memory.codes[batch.others, TITLE]])
    return loss + OWN_PHOTO_WEIGHT * neighbour_loss(2 * logits, batch.codes[:, TITLE, None] == titles[None, :])


def stated_type_loss(trainee: PocketTrainee, record: Tensor, batch: Batch) -> Tensor:
    """How far texts that state the article type are from the type's prototype, on average."""
    stated = batch.record_states[:, TYPE]
    prototypes = functional.normalize(trainee.heads["article_type"].detach(), dim=-1)[batch.codes[stated, TYPE]]
    return (1 - (record[stated] * prototypes).sum(dim=1)).sum() / max(1, int(stated.sum()))


def set_heads(trainee: PocketTrainee, titles: Tensor, codes: Tensor) -> None:
    """Begin with each label's prototype at the mean of the titles (n, dim) that bear it, in place."""
    with torch.no_grad():
        for name in HEADS:
            labels = codes[:, FIELDS.index(name)]
            known = labels != UNKNOWN_LABEL
            trainee.heads[name].zero_().index_add_(0, labels[known], titles[known])
            trainee.heads[name].copy_(functional.normalize(trainee.heads[name], dim=-1))


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
    trainee: PocketTrainee, batch: Batch, vectors: tuple[Tensor, Tensor, Tensor], memory: Memory
) -> Tensor:
    """Contrast of photo with record, titles and query, and of record with query, plus neighbours and labels.

    `vectors` are those of photos, records and queries; there may be queries for the first rows only.
    """
    photo, record, query = vectors
    scale, asked = trainee.clip.logit_scale.exp(), len(query)
    query_truth = matches(batch.query_states[:asked], batch.codes[:asked])
    loss = contrast(record, photo, matches(batch.record_states, batch.codes), scale)
    loss = loss + QUERY_PHOTO_WEIGHT * contrast(query, photo[:asked], query_truth, scale)
    loss = loss + QUERY_RECORD_WEIGHT * contrast(query, record[:asked], query_truth, scale)
    loss = loss + BANK_WEIGHT * bank_loss(photo, batch, memory)
    loss = loss + neighbours_loss(photo, record, batch, memory)
    loss = loss + label_loss(trainee, photo, batch.codes)
    loss = loss + STATED_TYPE_WEIGHT * stated_type_loss(trainee, record, batch)
    return loss + RECORD_LABEL_SHARE * label_loss(trainee, record, batch.codes)
