"""Which engine the settings ask for."""

from __future__ import annotations

from core.protocols import VectorStore
from core.settings import Settings


def open_store(settings: Settings, database_id: str, shop: str) -> VectorStore:
    """The served engine if `qdrant_url` is set, else the embedded one in `data_dir`.

    Parameters
    ----------
    database_id: of the SQL database the vectors derive from; collections of another database are refused.
    """
    if settings.qdrant_url is not None:
        from vectorstore.served.store import ServedStore

        key = None if settings.qdrant_api_key is None else settings.qdrant_api_key.get_secret_value()
        return ServedStore.connect(settings.qdrant_url, key, database_id, shop)
    from vectorstore.embedded.store import EmbeddedStore

    return EmbeddedStore(settings.data_dir, database_id, shop, idle_exit_s=settings.engine_idle_exit_s)
