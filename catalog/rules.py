"""The merchandising rules of a shop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from catalog.database import Database
from catalog.queueing import upsert_into
from catalog.schema import RULES
from core.errors import NotFound
from core.rules import Rule, rule_of

_KIND = "rule"


class StoredRules:
    """The rules of one shop. All methods raise `CatalogUnavailable` when the database is out of reach."""

    def __init__(self, database: Database, shop: str) -> None:
        self._database = database
        self._shop = shop

    def bodies(self) -> dict[str, Any]:
        """What every rule says, by id, in the order of the ids; see `rule_of`."""
        chosen = sa.select(RULES.c.id, RULES.c.body).where(RULES.c.shop == self._shop).order_by(RULES.c.id)
        with self._database.reading() as connection:
            return dict(connection.execute(chosen).all())

    def all(self) -> list[Rule]:
        """Every rule, by id."""
        return [rule_of(rule_id, body) for rule_id, body in self.bodies().items()]

    def get(self, rule_id: str) -> Rule:
        """One rule.

        Raises
        ------
        NotFound
        """
        chosen = sa.select(RULES.c.body).where(RULES.c.shop == self._shop, RULES.c.id == rule_id)
        with self._database.reading() as connection:
            body = connection.scalar(chosen)
        if body is None:
            raise NotFound(_KIND, rule_id)
        return rule_of(rule_id, body)

    def put(self, rules: Sequence[Rule]) -> None:
        """Keep rules in place of those with their ids; all or nothing."""
        rows = [{"shop": self._shop, "id": rule.id, "body": rule.body()} for rule in {r.id: r for r in rules}.values()]

        def work(connection: sa.Connection) -> None:
            insert = upsert_into(connection, RULES)
            changed = {"body": insert.excluded.body}
            connection.execute(insert.on_conflict_do_update(index_elements=["shop", "id"], set_=changed), rows)

        if rows:
            self._database.write(work)

    def delete(self, rule_id: str) -> None:
        """Forget a rule.

        Raises
        ------
        NotFound
        """
        statement = sa.delete(RULES).where(RULES.c.shop == self._shop, RULES.c.id == rule_id)
        if self._database.write(lambda connection: connection.execute(statement).rowcount) == 0:
            raise NotFound(_KIND, rule_id)
