"""`vitrine doctor` in health and in sickness."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import Vitrine


def _by_check(data: Any) -> dict[str, Any]:
    return {finding["check"]: finding for finding in data["findings"]}


@pytest.fixture
def free_port(monkeypatch: pytest.MonkeyPatch) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    monkeypatch.setenv("VITRINE_PORT", str(port))
    return port


def test_a_new_installation_is_well_and_nothing_is_made(vitrine: Vitrine, tmp_path: Path, free_port: int) -> None:
    healthy = vitrine("doctor", "--json")
    findings = _by_check(healthy.data)
    assert (healthy.code, healthy.data["ok"]) == (0, True)
    assert findings["database"]["found"].startswith("SQLite, will be made")
    assert "32 numbers" in findings["encoder"]["found"]
    assert findings["address"]["found"] == f"127.0.0.1:{free_port} is free"
    assert not (tmp_path / "vitrine-data").exists()


def test_a_shop_is_counted_in_database_and_index(vitrine: Vitrine, products: Path, free_port: int) -> None:
    vitrine("import", str(products), "--photos", "photos")
    findings = _by_check(vitrine("doctor", "--json").data)
    assert "12 products" in findings["database"]["found"]
    assert "12 products, 0 wait, 0 failed" in findings["vector store"]["found"]


def test_what_the_engine_put_aside_is_listed_and_goes_by_the_command_it_names(
    vitrine: Vitrine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    monkeypatch.setenv("VITRINE_DATA_DIR", str(tmp_path / "my shop"))
    vitrine("migrate")
    damaged = tmp_path / "my shop" / "vectors" / "g1" / "quarantine-20261120T090000-0"
    unfinished = tmp_path / "my shop" / "vectors" / ".unfinished-g2-1"
    for folder in (damaged, unfinished / "quarantine-of-its-own"):
        folder.mkdir(parents=True)
        (folder / "wal").write_bytes(b"x" * 3 * 2**20)
    healthy = vitrine("doctor", "--json")
    listed = [finding for finding in healthy.data["findings"] if finding["check"] == "left over"]
    assert (healthy.code, [finding["status"] for finding in listed]) == (0, ["warn", "warn"])
    assert all("3.0 MiB" in finding["found"] for finding in listed)
    for finding in listed:
        subprocess.run(finding["remedy"].partition(": ")[2], shell=True, check=True)
    assert not damaged.exists()
    assert not unfinished.exists()
    assert damaged.parent.is_dir()
    assert "left over" not in _by_check(vitrine("doctor", "--json").data)


def test_every_fault_is_named_with_its_remedy_and_none_hides_another(
    vitrine: Vitrine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("VITRINE_DATA_DIR", str(tmp_path / "file" / "data"))
    monkeypatch.setenv("VITRINE_ENCODER", "local-dir:/no/such/folder")
    monkeypatch.setenv("VITRINE_BROKER_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("VITRINE_HOST", "0.0.0.0")
    sick = vitrine("doctor", "--json")
    failed = {check: finding for check, finding in _by_check(sick.data).items() if finding["status"] == "fail"}
    assert sick.code == 1
    assert failed.keys() == {"data_dir", "encoder", "broker", "address"}
    assert all(finding["remedy"] for finding in failed.values())
    shown = vitrine("doctor").out
    assert "VITRINE_API_KEY" in shown
    assert "/no/such/folder" in shown


def test_a_port_in_use_is_a_warning(vitrine: Vitrine, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("VITRINE_PORT", str(taken.getsockname()[1]))
        report = vitrine("doctor", "--json")
    assert _by_check(report.data)["address"]["status"] == "warn"
    assert report.code == 0
