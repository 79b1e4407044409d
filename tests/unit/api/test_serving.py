"""Where the server may listen without a key."""

from __future__ import annotations

import pytest

from api.serving import is_loopback


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", "::1%lo"])
def test_loopback_addresses_are_known(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "10.0.0.1", "192.168.1.1", "::ffff:10.0.0.1", "fe80::1%eth0"])
def test_other_addresses_are_not_loopback(address: str) -> None:
    assert not is_loopback(address)
