"""`vitrine migrate`."""

from __future__ import annotations

from cli.declaring import SharedOptions, command
from cli.terminal import Terminal


@command
def migrate_database(options: SharedOptions, terminal: Terminal) -> None:
    """Bring the database up to date.

    Embedded, this happens at every start by itself."""
    from catalog.opening import migrate
    from core.settings import load_settings

    del options
    settings = load_settings()
    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    migrate(settings.catalog_url)
    terminal.result({"migrated": True}, "The database is up to date.")
