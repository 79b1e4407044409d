"""What can be suggested: titles, categories, brands and attribute values, each once with how many products have it."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CATEGORY, BRAND, ATTRIBUTE, PRODUCT = "category", "brand", "attribute", "product"
ATTRIBUTE_PREFIX = "attributes."
# What is chosen more often goes first, and a category of a hundred products before a colour of a thousand.
_KIND_BONUS = {CATEGORY: 2.0, BRAND: 1.5, ATTRIBUTE: 1.0, PRODUCT: 0.0}
# A field with more distinct values than that, most of them used once, holds article numbers and the like.
_VALUES_MAX = 1_000
_USED_ONCE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases in columns, best first.

    Attributes
    ----------
    texts: as the catalogue writes them.
    fields: filter fields, by number; the empty one holds titles of products.
    field_of: uint16, the number of each phrase's field.
    counts: int32, how many products have it.
    product_ids: a product that has it.
    scores: float32, decreasing: the decimal logarithm of the count, and a bonus for its kind.
    """

    texts: Sequence[str]
    fields: Sequence[str]
    field_of: NDArray[np.uint16]
    counts: NDArray[np.int32]
    product_ids: Sequence[str]
    scores: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.texts)


class PhraseCounter:
    """Counts phrases, product by product, so that a catalogue can be streamed through it."""

    def __init__(self) -> None:
        # By field: where in the columns each text stands.
        self._places: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._counts = array("i")
        self._product_ids: list[str] = []

    def count(self, name: str, text: str) -> bool:
        """Count a text that a field has been known to have; False, and nothing counted, if it has not."""
        place = self._places[name].get(text)
        if place is None:
            return False
        self._counts[place] += 1
        return True

    def add(self, product_id: str, name: str, text: str) -> None:
        """Count one text in one field of a product; the empty field is the title."""
        if not self.count(name, text):
            self._places[name][text] = len(self._counts)
            self._counts.append(1)
            self._product_ids.append(product_id)

    def phrases(self) -> Phrases:
        """What has been counted so far."""
        fields = list(self._places)
        texts = [text for places in self._places.values() for text in places]
        at = np.array([place for places in self._places.values() for place in places.values()], dtype=np.int64)
        sizes = [len(places) for places in self._places.values()]
        counts = np.array(self._counts, dtype=np.int32)[at]
        numbers = np.repeat(np.arange(len(fields), dtype=np.uint16), sizes)
        bonus = np.array([_KIND_BONUS[kind_of(name)] for name in fields], dtype=np.float32)
        scores = np.log10(counts, dtype=np.float32) + np.repeat(bonus, sizes)
        order = np.argsort(-scores, kind="stable")
        return Phrases(
            [texts[i] for i in order],
            fields,
            numbers[order],
            counts[order],
            [self._product_ids[place] for place in at[order]],
            scores[order],
        )


def is_of_use(phrases: Phrases) -> list[bool]:
    """For each field, whether its values are worth suggesting: article numbers and the like are not."""
    useful = []
    for number, name in enumerate(phrases.fields):
        counts = phrases.counts[phrases.field_of == number]
        numbered = len(counts) > _VALUES_MAX and float(np.mean(counts == 1)) > _USED_ONCE_SHARE
        useful.append(kind_of(name) != ATTRIBUTE or not numbered)
    return useful


def kind_of(name: str) -> str:
    """The kind of phrase that a filter field holds; the empty one holds titles of products."""
    if not name:
        return PRODUCT
    return ATTRIBUTE if name.startswith(ATTRIBUTE_PREFIX) else name
