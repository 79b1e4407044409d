from __future__ import annotations

from tests.contract.catalog.databases import catalog, clock, database_url, postgresql_server

__all__ = ["catalog", "clock", "database_url", "postgresql_server"]
