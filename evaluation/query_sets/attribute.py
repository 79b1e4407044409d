"""Attribute queries: "black casual shoes for women", and every product with these attributes is right."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from core.queries import SearchQuery
from evaluation.attributes import Attributes, Column
from evaluation.queries import DEPTH, JudgedQuery
from words.analysis import Analyzer

RELEVANT_MIN = 5
_DRAWS_A_QUERY = 30


@dataclass(frozen=True, slots=True)
class _Shape:
    """How many adjectives a query has, and whether it says whom the thing is for; and how many queries are like it."""

    adjectives: int
    wearer: bool
    share: float


_SHAPES = (_Shape(1, True, 0.65), _Shape(1, False, 0.15), _Shape(2, True, 0.12), _Shape(0, True, 0.08))


@dataclass(frozen=True, slots=True)
class _Asked:
    """The values a query names, each with its column; adjectives first, then the noun, then the wearer."""

    adjectives: tuple[tuple[Column, str], ...]
    noun: str
    wearer: str

    @property
    def text(self) -> str:
        words = [value.lower() for _, value in self.adjectives] + [self.noun.lower()]
        return " ".join(words) + (f" for {self.wearer.lower()}" if self.wearer else "")


def attribute_queries(attributes: Attributes, analyzer: Analyzer, count: int, seed: int) -> tuple[JudgedQuery, ...]:
    """That many different queries, or as many as there are, each with at least five right products.

    Most name one adjective, the noun and the wearer; the others fewer or more. The values are those of products drawn
    by chance, so that what the shop has much of is asked for more.
    """
    chance = random.Random(f"attribute {seed}")
    drawn_from = sorted(attributes.noun.values)
    judged: dict[str, JudgedQuery] = {}
    # What one shape falls short of, the first makes up for.
    for shape in (*_SHAPES[1:], _SHAPES[0]):
        wanted = count if shape is _SHAPES[0] else len(judged) + round(shape.share * count)
        for _ in range(_DRAWS_A_QUERY * count):
            if len(judged) >= wanted:
                break
            product_id = chance.choice(drawn_from)
            asked = _asked(attributes, product_id, shape, analyzer, chance)
            if asked is None or asked.text in judged:
                continue
            relevant = _relevant(attributes, asked)
            if len(relevant) >= RELEVANT_MIN:
                judged[asked.text] = JudgedQuery(asked.text, _query(asked.text), relevant, wants_all=True)
    return tuple(judged[text] for text in sorted(judged))


def _query(text: str) -> SearchQuery:
    return SearchQuery(text=text, limit=DEPTH, include_unavailable=True)


def _asked(
    attributes: Attributes, product_id: str, shape: _Shape, analyzer: Analyzer, chance: random.Random
) -> _Asked | None:
    """What would be asked for one product; None when it has no value for a part of it."""
    if shape.adjectives > len(attributes.adjectives):
        return None
    noun = _value(attributes.noun, product_id, chance)
    wearer = ""
    if shape.wearer and attributes.wearer is not None:
        wearer = _value(attributes.wearer, product_id, chance)
        if not wearer:
            return None
    chosen = []
    for column in _columns(attributes.adjectives, shape.adjectives, chance):
        value = _value(column, product_id, chance)
        if not value or _repeats(analyzer, value, noun):
            return None
        chosen.append((column, value))
    return _Asked(tuple(chosen), noun, wearer) if chosen or wearer else None


def _columns(columns: Sequence[Column], count: int, chance: random.Random) -> list[Column]:
    """Different columns, drawn by how often people name them; those that are named most stand first."""
    left = list(columns)
    drawn = []
    for _ in range(count):
        column = chance.choices(left, [column.weight or 1e-9 for column in left])[0]
        left.remove(column)
        drawn.append(column)
    return sorted(drawn, key=lambda column: (-column.weight, column.name))


def _value(column: Column, product_id: str, chance: random.Random) -> str:
    values = column.values.get(product_id, ())
    return chance.choice(values) if values else ""


def _repeats(analyzer: Analyzer, value: str, noun: str) -> bool:
    """Whether an adjective says what the noun says already, as in "casual casual shoes"."""
    return bool(set(analyzer.terms(value).words) & set(analyzer.terms(noun).words))


def _relevant(attributes: Attributes, asked: _Asked) -> frozenset[str]:
    conditions = [*asked.adjectives, (attributes.noun, asked.noun)]
    if asked.wearer and attributes.wearer is not None:
        conditions.append((attributes.wearer, asked.wearer))
    (first, value), *others = conditions
    return frozenset(
        product_id
        for product_id, values in first.values.items()
        if value in values and all(wanted in column.values.get(product_id, ()) for column, wanted in others)
    )
