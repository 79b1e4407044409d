"""Which words of a product are indexed: a shop with good words, one with titles alone, and one that has to look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from core.passages import plain_text
from core.products import Product
from evaluation.attributes import Attributes
from words.analysis import Analyzer

IMPORTED = "imported"
TITLES = "titles"
WORDS_OUT = "words_out"

MEANINGS: Mapping[str, str] = {
    IMPORTED: "every word of the file, as an import takes it",
    TITLES: "title, description and brand; no category and no attributes",
    WORDS_OUT: "title, description and brand without any word of the attributes that queries name",
}
_NAMELESS = "item"

Reword = Callable[[Product], Product]


def rewordings(attributes: Attributes | None, analyzer: Analyzer) -> dict[str, Reword]:
    """By name, what each wording makes of a product. In all of them variants are products of their own."""
    hidden = _hidden(attributes, analyzer)
    return {IMPORTED: _imported, TITLES: _titles, WORDS_OUT: partial(_words_out, analyzer, hidden)}


def _imported(product: Product) -> Product:
    return replace(product, group_id=None)


def _titles(product: Product) -> Product:
    return replace(product, group_id=None, category=None, attributes={})


def _words_out(analyzer: Analyzer, hidden: frozenset[str], product: Product) -> Product:
    def kept(text: str) -> str:
        return " ".join(word for word in plain_text(text).split() if not hidden & _terms(analyzer, word))

    titled = _titles(product)
    return replace(
        titled,
        title=kept(titled.title) or _NAMELESS,
        description=kept(titled.description),
        brand=kept(titled.brand or "") or None,
    )


def _hidden(attributes: Attributes | None, analyzer: Analyzer) -> frozenset[str]:
    columns = () if attributes is None else attributes.columns
    return frozenset(term for column in columns for value in column.distinct for term in _terms(analyzer, value))


def _terms(analyzer: Analyzer, text: str) -> frozenset[str]:
    found = analyzer.terms(text)
    return frozenset((*found.words, *found.variants))
