"""Opening the parts for one command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retrieval.wiring import Vitrine


def opened(overrides: Mapping[str, Any] | None = None) -> Vitrine:
    """The parts as the settings say; close them, or use them as a context manager.

    Raises
    ------
    ConfigurationError: settings that cannot work. CatalogUnavailable, StoreError: a part cannot be opened.
    """
    from core.settings import load_settings
    from retrieval.wiring import open_vitrine

    return open_vitrine(load_settings(overrides))
