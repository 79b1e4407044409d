"""Which columns of a catalogue people would name in a query, and which part of speech each of them is.

Columns are discovered: texts with few different values that most products have. Their role is told by their name or
their values, where those are known; else the column with the most values that products' own texts name is the noun.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import InvalidInput
from core.passages import plain_text
from core.products import Product
from words.analysis import Analyzer

VALUES_MAX = 300
_PRODUCTS_A_VALUE = 5
_COVERED_SHARE = 0.5
# An attribute that hardly any product's text names is a label of the shop, not a word of its customers.
_TOLD_SHARE = 0.05
# What can be seen is asked for, even where texts keep silent about it.
_SEEN_SHARE = 0.3
_WEARER_SHARE = 0.8

_NOUNS = ("articletype", "producttype", "producttypename", "subcategory", "kind", "type", "category", "categoryname")
_SEEN = frozenset({"colour", "color", "basecolour", "basecolor", "colourname", "shade", "pattern", "material", "shape"})
_COLOURS = ("colour", "color", "basecolour", "basecolor", "colourname", "shade")
_WEARERS = (
    "men women boys girls unisex kids children everyone adults babies baby man woman boy girl male female ladies "
    "gentlemen toddlers teens"
)
_SAYS_NOTHING = "na n/a none other others unknown multi unisex everyone all misc miscellaneous various default -"
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of values.

    Attributes
    ----------
    values: by product id; products without a value, or with one that says nothing, are left out.
    told: share of these products whose title or description names the value.
    """

    name: str
    values: Mapping[str, tuple[str, ...]]
    told: float

    @property
    def distinct(self) -> list[str]:
        """Every value once, sorted."""
        return sorted({value for values in self.values.values() for value in values})

    @property
    def weight(self) -> float:
        """How often people would name it, compared with other columns."""
        return max(self.told, _SEEN_SHARE) if _plain(self.name) in _SEEN else self.told


@dataclass(frozen=True, slots=True)
class Attributes:
    """The columns that queries are made of.

    Attributes
    ----------
    noun: what a product is.
    wearer: whom it is for, if there is such a column.
    adjectives: the others, those that are named most first.
    """

    noun: Column
    wearer: Column | None
    adjectives: tuple[Column, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """All of them."""
        return (self.noun, *([self.wearer] if self.wearer else []), *self.adjectives)

    @property
    def colour(self) -> Column | None:
        """What the same product could be had in: its colour, else what is named most."""
        by_name = {_plain(column.name): column for column in reversed(self.adjectives)}
        return next((by_name[name] for name in _COLOURS if name in by_name), next(iter(self.adjectives), None))


def discover(products: Sequence[Product], analyzer: Analyzer, wanted: Sequence[str] = ()) -> Attributes | None:
    """The columns that make queries; None where no column says what a product is.

    Parameters
    ----------
    wanted: only these columns; empty for all that fit.

    Raises
    ------
    InvalidInput: a wanted column does not exist or cannot be asked for.
    """
    columns = {column.name: column for column in _columns(products, analyzer)}
    for name in wanted:
        if name not in columns:
            raise InvalidInput(
                "is no column of texts with few different values",
                field="--attributes",
                value=name,
                remedy=f"Those are: {', '.join(sorted(columns)) or 'none'}",
            )
    chosen = [column for name, column in columns.items() if not wanted or name in wanted]
    wearer = next((column for column in chosen if _is_wearer(column)), None)
    others = [column for column in chosen if column is not wearer]
    noun = _noun(others)
    if noun is None:
        return None
    adjectives = [column for column in others if column is not noun and _is_asked_for(column, bool(wanted))]
    return Attributes(noun, wearer, tuple(sorted(adjectives, key=lambda column: (-column.weight, column.name))))


def _columns(products: Sequence[Product], analyzer: Analyzer) -> list[Column]:
    by_name: dict[str, dict[str, tuple[str, ...]]] = {}
    for product in products:
        for name, value in [("category", product.category), ("brand", product.brand), *product.attributes.items()]:
            texts = _texts(value)
            if texts:
                by_name.setdefault(name, {})[product.id] = texts
    terms = {p.id: _terms(analyzer, f"{plain_text(p.title)}. {plain_text(p.description)}") for p in products}
    return [
        Column(name, values, _told(values, terms, analyzer))
        for name, values in by_name.items()
        if _has_few(values, len(products))
    ]


def _texts(value: object) -> tuple[str, ...]:
    nothing = _SAYS_NOTHING.split()
    values = [value] if isinstance(value, str) else value if isinstance(value, Sequence) else []
    return tuple(text for text in values if isinstance(text, str) and text.strip().lower() not in nothing)


def _has_few(values: Mapping[str, tuple[str, ...]], products: int) -> bool:
    distinct = len({value for texts in values.values() for value in texts})
    few = min(VALUES_MAX, max(2, len(values) // _PRODUCTS_A_VALUE))
    return 2 <= distinct <= few and len(values) >= _COVERED_SHARE * products


def _told(values: Mapping[str, tuple[str, ...]], terms: Mapping[str, frozenset[str]], analyzer: Analyzer) -> float:
    needed = {text: frozenset(analyzer.terms(text).words) for texts in values.values() for text in texts}
    told = sum(any(needed[text] and needed[text] <= terms[name] for text in texts) for name, texts in values.items())
    return told / len(values)


def _terms(analyzer: Analyzer, text: str) -> frozenset[str]:
    found = analyzer.terms(text)
    return frozenset((*found.words, *found.variants))


def _is_wearer(column: Column) -> bool:
    wearers = frozenset(_WEARERS.split())
    counts = Counter(text.lower() in wearers for texts in column.values.values() for text in texts)
    return counts[True] >= _WEARER_SHARE * counts.total()


def _noun(columns: Sequence[Column]) -> Column | None:
    by_name = {_plain(column.name): column for column in columns}
    named = next((by_name[name] for name in _NOUNS if name in by_name), None)
    told = [column for column in columns if column.told >= _TOLD_SHARE and _plain(column.name) not in _SEEN | {"brand"}]
    return named or max(told, key=lambda column: (len(column.distinct), column.name), default=None)


def _is_asked_for(column: Column, chosen_by_hand: bool) -> bool:
    """Coarser words for what a product is stand in for the noun, and never beside it."""
    return chosen_by_hand or (column.weight >= _TOLD_SHARE and _plain(column.name) not in {*_NOUNS, "department"})


def _plain(name: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", name.casefold())
