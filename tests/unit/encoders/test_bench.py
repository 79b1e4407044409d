"""The bench: its arithmetic by hand, and that what it measures is what a worker does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import InvalidPhoto
from core.protocols import Encoder
from encoders.bench import Stages, embed_ahead, made_up_photo

PHOTOS = {"whole": (90.0, 100.0, 80.0), "decode": (400.0, 500.0, 600.0), "embed": (190.0, 200.0, 300.0)}


def test_the_share_of_the_bare_model_is_taken_round_by_round() -> None:
    stages = Stages({**PHOTOS, "forward": (100.0, 200.0, 100.0)})
    assert (stages.end_to_end, stages.median("whole")) == ("whole", 90.0)
    assert stages.share_of_forward == pytest.approx(0.8)  # The middle one of 0.9, 0.5 and 0.8.
    assert Stages({"embed": (30.0,), "forward": (40.0,)}).share_of_forward == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("embed", "forward", "decode", "bottleneck"),
    [
        (200.0, 250.0, 500.0, "the model"),  # 4 ms, beside 1 ms to move and 2 ms to decode.
        (200.0, 1000.0, 500.0, "moving and scaling pixels"),
        (900.0, 1000.0, 500.0, "decoding"),
    ],
)
def test_the_bottleneck_is_what_takes_longest(embed: float, forward: float, decode: float, bottleneck: str) -> None:
    stages = Stages({"whole": (1.0,), "decode": (decode,), "embed": (embed,), "forward": (forward,)})
    assert stages.bottleneck == bottleneck


def test_texts_lose_their_time_to_the_model_or_to_tokens() -> None:
    assert Stages({"embed": (50.0,), "forward": (60.0,)}).bottleneck == "the model"
    assert Stages({"embed": (50.0,), "forward": (500.0,)}).bottleneck == "tokens"


class Watched:
    """The pocket model, with a note of every batch that it was given."""

    def __init__(self, encoder: Encoder) -> None:
        self.batches: list[list[NDArray[np.uint8]]] = []
        self._encoder = encoder

    def __getattr__(self, name: str) -> object:
        return getattr(self._encoder, name)

    def embed_photos(self, prepared: Sequence[NDArray[np.uint8]]) -> object:
        self.batches.append(list(prepared))
        return self._encoder.embed_photos(prepared)


def test_decoding_ahead_gives_the_model_every_photo_in_order(pocket: Encoder) -> None:
    photos = [made_up_photo(40, seed) for seed in range(5)]
    watched = Watched(pocket)
    embed_ahead(watched, photos, batch=2, threads=2)  # type: ignore[arg-type]  # It answers what the encoder answers.
    assert [len(batch) for batch in watched.batches] == [2, 2, 1]
    given = [pixels for batch in watched.batches for pixels in batch]
    np.testing.assert_array_equal(given, [pocket.prepare_photo(photo) for photo in photos])


def test_a_photo_that_cannot_be_decoded_ends_it(pocket: Encoder) -> None:
    with pytest.raises(InvalidPhoto):
        embed_ahead(pocket, [b"no photo"], batch=2, threads=1)


def test_made_up_photos_differ_and_repeat() -> None:
    assert made_up_photo(32, 1) == made_up_photo(32, 1) != made_up_photo(32, 2)
