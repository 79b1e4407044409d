"""The experiments of a shop."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from catalog.database import Database, moment_of
from catalog.schema import EVENTS, EXPERIMENTS
from core.errors import Conflict, NotFound
from core.experiments import Arm, Experiment, arms_json
from core.products import rfc3339

_KIND = "experiment"


class Experiments:
    """The experiments of one shop. All methods raise `CatalogUnavailable` when the database is out of reach."""

    def __init__(self, database: Database, shop: str) -> None:
        self._database = database
        self._shop = shop

    def all(self) -> list[Experiment]:
        """Every experiment, the latest first."""
        chosen = (
            sa.select(EXPERIMENTS)
            .where(EXPERIMENTS.c.shop == self._shop)
            .order_by(EXPERIMENTS.c.started_at.desc(), EXPERIMENTS.c.id)
        )
        with self._database.reading() as connection:
            return [_experiment(row) for row in connection.execute(chosen).mappings()]

    def running(self) -> Experiment | None:
        """The one that runs, if one does."""
        chosen = sa.select(EXPERIMENTS).where(EXPERIMENTS.c.shop == self._shop, EXPERIMENTS.c.stopped_at.is_(None))
        with self._database.reading() as connection:
            row = connection.execute(chosen).mappings().first()
        return None if row is None else _experiment(row)

    def get(self, experiment_id: str) -> Experiment:
        """One experiment.

        Raises
        ------
        NotFound
        """
        with self._database.reading() as connection:
            row = connection.execute(sa.select(EXPERIMENTS).where(self._this(experiment_id))).mappings().one_or_none()
        if row is None:
            raise NotFound(_KIND, experiment_id)
        return _experiment(row)

    def start(self, experiment: Experiment) -> None:
        """Keep an experiment that runs from now on.

        Raises
        ------
        Conflict: there is one of that name, or another one runs: what both change could not be told apart.
        """
        row = {
            "shop": self._shop,
            "id": experiment.id,
            "arms": arms_json(experiment.arms),
            "started_at": rfc3339(experiment.started_at),
        }

        def work(connection: sa.Connection) -> None:
            taken = sa.select(EXPERIMENTS.c.id).where(
                EXPERIMENTS.c.shop == self._shop, EXPERIMENTS.c.stopped_at.is_(None)
            )
            running = connection.scalar(taken)
            if running is not None:
                raise Conflict(f"experiment {running!r} runs. Stop it first: vitrine experiments stop {running}")
            if connection.scalar(sa.select(EXPERIMENTS.c.id).where(self._this(experiment.id))) is not None:
                raise Conflict(f"there has been an experiment {experiment.id!r} before. Give this one another name")
            connection.execute(EXPERIMENTS.insert(), row)

        self._database.write(work)

    def stop(self, experiment_id: str, moment: datetime) -> None:
        """End an experiment; one that has ended before stays as it was.

        Raises
        ------
        NotFound
        """
        self.get(experiment_id)
        stopped = (
            sa.update(EXPERIMENTS)
            .where(self._this(experiment_id), EXPERIMENTS.c.stopped_at.is_(None))
            .values(stopped_at=rfc3339(moment))
        )
        self._database.write(lambda connection: connection.execute(stopped))

    def buyers(self, since: datetime, until: datetime) -> set[str]:
        """Who has bought anything in a time."""
        moment = EVENTS.c.created_at
        chosen = (
            sa.select(EVENTS.c.user_id)
            .distinct()
            .where(
                *(EVENTS.c.shop == self._shop, EVENTS.c.type == "purchase"),
                *(moment >= rfc3339(since), moment <= rfc3339(until)),
            )
        )
        with self._database.reading() as connection:
            return set(connection.scalars(chosen))

    def _this(self, experiment_id: str) -> sa.ColumnElement[bool]:
        return sa.and_(EXPERIMENTS.c.shop == self._shop, EXPERIMENTS.c.id == experiment_id)


def _experiment(row: sa.RowMapping) -> Experiment:
    stopped = row["stopped_at"]
    return Experiment(
        row["id"],
        tuple(Arm(**arm) for arm in row["arms"]),
        moment_of(row["started_at"]),
        None if stopped is None else moment_of(stopped),
    )
