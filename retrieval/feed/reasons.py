"""Why a product is shown, in words that a shopper understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from core.feeds import (
    EXPLORING,
    FORETOLD,
    INTEREST,
    LEAST_SEEN,
    LONG,
    NEW,
    POPULAR,
    SEEN,
    SESSION,
    SHOPPERS,
    TOGETHER,
    Reason,
)
from retrieval.columns.table import Coded, Columns
from retrieval.feed.liking import likenesses
from retrieval.taste.tasting import Looks

BY_TASTE = frozenset({SESSION, INTEREST, LONG})
_TITLE_CHARS_MAX = 60
_UNKNOWN = -2.0

_PLAIN: Mapping[str, str] = {
    SHOPPERS: "shoppers of your taste like it",
    LEAST_SEEN: "hardly anybody has seen it yet",
    EXPLORING: "something different",
    SEEN: "you know it already",
}
_DONE: Mapping[str, str] = {
    "purchase": "which you bought",
    "like": "which you liked",
    "cart": "which is in your cart",
    "click": "which you looked at",
    "view": "which you looked at",
}


@dataclass(frozen=True, slots=True)
class About:
    """The product that brought another one, and what the shopper did with it."""

    product_id: str
    act: str


def reason_of(source: str, row: int, columns: Columns, about: About | None = None, *, is_new: bool = False) -> Reason:
    """Why the product in a row is shown.

    Parameters
    ----------
    about: what brought it, where that is known. is_new: whether it may be called new.
    """
    if source in BY_TASTE:
        if about is None:
            return Reason(source, "to your taste")
        done = _DONE.get(about.act, "which you liked")
        return Reason(source, f"like {title_of(columns, about.product_id)}, {done}", about.product_id)
    if source == TOGETHER and about is not None:
        return Reason(source, f"often chosen together with {title_of(columns, about.product_id)}", about.product_id)
    if source == FORETOLD and about is not None:
        return Reason(
            source, f"goes with what you like, such as {title_of(columns, about.product_id)}", about.product_id
        )
    if source == POPULAR:
        return Reason(source, f"popular{_in_category(columns, row)}")
    if source == NEW:
        return Reason(source, f"new{_in_category(columns, row)}" if is_new else "to begin with")
    return Reason(source, _PLAIN[source])


def title_of(columns: Columns, product_id: str) -> str:
    """A product's title, cut to a readable length; its id where it has gone."""
    rows = columns.rows_of([product_id])[0]
    title = _value(columns, "title", int(rows[0])) if len(rows) else ""
    shown = title or product_id
    return shown if len(shown) <= _TITLE_CHARS_MAX else f"{shown[: _TITLE_CHARS_MAX - 1].rstrip()}…"


def nearest_liked(looks: Looks, liked: Looks, names: list[str]) -> list[str | None]:
    """For each product the one that the shopper liked and that is most like it; None where nothing can be compared.

    Parameters
    ----------
    looks: by view, of the products. liked: by view, of what the shopper liked. names: ids of the latter.
    """
    if not names:
        return [None] * len(next(iter(looks.values()), ()))
    each = [{view: rows[at] for view, rows in liked.items() if rows[at].any()} for at in range(len(names))]
    cosines = np.nan_to_num(likenesses(looks, each), nan=_UNKNOWN)
    best = cosines.argmax(axis=1)
    return [names[at] if cosines[row, at] > _UNKNOWN else None for row, at in enumerate(best.tolist())]


def _in_category(columns: Columns, row: int) -> str:
    category = _value(columns, "category", row)
    return f" in {category}" if category else ""


def _value(columns: Columns, field: str, row: int) -> str:
    column = cast("Coded", columns.by_field[field])
    codes, _ = column.cells.of(np.array([row]))
    return str(column.vocabulary.values[codes[0]]) if len(codes) else ""
