"""The products that an encoder is judged on: their labels, their titles, and the slices in which figures are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidInput
from core.products import Product
from evaluation.catalogue import CatalogueFile, place, read_catalogue

HEAD_AND_TAIL, TITLES_SEEN = "head and tail", "titles seen in training"
_TAIL_SHARE = 0.2
_COLOURS = ("colour", "color", "basecolour", "basecolor", "base_colour", "base_color")

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Groups:
    """Products in groups.

    Attributes
    ----------
    codes: the group of each product, int64 (n,); -1: in none.
    names: of the groups, sorted.
    """

    codes: Codes
    names: tuple[str, ...]

    @classmethod
    def of(cls, values: Sequence[str]) -> Groups:
        """Equal values make a group; an empty one makes none."""
        names = tuple(sorted(set(values) - {""}))
        code = {name: number for number, name in enumerate(names)} | {"": -1}
        return cls(np.array([code[value] for value in values], dtype=np.int64), names)

    def sizes(self) -> Codes:
        """Products in each group, in the order of the names."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.names)).astype(np.int64)

    def taken(self, rows: NDArray[np.intp]) -> Groups:
        """The same groups of some of the products."""
        return replace(self, codes=self.codes[rows])


@dataclass(frozen=True, slots=True)
class JudgedProducts:
    """Products with labels, in a fixed shuffle, so that the order of a file neither helps nor harms where scores tie.

    Attributes
    ----------
    column: which one holds the labels.
    labels: what has the same label is a hit.
    titles: what has the same title, letter case and white space aside, is the same thing to whoever types it.
    slices: other groups in which figures are told, by what they are.
    left_out: how many products could not be judged, by reason.
    """

    products: tuple[Product, ...]
    column: str
    labels: Groups
    titles: Groups
    slices: Mapping[str, Groups]
    left_out: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.products)


def judged_products(
    file: CatalogueFile, column: str, slices: Sequence[str] = (), train_split: str | None = None
) -> JudgedProducts:
    """Read the products of a file and their labels.

    Parameters
    ----------
    column: an attribute, `category` or `brand`.
    slices: more columns in which figures are told; empty: the colour, where there is a column of that name.
    train_split: the split whose titles the encoder has been trained on; None: not known.

    Raises
    ------
    InvalidSource: the file cannot be read, or a split has no products.
    InvalidInput: a column does not exist; the label is the same for all products, or another for each of them.
    """
    catalogue = read_catalogue(file)
    read = sorted(catalogue.products, key=lambda product: place(product.id))
    labels = [_text(product, column) for product in read]
    _check_labels(labels, column, read)
    products = [product for product, label in zip(read, labels, strict=True) if label]
    groups = Groups.of([label for label in labels if label])
    told = {column: groups, HEAD_AND_TAIL: _head_and_tail(groups)}
    told |= {name: _sliced(products, name) for name in _slice_columns(slices, products)}
    titles = [folded(product.title) for product in products]
    if train_split is not None:
        trained_on = read_catalogue(replace(file, split=train_split, products_max=None))
        seen = {folded(product.title) for product in trained_on.products}
        told[TITLES_SEEN] = Groups.of(["seen" if title in seen else "not seen" for title in titles])
    left_out = {"not readable as products": catalogue.rejected, f"without {column}": len(read) - len(products)}
    return JudgedProducts(tuple(products), column, groups, Groups.of(titles), told, left_out)


def folded(title: str) -> str:
    """A title without regard to letter case and white space."""
    return " ".join(title.casefold().split())


def columns_of(products: Sequence[Product]) -> list[str]:
    """Names that a label or a slice can have."""
    names = {name for product in products for name in product.attributes}
    fields = [name for name in ("category", "brand") if any(getattr(product, name) for product in products)]
    return sorted({*names, *fields})


def _text(product: Product, column: str) -> str:
    value = getattr(product, column) if column in ("category", "brand") else product.attributes.get(column)
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)


def _check_labels(labels: Sequence[str], column: str, products: Sequence[Product]) -> None:
    counts = Counter(label for label in labels if label)
    if not counts:
        raise InvalidInput(
            "no product has such a column, or a value in it",
            field="--label",
            value=column,
            remedy=f"Columns are: {', '.join(columns_of(products)) or 'none'}",
        )
    if len(counts) == 1:
        raise InvalidInput(
            f"is {next(iter(counts))!r} for every product, so that everything would be a hit",
            field="--label",
            value=column,
            remedy="Name a column that tells products apart",
        )
    if max(counts.values()) == 1:
        raise InvalidInput(
            "is another for every product, so that there would be nothing to find",
            field="--label",
            value=column,
            remedy="Name a column that several products share",
        )


def _slice_columns(wanted: Sequence[str], products: Sequence[Product]) -> list[str]:
    known = columns_of(products)
    for name in wanted:
        if name not in known:
            raise InvalidInput(
                "no product has such a column", field="--slices", value=name, remedy=f"Columns: {', '.join(known)}"
            )
    return list(wanted) or [name for name in known if name.casefold() in _COLOURS][:1]


def _sliced(products: Sequence[Product], column: str) -> Groups:
    return Groups.of([_text(product, column) for product in products])


def _head_and_tail(labels: Groups) -> Groups:
    """The rarest labels that together hold a fifth of the products are the tail."""
    sizes = labels.sizes()
    rarest = np.argsort(sizes, kind="stable")
    tail = np.zeros(len(sizes), dtype=np.bool_)
    tail[rarest] = np.cumsum(sizes[rarest]) <= _TAIL_SHARE * sizes.sum()
    return Groups.of(["tail" if tail[code] else "head" for code in labels.codes])
