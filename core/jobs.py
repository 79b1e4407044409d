"""Jobs: what became of a batch of products that was handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.indexing import IndexProgress


@dataclass(frozen=True, slots=True)
class Rejection:
    """One record that was not accepted: where it stood, and why.

    Attributes
    ----------
    index: position in the batch, from 0; for files the line or row number, from 1 with the header.
    product_id: as far as it could be read.
    """

    index: int
    product_id: str
    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The answer to a batch: everything in `accepted` is stored for good, `unchanged` needed no work."""

    job_id: str
    accepted: int
    unchanged: int
    rejected: tuple[Rejection, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """A batch or an import, and how far its products are indexed in the serving generation.

    Attributes
    ----------
    kind: `products` or `import`.
    open: more products may still be added to it.
    rejected: how many records were refused; the first thousand of them are in `rejections`.
    """

    id: str
    kind: str
    created_at: datetime
    open: bool
    accepted: int
    unchanged: int
    rejected: int
    rejections: tuple[Rejection, ...]
    progress: IndexProgress

    @property
    def done(self) -> bool:
        """Nothing of it waits any more."""
        return not self.open and self.progress.waiting == 0
