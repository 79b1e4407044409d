"""What the command's exit code says. One table; a test proves that every error has its place in it."""

from __future__ import annotations

from core.errors import (
    BrokerUnavailable,
    CatalogUnavailable,
    ConfigurationError,
    Conflict,
    DeadlineExceeded,
    EncoderUnavailable,
    InvalidInput,
    NotAuthorized,
    NotFound,
    StoreError,
    StoreUnavailable,
    VitrineError,
)

DONE = 0
INCOMPLETE = 1
WRONG_INPUT = 2
NOT_AUTHORIZED = 3
# Evaluations need no key, so that the number is free for what a script asks them.
REQUIREMENT_MISSED = 3
NOT_FOUND = 4
UNAVAILABLE = 5
CONFLICT = 6
STORE_DAMAGED = 7
INTERNAL = 70

MEANINGS = {
    DONE: "done",
    INCOMPLETE: "done, but something was rejected or failed",
    WRONG_INPUT: "wrong arguments, input or settings",
    NOT_AUTHORIZED: "the key is missing or wrong; of an evaluation: a --require is missed",
    NOT_FOUND: "no such product, photo or job",
    UNAVAILABLE: "an encoder, the database, the store or the broker is away",
    CONFLICT: "others keep changing the same thing",
    STORE_DAMAGED: "the vector store's files are damaged or foreign",
    INTERNAL: "a fault of Vitrine itself",
    130: "stopped by Ctrl-C",
}

_CODES: dict[type[VitrineError], int] = {
    InvalidInput: WRONG_INPUT,
    ConfigurationError: WRONG_INPUT,
    NotAuthorized: NOT_AUTHORIZED,
    NotFound: NOT_FOUND,
    EncoderUnavailable: UNAVAILABLE,
    CatalogUnavailable: UNAVAILABLE,
    BrokerUnavailable: UNAVAILABLE,
    StoreUnavailable: UNAVAILABLE,
    DeadlineExceeded: UNAVAILABLE,
    Conflict: CONFLICT,
    StoreError: STORE_DAMAGED,
}


def exit_code(error: type[VitrineError]) -> int:
    """The exit code of an error's class, by its nearest ancestor in the table; `INTERNAL` when it has none."""
    return next((_CODES[kind] for kind in error.__mro__ if kind in _CODES), INTERNAL)


def explained() -> str:
    """All exit codes on one line each, for the help page."""
    # The backspace keeps the lines of this paragraph as they are.
    return "\n".join(["\b", "Exit codes:", *(f"{code:>5}  {meaning}" for code, meaning in MEANINGS.items())])
