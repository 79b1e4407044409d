"""Composed queries: a picture of one product and "in red", and the same kind of thing in red is right."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping

from core.examples import Example
from core.queries import SearchQuery
from evaluation.attributes import Attributes
from evaluation.queries import DEPTH, JudgedQuery

_RELEVANT_MIN = 5


def composed_queries(
    attributes: Attributes, photos: Mapping[str, bytes], titles: Mapping[str, str], seed: int
) -> tuple[JudgedQuery, ...]:
    """One query for each product with a photo, as far as its kind is there in another colour, five times at least.

    Parameters
    ----------
    photos: of the products that are shown, by product id.
    """
    colour = attributes.colour
    if colour is None:
        return ()
    having: dict[tuple[str, str], set[str]] = defaultdict(set)
    for product_id, nouns in attributes.noun.values.items():
        for value in colour.values.get(product_id, ()):
            for noun in nouns:
                having[noun, value].add(product_id)
    judged = []
    for product_id, photo in photos.items():
        nouns, own = attributes.noun.values.get(product_id, ()), colour.values.get(product_id, ())
        others = [key for key in sorted(having) if key[0] in nouns[:1] and key[1] not in own]
        others = [key for key in others if len(having[key]) >= _RELEVANT_MIN]
        if not others or not own:
            continue
        wanted = random.Random(f"composed {seed} {product_id}").choice(others)
        text = f"in {wanted[1].lower()}"
        query = SearchQuery(text=text, images=(Example(photo),), limit=DEPTH, include_unavailable=True)
        relevant = frozenset(having[wanted]) - {product_id}
        label = f"photo of {titles[product_id]}, {text}"
        judged.append(JudgedQuery(label, query, relevant, ignored=frozenset({product_id}), wants_all=True))
    return tuple(judged)
