from __future__ import annotations

import threading
from multiprocessing import Pipe

import pytest

from vectorstore.embedded.handshake import HandshakeFailed, prove_client, prove_engine


def meet(engine_key: bytes, client_key: bytes) -> list[type[BaseException] | None]:
    engine, client = Pipe()
    outcome: list[type[BaseException] | None] = [None, None]

    def engine_side() -> None:
        try:
            prove_client(engine, engine_key, 5.0)
        except (HandshakeFailed, EOFError) as error:
            outcome[0] = type(error)
        finally:
            engine.close()

    thread = threading.Thread(target=engine_side)
    thread.start()
    try:
        prove_engine(client, client_key, 5.0)
    except (HandshakeFailed, EOFError) as error:
        outcome[1] = type(error)
    finally:
        client.close()
    thread.join()
    return outcome


def test_those_who_share_a_key_know_each_other() -> None:
    assert meet(b"key", b"key") == [None, None]


def test_a_wrong_key_is_turned_away_on_both_sides() -> None:
    assert meet(b"key", b"other") == [HandshakeFailed, HandshakeFailed]


def test_a_peer_that_speaks_something_else_is_turned_away() -> None:
    engine, client = Pipe()
    with engine, client:
        client.send_bytes(b"GET / HTTP/1.1")
        with pytest.raises(HandshakeFailed):
            prove_client(engine, b"key", 5.0)


def test_a_mute_peer_is_not_waited_for() -> None:
    engine, client = Pipe()
    with engine, client, pytest.raises(TimeoutError):
        prove_client(engine, b"key", 0.01)
