"""One translation of everything that goes wrong while weights are found, fetched and loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import EncoderUnavailable, VitrineError, shown

_OFFLINE_SIGNS = (
    "offline",
    "connection",
    "couldn't connect",
    "cannot find the requested files",
    "max retries",
    "timed out",
    "resolve",
    "proxy",
    "network",
)


@contextmanager
def hub_access(name: str) -> Iterator[None]:
    """Turn any failure of the hub or of a model library into `EncoderUnavailable` with a remedy.

    The libraries raise OSError, ValueError, RuntimeError, KeyError and their own classes for the same few causes, so
    all are caught; the first cause is kept in the message and the whole chain as `__cause__`.
    """
    try:
        yield
    except (VitrineError, MemoryError):
        raise
    except Exception as error:
        causes = list(_chain(error))
        if any(sign in str(cause).lower() for cause in causes for sign in _OFFLINE_SIGNS):
            problem = "its files are not on this machine and the model hub cannot be reached"
            remedy = (
                "Connect this machine once, or download the model elsewhere and set VITRINE_ENCODER=local-dir:FOLDER, "
                "or use the built-in model with VITRINE_ENCODER=pocket"
            )
        else:
            problem = "it cannot be loaded"
            remedy = "Check the name and the files, or use the built-in model with VITRINE_ENCODER=pocket"
        detail = " ".join(str(causes[-1]).split())
        raise EncoderUnavailable(f"encoder {shown(name)}: {problem} ({detail[:300]}). {remedy}") from error


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, the root cause last."""
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__
