"""The one place where the engine is called, so that nothing foreign gets past it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from core.errors import InvalidVector, StoreCorrupted, StoreError, StoreUnavailable, VitrineError

_Result = TypeVar("_Result")

# The engine raises bare `Exception` with a text; these texts say that the machine, not the shard, is at fault.
_ENVIRONMENT = (
    "WouldBlock",
    "No space left",
    "Permission denied",
    "Too many open files",
    "Cannot allocate memory",
    "Read-only file system",
)
_VECTORS = ("Vector dimension error", "Not existing vector name", "Wrong input: Vector")


class ShardClosed(StoreUnavailable):
    """The call came while the shard was being taken down. Never leaves this package."""


def call_engine(call: Callable[[], _Result]) -> _Result:
    """Call the engine and translate whatever it raises.

    Raises
    ------
    StoreCorrupted: the engine panicked, which it does on damaged files and impossible vectors.
    StoreUnavailable: another process holds the shard, or the machine lacks space, memory, files or permission.
    InvalidVector: a vector does not fit the collection.
    StoreError: anything else.
    """
    try:
        return call()
    except VitrineError:
        raise
    except Exception as error:  # The engine raises nothing more precise; each is translated.
        raise _translated(error) from error
    except BaseException as error:
        # A panic of the engine is no `Exception`, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise StoreCorrupted(f"the embedded engine panicked: {error}") from error


def _translated(error: Exception) -> VitrineError:
    text = str(error)
    if "Shard is not initialized" in text:
        return ShardClosed("the shard has been closed")
    if any(sign in text for sign in _ENVIRONMENT):
        return StoreUnavailable(f"the embedded engine cannot work: {text}. Free what is missing and try again")
    if any(sign in text for sign in _VECTORS):
        return InvalidVector(text, field="vector", remedy="Build a new generation if the encoder has changed")
    return StoreError(f"the embedded engine refused: {text}")
