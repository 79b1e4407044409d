"""Whether comparing a picture with every photo of a product finds more than comparing it with the mean of them.

`python -m benchmarks.photo_rescoring` draws products and asks with pictures that are not in the index: the last photo
of a product that has three, which is left out of the index, and cut-outs of photos that are in it. The first 200 by
the mean are scored again by the nearest photo (MaxSim with one query vector), alone and together with the mean.
See docs/decisions/0008-examples.md.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from core.protocols import Encoder
from core.vectors import FloatArray, unit_rows
from demo.catalogue import plan
from demo.studio import photos as photos_of
from encoders import EncoderOptions, load_encoder

RESCORED = 200
TOP = 10
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_HELD_OUT_OF = 3
_CUT_OUT = 0.6


@dataclass(frozen=True)
class Query:
    """A picture as its vector, and the row of the product that it shows."""

    vector: FloatArray
    row: int


def main() -> int:
    """Print one table for each kind of picture."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.photo_rescoring", description=__doc__)
    parser.add_argument("--products", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    encoder = load_encoder("pocket", EncoderOptions())
    photos = [photos_of(product) for product in plan(chosen.products)]
    several = sum(len(drawn) > 1 for drawn in photos)
    console = Console(width=110)
    console.print(f"{len(photos):,} drawn products, {several:,} with several photos")
    kept = [drawn[:-1] if len(drawn) >= _HELD_OUT_OF else drawn for drawn in photos]
    held_out = {row: drawn[-1] for row, drawn in enumerate(photos) if len(drawn) >= _HELD_OUT_OF}
    chance = random.Random(chosen.seed)
    cut_out = {row: _cut_out(chance.choice(drawn), chance) for row, drawn in enumerate(photos) if len(drawn) > 1}
    _print(console, "a photo that is not in the index", kept, held_out, encoder)
    _print(console, "a part of a photo that is in the index", photos, cut_out, encoder)
    return 0


def _print(
    console: Console, title: str, indexed: Sequence[Sequence[bytes]], asked: Mapping[int, bytes], encoder: Encoder
) -> None:
    rows = list(_embedded(encoder, indexed))
    means = np.stack([unit_rows(own.mean(axis=0)[None])[0] for own in rows])
    vectors = _vectors(encoder, list(asked.values()))
    queries = [Query(vector, row) for vector, row in zip(vectors, asked, strict=True)]
    table = Table(title=f"{title} ({len(queries)} queries)", title_justify="left")
    for column in ("share of the nearest photo", "MRR", "gained", "±", "first", "among ten"):
        table.add_column(column)
    by_mean = 1 / np.array([_rank(query, rows, means, 0.0) for query in queries])
    for share in _SHARES:
        ranks = np.array([_rank(query, rows, means, share) for query in queries])
        gained = 1 / ranks - by_mean
        table.add_row(
            f"{share:g}",
            f"{(1 / ranks).mean():.4f}",
            f"{gained.mean():+.4f}",
            f"{1.96 * gained.std() / np.sqrt(len(gained)):.4f}",
            f"{(ranks == 1).mean():.4f}",
            f"{(ranks <= TOP).mean():.4f}",
        )
    console.print(table)


def _rank(query: Query, rows: Sequence[FloatArray], means: FloatArray, share: float) -> int:
    """The place of the product that is shown, from 1, after the first ones have been scored again."""
    scores = means @ query.vector
    first = np.argsort(-scores, kind="stable")[:RESCORED]
    again = np.array([(1 - share) * scores[row] + share * (rows[row] @ query.vector).max() for row in first])
    order = first[np.argsort(-again, kind="stable")]
    places = np.flatnonzero(order == query.row)
    return int(places[0]) + 1 if len(places) else int((scores >= scores[query.row]).sum())


def _embedded(encoder: Encoder, indexed: Sequence[Sequence[bytes]]) -> Iterator[FloatArray]:
    vectors = _vectors(encoder, [photo for photos in indexed for photo in photos])
    ends = np.cumsum([len(photos) for photos in indexed])
    return (vectors[end - len(photos) : end] for photos, end in zip(indexed, ends, strict=True))


def _vectors(encoder: Encoder, photos: Sequence[bytes]) -> FloatArray:
    return encoder.embed_photos([encoder.prepare_photo(photo) for photo in photos])


def _cut_out(photo: bytes, chance: random.Random) -> bytes:
    image = Image.open(io.BytesIO(photo)).convert("RGB")
    width, height = (round(_CUT_OUT * side) for side in image.size)
    left, top = chance.randint(0, image.width - width), chance.randint(0, image.height - height)
    encoded = io.BytesIO()
    image.crop((left, top, left + width, top + height)).save(encoded, "JPEG", quality=90)
    return encoded.getvalue()


if __name__ == "__main__":
    sys.exit(main())
