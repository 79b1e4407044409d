"""What shoppers thought of products, read from any file that says who, what, and better also when and how much."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.readers import open_rows
from core.errors import InvalidInput, InvalidSource

FIELDS = ("user_id", "product_id", "value", "created_at")
_CONDITION = re.compile(r"\s*(?P<sign><=|>=|<|>|=)?\s*(?P<bound>-?\d+(\.\d+)?)\s*")
# Seconds since 1970 stay below this until the year 5138; what is above it are milliseconds.
_SECONDS_MAX = 1e11
# Where a file has no times, its events are spread evenly over so long, in their order.
_SPREAD_S = 365 * 86_400.0


@dataclass(frozen=True, slots=True)
class Condition:
    """Which values count: `>=4`, `<=2`, `>0`, `=1`."""

    sign: str
    bound: float

    def holds(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether each value is meant; one that is not known is not."""
        compared = {
            ">=": values >= self.bound,
            "<=": values <= self.bound,
            ">": values > self.bound,
            "<": values < self.bound,
            "=": values == self.bound,
        }
        return np.asarray(compared[self.sign], dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class RatingsFile:
    """Where the ratings are, and what they mean.

    Attributes
    ----------
    mapping: one of `FIELDS` to column; without it the column has the field's name.
    like, dislike: which values say so; None: every event is a like, none a dislike.
    """

    path: Path
    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    like: Condition | None = None
    dislike: Condition | None = None


@dataclass(frozen=True, slots=True)
class Ratings:
    """Events in columns, ordered by shopper, then time, then product; of each shopper and product the latest only.

    Attributes
    ----------
    shopper_ids, product_ids: what the codes mean; there may be products that nobody rated.
    shoppers, products: int64 codes, (n,). times_s: float64 epoch seconds, (n,).
    liked, disliked: (n,).
    timed: whether the file says when; else times are made up from the order of the rows.
    """

    shopper_ids: tuple[str, ...]
    product_ids: tuple[str, ...]
    shoppers: NDArray[np.int64]
    products: NDArray[np.int64]
    times_s: NDArray[np.float64]
    liked: NDArray[np.bool_]
    disliked: NDArray[np.bool_]
    timed: bool = True


@dataclass(frozen=True, slots=True)
class _Rating:
    shopper: str
    product: str
    value: float
    time_s: float


def parse_condition(text: str, option: str) -> Condition:
    """Read `>=4`.

    Raises
    ------
    InvalidInput: it is written otherwise.
    """
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise InvalidInput("is no condition", field=option, value=text, remedy=f"Write {option} '>=4'")
    return Condition(match["sign"] or "=", float(match["bound"]))


def read_ratings(file: RatingsFile, catalogue: tuple[str, ...] = ()) -> Ratings:
    """Read all ratings.

    Parameters
    ----------
    catalogue: ids of products that can be recommended beside those that were rated.

    Raises
    ------
    InvalidInput: a row that cannot be read, with its line.
    InvalidSource: the file cannot be read, lacks a column, or has no rating.
    """
    with closing(open_rows(file.path, file.encoding)) as rows:
        columns = _columns(file, rows.columns)
        read = [_rating(file, columns, row.line, row.values, row.error) for row in rows.rows()]
    if not read:
        raise InvalidSource("has no ratings", field=file.path.name, remedy="Check the file")
    timed = "created_at" in columns
    times_s = np.array([rating.time_s for rating in read])
    if not timed:
        times_s = np.linspace(0.0, _SPREAD_S, len(read))
    shopper_ids = tuple(sorted({rating.shopper for rating in read}))
    product_ids = tuple(sorted({rating.product for rating in read} | set(catalogue)))
    shopper_code = {name: code for code, name in enumerate(shopper_ids)}
    product_code = {name: code for code, name in enumerate(product_ids)}
    shoppers = np.array([shopper_code[rating.shopper] for rating in read])
    products = np.array([product_code[rating.product] for rating in read])
    values = np.array([rating.value for rating in read])
    kept = _latest(shoppers, products, times_s)
    values = values[kept]
    return Ratings(
        shopper_ids,
        product_ids,
        shoppers[kept],
        products[kept],
        times_s[kept],
        np.ones(len(kept), dtype=np.bool_) if file.like is None else file.like.holds(values),
        np.zeros(len(kept), dtype=np.bool_) if file.dislike is None else file.dislike.holds(values),
        timed,
    )


def _latest(shoppers: NDArray[np.int64], products: NDArray[np.int64], times_s: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows by shopper, time and product; of several of one shopper and product the latest, of equally late the last."""
    by_pair = np.lexsort((np.arange(len(shoppers)), times_s, products, shoppers))
    last = np.ones(len(by_pair), dtype=np.bool_)
    last[:-1] = (np.diff(shoppers[by_pair]) != 0) | (np.diff(products[by_pair]) != 0)
    kept = by_pair[last]
    ordered: NDArray[np.intp] = kept[np.lexsort((products[kept], times_s[kept], shoppers[kept]))]
    return ordered


def _columns(file: RatingsFile, existing: tuple[str, ...]) -> dict[str, str]:
    unknown = sorted(set(file.mapping) - set(FIELDS))
    if unknown:
        raise InvalidInput("is no field of an event", field="--map", value=unknown[0], remedy=", ".join(FIELDS))
    columns = {name: file.mapping.get(name, name) for name in FIELDS}
    needed = {"user_id", "product_id", *file.mapping}
    if file.like is not None or file.dislike is not None:
        needed.add("value")
    for name in FIELDS:
        if columns[name] in existing:
            continue
        if name in needed:
            raise InvalidSource(
                f"has no column {columns[name]!r}",
                field=file.path.name,
                remedy=f"Write --map {name}=COLUMN with one of: {', '.join(existing)}",
            )
        del columns[name]
    return columns


def _rating(
    file: RatingsFile,
    columns: Mapping[str, str],
    line: int,
    values: Mapping[str, Any] | None,
    error: InvalidInput | None,
) -> _Rating:
    where = f"{file.path.name}, line {line}"
    if values is None:
        raise InvalidInput(f"cannot be read: {error}", field=where, remedy="Mend this line or leave it out")
    found = {name: values.get(column) for name, column in columns.items()}
    for name in ("user_id", "product_id"):
        if found[name] is None or not str(found[name]).strip():
            raise InvalidInput(
                f"has no {name}", field=where, value=found[name], remedy="Mend this line or leave it out"
            )
    value = _number(found["value"], where) if "value" in columns else math.nan
    time_s = _moment_s(found["created_at"], where) if "created_at" in columns else 0.0
    return _Rating(str(found["user_id"]).strip(), str(found["product_id"]).strip(), value, time_s)


def _number(value: object, where: str) -> float:
    number = next(_numbers(value), None)
    if number is None:
        raise InvalidInput("has a value that is no number", field=where, value=value, remedy="Write 4.5")
    return number


def _moment_s(value: object, where: str) -> float:
    number = next(_numbers(value), None)
    if number is not None:
        return number if abs(number) < _SECONDS_MAX else number / 1_000
    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise InvalidInput(
            "has a time that cannot be read",
            field=where,
            value=value,
            remedy="Write seconds since 1970, or 2026-11-21T09:30:00Z",
        ) from None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def _numbers(value: object) -> Iterator[float]:
    """The finite number that is meant, if there is one."""
    try:
        number = float(str(value).strip())
    except ValueError:
        return
    if math.isfinite(number):
        yield number
