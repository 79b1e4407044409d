from __future__ import annotations

import signal
import threading
from typing import cast

import pytest

from cli.indexing import OwnLoop
from core.generations import Generation
from retrieval.wiring import Vitrine

NO_SHOP, NO_INDEX = cast("Vitrine", None), cast("Generation", None)


def lost() -> None:
    """Ctrl-C, and the exception that tells it gets lost."""
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        return
    pytest.fail("nobody was interrupted")


def test_an_interrupt_that_got_lost_is_raised_again_at_the_next_look() -> None:
    with OwnLoop(NO_SHOP, NO_INDEX) as loop:
        assert not loop.failed
        lost()
        with pytest.raises(KeyboardInterrupt):
            _ = loop.failed


def test_what_heard_ctrl_c_before_hears_it_again_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    loop = OwnLoop(NO_SHOP, NO_INDEX)
    with loop:
        with loop:
            pass
        lost()
        with pytest.raises(KeyboardInterrupt):
            loop.check()
    assert signal.getsignal(signal.SIGINT) == before


def test_in_another_thread_it_hears_nothing_and_works() -> None:
    before = signal.getsignal(signal.SIGINT)
    failed: list[bool] = []

    def work() -> None:
        with OwnLoop(NO_SHOP, NO_INDEX) as loop:
            failed.append(loop.failed)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert failed == [False]
    assert signal.getsignal(signal.SIGINT) == before
