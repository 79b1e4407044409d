"""How long an import takes over the sum of its stages, each run alone on the same products.

One side is the import as `vitrine import` does it: the file is read and its products are accepted, while the lease
loop indexes them beside it, in this process, into a data folder of its own. The other side does the same work stage
by stage with nothing beside it, into another data folder: SQL (reading the file, photo store, storing, claiming,
reading photos back, completing), decoding all photos with as many threads, the bare model on batches of pixels and
tokens that are prepared already, and writing the same points. Tokens, BM25, points and all coordination are therefore
at the import's expense.

What happens once per process or shop and not per product is outside both sides: opening the database, starting the
engine's process, loading weights, and the first forward pass.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.context import Context
from benchmarks.measures import Measure, Target, alternated, ratios
from benchmarks.processes import wait_until_engine_left
from benchmarks.products import ProductFile
from cli.indexing import POLL_S, OwnLoop
from core.errors import InvalidPhoto
from core.generations import IMAGE, LEXICAL, TEXT, Generation
from core.indexing import LeasedProduct, Point
from core.settings import load_settings
from core.vectors import ProductVectors
from encoders.decoding import prepare_photos
from retrieval.importing import ImportRequest, import_file
from retrieval.wiring import EncoderShelf, Vitrine, flush, loaded_encoder, open_vitrine, serving_generation

Pixels = NDArray[np.uint8]
STAGES = ("SQL", "decode", "forward", "upsert")
_RATIO = Target(1.15)
_LEASE_S = 3_600.0
_OWNER = "benchmark"


def measure(context: Context) -> list[Measure]:
    """The ratio for the pocket model and for a model of ordinary size with random weights, with its parts."""
    return [
        *_of_encoder(context, "pocket", context.sized(3_000, 300)),
        *_of_encoder(context, "open_clip:ViT-B-32/random", context.sized(200, 24)),
    ]


def _of_encoder(context: Context, encoder: str, count: int) -> list[Measure]:
    products = context.products.first(count, context.work_dir)
    context.say(f"import of {products.count:,} products with {encoder}")
    shop = _Shops(context.work_dir, encoder, products)
    sides: dict[str, Callable[[int], dict[str, float]]] = {"import": shop.imported, "stages": shop.stage_by_stage}
    results = alternated(context.rounds, sides)
    wall_s = [took_s["all"] for took_s in results["import"]]
    alone_s = [sum(took_s.values()) for took_s in results["stages"]]
    label = f"{encoder}, {products.count:,} products"
    return [
        ratios(f"{label}: import over the sum of its stages", wall_s, alone_s, _RATIO),
        Measure(f"{label}: the import", tuple(wall_s), "s"),
        *(Measure(f"{label}: {name} alone", tuple(r[name] for r in results["stages"]), "s") for name in STAGES),
        Measure(f"{label}: speed of the import", tuple(products.count / took_s for took_s in wall_s), "products/s"),
    ]


@dataclass
class _Clock:
    """Seconds by stage, added up."""

    took_s: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time of what happens inside."""
        began_s = time.perf_counter()
        yield
        self.took_s[name] = self.took_s.get(name, 0.0) + time.perf_counter() - began_s


@dataclass
class _Shops:
    """New shops, one per round and side, that share the weights."""

    work_dir: Path
    encoder: str
    products: ProductFile
    _shelf: EncoderShelf | None = None
    _opened: int = 0

    def imported(self, _: int) -> dict[str, float]:
        """One import from the file to the last product indexed; seconds under `all`."""
        with self._new_shop() as (v, generation):
            clock = _Clock()
            with clock.stage("all"), OwnLoop(v, generation) as loop:
                import_file(v, self._request(), lambda progress: loop.start() if progress.accepted else None)
                while v.catalog.queue.progress(generation.id).waiting and not loop.failed:
                    time.sleep(POLL_S)
            _check(v, generation, self.products.count)
        return clock.took_s

    def stage_by_stage(self, _: int) -> dict[str, float]:
        """The same products through every stage, one stage after the other; seconds by stage."""
        with self._new_shop() as (v, generation):
            clock = _Clock()
            with clock.stage("SQL"):
                import_file(v, self._request(), lambda _: None)
                batches = list(_claimed(v, generation))
                photos = [[_photo_of(v, item) for item in batch] for batch in batches]
            with clock.stage("decode"):
                pixels = [_decoded(v, generation, of_batch) for of_batch in photos]
            _bare_forward(v, generation, batches, pixels, clock)
            points = [_points(v, generation, batch, px) for batch, px in zip(batches, pixels, strict=True)]
            with clock.stage("upsert"):
                epochs = [v.store.upsert(generation.id, of_batch) for of_batch in points]
                v.store.flush(generation.id)
            with clock.stage("SQL"):
                for batch, epoch in zip(batches, epochs, strict=True):
                    v.catalog.queue.complete(generation.id, _OWNER, batch, epoch)
                flush(v, generation)
            _check(v, generation, self.products.count)
        return clock.took_s

    def _request(self) -> ImportRequest:
        return ImportRequest(self.products.products_path, photos=self.products.photos_path)

    @contextmanager
    def _new_shop(self) -> Iterator[tuple[Vitrine, Generation]]:
        self._opened += 1
        data_dir = self.work_dir / f"{self.encoder.replace('/', '-').replace(':', '-')}-{self._opened}"
        overrides = {"data_dir": data_dir, "encoder": self.encoder, "engine_idle_exit_s": 0.5}
        with open_vitrine(load_settings(overrides)) as opened:
            v = opened if self._shelf is None else replace(opened, encoders=self._shelf)
            generation = serving_generation(v)
            if self._shelf is None:
                self._shelf = v.encoders
                _warm_up(v, generation)
            yield v, generation
        wait_until_engine_left(data_dir)


