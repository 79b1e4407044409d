from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import catalog.migrating
from catalog.opening import Catalog, migrate, open_catalog
from catalog.schema import METADATA, REVISION
from core.errors import CatalogUnavailable, ConfigurationError
from tests.contract.catalog.examples import product
from tests.contract.catalog.test_processes import outcome, start


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new folder 100%' / 'catalog.db'}"
    return str(request.getfixturevalue("postgresql_server").empty_database())


def test_the_migrations_make_exactly_the_tables_the_code_uses(catalog: Catalog, database_url: str) -> None:
    engine = sa.create_engine(database_url)
    try:
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
            indexes = {
                index["name"]: index["column_names"]
                for table in METADATA.tables
                for index in sa.inspect(connection).get_indexes(table)
            }
        assert indexes == {
            index.name: [column.name for column in index.columns]
            for table in METADATA.tables.values()
            for index in table.indexes
        }
    finally:
        engine.dispose()


def test_the_revision_the_code_needs_is_the_last_migration() -> None:
    folder = Path(catalog.migrating.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [REVISION]


def test_a_new_database_is_refused_until_it_is_migrated(empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogUnavailable, match="vitrine migrate"):
        open_catalog(empty_url, tmp_path, migrate=False)
    migrate(empty_url)
    migrate(empty_url)
    opened = open_catalog(empty_url, tmp_path, migrate=False)
    opened.ping()
    opened.close()


def test_an_older_schema_names_the_remedy_and_a_newer_one_is_refused(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(empty_url)
    monkeypatch.setattr(catalog.migrating, "REVISION", "8888")
    with pytest.raises(CatalogUnavailable, match=r"needs 8888\. Run `vitrine migrate`"):
        open_catalog(empty_url, tmp_path, migrate=False)
    monkeypatch.undo()
    engine = sa.create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    for upgrade in (True, False):
        with pytest.raises(CatalogUnavailable, match="does not know"):
            open_catalog(empty_url, tmp_path, migrate=upgrade)


def test_processes_that_open_a_new_database_at_once_agree_on_its_id(empty_url: str, tmp_path: Path) -> None:
    openers = [start("open", empty_url, tmp_path) for _ in range(4)]
    assert len({outcome(opener)[0] for opener in openers}) == 1


def test_everything_is_there_after_closing_and_opening_again(database_url: str, tmp_path: Path) -> None:
    first = open_catalog(database_url, tmp_path)
    first.products.store([product("p")], "job")
    first.close()
    again = open_catalog(database_url, tmp_path)
    assert again.database_id == first.database_id
    assert again.products.count() == 1
    again.close()


@pytest.mark.parametrize(
    "url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://h/db", "postgresql+asyncpg://h/db"]
)
def test_a_url_of_another_kind_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="database_url"):
        open_catalog(url, tmp_path)


def test_a_server_that_is_not_there_is_unavailable_and_its_password_stays_secret(tmp_path: Path) -> None:
    with pytest.raises(CatalogUnavailable, match="database_url") as caught:
        open_catalog("postgresql://vitrine:geheim@127.0.0.1:1/db", tmp_path)
    assert "geheim" not in str(caught.value)


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").write_bytes(b"this is no database, and long enough to be read as one" * 100)
    with pytest.raises(CatalogUnavailable, match=r"catalog\.db"):
        open_catalog(f"sqlite:///{tmp_path / 'catalog.db'}", tmp_path)


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CatalogUnavailable, match="file"):
        open_catalog(f"sqlite:///{tmp_path / 'file' / 'catalog.db'}", tmp_path)


def test_sqlite_is_opened_for_durability_and_many_readers(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'catalog.db'}"
    opened = open_catalog(url, tmp_path)
    with opened._database.reading() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    opened.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 60_000}
