"""The systems that are judged, by name: any encoder, features joined end to end, and the index that is in service."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import ConfigurationError, InvalidInput
from core.generations import IMAGE, REACHED_BY_TEXT, TEXT, Generation, View
from core.vectors import FloatArray, unit_rows
from encoders.concatenated import fit_concatenated
from evaluation.retrieval.encoding import Encoding
from evaluation.retrieval.protocols import Encoded
from retrieval.wiring import Vitrine, open_vitrine, serving_generation

SERVING, CONCATENATED, TWO_TOWER = "serving", "concatenated:", "two-tower:"
_TFIDF, _CATEGORY = "tfidf", "category"
# Points fetched at once.
_AT_ONCE = 1_000


def encoded_by(encoding: Encoding, name: str) -> Encoded:
    """Everything that a system makes of the products.

    Parameters
    ----------
    name: of an encoder; `serving`; `concatenated:` and its parts, joined by `+`: encoders, `tfidf`, `category`; or
        `two-tower:` and a folder.

    Raises
    ------
    ConfigurationError, EncoderUnavailable: there is no such system, or it cannot be loaded.
    CatalogUnavailable, StoreError, InvalidInput: the index cannot be read, or holds none of the products.
    """
    if name == SERVING:
        return _by_index(encoding)
    if name.startswith(CONCATENATED):
        return _concatenated(encoding, name)
    if name.startswith(TWO_TOWER):
        # Its module loads torch, which other systems, whose vectors are remembered, may do without.
        from evaluation.retrieval.two_tower import encoded_by_two_tower

        return encoded_by_two_tower(encoding, name)
    return _by_encoder(encoding, name)


def _by_encoder(encoding: Encoding, name: str) -> Encoded:
    """An encoder of photos, of words, or of both in one space."""
    encoder = encoding.shelf.get(name)
    photos = encoding.photos(name) if encoder.description.photo else None
    if not encoder.description.text:
        return Encoded(photos)
    queries = encoding.texts("titles as typed", encoder.embed_queries, encoding.titles)
    passages = encoding.texts("titles", encoder.embed_passages, encoding.titles)
    if photos is None:
        return Encoded(text_queries=queries, passages=passages)
    told = encoding.texts("titles with labels", encoder.embed_passages, encoding.told)
    labels = encoding.texts("labels", encoder.embed_queries, encoding.judged.labels.names)
    return Encoded(
        photos,
        queries,
        labels,
        text_queries=queries,
        passages=passages,
        items=unit_rows(photos + passages),
        told_items=unit_rows(photos + told),
    )


def _by_index(encoding: Encoding) -> Encoded:
    """The vectors that the shop answers with, as they are stored; titles are asked as a search would ask them."""
    with open_vitrine(encoding.settings) as v:
        generation = serving_generation(v)
        photos, words = (_stored(v, generation, generation.view(name), encoding) for name in (IMAGE, TEXT))
    if photos is None and words is None:
        raise InvalidInput(
            "the index that is in service holds none of these products",
            field="--serving",
            value=encoding.file.path.name,
            remedy="Import them first, or name an encoder with --encoder",
        )
    look, read = generation.view(IMAGE), generation.view(TEXT)
    embed = None
    if look is not None and REACHED_BY_TEXT in look.reached_by:
        embed = encoding.shelf.get(look.encoder).embed_queries
    return Encoded(
        photos,
        None if embed is None else encoding.texts("titles as typed", embed, encoding.titles),
        None if embed is None else encoding.texts("labels", embed, encoding.judged.labels.names),
        None
        if read is None
        else encoding.texts("titles for words", encoding.shelf.get(read.encoder).embed_queries, encoding.titles),
        words,
        None if photos is None or words is None else unit_rows(np.concatenate([photos, words], axis=1)),
    )


def _stored(v: Vitrine, generation: Generation, view: View | None, encoding: Encoding) -> FloatArray | None:
    """The vectors of a view, NaN for products that have none; None where no product has one."""
    if view is None:
        return None
    ids = [product.id for product in encoding.judged.products]
    vectors = np.full((len(ids), view.dim), np.nan, dtype=np.float32)
    for start in range(0, len(ids), _AT_ONCE):
        encoding.report("reading the index", start, len(ids))
        wanted = ids[start : start + _AT_ONCE]
        found = v.store.retrieve(generation.id, wanted, vectors=[view.vector])
        for row, product_id in enumerate(wanted, start):
            if product_id in found and view.vector in found[product_id].vectors:
                vectors[row] = found[product_id].vectors[view.vector]
    return None if np.isnan(vectors[:, 0]).all() else vectors


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is joined.

    Attributes
    ----------
    photo, text: names of encoders; None without that part.
    """

    photo: str | None
    text: str | None
    tfidf: bool
    category: bool


def _concatenated(encoding: Encoding, name: str) -> Encoded:
    """Products as wholes only: what a shopper types has no category and no photo."""
    parts = _parts(encoding, name)
    photos = None if parts.photo is None else encoding.photos(parts.photo)
    if parts.photo is not None and photos is None:
        return Encoded()
    return Encoded(
        items=_joined(encoding, parts, photos, "titles", encoding.titles),
        told_items=_joined(encoding, parts, photos, "titles with labels", encoding.told),
    )


def _parts(encoding: Encoding, name: str) -> _Parts:
    named = [part.strip() for part in name.removeprefix(CONCATENATED).split("+")]
    encoders = {part: encoding.shelf.get(part).description for part in named if part not in ("", _TFIDF, _CATEGORY)}
    if "" in named:
        raise ConfigurationError(
            f"encoder: {name!r} names an empty part. Write {CONCATENATED}pocket+{_TFIDF}+{_CATEGORY}, or the encoders "
            "of photos and of words one after the other"
        )
    # Of several, the first that sees and the last that reads: `concatenated:EYES+WORDS`.
    sees = [part for part, description in encoders.items() if description.photo]
    reads = [part for part, description in encoders.items() if description.text]
    return _Parts(next(iter(sees), None), next(reversed(reads), None), _TFIDF in named, _CATEGORY in named)


def _joined(encoding: Encoding, parts: _Parts, photos: FloatArray | None, what: str, texts: list[str]) -> FloatArray:
    products = encoding.judged.products
    words = None if parts.text is None else encoding.texts(what, encoding.shelf.get(parts.text).embed_passages, texts)
    categories = [product.category for product in products]
    features = fit_concatenated(texts if parts.tfidf else (), categories if parts.category else ())
    seen = None if photos is None else np.nan_to_num(photos)
    items = features.embed_products(seen, words, texts, categories)
    if photos is not None:
        items[np.isnan(photos[:, 0])] = np.nan
    return items
