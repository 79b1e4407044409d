"""What products look like on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from api.paths import photo_url
from catalog.product_rows import StoredProduct
from core.jobs import Acceptance

_RECORD = (
    "each an object with `id` and `title`, and if known `description`, `brand`, `category`, `price`, `currency` (ISO "
    '4217), `url`, `photos` (a list of data URIs or `{"base64": ...}`), `attributes`, `group_id`, `available`, '
    "`created_at`; any other key becomes an attribute"
)


class AddProducts(Struct, forbid_unknown_fields=True):
    """A batch of products; one that cannot be accepted is reported, the others go on."""

    products: Annotated[list[Any], Meta(description=f"at most 1,000; {_RECORD}")]


class RejectedProduct(Struct):
    """One product that was not accepted."""

    index: Annotated[int, Meta(description="its position in the batch, from 0; in a file the line, from 1")]
    id: Annotated[str, Meta(description="as far as it could be read")]
    field: str
    value: Annotated[str, Meta(description="what stood there, shortened")]
    reason: Annotated[str, Meta(description="what is wrong, and what to do about it")]


class AddedProducts(Struct):
    """What became of a batch: what is accepted is stored for good, and is indexed within seconds."""

    job_id: Annotated[str, Meta(description="for GET /v1/jobs/{job_id}")]
    accepted: Annotated[int, Meta(description="new or changed")]
    unchanged: Annotated[int, Meta(description="stored like this already; nothing to do")]
    rejected: list[RejectedProduct]

    @classmethod
    def of(cls, acceptance: Acceptance) -> AddedProducts:
        """From the use case's own value."""
        rejected = [RejectedProduct(r.index, r.product_id, r.field, r.value, r.reason) for r in acceptance.rejected]
        return cls(acceptance.job_id, acceptance.accepted, acceptance.unchanged, rejected)


class PhotoReference(Struct):
    """Where a photo can be fetched."""

    url: Annotated[str, Meta(description="add `&size=320` for a smaller one")]
    digest: Annotated[str, Meta(description="SHA-256 of its bytes")]


class ProductView(Struct):
    """A product as it is stored."""

    id: str
    title: str
    description: str
    brand: str | None
    category: str | None
    price: float | None
    currency: str | None
    url: str | None
    photos: list[PhotoReference]
    attributes: dict[str, Any]
    group_id: str | None
    available: bool
    created_at: datetime | None


class IndexState(Struct):
    """How far the index is with a product."""

    state: Annotated[str, Meta(description="`pending`, `leased` (being worked on), `indexed` or `failed`")]
    error: Annotated[str | None, Meta(description="why it could not be indexed the last time")]
    attempts: Annotated[int, Meta(description="how often it was tried in vain")]


class StoredProductView(Struct):
    """A product, its version, and the state of its index."""

    product: ProductView
    version: Annotated[int, Meta(description="grows with every change")]
    index: IndexState
    updated_at: datetime

    @classmethod
    def of(cls, stored: StoredProduct) -> StoredProductView:
        """From the catalogue's own value."""
        p = stored.product
        photos = [PhotoReference(photo_url(p.id, i, photo.digest), photo.digest) for i, photo in enumerate(p.photos)]
        view = ProductView(
            id=p.id,
            title=p.title,
            description=p.description,
            brand=p.brand,
            category=p.category,
            price=p.price,
            currency=p.currency,
            url=p.url,
            photos=photos,
            attributes=dict(p.attributes),
            group_id=p.group_id,
            available=p.available,
            created_at=p.created_at,
        )
        return cls(view, stored.version, IndexState(stored.state, stored.error, stored.attempts), stored.updated_at)


class ProductPage(Struct):
    """Some products, by id."""

    products: list[StoredProductView]
    next_cursor: Annotated[str | None, Meta(description="for the next page; null on the last one")]
