"""What a run is kept in: files that are replaced in one step, so that a stop in the middle leaves the one before."""

from __future__ import annotations

import io
import os
import pickle
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from core.errors import InvalidInput, VitrineError


@dataclass(frozen=True, slots=True)
class RandomStates:
    """The random number generators of torch, as they stood at the end of a step."""

    cpu: torch.Tensor
    cuda: tuple[torch.Tensor, ...]

    @classmethod
    def now(cls) -> RandomStates:
        """As they stand."""
        return cls(torch.get_rng_state(), tuple(torch.cuda.get_rng_state_all()) if torch.cuda.is_available() else ())

    def restore(self) -> None:
        """Let the generators go on from here."""
        torch.set_rng_state(self.cpu)
        if self.cuda and torch.cuda.is_available():
            torch.cuda.set_rng_state_all(list(self.cuda))


def save_state(state: Mapping[str, Any], path: Path) -> None:
    """Write a state of tensors and plain values over the one before.

    Raises
    ------
    InvalidInput: the disk is full or the folder cannot be written; the file before is still there.
    """
    packed = io.BytesIO()
    torch.save(dict(state), packed)
    write_whole(path, packed.getbuffer())


def write_whole(path: Path, content: bytes | memoryview) -> None:
    """Write a file so that it is there completely or as it was before.

    Raises
    ------
    InvalidInput: the disk is full or the folder cannot be written.
    """
    unfinished = path.with_name(f"{path.name}.partial")
    kept = "The one before is still there. " if path.exists() else ""
    with disk_errors(path, kept):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise


@contextmanager
def disk_errors(path: Path, kept: str = "") -> Iterator[None]:
    """Say what could not be written, and what to do about it; raises `InvalidInput` for whatever the system refuses."""
    try:
        yield
    except VitrineError:
        raise
    except Exception as error:
        # safetensors and tokenizers raise no `OSError`: theirs only ends in the system's number.
        if not isinstance(error, OSError) and "(os error " not in str(error):
            raise
        raise InvalidInput(
            f"cannot be written: {getattr(error, 'strerror', None) or error}",
            field=str(path),
            remedy=f"{kept}Make room, or name another --out, and run the same command again: it goes on where it was",
        ) from error


def move_whole(made: Path, folder: Path, last: str) -> None:
    """Move all that was made into a folder, over what is there; it takes no room, so that a full disk cannot stop it.

    Parameters
    ----------
    made: a folder on the same disk. last: name of the file that comes last, since it makes the others count.
    """
    for path in made.rglob("*"):
        if path.is_file():
            with path.open("rb") as written:
                os.fsync(written.fileno())
    for path in sorted(made.iterdir(), key=lambda path: path.name == last):
        there = folder / path.name
        # The files of one encoder are not to lie among those of another.
        if there.is_dir():
            shutil.rmtree(there)
        path.replace(there)


def load_state(path: Path) -> dict[str, Any] | None:
    """The state that was written last, or None.

    Raises
    ------
    InvalidInput: the file is damaged.
    """
    if not path.is_file():
        return None
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        raise InvalidInput(
            f"is no checkpoint of a fine-tuning ({type(error).__name__})",
            field=str(path),
            remedy="Begin anew with --restart, or name another --out",
        ) from error
    return state
