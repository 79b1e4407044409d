"""Bringing a database to the tables this version needs, and telling whether it has them."""

from __future__ import annotations

import uuid
from pathlib import Path

import sqlalchemy as sa

from catalog.database import Database
from catalog.schema import META, REVISION
from core.errors import CatalogUnavailable

# Alembic makes and fills this one.
_VERSION = sa.table("alembic_version", sa.column("version_num", sa.String()))
# Any number will do, as long as it is always the same: two that migrate at once must wait for each other.
_MIGRATION_LOCK = 7_184_211


def apply_migrations(database: Database) -> None:
    """Apply the missing steps in one transaction; safe when several processes start at once.

    Raises
    ------
    CatalogUnavailable: the database cannot be reached, or a newer version of Vitrine has made it.
    """
    if _current(database) != REVISION:
        database.write(lambda connection: _upgrade(database, connection))


def check_revision(database: Database) -> None:
    """Raise unless the database has exactly the tables this version needs.

    Raises
    ------
    CatalogUnavailable: it is empty, older or newer; names the remedy.
    """
    revision = _current(database)
    if revision is None:
        raise CatalogUnavailable(f"the database {database.shown_url} is empty. Run `vitrine migrate`")
    if revision == REVISION:
        return
    if revision in _known_revisions():
        raise CatalogUnavailable(
            f"the database {database.shown_url} has schema {revision}, this version needs {REVISION}. "
            "Run `vitrine migrate`"
        )
    raise _made_by_newer(database, revision)


def database_id(database: Database) -> str:
    """The random id made with the database; it marks everything that is derived from this database.

    Raises
    ------
    CatalogUnavailable
    """
    with database.reading() as connection:
        value = connection.scalar(sa.select(META.c.value).where(META.c.name == "database_id"))
    if value is None:
        raise CatalogUnavailable(f"the database {database.shown_url} has lost its id; restore it from a backup")
    return str(value)


def _current(database: Database) -> str | None:
    with database.reading() as connection:
        return _revision(connection)


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(_VERSION.name):
        return None
    return connection.scalar(sa.select(_VERSION.c.version_num))


def _upgrade(database: Database, connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    if not database.sqlite:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    revision = _revision(connection)
    if revision is not None and revision not in _known_revisions():
        raise _made_by_newer(database, revision)
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", _escaped(Path(__file__).parent / "migrations"))
    command.upgrade(config, REVISION)
    if connection.scalar(sa.select(META.c.value).where(META.c.name == "database_id")) is None:
        connection.execute(META.insert(), {"name": "database_id", "value": str(uuid.uuid4())})


def _known_revisions() -> frozenset[str]:
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(Path(__file__).parent / "migrations"))
    return frozenset(step.revision for step in script.walk_revisions())


def _escaped(path: Path) -> str:
    """Alembic's configuration takes `%` for the start of a placeholder."""
    return str(path).replace("%", "%%")


def _made_by_newer(database: Database, revision: str) -> CatalogUnavailable:
    return CatalogUnavailable(
        f"the database {database.shown_url} has schema {revision}, which this version of Vitrine does not know. "
        "Install the version that made it, or a newer one"
    )
