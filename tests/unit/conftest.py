"""Unit tests reach no network; sockets of the file system are how the parts of one machine talk, and stay open."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_network(socket_disabled: None) -> None:
    """Blocked by pytest-socket; `--allow-unix-socket` stands in the pytest options."""
