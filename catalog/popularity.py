"""How much each product is wanted, kept up to date in the transactions in which acts come and go.

What acts add is told by `core.events.popularity_of`. Views, clicks, carts and purchases count each. A like is an
opinion, of which a shopper has one of a product: his last one counts, unless he took it back, or disliked or hid the
product since.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from catalog.database import moment_of
from catalog.queueing import upsert_into
from catalog.schema import EVENTS, OPINIONS, POPULARITY
from core.events import RETRACTABLE, RETRACTION, popularity_of_act

LIKE = "like"
# The last of these that a shopper did to a product says whether he likes it.
LIKING_TYPES = (*RETRACTABLE, RETRACTION)
# Two variables each, below every version of SQLite's limit.
_PAIRS_PER_STATEMENT = 400
# What is left of a sum when everything is subtracted that it was made of.
_ROUNDING = 1e-9


def likes_popularity(connection: sa.Connection, shop: str, pairs: Collection[tuple[str, str]]) -> dict[str, float]:
    """What likes that stand add to the popularity of products.

    Parameters
    ----------
    pairs: the shoppers and products that are looked at.
    """
    columns, sums = EVENTS.c, dict[str, float]()
    pair = (columns.user_id, columns.product_id)
    ordered = sorted(pairs)
    for start in range(0, len(ordered), _PAIRS_PER_STATEMENT):
        some = ordered[start : start + _PAIRS_PER_STATEMENT]
        from_last = sa.func.row_number().over(
            partition_by=pair, order_by=(columns.created_at.desc(), columns.id.desc())
        )
        acts = (
            sa.select(columns.product_id, columns.type, columns.created_at, from_last.label("from_last"))
            .where(columns.shop == shop, sa.tuple_(*pair).in_(some), OPINIONS, columns.type.in_(LIKING_TYPES))
            .subquery()
        )
        standing = sa.select(acts.c.product_id, acts.c.created_at).where(acts.c.from_last == 1, acts.c.type == LIKE)
        for product_id, created_at in connection.execute(standing):
            sums[product_id] = sums.get(product_id, 0.0) + popularity_of_act(LIKE, moment_of(created_at))
    return sums


def change_popularity(
    connection: sa.Connection, shop: str, before: Mapping[str, float], now: Mapping[str, float]
) -> None:
    """Have what some acts add to products' popularity be `now`, where it was `before`."""
    changes = {name: now.get(name, 0.0) - before.get(name, 0.0) for name in {*before, *now}}
    # In one order for all, so that two transactions at once do not wait for each other in a circle.
    raised = [
        {"shop": shop, "product_id": name, "score": changes[name]} for name in sorted(changes) if changes[name] > 0
    ]
    insert = upsert_into(connection, POPULARITY)
    if raised:
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=["shop", "product_id"], set_={"score": POPULARITY.c.score + insert.excluded.score}
            ),
            raised,
        )
    for product_id in sorted(name for name, change in changes.items() if change < 0):
        _take_back(connection, shop, product_id, -changes[product_id])


def _take_back(connection: sa.Connection, shop: str, product_id: str, popularity: float) -> None:
    its_row = sa.and_(POPULARITY.c.shop == shop, POPULARITY.c.product_id == product_id)
    only_that = POPULARITY.c.score <= popularity * (1 + _ROUNDING)
    if not connection.execute(sa.delete(POPULARITY).where(its_row, only_that)).rowcount:
        connection.execute(sa.update(POPULARITY).where(its_row).values(score=POPULARITY.c.score - popularity))
