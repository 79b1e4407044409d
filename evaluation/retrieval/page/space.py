"""A map of the space that an encoder makes: products that it holds to be alike lie together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape

import numpy as np
from numpy.typing import NDArray

from core.vectors import FloatArray
from evaluation.retrieval.judging import JudgedProducts
from evaluation.retrieval.page.look import COLOURS, SCRIPT
from evaluation.retrieval.protocols import Encoded

PRODUCTS_MAX = 2_000
_PRODUCTS_MIN = 12
_PERPLEXITY = 30.0
_COMPONENTS = 50
_WIDTH_PX, _HEIGHT_PX, _MARGIN_PX = 1000, 640, 16


def mapped_rows(encoded: Encoded) -> tuple[NDArray[np.intp], FloatArray] | None:
    """Which products stand on the map, and by which vectors; None where there are too few.

    Products stand in a fixed shuffle, so that the first of them are an even sample.
    """
    vectors = next((own for own in (encoded.items, encoded.photos, encoded.passages) if own is not None), None)
    if vectors is None:
        return None
    rows = np.flatnonzero(~np.isnan(vectors[:, 0]))[:PRODUCTS_MAX]
    return None if len(rows) < _PRODUCTS_MIN else (rows, vectors[rows])


def projected(vectors: FloatArray, seed: int) -> NDArray[np.float64]:
    """Places on a plane, float64 (n, 2) within 0 and 1, by t-SNE (van der Maaten and Hinton 2008) after PCA."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    count, dim = vectors.shape
    if dim > _COMPONENTS and count > _COMPONENTS:
        vectors = PCA(_COMPONENTS, random_state=seed).fit_transform(vectors)
    perplexity = min(_PERPLEXITY, (count - 1) / 3)
    flat = TSNE(init="pca", perplexity=perplexity, random_state=seed).fit_transform(vectors).astype(np.float64)
    low, high = flat.min(axis=0), flat.max(axis=0)
    places: NDArray[np.float64] = (flat - low) / np.where(high > low, high - low, 1.0)
    return places


def space_map(
    judged: JudgedProducts, rows: NDArray[np.intp], places: NDArray[np.float64], photos: Mapping[str, str]
) -> str:
    """The map, with a legend that shows one label alone, and each product's photo under the pointer."""
    frequent = [int(code) for code in np.argsort(-judged.labels.sizes(), kind="stable")[: len(COLOURS)]]
    colour = {code: COLOURS[i] for i, code in enumerate(frequent)}
    dots = "".join(
        _dot(i, int(judged.labels.codes[row]), places[i], colour.get(int(judged.labels.codes[row])))
        for i, row in enumerate(rows)
    )
    legend = "".join(
        f'<button type="button" aria-pressed="false" data-k="{code}"><i style="background:{colour[code]}"></i>'
        f"{escape(judged.labels.names[code])}</button>"
        for code in frequent
    )
    known = [
        (product.title, judged.labels.names[judged.labels.codes[row]], photos.get(product.id, ""))
        for row in rows
        for product in (judged.products[row],)
    ]
    # What closes a script in HTML must not stand in it.
    data = json.dumps(known, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<div class="legend">{legend}</div><div class="map"><svg viewBox="0 0 {_WIDTH_PX} {_HEIGHT_PX}" role="img" '
        f'aria-label="Map of {len(rows):,} products">{dots}</svg></div><div class="tip"></div>'
        f'<script type="application/json" id="points">{data}</script><script>{SCRIPT}</script>'
    )


def _dot(number: int, code: int, place: NDArray[np.float64], colour: str | None) -> str:
    x = _MARGIN_PX + place[0] * (_WIDTH_PX - 2 * _MARGIN_PX)
    y = _MARGIN_PX + place[1] * (_HEIGHT_PX - 2 * _MARGIN_PX)
    fill = f'fill="{colour}"' if colour else 'fill="var(--dim)" fill-opacity=".45"'
    radius = 4 if colour else 3
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" {fill} data-i="{number}" data-k="{code}"/>'
