"""How the engine's process is found, started, shared, replaced and left."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from core.errors import ForeignStore, NotFound, SchemaMismatch, StoreUnavailable
from tests.integration.embedded.conftest import ROOT, EngineRoom, alive, wait_until
from tests.integration.embedded.points import generation, points, query
from vectorstore.embedded.address import EngineFiles
from vectorstore.embedded.handshake import HandshakeFailed, prove_engine
from vectorstore.embedded.wire import PROTOCOL

Start = Callable[..., subprocess.Popen[str]]


def say(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_two_clients_share_one_engine(room: EngineRoom) -> None:
    first, second = room.store(), room.store()
    first.ensure(generation())
    pid = room.address().pid
    first.upsert("g1", points(0, 20))
    assert second.count("g1") == 20
    assert room.address().pid == pid


def test_starters_at_the_same_time_start_one_engine(room: EngineRoom, python: Start) -> None:
    clients = [python("client_script.py", room.data_dir, 30) for _ in range(4)]
    for client in clients:
        say(client, "go")
    pids = {hear(client) for client in clients}
    assert pids == {str(room.address().pid)}
    for number, client in enumerate(clients):
        say(client, f"upsert {number * 10} {number * 10 + 10}")
    for client in clients:
        hear(client)
    assert room.store().count("g1") == 40


def test_what_the_engine_announces_is_private(room: EngineRoom) -> None:
    room.store().ensure(generation())
    assert room.files.address.stat().st_mode & 0o777 == 0o600
    assert Path(room.address().address).stat().st_mode & 0o077 == 0
    assert (room.data_dir / "vectors" / "g1").stat().st_mode & 0o077 == 0


def test_a_client_with_a_wrong_key_is_turned_away(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    with Client(room.address().address, family="AF_UNIX") as stranger, pytest.raises(HandshakeFailed):
        prove_engine(stranger, b"guess", 10.0)
    assert store.count("g1") == 0


def test_a_client_that_sends_rubbish_harms_only_itself(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    address = room.address()
    with Client(address.address, family="AF_UNIX") as rude:
        prove_engine(rude, bytes.fromhex(address.key), 10.0)
        rude.send_bytes(b"\xc1 this is no message")
        with pytest.raises(EOFError):
            rude.recv_bytes()
    assert store.count("g1") == 0
    assert room.address() == address


def test_the_engine_leaves_after_its_last_client_and_nothing_is_lost(room: EngineRoom) -> None:
    store = room.store(idle_exit_s=0.2)
    store.ensure(generation())
    store.flush("g1")
    store.upsert("g1", points(0, 30))
    pid = room.address().pid
    store.close()
    room.wait_until_gone(pid)
    assert not room.files.address.exists()
    status = room.store().ensure(generation())
    assert (status.points, status.lost_unflushed, status.lost_all) == (30, False, False)


def test_the_engine_stays_while_a_client_is_there(room: EngineRoom) -> None:
    store = room.store(idle_exit_s=0.1)
    store.ensure(generation())
    pid = room.address().pid
    # Another client comes and goes four times, and each time the engine could think that it is alone.
    for _ in range(4):
        other = room.store(idle_exit_s=0.1)
        other.count("g1")
        other.close()
    assert store.count("g1") == 0
    assert room.address().pid == pid


def test_sigterm_lets_the_engine_flush_and_leave(room: EngineRoom) -> None:
    store = room.store()
    before = store.ensure(generation())
    store.flush("g1")
    store.upsert("g1", points(0, 30))
    room.kill(signal.SIGTERM)
    status = store.status("g1")
    assert (status.points, status.lost_unflushed, status.lost_all) == (30, False, False)
    assert status.epoch != before.epoch


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_the_terminal_does_not_end_the_engine(room: EngineRoom, number: int) -> None:
    store = room.store()
    store.ensure(generation())
    pid = room.address().pid
    assert os.getsid(pid) == pid
    os.kill(pid, number)
    assert store.count("g1") == 0
    assert room.address().pid == pid


def test_the_engine_outlives_the_client_that_started_it(room: EngineRoom, python: Start) -> None:
    starter = python("client_script.py", room.data_dir, 30)
    say(starter, "go")
    pid = int(hear(starter))
    other = room.store()
    other.count("g1")
    starter.kill()
    starter.wait()
    other.upsert("g1", points(0, 5))
    assert room.address().pid == pid


def test_a_call_after_the_engine_died_is_answered_by_the_next_one(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 20))
    killed = room.kill()
    assert [hit.product_id for hit in store.query("g1", [query(7, 1)], None)[0]] == ["7"]
    assert room.address().pid != killed


def test_an_engine_that_died_after_a_flush_lost_nothing(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 20))
    store.flush("g1")
    room.kill()
    status = store.status("g1")
    assert (status.points, status.lost_unflushed, status.lost_all) == (20, False, False)


def test_an_engine_that_died_after_a_write_may_have_lost_something_and_says_so(room: EngineRoom) -> None:
    store = room.store()
    before = store.ensure(generation())
    store.flush("g1")
    store.upsert("g1", points(0, 20))
    room.kill()
    status = store.status("g1")
    assert (status.points, status.lost_unflushed, status.lost_all) == (20, True, False)
    assert status.epoch != before.epoch


@pytest.mark.parametrize("kind", ["dead", "reused", "damaged", "half"])
def test_a_stale_engine_file_is_not_believed(room: EngineRoom, kind: str) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 5))
    address = room.address()
    room.kill()
    if kind == "reused":
        # The number belongs to somebody else now, who must not be harmed: this very process.
        room.files.write(replace(address, pid=os.getpid()))
    elif kind == "damaged":
        room.files.address.write_bytes(b"\x00\xff")
    elif kind == "half":
        room.files.address.write_text(json.dumps({"pid": address.pid}))
    assert room.store().count("g1") == 5


def test_a_socket_that_somebody_else_answers_is_not_believed(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    # An engine that has another key than the file says is not the one the file speaks of.
    address = room.address()
    room.kill()
    room.store().count("g1")
    room.files.write(replace(room.address(), key=address.key))
    wait_until(lambda: room.store().count("g1") == 0)


def test_an_engine_with_an_older_protocol_is_replaced(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 5))
    store.flush("g1")
    old = room.address()
    room.files.write(replace(old, protocol=PROTOCOL - 1))
    status = room.store().status("g1")
    assert (status.points, status.lost_unflushed) == (5, False)
    assert room.address().pid != old.pid
    room.wait_until_gone(old.pid)


def test_an_engine_with_a_newer_protocol_is_left_alone(room: EngineRoom, python: Start) -> None:
    room.store().ensure(generation())
    room.kill(signal.SIGTERM)
    newer = python("newer_engine_script.py", room.data_dir, 30)
    try:
        wait_until(lambda: room.files.read() is not None)
        with pytest.raises(StoreUnavailable, match="newer version"):
            room.store().count("g1")
        assert newer.poll() is None
    finally:
        newer.terminate()
        assert newer.wait() == 0


@pytest.mark.parametrize("lost", ["engine.json", "folder"])
def test_an_engine_that_nobody_can_find_any_more_leaves(room: EngineRoom, lost: str) -> None:
    store = room.store()
    store.ensure(generation())
    pid = room.address().pid
    if lost == "folder":
        shutil.rmtree(room.data_dir)
    else:
        room.files.address.unlink()
    room.wait_until_gone(pid)
    assert not alive(pid)


def test_a_second_engine_waits_for_the_first_to_leave(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 5))
    first = room.address()
    second = subprocess.Popen(
        [sys.executable, "-m", "vectorstore.embedded.engine", str(room.data_dir), "30"],
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    try:
        assert store.count("g1") == 5
        assert room.address() == first
        room.kill(signal.SIGTERM)
        wait_until(lambda: (found := room.files.read()) is not None and found.pid == second.pid)
        assert store.count("g1") == 5
    finally:
        second.terminate()
        assert second.wait() == 0


def test_files_that_somebody_else_has_open_are_left_alone(room: EngineRoom, python: Start) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 5))
    room.kill(signal.SIGTERM)
    holder = python("holder_script.py", room.data_dir / "vectors" / "g1" / "shard")
    assert hear(holder) == "open"
    with pytest.raises(StoreUnavailable, match="WouldBlock"):
        store.count("g1")
    holder.kill()
    holder.wait()
    assert store.count("g1") == 5
    assert not list((room.data_dir / "vectors" / "g1").glob("quarantine-*"))


def test_a_data_folder_with_a_long_path_works(tmp_path: Path) -> None:
    room = EngineRoom(tmp_path / ("long" * 30))
    try:
        room.store().ensure(generation())
        socket = Path(room.address().address)
        assert room.data_dir not in socket.parents
        assert socket.parent.stat().st_mode & 0o777 == 0o700
        assert room.store().count("g1") == 0
    finally:
        room.close()
        shutil.rmtree(socket.parent)


def test_where_one_stands_does_not_matter(room: EngineRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "__init__.py").write_text("raise RuntimeError('this is not the core you are looking for')")
    monkeypatch.chdir(tmp_path)
    assert room.store().ensure(generation()).points == 0


def test_a_relative_data_folder_stays_the_same_when_one_moves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    room = EngineRoom(Path("data"))
    try:
        store = room.store()
        monkeypatch.chdir("/")
        store.ensure(generation())
        assert EngineFiles(tmp_path / "data").read() is not None
    finally:
        monkeypatch.chdir(tmp_path)
        room.close()


def test_an_engine_that_cannot_start_says_why(room: EngineRoom) -> None:
    room.data_dir.mkdir()
    (room.data_dir / "engine.sock").mkdir()
    with pytest.raises(StoreUnavailable, match=r"open its socket.*Is a directory"):
        room.store().ensure(generation())


def test_a_data_folder_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    room = EngineRoom(tmp_path / "file" / "data")
    with pytest.raises(StoreUnavailable, match="cannot make the data folder"):
        room.store().ensure(generation())


def test_the_vectors_of_another_database_are_refused(room: EngineRoom) -> None:
    room.store().ensure(generation())
    stranger = room.store(database_id="another")
    with pytest.raises(ForeignStore, match="another database"):
        stranger.ensure(generation())
    with pytest.raises(ForeignStore, match="another database"):
        stranger.count("g1")
    with pytest.raises(ForeignStore, match="another database"):
        stranger.drop("g1")


def test_other_vectors_than_stored_are_refused(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    with pytest.raises(SchemaMismatch, match="32"):
        store.ensure(generation(dim=32))


def test_a_generation_that_was_never_made_is_not_found(room: EngineRoom) -> None:
    with pytest.raises(NotFound, match="g9"):
        room.store().count("g9")


def test_a_closed_store_says_so(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        store.count("g1")


def test_the_engine_announces_what_the_client_expects(room: EngineRoom) -> None:
    room.store().ensure(generation())
    assert set(asdict(room.address())) == {"pid", "protocol", "address", "key", "started_at"}
