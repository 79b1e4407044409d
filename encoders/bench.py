"""How fast an encoder is here: JPEG bytes in, vectors out, beside the bare forward pass of its model."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import ConfigurationError, InvalidPhoto
from core.protocols import Encoder
from encoders.decoding import prepare_photos
from encoders.devices import choose_device, choose_dtype
from encoders.loading import EncoderOptions, load_encoder

Item = TypeVar("Item")

WHOLE = "whole"
DECODE = "decode"
EMBED = "embed"
FORWARD = "forward"

_WORDS = ("navy", "blue", "checked", "shirt", "for", "men", "cotton", "slim", "leather", "watch", "summer", "red")
_TEXT_WORDS = 12
_JPEG_QUALITY = 85
_GRAIN = 12.0


@runtime_checkable
class SeesBarely(Protocol):
    """An encoder whose vision model can be run alone."""

    def bare_photo_forward(self, prepared: Sequence[NDArray[np.uint8]]) -> Callable[[], None]:
        """One forward pass over a batch that lies on the device already, waited for."""


@runtime_checkable
class ReadsBarely(Protocol):
    """An encoder whose text model can be run alone."""

    def bare_text_forward(self, texts: Sequence[str]) -> Callable[[], None]:
        """One forward pass over a batch whose tokens lie on the device already, waited for."""


@dataclass(frozen=True, slots=True)
class BenchPlan:
    """What is measured.

    Attributes
    ----------
    count: photos, and texts, in each round. side_px: of the square photos.
    rounds: how often the stages take turns. threads: that decode.
    """

    count: int
    side_px: int
    rounds: int
    threads: int


@dataclass(frozen=True, slots=True)
class Stages:
    """Throughput of one kind of input.

    Attributes
    ----------
    per_s: inputs a second, by stage, one value per round. `whole` is everything, with the next batch decoded while the
        model works on this one; `decode` from bytes to pixels; `embed` from pixels or texts to vectors; `forward` the
        model alone, its input on the device. Texts have no `whole` of their own: it is `embed`.
    """

    per_s: Mapping[str, tuple[float, ...]]

    def median(self, stage: str) -> float:
        """Inputs a second in the middle round."""
        return statistics.median(self.per_s[stage])

    @property
    def end_to_end(self) -> str:
        """The stage that is everything a user waits for."""
        return WHOLE if WHOLE in self.per_s else EMBED

    @property
    def share_of_forward(self) -> float:
        """How much of the bare model's throughput is left end to end; the median over the rounds."""
        pairs = zip(self.per_s[self.end_to_end], self.per_s[FORWARD], strict=True)
        return statistics.median(whole / bare for whole, bare in pairs)

    @property
    def bottleneck(self) -> str:
        """What takes most of the time, in words: decoding, the model, or what lies between them."""
        forward_s = 1 / self.median(FORWARD)
        between_s = 1 / self.median(EMBED) - forward_s
        # What comes between the pixels and the model is upload and normalisation; before texts, it is the tokenizer.
        takes_s = {"the model": forward_s, "moving and scaling pixels" if DECODE in self.per_s else "tokens": between_s}
        if DECODE in self.per_s:
            takes_s["decoding"] = 1 / self.median(DECODE)
        return max(takes_s, key=lambda what: takes_s[what])


@dataclass(frozen=True, slots=True)
class EncoderBench:
    """What was measured of an encoder; None for what it cannot embed."""

    encoder: Encoder
    device: str
    precision: str
    photos: Stages | None
    texts: Stages | None


def bench_encoder(name: str, options: EncoderOptions, plan: BenchPlan, say: Callable[[str], None]) -> EncoderBench:
    """Load an encoder and measure it on made up photos and texts.

    Raises
    ------
    ConfigurationError, EncoderUnavailable: as `load_encoder`; also for an encoder whose model cannot be run alone.
    """
    encoder = load_encoder(name, options)
    device = choose_device(options.device)
    precision = str(choose_dtype(device, options.precision)).removeprefix("torch.")
    known = encoder.description
    photos = texts = None
    if known.photo:
        say(f"photos: {plan.count:,} of {plan.side_px} x {plan.side_px} pixels, {plan.rounds} rounds")
        photos = _photos(encoder, options.batch_size, plan)
    if known.text:
        say(f"texts: {plan.count:,} of {_TEXT_WORDS} words, {plan.rounds} rounds")
        texts = _texts(encoder, options.batch_size, plan)
    return EncoderBench(encoder, str(device), precision, photos, texts)


