"""Variants of one product, such as its colours and sizes: together they take one place among the hits.

It is the place of the variant that comes first in the order that was asked for: the most relevant, or the cheapest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from core.hits import VARIANTS_SHOWN, Hit
from retrieval.columns.cells import NO_CODE, Rows
from retrieval.columns.table import Coded, Columns
from retrieval.wiring import Vitrine

GROUP = "group_id"


@dataclass(frozen=True, slots=True)
class Families:
    """Which of some products are variants of one another.

    Attributes
    ----------
    of: int64 (n,), the same number for variants of one another.
    grouped: positions of the products that have a group; all others are alone in their family.
    """

    of: NDArray[np.int64]
    grouped: Rows

    def __len__(self) -> int:
        """How many families there are."""
        return len(self.of) - len(self.grouped) + len(np.unique(self.of[self.grouped]))

    def firsts(self, keys: NDArray[np.float64] | None = None, places: Rows | None = None) -> Rows:
        """Positions of one product of each family, rising: its first, or the one with the smallest key and place."""
        kept = np.ones(len(self.of), dtype=np.bool_)
        kept[self.grouped] = False
        order = self.grouped
        if keys is not None and places is not None:
            order = order[np.lexsort((places[order], keys[order]))]
        _, first = np.unique(self.of[order], return_index=True)
        kept[order[first]] = True
        return np.flatnonzero(kept)

    def without_those_of_the_last(self, count: int) -> Rows:
        """Positions of all but the last so many products and their variants."""
        kept: Rows = np.flatnonzero(~np.isin(self.of[:-count], self.of[-count:]))
        return kept

    def others(self, position: int) -> Rows:
        """Positions of all other variants of this product."""
        same: Rows = self.grouped[self.of[self.grouped] == self.of[position]]
        others: Rows = same[same != position]
        return others


def families_of_rows(columns: Columns, rows: Rows) -> Families:
    """The families of some products in memory. A product has the same number in every answer over these columns."""
    column = cast("Coded", columns.by_field[GROUP])
    codes, grouped = column.cells.of(rows)
    of = rows.astype(np.int64) + len(column.vocabulary)
    of[grouped] = codes
    return Families(of, grouped)


def families_of_names(groups: Sequence[str | None]) -> Families:
    """The families of products by the names of their groups; None: the product has none."""
    codes: dict[str, int] = {}
    of = np.fromiter(
        (NO_CODE if group is None else codes.setdefault(group, len(codes)) for group in groups), np.int64, len(groups)
    )
    grouped = np.flatnonzero(of != NO_CODE)
    alone = np.flatnonzero(of == NO_CODE)
    of[alone] = len(codes) + alone
    return Families(of, grouped)


def families_of_ids(v: Vitrine, columns: Columns | None, ids: Sequence[str]) -> Families:
    """The families of products by their ids, read from the catalogue where no columns are at hand."""
    if columns is None:
        groups = v.catalog.products.group_ids(ids)
        return families_of_names([groups.get(product_id) for product_id in ids])
    rows, known = columns.rows_of(ids)
    families = families_of_rows(columns, rows)
    # What the columns do not know yet is alone for the moment.
    of = -1 - np.arange(len(ids), dtype=np.int64)
    of[known] = families.of
    return Families(of, known[families.grouped])


def variants_of(families: Families, positions: Rows, id_of: Callable[[int], str]) -> dict[str, tuple[str, ...]]:
    """For each product at these positions that has variants, the ids of all others of its family."""
    others = {position: families.others(position) for position in positions if len(families.grouped)}
    return {id_of(position): tuple(map(id_of, rest)) for position, rest in others.items() if len(rest)}


def with_shown_variants(ids: Sequence[str], variants: Mapping[str, Sequence[str]]) -> list[str]:
    """Ids of everything that a page shows something of."""
    return [*ids, *chain.from_iterable(rest[:VARIANTS_SHOWN] for rest in variants.values())]


def with_variants(
    hits: Iterable[Hit], variants: Mapping[str, Sequence[str]], payloads: Mapping[str, Mapping[str, Any]]
) -> tuple[Hit, ...]:
    """The hits with what a page shows of their variants; a variant whose payload is gone meanwhile is not shown."""
    return tuple(
        replace(
            hit,
            variants=len(variants[hit.product_id]),
            variant_products={
                name: payloads[name] for name in variants[hit.product_id][:VARIANTS_SHOWN] if name in payloads
            },
        )
        if hit.product_id in variants
        else hit
        for hit in hits
    )


def alone(count: int) -> Families:
    """So many products that are no variants of one another."""
    return Families(np.arange(count, dtype=np.int64), np.empty(0, dtype=np.intp))
