"""Encoders that remember on disk what they have embedded, so that tuning a search does not encode anything again."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.encoders import EncoderDescription
from core.protocols import Encoder
from core.vectors import FloatArray
from encoders import describe_encoder, load_encoder
from encoders.fingerprints import fingerprint
from retrieval.wiring import EncoderShelf

_KEY_BYTES = 16


class VectorMemory:
    """Vectors by what they were made of, in one file. Thread-safe; of several processes, the last to save wins."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._rows: dict[bytes, FloatArray] = {}
        self._changed = False
        if path.is_file():
            with np.load(path) as stored:
                self._rows = {bytes(key): row for key, row in zip(stored["keys"], stored["rows"], strict=True)}

    def embed(self, contents: Sequence[bytes], make: Callable[[list[int]], FloatArray]) -> FloatArray:
        """A row for each content; `make` is asked for those at the positions that are not remembered."""
        keys = [hashlib.blake2b(content, digest_size=_KEY_BYTES).digest() for content in contents]
        with self._lock:
            missing = [i for i, key in enumerate(keys) if key not in self._rows]
        made = make(missing) if missing else ()
        with self._lock:
            self._rows |= {keys[i]: row for i, row in zip(missing, made, strict=True)}
            self._changed = self._changed or bool(missing)
            return np.stack([self._rows[key] for key in keys])

    def save(self) -> None:
        """Write the file, unless nothing is new."""
        with self._lock:
            if not self._changed:
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            keys = np.frombuffer(b"".join(self._rows), dtype=np.uint8).reshape(-1, _KEY_BYTES)
            arriving = self._path.with_suffix(f".{os.getpid()}.npz")
            np.savez(arriving, keys=keys, rows=np.stack(list(self._rows.values())))
            arriving.replace(self._path)
            self._changed = False


@dataclass
class RememberingEncoder:
    """An `Encoder` that loads the real one only for what it has not embedded before.

    Attributes
    ----------
    load: the real encoder; it knows itself whether it is loaded.
    """

    description: EncoderDescription
    load: Callable[[], Encoder]
    photos: VectorMemory
    queries: VectorMemory
    passages: VectorMemory

    def prepare_photo(self, photo: bytes) -> NDArray[np.uint8]:
        """As the real encoder does it."""
        return self.load().prepare_photo(photo)

    def embed_photos(self, prepared: Sequence[NDArray[np.uint8]]) -> FloatArray:
        """Embed prepared photos: (n, dim)."""
        contents = [repr(pixels.shape).encode() + pixels.tobytes() for pixels in prepared]
        return self.photos.embed(contents, lambda new: self.load().embed_photos([prepared[i] for i in new]))

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        """Embed what people type: (n, dim)."""
        contents = [text.encode() for text in texts]
        return self.queries.embed(contents, lambda new: self.load().embed_queries([texts[i] for i in new]))

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Embed the words of products: (n, dim)."""
        contents = [text.encode() for text in texts]
        return self.passages.embed(contents, lambda new: self.load().embed_passages([texts[i] for i in new]))

    def save(self) -> None:
        """Write down what is new."""
        for memory in (self.photos, self.queries, self.passages):
            memory.save()


@dataclass
class RememberingShelf(EncoderShelf):
    """An `EncoderShelf` whose encoders remember, in a folder for each; several shops may share one shelf.

    Attributes
    ----------
    folder: where the vectors lie.
    """

    folder: Path = field(kw_only=True)
    _made: dict[str, RememberingEncoder] = field(default_factory=dict, init=False)

    def get(self, name: str) -> RememberingEncoder:
        """The encoder of that name, not loaded yet."""
        with self._loading:
            if name not in self._made:
                self._made[name] = self._remembering(name)
            return self._made[name]

    def sharing(self) -> RememberingShelf:
        """Another shelf with the same encoders, for another shop, which closes it."""
        other = RememberingShelf(self.options, folder=self.folder)
        other._made, other._loading = self._made, self._loading
        other._loaded, other._lock = self._loaded, self._lock
        return other

    def save(self) -> None:
        """Write down all vectors that are new."""
        for encoder in self._made.values():
            encoder.save()

    def _remembering(self, name: str) -> RememberingEncoder:
        folder = self.folder / f"{fingerprint(name)}-{self.options.precision}"
        loading = threading.Lock()

        def load() -> Encoder:
            with loading:
                if name not in self._loaded:
                    self._loaded[name] = load_encoder(name, self.options)
                return self._loaded[name]

        memories = (VectorMemory(folder / f"{kind}.npz") for kind in ("photos", "queries", "passages"))
        return RememberingEncoder(describe_encoder(name), load, *memories)
