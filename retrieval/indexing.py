"""From leased products to points: read and decode (`prepare`), `encode`, write and mark as done (`complete`).

The first runs no model, the second touches neither files nor stores, and the third runs no model either, so that a
worker has three batches in work at once, each in another stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidInput, InvalidPhoto, NotFound
from core.generations import FUSED, IMAGE, LEXICAL, PHOTOS, TEXT, Generation, View
from core.indexing import Failure, LeasedProduct, Point
from core.protocols import Encoder, ProductEncoder
from core.vectors import FloatArray, ProductVectors, SparseVector, unit_rows
from encoders.decoding import prepare_photos
from retrieval.wiring import Vitrine, loaded_encoder, loaded_product_encoder

Pixels = NDArray[np.uint8]
# A product, and the position and bytes of one of its photos.
StoredPhoto = tuple[LeasedProduct, int, bytes]


@dataclass(frozen=True, slots=True)
class PreparedBatch:
    """Leased products with their photos decoded and their terms weighed, ready for the encoder.

    Attributes
    ----------
    pixels: decoded photos of each product that needs encoding, in order.
    firsts: the first photo of each of them as an encoder of whole products wants it, where the generation has one.
    terms: lexical vectors of the same products, where the generation has them.
    failures: products whose photos cannot be used.
    """

    items: tuple[LeasedProduct, ...]
    pixels: dict[str, list[Pixels]]
    terms: dict[str, SparseVector]
    failures: tuple[Failure, ...]
    firsts: Mapping[str, Pixels] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EncodedBatch:
    """A prepared batch with its points, ready to be written.

    Attributes
    ----------
    wanted: the products whose photos can be used.
    points: of those that needed encoding, by product id.
    texts: how many texts were embedded.
    """

    prepared: PreparedBatch
    wanted: tuple[LeasedProduct, ...]
    points: dict[str, Point]
    texts: int


@dataclass(frozen=True, slots=True)
class IndexedBatch:
    """What became of a batch. `lost` products changed meanwhile or went to another worker; they are queued again."""

    indexed: int
    failed: int
    lost: int
    encoded_photos: int
    encoded_texts: int
    failures: tuple[Failure, ...] = field(default=())


def prepare(v: Vitrine, generation: Generation, items: Sequence[LeasedProduct]) -> PreparedBatch:
    """Read and decode the photos of a batch, in threads. A bad photo fails its own product only."""
    eyes, wholes = generation.view(IMAGE), generation.view(FUSED)
    looked_at = eyes is not None or wholes is not None
    wanted = [item for item in items if item.needs_encoding and item.product is not None and looked_at]
    pixels: dict[str, list[Pixels]] = {item.product_id: [] for item in wanted}
    firsts: dict[str, Pixels] = {}
    failures: dict[str, Failure] = {}
    found = list(_stored_photos(v, wanted, failures))
    if eyes is not None and found:
        for item, decoded in _decoded(v, loaded_encoder(v, eyes), found, failures):
            pixels[item.product_id].append(decoded)
    if wholes is not None and found:
        ones = list({item.product_id: (item, at, data) for item, at, data in reversed(found)}.values())
        for item, decoded in _decoded(v, loaded_product_encoder(v, wholes), ones, failures):
            firsts[item.product_id] = decoded
    return PreparedBatch(tuple(items), pixels, _terms(v, generation, items), tuple(failures.values()), firsts)


def _decoded(
    v: Vitrine, encoder: Encoder | ProductEncoder, found: Sequence[StoredPhoto], failures: dict[str, Failure]
) -> Iterator[tuple[LeasedProduct, Pixels]]:
    """Photos as an encoder wants them; notes those that cannot be used."""
    decoded = prepare_photos(encoder, [data for _, _, data in found], v.settings.decode_threads)
    for (item, position, _), result in zip(found, decoded, strict=True):
        if isinstance(result, InvalidPhoto):
            failures.setdefault(item.product_id, _failure(item, result.at(f"photos[{position}]")))
        else:
            yield item, result


def _terms(v: Vitrine, generation: Generation, items: Sequence[LeasedProduct]) -> dict[str, SparseVector]:
    if generation.view(LEXICAL) is None:
        return {}
    live = [(item.product_id, item.product) for item in items if item.needs_encoding and item.product is not None]
    return {product_id: v.lexical.passage(product.passage()) for product_id, product in live}


def encode(v: Vitrine, generation: Generation, batch: PreparedBatch) -> EncodedBatch:
    """Make the points of a prepared batch."""
    failed = {failure.product_id for failure in batch.failures}
    wanted = tuple(item for item in batch.items if item.product_id not in failed)
    points, texts = _encoded(v, generation, wanted, batch)
    return EncodedBatch(batch, wanted, points, texts)


def complete(v: Vitrine, generation: Generation, owner: str, batch: EncodedBatch) -> IndexedBatch:
    """Write the points of an encoded batch, and mark what is still current as indexed."""
    prepared = batch.prepared
    held = v.catalog.queue.extend(generation.id, owner, batch.wanted, v.settings.lease_s)
    current = [item for item in batch.wanted if item.product_id in held]
    epoch = _write(v, generation, current, batch.points)
    indexed = v.catalog.queue.complete(generation.id, owner, current, epoch) if current else 0
    v.catalog.queue.fail(generation.id, owner, prepared.failures, v.settings.attempts_max)
    return IndexedBatch(
        indexed=indexed,
        failed=len(prepared.failures),
        lost=len(batch.wanted) - indexed,
        encoded_photos=sum(len(prepared.pixels.get(item.product_id, ())) for item in batch.wanted),
        encoded_texts=batch.texts,
        failures=prepared.failures,
    )


def index(v: Vitrine, generation: Generation, owner: str, batch: PreparedBatch) -> IndexedBatch:
    """Encode a prepared batch, write its points, and mark what is still current as indexed."""
    return complete(v, generation, owner, encode(v, generation, batch))


def give_up(v: Vitrine, generation: Generation, owner: str, items: Sequence[LeasedProduct], error: Exception) -> None:
    """Note that a whole batch could not be worked on; each product is tried again later, up to the limit."""
    permanent = isinstance(error, InvalidInput)
    failures = [Failure(item.product_id, item.version, str(error), permanent) for item in items]
    v.catalog.queue.fail(generation.id, owner, failures, v.settings.attempts_max)


def retry_failed(v: Vitrine, product_ids: Sequence[str] | None = None) -> int:
    """Queue products again that were given up, all or these; returns how many."""
    return v.catalog.products.retry_failed(product_ids)


def _stored_photos(v: Vitrine, items: Sequence[LeasedProduct], failures: dict[str, Failure]) -> Iterator[StoredPhoto]:
    for item in items:
        for photo in item.product.photos if item.product is not None else ():
            try:
                yield item, photo.position, v.catalog.photos.get(photo.digest)
            except NotFound:
                lost = InvalidPhoto(
                    "is no longer in the photo store",
                    field=f"photos[{photo.position}]",
                    remedy="Send the product again",
                )
                failures.setdefault(item.product_id, _failure(item, lost))


def _failure(item: LeasedProduct, error: InvalidInput) -> Failure:
    return Failure(item.product_id, item.version, str(error), permanent=True)


def _encoded(
    v: Vitrine, generation: Generation, items: Sequence[LeasedProduct], batch: PreparedBatch
) -> tuple[dict[str, Point], int]:
    """Points of all products that need encoding, by product id, and how many texts were embedded."""
    live = [(item, item.product) for item in items if item.needs_encoding and item.product is not None]
    if not live:
        return {}, 0
    text_view = generation.view(TEXT)
    passages = [product.passage() for _, product in live]
    text = loaded_encoder(v, text_view).embed_passages(passages) if text_view else None
    photos = _embedded_photos(v, generation.view(IMAGE), [batch.pixels.get(item.product_id, []) for item, _ in live])
    wholes = _embedded_wholes(
        v, generation.view(FUSED), [batch.firsts.get(item.product_id) for item, _ in live], passages
    )
    points = {}
    for i, (item, product) in enumerate(live):
        dense = {view: rows[i] for view, rows in ((TEXT, text), (FUSED, wholes)) if rows is not None}
        vectors = _vectors(dense, photos[i], batch.terms.get(item.product_id))
        points[item.product_id] = Point(item.product_id, item.version, vectors, product.payload())
    return points, len(live) if text_view else 0


def _embedded_photos(v: Vitrine, view: View | None, pixels: list[list[Pixels]]) -> list[FloatArray | None]:
    """One matrix of photo vectors per product, from one pass of the encoder over the photos of all of them."""
    flat = [photo for photos in pixels for photo in photos]
    if view is None or not flat:
        return [None] * len(pixels)
    rows = loaded_encoder(v, view).embed_photos(flat)
    ends = np.cumsum([len(photos) for photos in pixels])
    return [rows[end - len(photos) : end] if photos else None for photos, end in zip(pixels, ends, strict=True)]


def _embedded_wholes(
    v: Vitrine, view: View | None, photos: Sequence[Pixels | None], passages: Sequence[str]
) -> FloatArray | None:
    return None if view is None else loaded_product_encoder(v, view).embed_products(photos, passages)


def _vectors(dense: Mapping[str, FloatArray], photos: FloatArray | None, sparse: SparseVector | None) -> ProductVectors:
    if photos is not None:
        mean = unit_rows(photos.mean(axis=0, keepdims=True))[0]
        dense = {**dense, IMAGE: mean if mean.any() else photos[0]}
    multi = {PHOTOS: photos} if photos is not None and len(photos) > 1 else {}
    return ProductVectors(dense, multi, {LEXICAL: sparse} if sparse is not None and len(sparse) else {})


def _write(v: Vitrine, generation: Generation, items: Sequence[LeasedProduct], points: dict[str, Point]) -> str:
    """Bring the store up to date; returns the epoch that acknowledged all of it, or words that match no epoch."""
    epochs = set()
    upserts = [points[item.product_id] for item in items if item.product_id in points]
    if upserts:
        epochs.add(v.store.upsert(generation.id, upserts))
    payloads = {
        item.product_id: (item.version, item.product.payload())
        for item in items
        if item.product is not None and item.product_id not in points
    }
    if payloads:
        epochs.add(v.store.set_payloads(generation.id, payloads))
    gone = [item.product_id for item in items if item.product is None]
    if gone:
        epochs.add(v.store.delete(generation.id, gone))
    return epochs.pop() if len(epochs) == 1 else "the store was restarted in the middle"
