"""What a job looks like on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from api.products.schemas import RejectedProduct
from core.jobs import Job


class JobProgress(Struct):
    """How many products of the job are in which state of the serving index."""

    pending: int
    leased: Annotated[int, Meta(description="being worked on")]
    indexed: int
    failed: int


class JobView(Struct):
    """A batch or an import, and how far its products are indexed."""

    id: str
    kind: Annotated[str, Meta(description="`products` or `import`")]
    created_at: datetime
    open: Annotated[bool, Meta(description="more products may still be added to it")]
    done: Annotated[bool, Meta(description="nothing of it waits any more")]
    accepted: int
    unchanged: int
    rejected: Annotated[int, Meta(description="how many; the first thousand are in rejections")]
    rejections: list[RejectedProduct]
    progress: JobProgress

    @classmethod
    def of(cls, job: Job) -> JobView:
        """From the catalogue's own value."""
        progress = job.progress
        return cls(
            id=job.id,
            kind=job.kind,
            created_at=job.created_at,
            open=job.open,
            done=job.done,
            accepted=job.accepted,
            unchanged=job.unchanged,
            rejected=job.rejected,
            rejections=[RejectedProduct(r.index, r.product_id, r.field, r.value, r.reason) for r in job.rejections],
            progress=JobProgress(progress.pending, progress.leased, progress.indexed, progress.failed),
        )
