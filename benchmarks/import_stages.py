"""How long an import takes over the sum of its stages run alone: decode, bare forward, upsert, SQL.

Both sides see the same products in the same process, alternate, and the medians of the rounds are printed. The products
are drawn ones, or those of a folder with `products.csv` and `images.zip` (id, title; photos by id).

    python -m benchmarks.import_stages --products 2000 --rounds 5 --data ../shared/data/fashion
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import statistics
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.generations import IMAGE, LEXICAL, TEXT, Generation
from core.incoming import IncomingPhoto
from core.indexing import Point
from core.settings import load_settings
from core.vectors import ProductVectors
from demo.catalogue import drawn_products
from retrieval.accepting import accept_products
from retrieval.indexing import PreparedBatch, prepare
from retrieval.wiring import Vitrine, loaded_encoder, open_vitrine, reconcile, serving_generation
from workers.lease_loop import run

WARM_PRODUCTS = 64


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--encoder", default="pocket")
    parser.add_argument("--data", type=Path)
    chosen = parser.parse_args()
    rounds = [_measured(chosen.products, chosen.encoder, chosen.data) for _ in range(chosen.rounds)]
    medians = {key: round(statistics.median(r[key] for r in rounds), 3) for key in rounds[0]}
    print(json.dumps(medians))


def _measured(products: int, encoder: str, data: Path | None) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="vitrine-import-") as folder:
        settings = load_settings({"data_dir": folder, "encoder": encoder, "engine_idle_exit_s": 0.5})
        with open_vitrine(settings) as v:
            records = list(itertools.islice(_records(data), products + WARM_PRODUCTS))
            _accept(v, records[:WARM_PRODUCTS])
            _index_all(v)
            _accept(v, records[WARM_PRODUCTS:])
            began_s = time.perf_counter()
            _index_all(v)
            import_s = time.perf_counter() - began_s
            stages = _stages_alone(v)
    # The stages went over the products of the warm-up as well.
    sum_s = sum(stages.values()) * products / (products + WARM_PRODUCTS)
    result = {"import_s": import_s, "products_per_s": products / import_s, **stages, "ratio": import_s / sum_s}
    print(json.dumps({key: round(value, 3) for key, value in result.items()}), flush=True)
    return result


def _accept(v: Vitrine, records: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(records), 500):
        accept_products(v, records[start : start + 500])


def _index_all(v: Vitrine) -> None:
    generation = serving_generation(v)
    run(v, threading.Event(), until=lambda: v.catalog.queue.progress(generation.id).waiting == 0)


def _stages_alone(v: Vitrine) -> dict[str, float]:
    """Seconds of each stage over a second index of the same products, one after the other, with nothing beside it."""
    generation = replace(serving_generation(v), id="alone", status="building")
    v.catalog.generations.add(generation)
    reconcile(v, generation)
    stages = Stages()
    while True:
        with stages.timed("sql_s"):
            items = v.catalog.queue.claim(generation.id, "alone", v.settings.claim_batch, 600.0)
        if not items:
            break
        with stages.timed("decode_s"):
            prepared = prepare(v, generation, items)
        points = _encoded(v, generation, prepared, stages)
        with stages.timed("upsert_s"):
            epoch = v.store.upsert(generation.id, points)
        with stages.timed("sql_s"):
            v.catalog.queue.complete(generation.id, "alone", items, epoch)
    with stages.timed("upsert_s"):
        v.store.flush(generation.id)
    return stages.took_s


def _encoded(v: Vitrine, generation: Generation, prepared: PreparedBatch, stages: Stages) -> list[Point]:
    eyes, words = generation.view(IMAGE), generation.view(TEXT)
    assert eyes is not None
    assert words is not None
    live = [(item, item.product) for item in prepared.items if item.product is not None]
    pixels = [prepared.pixels[item.product_id][0] for item, _ in live]
    with stages.timed("forward_s"):
        photos = loaded_encoder(v, eyes).embed_photos(pixels)
        texts = loaded_encoder(v, words).embed_passages([product.passage() for _, product in live])
    return [
        Point(
            item.product_id,
            item.version,
            ProductVectors({IMAGE: photos[i], TEXT: texts[i]}, {}, {LEXICAL: v.lexical.passage(product.passage())}),
            product.payload(),
        )
        for i, (item, product) in enumerate(live)
    ]


@dataclass
class Stages:
    """Seconds by stage, added up."""

    took_s: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time of what happens inside."""
        began_s = time.perf_counter()
        yield
        self.took_s[stage] = self.took_s.get(stage, 0.0) + time.perf_counter() - began_s


def _records(data: Path | None) -> Iterator[dict[str, Any]]:
    if data is None:
        yield from drawn_products(100_000)
        return
    with (
        (data / "products.csv").open(newline="", encoding="utf-8") as rows,
        zipfile.ZipFile(data / "images.zip") as zipped,
    ):
        names = {name.rpartition("/")[2]: name for name in zipped.namelist()}
        for row in csv.DictReader(rows):
            name = names.get(f"{row['id']}.jpg")
            if name is not None:
                yield {**row, "photos": [IncomingPhoto(zipped.read(name), name)]}


if __name__ == "__main__":
    main()
