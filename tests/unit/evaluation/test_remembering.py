"""Encoders that remember what they have embedded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.vectors import FloatArray, unit_rows
from encoders import EncoderOptions, describe_encoder
from encoders.fingerprints import fingerprint
from evaluation.remembering import RememberingEncoder, RememberingShelf, VectorMemory
from tests.integration.workers.tiny_shop import save_tiny_encoder
from tests.shop import photo


@dataclass
class _Hashing:
    """Embeds by hashing, and notes what it was given."""

    seen: list[object] = field(default_factory=list)
    description = describe_encoder("pocket")

    def prepare_photo(self, photo: bytes) -> NDArray[np.uint8]:
        return np.frombuffer(photo, dtype=np.uint8).reshape(1, -1, 1)

    def embed_photos(self, prepared: Sequence[NDArray[np.uint8]]) -> FloatArray:
        return self._rows([pixels.tobytes() for pixels in prepared])

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        return self._rows([f"query {text}".encode() for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        return self._rows([f"passage {text}".encode() for text in texts])

    def _rows(self, contents: list[bytes]) -> FloatArray:
        self.seen += contents
        digests = [np.frombuffer(hashlib.sha256(content).digest(), dtype=np.uint8) for content in contents]
        return unit_rows(np.stack(digests).astype(np.float32))


def _remembering(real: _Hashing, folder: Path) -> RememberingEncoder:
    memories = (VectorMemory(folder / f"{kind}.npz") for kind in ("photos", "queries", "passages"))
    return RememberingEncoder(real.description, lambda: real, *memories)


def test_what_was_embedded_before_is_not_embedded_again(tmp_path: Path) -> None:
    real = _Hashing()
    encoder = _remembering(real, tmp_path)
    np.testing.assert_array_equal(encoder.embed_queries(["a", "b"]), _Hashing().embed_queries(["a", "b"]))
    np.testing.assert_array_equal(encoder.embed_queries(["c", "a"]), _Hashing().embed_queries(["c", "a"]))
    assert real.seen == [b"query a", b"query b", b"query c"]


def test_queries_passages_and_photos_are_remembered_apart(tmp_path: Path) -> None:
    encoder = _remembering(_Hashing(), tmp_path)
    query, passage = encoder.embed_queries(["a"]), encoder.embed_passages(["a"])
    pixels = encoder.prepare_photo(b"a")
    assert not np.array_equal(query, passage)
    np.testing.assert_array_equal(encoder.embed_photos([pixels]), _Hashing().embed_photos([pixels]))


def test_it_remembers_after_the_process_has_ended(tmp_path: Path) -> None:
    first = _remembering(_Hashing(), tmp_path)
    rows = first.embed_passages(["a", "b"])
    first.save()
    later = _Hashing()
    np.testing.assert_array_equal(_remembering(later, tmp_path).embed_passages(["b", "a"]), rows[::-1])
    assert later.seen == []
    assert not (tmp_path / "photos.npz").exists()


def test_photos_of_the_same_bytes_and_another_shape_are_others(tmp_path: Path) -> None:
    real = _Hashing()
    pixels = np.arange(12, dtype=np.uint8)
    _remembering(real, tmp_path).embed_photos([pixels.reshape(2, 2, 3), pixels.reshape(1, 4, 3)])
    assert len(real.seen) == 2


def test_an_encoder_is_known_by_the_files_of_its_weights(tmp_path: Path) -> None:
    name = save_tiny_encoder(tmp_path / "model")
    before = fingerprint(name)
    assert before == fingerprint(name)
    weights = tmp_path / "model" / "open_clip_model.safetensors"
    weights.write_bytes(weights.read_bytes() + b"\0")
    assert fingerprint(name) != before != fingerprint("pocket")


def test_a_folder_of_transformers_is_known_by_its_files_whatever_it_is_called_by(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"hidden_size": 8}')
    names = [f"{scheme}:{tmp_path}" for scheme in ("transformers", "local-dir")]
    before = [fingerprint(name) for name in names]
    (tmp_path / "vocab.txt").write_text("more words")
    assert all(fingerprint(name) != known for name, known in zip(names, before, strict=True))


def test_shelves_that_share_remember_together_and_embed_as_the_real_encoder(tmp_path: Path) -> None:
    name = save_tiny_encoder(tmp_path / "model")
    shelf = RememberingShelf(EncoderOptions(device="cpu"), folder=tmp_path / "vectors")
    other = shelf.sharing()
    encoder = other.get(name)
    assert shelf.get(name) is encoder
    rows = encoder.embed_photos([encoder.prepare_photo(photo("red"))])
    assert rows.shape == (1, 32)
    np.testing.assert_allclose(other.queries(name).photo(photo("red")), rows[0], atol=1e-6)
    assert shelf.loaded == {name}
    other.close()
    shelf.save()
    again = RememberingShelf(EncoderOptions(device="cpu"), folder=tmp_path / "vectors")
    assert again.get(name).description.dim == 32
    assert again.loaded == frozenset()