def _photos(encoder: Encoder, batch: int, plan: BenchPlan) -> Stages:
    if not isinstance(encoder, SeesBarely):
        raise ConfigurationError(f"encoder {encoder.description.name!r}: its vision model cannot be run alone")
    photos = [made_up_photo(plan.side_px, seed) for seed in range(plan.count)]
    prepared = [_pixels(one) for one in prepare_photos(encoder, photos, plan.threads)]
    forwards = [encoder.bare_photo_forward(part) for part in _batches(prepared, batch)]
    stages = {
        WHOLE: lambda: embed_ahead(encoder, photos, batch, plan.threads),
        DECODE: lambda: prepare_photos(encoder, photos, plan.threads),
        EMBED: lambda: encoder.embed_photos(prepared),
        FORWARD: lambda: [forward() for forward in forwards],
    }
    return Stages(_alternated(stages, plan))


def _texts(encoder: Encoder, batch: int, plan: BenchPlan) -> Stages:
    if not isinstance(encoder, ReadsBarely):
        raise ConfigurationError(f"encoder {encoder.description.name!r}: its text model cannot be run alone")
    random = np.random.default_rng(7)
    texts = [" ".join(random.choice(_WORDS, _TEXT_WORDS)) for _ in range(plan.count)]
    forwards = [encoder.bare_text_forward(part) for part in _batches(texts, batch)]
    stages = {EMBED: lambda: encoder.embed_passages(texts), FORWARD: lambda: [forward() for forward in forwards]}
    return Stages(_alternated(stages, plan))


def embed_ahead(encoder: Encoder, photos: Sequence[bytes], batch: int, threads: int) -> None:
    """Embed photos as a worker does: the next batch is decoded while the model works on this one."""
    with ThreadPoolExecutor(1, thread_name_prefix="decode ahead") as ahead:
        following: Future[list[NDArray[np.uint8] | InvalidPhoto]] | None = None
        for part in [*_batches(photos, batch), ()]:
            ready = following
            following = ahead.submit(prepare_photos, encoder, part, threads) if part else None
            if ready is not None:
                encoder.embed_photos([_pixels(one) for one in ready.result()])


def _alternated(stages: Mapping[str, Callable[[], object]], plan: BenchPlan) -> dict[str, tuple[float, ...]]:
    """Every stage once per round, in turning order, after one round that does not count."""
    per_s: dict[str, list[float]] = {name: [] for name in stages}
    for number in range(plan.rounds + 1):
        for name in list(stages) if number % 2 == 0 else reversed(list(stages)):
            began_s = time.perf_counter()
            stages[name]()
            if number:
                per_s[name].append(plan.count / (time.perf_counter() - began_s))
    return {name: tuple(values) for name, values in per_s.items()}


def made_up_photo(side_px: int, seed: int) -> bytes:
    """A JPEG that is smooth with some grain, so that decoding costs what it costs for real photos."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (6, 6, 3), dtype=np.uint8))
    smooth = np.asarray(coarse.resize((side_px, side_px), Image.Resampling.BICUBIC), dtype=np.float32)
    grainy = np.clip(smooth + random.normal(0.0, _GRAIN, smooth.shape), 0, 255).astype(np.uint8)
    encoded = io.BytesIO()
    Image.fromarray(grainy).save(encoded, "JPEG", quality=_JPEG_QUALITY)
    return encoded.getvalue()


def _pixels(prepared: NDArray[np.uint8] | InvalidPhoto) -> NDArray[np.uint8]:
    if isinstance(prepared, InvalidPhoto):
        raise prepared
    return prepared


def _batches(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
