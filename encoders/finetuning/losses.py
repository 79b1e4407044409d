"""What fine-tuning minimises. Vectors are rows of unit length, labels are codes with -1 for a product without one."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def contrastive(photos: Tensor, texts: Tensor, scale: Tensor, text_codes: Tensor) -> Tensor:
    """Symmetric cross-entropy between photos and texts (Radford et al. 2021, figure 3): a scalar.

    Products of one and the same text share its photo's probability; to tell them apart by words is impossible.

    Parameters
    ----------
    photos, texts: (n, dim), row i of both is one product.
    scale: what cosines are multiplied with.
    text_codes: (n,), equal where the texts are.
    """
    logits = scale * photos @ texts.T
    same = (text_codes[:, None] == text_codes[None, :]).float()
    targets = same / same.sum(dim=1, keepdim=True)
    return (functional.cross_entropy(logits, targets) + functional.cross_entropy(logits.T, targets)) / 2


def supervised_contrastive(vectors: Tensor, labels: Tensor, temperature: float) -> Tensor:
    """Supervised contrastive loss, the sum outside of the logarithm (Khosla et al. 2020, equation 2): a scalar.

    For each row i with partners P(i) of its label: -1/|P(i)| Σₚ log(exp(zᵢ·zₚ/τ) / Σₐ exp(zᵢ·zₐ/τ)), where a runs over
    all rows but i; the mean over the rows that have partners, 0 where none has.
    """
    itself = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    partners = (labels[:, None] == labels[None, :]) & (labels >= 0)[:, None] & ~itself
    logits = (vectors @ vectors.T / temperature).masked_fill(itself, -torch.inf)
    log_share = (logits - logits.logsumexp(dim=1, keepdim=True)).masked_fill(itself, 0.0)
    count = partners.sum(dim=1)
    rows = -(log_share * partners).sum(dim=1) / count.clamp(min=1)
    return rows.sum() / (count > 0).sum().clamp(min=1)


def batch_hard_triplet(vectors: Tensor, labels: Tensor, margin: float) -> Tensor:
    """Batch-hard triplet loss (Hermans et al. 2017, equation 5): a scalar.

    Each row with its farthest partner of the same label and the nearest row of another, by Euclidean distance; the mean
    over the rows that have both, 0 where none has.
    """
    itself = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    known = labels >= 0
    same = (labels[:, None] == labels[None, :]) & known[:, None] & known[None, :]
    partners, others = same & ~itself, (labels[:, None] != labels[None, :]) & known[:, None] & known[None, :]
    # The square of a distance of 0 has no gradient, hence the floor.
    distances = (2.0 - 2.0 * vectors @ vectors.T).clamp(min=1e-8).sqrt()
    farthest = distances.masked_fill(~partners, -torch.inf).amax(dim=1)
    nearest = distances.masked_fill(~others, torch.inf).amin(dim=1)
    usable = partners.any(dim=1) & others.any(dim=1)
    rows = functional.relu(margin + farthest[usable] - nearest[usable])
    return rows.sum() / usable.sum().clamp(min=1)
