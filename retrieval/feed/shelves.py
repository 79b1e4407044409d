"""Sources that need no taste: popular, new, least seen, drawn by lot. Each is an order of the products in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from core.events import Event, popularity_of
from core.vectors import FloatArray
from retrieval.columns.cells import Mask, Rows
from retrieval.columns.ordering import keys_of
from retrieval.columns.table import Columns
from retrieval.feed.pool import Pool
from retrieval.popularity import POPULARITY
from retrieval.search.variants import families_of_rows

# A product is called new for this long, and half as new for every such time.
NEW_FOR = timedelta(days=30)
_SAMPLE = 2_000
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_since(columns: Columns, now: datetime) -> float:
    """From when on a product may be called new, in microseconds since 1970.

    Thirty days ago; but where most of the shop came since, as after its first import, only what came after that.
    """
    moments, _ = columns.by_field["created_at"].cells.of(np.arange(0, columns.count, max(1, columns.count // _SAMPLE)))
    middle = float(np.median(moments)) + 1 if len(moments) else 0.0
    return max(middle, (now - NEW_FOR - _EPOCH) / _MICROSECOND)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Rows that the lot had a hand in: (n,) rows, and float64 (n,) how likely each was to be among them."""

    rows: Rows
    propensities: NDArray[np.float64]


def popular(pool: Pool, count: int) -> Rows:
    """What shoppers did most with of late; nothing that nobody did anything with."""
    return pool.first(keys_of(pool.columns, pool.rows, POPULARITY, descending=True), count)


def newest(pool: Pool, count: int) -> Rows:
    """The newest first."""
    return pool.first(keys_of(pool.columns, pool.rows, "created_at", descending=True), count)


def least_seen(pool: Pool, count: int, lot: np.random.Generator) -> Drawn:
    """What nobody did anything with, drawn by lot; then what shoppers did least with."""
    touched = touched_of(pool)
    by_lot = drawn(pool.besides(touched), count, lot)
    missing = count - len(by_lot.rows)
    keys = keys_of(touched.columns, touched.rows, POPULARITY, descending=False)
    least = touched.first(keys, missing) if missing else touched.rows[:0]
    rows = np.concatenate([by_lot.rows, least])
    return Drawn(rows, np.concatenate([by_lot.propensities, np.ones(len(least))]))


def drawn(pool: Pool, count: int, lot: np.random.Generator) -> Drawn:
    """Any products, all equally likely, whatever their variants."""
    firsts = pool.rows[families_of_rows(pool.columns, pool.rows).firsts()]
    among = max(1, len(firsts) - len(pool.shown))
    wanted = count + len(pool.shown) if count else 0
    # Of those that were drawn, what was shown before leaves; so many are drawn that enough are left.
    some = firsts[lot.choice(len(firsts), min(wanted, len(firsts)), replace=False)]
    rows = pool.left(some)[:count]
    return Drawn(rows, np.full(len(rows), min(1.0, count / among)))


def touched_of(pool: Pool) -> Pool:
    """Those of its products that anybody did anything with."""
    return pool.holding(pool.columns.by_field[POPULARITY].cells.present())


def are_new(columns: Columns, rows: Rows, now: datetime) -> Mask:
    """Which of these may be called new; (n,)."""
    moments, positions = columns.by_field["created_at"].cells.of(rows)
    new = np.zeros(len(rows), dtype=np.bool_)
    new[positions] = moments >= new_since(columns, now)
    return new


def popularity_of_rows(columns: Columns, rows: Rows, now: datetime) -> FloatArray:
    """ln(1 + what shoppers did with each of late, in views, faded by today); float32 (n,)."""
    scores, positions = columns.by_field[POPULARITY].cells.of(rows)
    views = np.zeros(len(rows))
    views[positions] = scores / popularity_of(Event("", "", "", "view", "", now))
    return np.log1p(views).astype(np.float32)


def freshness_of_rows(columns: Columns, rows: Rows, now: datetime) -> FloatArray:
    """1 for what has come now, half as much for every 30 days since; float32 (n,), 0 where nothing tells."""
    moments, positions = columns.by_field["created_at"].cells.of(rows)
    age = np.full(len(rows), np.inf)
    age[positions] = np.maximum(0.0, (now - _EPOCH) / _MICROSECOND - moments)
    return np.exp2(-age / (NEW_FOR / _MICROSECOND)).astype(np.float32)
