"""One translation of everything that goes wrong while weights are found, fetched and loaded."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from core.errors import EncoderUnavailable, VitrineError, shown

_PATIENCE_S = 5.0
_SWITCH = threading.RLock()
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
def hub_access(name: str, on_hub: bool) -> Iterator[None]:
    """Turn any failure of the hub or of a model library into `EncoderUnavailable` with a remedy.

    The libraries raise OSError, ValueError, RuntimeError, KeyError and their own classes for the same few causes, so
    all are caught; the first cause is kept in the message and the whole chain as `__cause__`. For a model on the hub
    that cannot be reached, only the local cache is searched.
    """
    try:
        with _offline() if on_hub and not _hub_answers() else nullcontext():
            yield
    except (VitrineError, MemoryError):
        raise
    except Exception as error:
        raise _unavailable(name, error) from error


def _unavailable(name: str, error: Exception) -> EncoderUnavailable:
    causes = list(_chain(error))
    if any(sign in str(cause).lower() for cause in causes for sign in _OFFLINE_SIGNS):
        problem = "its files are not on this machine and the model hub cannot be reached"
        remedy = (
            "Connect this machine once and run `vitrine encoders fetch`, or download the model elsewhere and set "
            "VITRINE_ENCODER=local-dir:FOLDER, or use the built-in model with VITRINE_ENCODER=pocket"
        )
    else:
        problem = "it cannot be loaded"
        remedy = "Check the name and the files, or use the built-in model with VITRINE_ENCODER=pocket"
    detail = " ".join(str(causes[-1]).split())
    return EncoderUnavailable(f"encoder {shown(name)}: {problem} ({detail[:300]}). {remedy}")


def _hub_answers() -> bool:
    """Ask the hub once; its own client would try each of a dozen files five times, for minutes in all."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return True
    question = urllib.request.Request(constants.ENDPOINT, method="HEAD")  # noqa: S310  # The user's own setting.
    try:
        with urllib.request.urlopen(question, timeout=_PATIENCE_S):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False


@contextmanager
def _offline() -> Iterator[None]:
    """Let the hub's client look at its cache only; it has no argument for that which all its callers pass on."""
    from huggingface_hub import constants

    with _SWITCH:
        before = constants.HF_HUB_OFFLINE
        constants.HF_HUB_OFFLINE = True
        try:
            yield
        finally:
            constants.HF_HUB_OFFLINE = before


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, the root cause last."""
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__
