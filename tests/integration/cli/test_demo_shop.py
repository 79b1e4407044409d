"""`vitrine demo` as people use it: a real process that serves, is stopped in every way, and goes on."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from catalog.opening import open_catalog
from cli.exit_codes import CONFLICT, WRONG_INPUT
from core.settings import load_settings
from demo.catalogue import plan
from tests.integration.cli.conftest import Vitrine, ended, process
from tests.integration.cli.running import get, post, wait

FEW = "20"
Running = subprocess.Popen[str]


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port that was free a moment ago, as the settings' own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        number = int(probe.getsockname()[1])
    monkeypatch.setenv("VITRINE_PORT", str(number))
    return number


@contextmanager
def _open_shop(*arguments: str) -> Iterator[tuple[dict[str, Any], Running]]:
    with _started("--json", "--products", FEW, *arguments) as running:
        assert running.stdout is not None
        lines = ""
        while not lines.endswith("}\n"):
            line = running.stdout.readline()
            if not line:
                pytest.fail(f"the demo ended: {running.communicate()}")
            lines += line
        yield json.loads(lines), running


@contextmanager
def _started(*arguments: str) -> Iterator[Running]:
    running = process("demo", "--no-open", *arguments)
    try:
        yield running
    finally:
        if running.poll() is None:
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=120)


def _descendants(pid: int) -> set[int]:
    """Ids of all processes below one, without those that have ended and were not yet taken note of."""
    children: dict[int, set[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))) is not None and stat[0] != "Z":
            children.setdefault(int(stat[1]), set()).add(int(entry.name))
    found, todo = set(), [pid]
    while todo:
        below = children.get(todo.pop(), set())
        found |= below
        todo += below
    return found


def _stat(pid: int) -> list[str] | None:
    """State and parent of a process, and what else the kernel says of it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if (stat := _stat(pid)) is not None and stat[0] != "Z"}


def test_the_shop_opens_answers_and_closes_on_sigterm_leaving_no_process_behind(port: int) -> None:
    with _open_shop() as (told, running):
        assert told["address"] == f"http://127.0.0.1:{port}"
        assert told["searchable"] == 20
        found = post(f"{told['address']}/v1/search", {"text": "red shirt", "limit": 5})
        assert len(found["hits"]) == 5
        assert get(f"{told['address']}/health/ready")["status"] == "ready"
        below = _descendants(running.pid)
        running.send_signal(signal.SIGTERM)
        stopped = ended(running)
    assert stopped.code == 0
    assert f"Open {told['address']}" in stopped.err
    assert stopped.err.splitlines()[-1] == "Stopped. `vitrine demo` goes on where it stopped."
    wait(lambda: not _alive(below))


def test_another_port_is_taken_and_named_when_somebody_listens_already(port: int) -> None:
    with socket.create_server(("127.0.0.1", port)), _open_shop() as (told, running):
        assert told["address"] != f"http://127.0.0.1:{port}"
        assert get(f"{told['address']}/health/live")["status"] == "alive"
        running.send_signal(signal.SIGINT)
        stopped = ended(running)
    assert f"Port {port} is taken" in stopped.err
    assert stopped.code in (0, 130)


def test_the_port_that_was_asked_for_is_taken_or_nothing(port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        refused = ended(process("demo", "--no-open", "--products", FEW, "--port", str(port)))
    assert refused.code == WRONG_INPUT
    assert f"port {port}" in refused.err


def test_a_second_demo_is_told_where_the_first_one_is(vitrine: Vitrine, port: int) -> None:
    with _open_shop() as (told, _):
        for arguments in ((), ("--reset",)):
            second = vitrine("demo", "--no-serve", *arguments)
            assert second.code == CONFLICT
            assert told["address"] in second.err
        assert post(f"{told['address']}/v1/search", {"text": "shirt"})["hits"]


def test_a_killed_demo_goes_on_where_it_stopped_and_leaves_no_process_behind(
    vitrine: Vitrine, port: int, tmp_path: Path
) -> None:
    settings = load_settings({"data_dir": tmp_path / "vitrine-data" / "demo"})
    with _started("--products", "80") as running:
        wait((settings.data_dir / "catalog.db").is_file, running)
        catalog = open_catalog(settings.catalog_url, settings.data_dir)
        try:
            wait(lambda: catalog.products.count() > 0, running)
            below = _descendants(running.pid)
            assert below
            running.kill()
            running.communicate()
            wait(lambda: not _alive(below))
            stored = {one.product.id: len(one.product.photos) for one in catalog.products.page(None, 80)}
            assert 0 < len(stored) < 80
        finally:
            catalog.close()
    again = vitrine("demo", "--no-serve", "--products", "80", "--json")
    assert again.code == 0, again.err
    # At first products come with one photo; those that have more still lack them.
    complete = [product for product in plan(80) if stored.get(product.id) == len(product.shots)]
    assert (again.data["accepted"], again.data["indexed"]) == (80 - len(complete), 80)


def test_ctrl_c_in_the_middle_of_drawing_ends_everything_in_order(port: int, tmp_path: Path) -> None:
    photos = tmp_path / "vitrine-data" / "demo" / "photos"
    with _started("--products", "2000") as running:
        wait(lambda: any(path.is_file() for path in photos.rglob("*")), running)
        below = _descendants(running.pid)
        # As the terminal does it: everybody in the foreground hears it.
        for pid in _alive({running.pid, *below}):
            os.kill(pid, signal.SIGINT)
        stopped = ended(running)
    assert stopped.code in (0, 130)
    assert "Traceback" not in stopped.err
    wait(lambda: not _alive(below))
