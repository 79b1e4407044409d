"""How good the pocket model is on products it has not seen: by article type, exact pairs, and attribute queries."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import open_clip
import torch
from PIL import Image

from demo.catalogue import plan
from demo.studio import photo
from scripts.pocket_captions import indexed
from scripts.pocket_data import Product, read_photo_files, read_products
from scripts.pocket_drawn import as_product

Vectors = npt.NDArray[np.float32]
BATCH_SIZE = 256
DISCOUNTS = 1 / np.log2(np.arange(2, 12))


def embed_photos(model_dir: Path, photos: Iterable[Image.Image]) -> Vectors:
    """Unit-length vectors through open_clip's own loading and preparation: float32 (n, dim)."""
    clip, _, prepare = open_clip.create_model_and_transforms(f"local-dir:{model_dir}")
    clip.eval()
    pixels = torch.stack([prepare(photo) for photo in photos])
    with torch.inference_mode():
        return torch.cat([clip.encode_image(part, normalize=True) for part in torch.split(pixels, BATCH_SIZE)]).numpy()


def embed_texts(model_dir: Path, texts: list[str]) -> Vectors:
    """Unit-length vectors of texts: float32 (n, dim)."""
    source = f"local-dir:{model_dir}"
    clip, _, _ = open_clip.create_model_and_transforms(source)
    clip.eval()
    tokens = open_clip.get_tokenizer(source)(texts)
    with torch.inference_mode():
        return torch.cat([clip.encode_text(part, normalize=True) for part in torch.split(tokens, BATCH_SIZE)]).numpy()


def best_ten(queries: Vectors, items: Vectors, skip_self: bool) -> npt.NDArray[np.int64]:
    """Rows of the ten nearest items of each query, best first: int64 (n, 10)."""
    scores = queries @ items.T
    if skip_self:
        np.fill_diagonal(scores, -np.inf)
    return np.argsort(-scores, axis=1, kind="stable")[:, :10]


def first_and_ndcg(hits: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """R@1, and NDCG@10 as in the data page: DCG of the ten retrieved over the DCG of ten hits."""
    return float(hits[:, 0].mean()), float((hits @ DISCOUNTS).mean() / DISCOUNTS.sum())


def by_type(
    queries: Vectors, items: Vectors, types: npt.NDArray[np.str_], skip_self: bool = True
) -> tuple[float, float]:
    """R@1 and NDCG@10 where a hit is a product of the same article type; unless told, a product never finds itself."""
    return first_and_ndcg(types[best_ten(queries, items, skip_self)] == types[:, None])


def exact_recalls(texts: Vectors, photos: Vectors) -> list[float]:
    """The share of titles whose own photo is among the best 1, 5 and 10 of all."""
    found = best_ten(texts, photos, skip_self=False) == np.arange(len(texts))[:, None]
    return [float(found[:, :count].any(axis=1).mean()) for count in (1, 5, 10)]


def attribute_queries(products: Sequence[Product], least: int = 5) -> dict[str, npt.NDArray[np.bool_]]:
    """Queries such as `Navy Blue Shirts for Men` with at least `least` products, each with which products it means."""
    keys = [tuple(p.facts.get(name, "NA") for name in ("colour", "article_type", "gender")) for p in products]
    counts = Counter(keys)
    return {
        f"{key[0]} {key[1]} for {key[2]}": np.array([other == key for other in keys])
        for key, count in counts.items()
        if count >= least
    }


def attribute_ndcg(queries: Vectors, meant: npt.NDArray[np.bool_], items: Vectors) -> float:
    """NDCG@10 of attribute queries, against the best order there is for each."""
    hits = np.take_along_axis(meant, best_ten(queries, items, skip_self=False), axis=1)
    ideal = np.cumsum(DISCOUNTS)[np.minimum(meant.sum(axis=1), 10) - 1]
    return float(((hits @ DISCOUNTS) / ideal).mean())


def by_type_table(image: Vectors, text: Vectors, item: Vectors, types: npt.NDArray[np.str_]) -> list[str]:
    """Rows of the table for every pair of views; also with the query's own counterpart allowed, as others count."""
    pairs = {
        "text to image": (text, image),
        "image to text": (image, text),
        "image to image": (image, image),
        "text to text": (text, text),
        "item to item": (item, item),
    }
    lines = []
    for name, (queries, items) in pairs.items():
        first, ndcg = by_type(queries, items, types)
        lines.append(f"| {name}, same article type | {first:.3f} | {ndcg:.3f} |")
    first, ndcg = by_type(text, image, types, skip_self=False)
    lines.insert(1, f"| the same, its own photo allowed | {first:.3f} | {ndcg:.3f} |")
    return lines


def drawn_queries(products: Sequence[Product], least: int = 10) -> dict[str, npt.NDArray[np.bool_]]:
    """Queries such as `green scarves` and `green striped scarves`, and which products each means, at least `least`."""
    facts = [{p.fact("colour"), p.fact("pattern"), p.fact("material"), p.kind} for p in products]
    asked = Counter(
        tuple(word for word in (p.fact("colour"), aspect, p.kind) if word)
        for p in products
        for aspect in ("", p.fact("pattern"), p.fact("material"))
        if aspect not in ("plain", p.fact("colour"))
    )
    frequent = [words for words, count in sorted(asked.items()) if count >= least]
    return {" ".join(words): np.array([known.issuperset(words) for known in facts]) for words in frequent}


def evaluate_drawn(model_dir: Path, count: int) -> str:
    """Precision@10 of attribute queries over the demo's own products, which no training has seen, as a table."""
    drawn = plan(count)
    products = [as_product(product) for product in drawn]
    wanted = drawn_queries(products)
    meant, asked = np.stack(list(wanted.values())), embed_texts(model_dir, list(wanted))
    text = embed_texts(model_dir, [indexed(product) for product in products])
    image = embed_photos(model_dir, [Image.open(io.BytesIO(photo(product.shots[0]))) for product in drawn])
    lines = [f"| {len(wanted)} attribute queries over {count:,} drawn products | precision@10 |", "|---|---|"]
    for name, items in (("photos", image), ("passages", text), ("items", image + text)):
        hits = np.take_along_axis(meant, best_ten(asked, items, skip_self=False), axis=1)
        lines.append(f"| {name} | {hits.mean():.3f} |")
    return "\n".join(lines)


def evaluate_directory(model_dir: Path, data_dir: Path) -> str:
    """Every protocol on the `val` split, titles only, as a table in Markdown."""
    products = read_products(data_dir, "val")
    types = np.array([product.facts["article_type"] for product in products])
    image = embed_photos(model_dir, read_photo_files(data_dir, products))
    text = embed_texts(model_dir, [product.title for product in products])
    item = image + text
    item /= np.linalg.norm(item, axis=1, keepdims=True)
    lines = ["| protocol (val, 6,666 products, title only) | R@1 | NDCG@10 |", "|---|---|---|"]
    lines += by_type_table(image, text, item, types)
    exact = " / ".join(f"{recall:.3f}" for recall in exact_recalls(text, image))
    lines.append(f"| exact pair, title to photo: R@1 / R@5 / R@10 | {exact} | |")
    wanted = attribute_queries(products)
    asked, meant = embed_texts(model_dir, list(wanted)), np.stack(list(wanted.values()))
    for name, items in (("photos", image), ("titles", text), ("items", item)):
        lines.append(f"| {len(wanted)} attribute queries to {name} | | {attribute_ndcg(asked, meant, items):.3f} |")
    return "\n".join(lines)