def _warm_up(v: Vitrine, generation: Generation) -> None:
    eyes, words = _encoders(v, generation)
    blank = np.zeros((*eyes.model.visual.image_size, 3), dtype=np.uint8)
    eyes.embed_photos([blank] * v.settings.encode_batch)
    words.embed_passages(["blue checked shirt"] * v.settings.encode_batch)


def _encoders(v: Vitrine, generation: Generation) -> tuple[Any, Any]:
    """The encoders of photos and words, as what they are: the benchmark looks inside for the bare model."""
    eyes, words = generation.view(IMAGE), generation.view(TEXT)
    assert eyes is not None
    assert words is not None
    return loaded_encoder(v, eyes), loaded_encoder(v, words)


def _claimed(v: Vitrine, generation: Generation) -> Iterator[list[LeasedProduct]]:
    while batch := v.catalog.queue.claim(generation.id, _OWNER, v.settings.claim_batch, _LEASE_S):
        yield batch


def _photo_of(v: Vitrine, item: LeasedProduct) -> bytes:
    assert item.product is not None
    return v.catalog.photos.get(item.product.photos[0].digest)


def _decoded(v: Vitrine, generation: Generation, photos: Sequence[bytes]) -> list[Pixels]:
    eyes, _ = _encoders(v, generation)
    decoded = prepare_photos(eyes, photos, v.settings.decode_threads)
    return [pixels for pixels in decoded if not isinstance(pixels, InvalidPhoto)]


def _bare_forward(
    v: Vitrine,
    generation: Generation,
    batches: Sequence[Sequence[LeasedProduct]],
    pixels: Sequence[Sequence[Pixels]],
    clock: _Clock,
) -> None:
    """Time the model itself, on tensors that are made outside the time."""
    eyes, words = _encoders(v, generation)
    size = v.settings.encode_batch
    for batch, of_batch in zip(batches, pixels, strict=True):
        passages = _passages(batch)
        forwards = [eyes.bare_photo_forward(of_batch[at : at + size]) for at in range(0, len(of_batch), size)]
        forwards += [words.bare_text_forward(passages[at : at + size]) for at in range(0, len(passages), size)]
        with clock.stage("forward"):
            for forward in forwards:
                forward()


def _passages(batch: Sequence[LeasedProduct]) -> list[str]:
    return [item.product.passage() for item in batch if item.product is not None]


def _points(
    v: Vitrine, generation: Generation, batch: Sequence[LeasedProduct], pixels: Sequence[Pixels]
) -> list[Point]:
    eyes, words = _encoders(v, generation)
    passages = _passages(batch)
    photos, texts = eyes.embed_photos(pixels), words.embed_passages(passages)
    sparse = [v.lexical.passage(passage) for passage in passages]
    return [
        Point(
            item.product_id,
            item.version,
            ProductVectors({IMAGE: photos[i], TEXT: texts[i]}, {}, {LEXICAL: sparse[i]}),
            item.product.payload() if item.product is not None else {},
        )
        for i, item in enumerate(batch)
    ]


def _check(v: Vitrine, generation: Generation, count: int) -> None:
    """A side that had not done all of the work would win."""
    progress = v.catalog.queue.progress(generation.id)
    points = v.store.status(generation.id).points
    if (progress.indexed, points) != (count, count):
        raise RuntimeError(f"{count} products went in, but {progress.indexed} are indexed and {points} stored")
