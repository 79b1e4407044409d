"""The synonyms of a shop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from catalog.database import Database
from catalog.queueing import upsert_into
from catalog.schema import SYNONYMS
from core.errors import NotFound
from core.synonyms import SynonymRule


class SynonymRules:
    """The synonym rules of one shop. All methods raise `CatalogUnavailable` when the database is out of reach."""

    def __init__(self, database: Database, shop: str) -> None:
        self._database = database
        self._shop = shop

    def all(self) -> list[SynonymRule]:
        """Every rule, by id."""
        chosen = sa.select(SYNONYMS.c.id, SYNONYMS.c.words, SYNONYMS.c.means).where(SYNONYMS.c.shop == self._shop)
        with self._database.reading() as connection:
            rows = connection.execute(chosen.order_by(SYNONYMS.c.id)).all()
        return [SynonymRule(rule_id, tuple(words), tuple(means)) for rule_id, words, means in rows]

    def put(self, rules: Sequence[SynonymRule], *, instead_of_all: bool = False) -> None:
        """Keep rules in place of those with their ids, or in place of all there are; all or nothing."""
        rows = [self._row(rule) for rule in {rule.id: rule for rule in rules}.values()]

        def work(connection: sa.Connection) -> None:
            if instead_of_all:
                connection.execute(sa.delete(SYNONYMS).where(SYNONYMS.c.shop == self._shop))
            if rows:
                insert = upsert_into(connection, SYNONYMS)
                changed = {"words": insert.excluded.words, "means": insert.excluded.means}
                connection.execute(insert.on_conflict_do_update(index_elements=["shop", "id"], set_=changed), rows)

        self._database.write(work)

    def delete(self, rule_id: str) -> None:
        """Forget a rule.

        Raises
        ------
        NotFound
        """
        statement = sa.delete(SYNONYMS).where(SYNONYMS.c.shop == self._shop, SYNONYMS.c.id == rule_id)
        if self._database.write(lambda connection: connection.execute(statement).rowcount) == 0:
            raise NotFound("synonym rule", rule_id)

    def _row(self, rule: SynonymRule) -> dict[str, Any]:
        return {"shop": self._shop, "id": rule.id, "words": list(rule.words), "means": list(rule.means)}
