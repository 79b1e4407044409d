"""Queries of many threads through one encoder."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.encoders import EncoderDescription
from core.errors import DeadlineExceeded, EncoderUnavailable, InvalidPhoto, InvalidVector
from core.protocols import Encoder
from core.vectors import FloatArray
from encoders.batching import QueryBatcher


class GatedEncoder:
    """An encoder whose forward pass waits at a gate and notes what it was given; the text `bad` spoils its batch."""

    description = EncoderDescription("gated", "test", 2, "", 0, 0, "", photo=True, text=True)

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.batches: list[list[str]] = []

    def prepare_photo(self, photo: bytes) -> NDArray[np.uint8]:
        if not photo:
            raise InvalidPhoto("is empty")
        return np.frombuffer(photo, dtype=np.uint8)

    def embed_photos(self, prepared: Sequence[NDArray[np.uint8]]) -> FloatArray:
        return self._embed([f"photo {pixels.tobytes().decode()}" for pixels in prepared])

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        return self._embed(list(texts))

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        return self._embed(list(texts))

    def _embed(self, texts: list[str]) -> FloatArray:
        self.batches.append(texts)
        self.entered.set()
        assert self.gate.wait(30)
        if "bad" in texts:
            raise InvalidVector("is bad")
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)


@pytest.fixture
def encoder() -> GatedEncoder:
    return GatedEncoder()


@pytest.fixture
def batcher(encoder: GatedEncoder) -> Iterator[QueryBatcher]:
    opened = QueryBatcher(encoder, remembered=3)
    yield opened
    encoder.gate.set()
    opened.close()


def waiting(batcher: QueryBatcher, count: int) -> None:
    """Return once that many queries wait behind the one at the gate."""
    deadline = time.monotonic() + 30
    while batcher._jobs.qsize() < count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_lone_query_waits_for_nobody(encoder: GatedEncoder, batcher: QueryBatcher) -> None:
    encoder.gate.set()
    assert batcher.text("hat").tolist() == [3.0, 1.0]


def test_queries_that_wait_share_a_batch(encoder: GatedEncoder, batcher: QueryBatcher) -> None:
    with ThreadPoolExecutor(9) as callers:
        first = callers.submit(batcher.text, "first")
        encoder.entered.wait(30)
        others = [callers.submit(batcher.text, "x" * length) for length in range(1, 9)]
        waiting(batcher, 8)
        encoder.gate.set()
        assert first.result().tolist() == [5.0, 1.0]
        assert [other.result()[0] for other in others] == list(range(1, 9))
    assert [len(batch) for batch in encoder.batches] == [1, 8]


def test_the_same_query_waiting_twice_is_embedded_once(encoder: GatedEncoder, batcher: QueryBatcher) -> None:
    with ThreadPoolExecutor(4) as callers:
        same = [callers.submit(batcher.text, "same") for _ in range(4)]
        encoder.entered.wait(30)
        encoder.gate.set()
        assert {tuple(call.result().tolist()) for call in same} == {(4.0, 1.0)}
    assert encoder.batches == [["same"]]


def test_an_error_reaches_only_the_query_that_caused_it(encoder: GatedEncoder, batcher: QueryBatcher) -> None:
    with ThreadPoolExecutor(4) as callers:
        callers.submit(batcher.text, "first")
        encoder.entered.wait(30)
        good, bad = callers.submit(batcher.text, "good"), callers.submit(batcher.text, "bad")
        waiting(batcher, 2)
        encoder.gate.set()
        assert good.result().tolist() == [4.0, 1.0]
        with pytest.raises(InvalidVector, match="is bad"):
            bad.result()
    assert batcher.text("after").tolist() == [5.0, 1.0]


def test_an_error_is_not_remembered(encoder: GatedEncoder, batcher: QueryBatcher) -> None:
    encoder.gate.set()
    for _ in range(2):
        with pytest.raises(InvalidVector):
            batcher.text("bad")
    assert encoder.batches == [["bad"], ["bad"]]


def test_a_repeated_query_costs_no_forward_pass(encoder: GatedEncoder, batcher: QueryBatcher) -> None:
    encoder.gate.set()
    for _ in range(3):
        batcher.text("hat")
        batcher.photo(b"cat")
    assert encoder.batches == [["hat"], ["photo cat"]]


def test_the_least_recently_used_vector_is_forgotten_first(encoder: GatedEncoder, batcher: QueryBatcher) -> None:
    encoder.gate.set()
    for text in ("a", "b", "c", "a", "d", "a", "b"):
        batcher.text(text)
    assert encoder.batches == [["a"], ["b"], ["c"], ["d"], ["b"]]


def test_words_and_photos_are_told_apart(encoder: GatedEncoder, batcher: QueryBatcher) -> None:
    encoder.gate.set()
    assert batcher.text("cat").tolist() != batcher.photo(b"cat").tolist()


def test_a_remembered_vector_cannot_be_changed_by_its_reader(encoder: GatedEncoder, batcher: QueryBatcher) -> None:
    encoder.gate.set()
    with pytest.raises(ValueError, match="read-only"):
        batcher.text("hat")[0] = 7


def test_a_bad_photo_never_reaches_the_encoder(encoder: GatedEncoder, batcher: QueryBatcher) -> None:
    with pytest.raises(InvalidPhoto, match="is empty"):
        batcher.photo(b"")
    assert encoder.batches == []


def test_a_query_that_takes_too_long_is_given_up(encoder: GatedEncoder, batcher: QueryBatcher) -> None:
    with pytest.raises(DeadlineExceeded, match=r"0\.01 s"):
        batcher.text("slow", timeout_s=0.01)
    encoder.gate.set()
    assert batcher.text("slow").tolist() == [4.0, 1.0]


def test_closing_answers_what_waits_and_takes_nothing_more(encoder: GatedEncoder, batcher: QueryBatcher) -> None:
    with ThreadPoolExecutor(3) as callers:
        first = callers.submit(batcher.text, "first")
        encoder.entered.wait(30)
        second = callers.submit(batcher.text, "second")
        waiting(batcher, 1)
        closing = callers.submit(batcher.close)
        encoder.gate.set()
        assert (first.result()[0], second.result()[0]) == (5.0, 6.0)
        closing.result()
    batcher.close()
    with pytest.raises(EncoderUnavailable, match="shutting down"):
        batcher.text("late")


def test_batched_vectors_equal_the_encoders_own(
    pocket: Encoder, scene: Callable[..., Image.Image], as_file: Callable[..., bytes]
) -> None:
    texts = [f"blue shirt number {number}" for number in range(12)]
    photo = as_file(scene(60, 80))
    batcher = QueryBatcher(pocket)
    try:
        with ThreadPoolExecutor(12) as callers:
            vectors = list(callers.map(batcher.text, texts))
        seen = batcher.photo(photo)
    finally:
        batcher.close()
    np.testing.assert_allclose(vectors, pocket.embed_queries(texts), atol=1e-5)
    np.testing.assert_allclose(seen, pocket.embed_photos([pocket.prepare_photo(photo)])[0], atol=1e-5)
