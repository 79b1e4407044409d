"""Every error Vitrine raises on purpose.

    VitrineError
    ├── InvalidInput            a value from outside is wrong; says which field, which value, what to do
    │   ├── InvalidProduct      a product record
    │   ├── InvalidPhoto        photo bytes that cannot be used
    │   ├── InvalidQuery        a search that cannot be answered
    │   ├── InvalidFilter       an unknown field or operator, or a value of the wrong type
    │   ├── InvalidVector       wrong size, not finite, or zero
    │   └── InvalidSource       a file or folder that cannot be imported
    ├── ConfigurationError      settings that cannot work
    ├── NotFound                no such product, photo, job or generation
    ├── Conflict                the request contradicts what is stored
    ├── NotAuthorized           the key is missing or wrong
    ├── EncoderUnavailable      weights cannot be found, fetched or loaded
    ├── CatalogUnavailable      the database cannot be reached or is not migrated
    ├── BrokerUnavailable       the message broker cannot be reached
    ├── DeadlineExceeded        the answer would come too late
    └── StoreError              the vector store
        ├── StoreUnavailable    it cannot be reached; a retry may help
        ├── StoreCorrupted      it reported damage; recovery is under way or needed
        ├── ForeignStore        its files belong to another database
        └── SchemaMismatch      the collection has other vectors than the generation says

Adapters translate the errors of foreign libraries into these at their edge. `api` maps them to HTTP and `cli` to exit
codes, each in one table that a test proves complete.
"""

from __future__ import annotations

_SHOWN_VALUE_CHARS = 120


def shown(value: object) -> str:
    """A value as error messages show it: its repr, cut to a readable length, without control characters."""
    if isinstance(value, str | bytes | list | tuple):
        value = value[: _SHOWN_VALUE_CHARS + 1]
    text = "".join(c if c.isprintable() else "�" for c in repr(value))
    return text if len(text) <= _SHOWN_VALUE_CHARS else text[: _SHOWN_VALUE_CHARS - 1] + "…"


class VitrineError(Exception):
    """Base of all errors raised on purpose. `str(error)` is fit to be shown to a person."""


class InvalidInput(VitrineError):
    """A value from outside is wrong.

    Parameters
    ----------
    reason: what is wrong, as a clause ("must be at least 1").
    field: where it stands, in the caller's own words (`price`, `photos[2]`, `filter.colour`).
    value: the offending value; shown shortened.
    remedy: what to do about it, as a sentence.
    """

    def __init__(self, reason: str, *, field: str = "", value: object = None, remedy: str = "") -> None:
        self.reason = reason
        self.field = field
        self.value = value
        self.remedy = remedy
        super().__init__(reason, field, value, remedy)

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions are rebuilt from positional arguments by default, which `__init__` does not take.
        return _rebuilt, (type(self), self.reason, self.field, self.value, self.remedy)

    def __str__(self) -> str:
        head = f"{self.field}: {self.reason}" if self.field else self.reason
        got = "" if self.value is None else f" (got {shown(self.value)})"
        tail = f". {self.remedy}" if self.remedy else ""
        return f"{head}{got}{tail}"

    def at(self, field: str) -> InvalidInput:
        """The same error, found at `field` of something larger."""
        inner = f"{field}.{self.field}" if self.field and not self.field.startswith("[") else f"{field}{self.field}"
        return type(self)(self.reason, field=inner, value=self.value, remedy=self.remedy)


def _rebuilt(kind: type[InvalidInput], reason: str, field: str, value: object, remedy: str) -> InvalidInput:
    return kind(reason, field=field, value=value, remedy=remedy)


class InvalidProduct(InvalidInput):
    """A product record that cannot be accepted."""


class InvalidPhoto(InvalidInput):
    """Photo bytes that cannot be used."""


class InvalidQuery(InvalidInput):
    """A search that cannot be answered."""


class InvalidFilter(InvalidInput):
    """A filter with an unknown field or operator, or a value of the wrong type."""


class InvalidVector(InvalidInput):
    """A vector of the wrong size, with numbers that are not finite, or of length zero."""


class InvalidSource(InvalidInput):
    """A file, folder or archive that cannot be imported."""


class ConfigurationError(VitrineError):
    """Settings that cannot work; the message names the setting and the remedy."""


class NotFound(VitrineError):
    """Something that was asked for by name does not exist.

    Parameters
    ----------
    kind: `product`, `photo`, `job`, `generation`, `synonym rule` or `rule`.
    name: the id that was asked for.
    field: where it stands in what was asked, if that is not plain (`images[2]`).
    """

    def __init__(self, kind: str, name: str, field: str = "") -> None:
        self.kind = kind
        self.name = name
        self.field = field
        super().__init__(kind, name, field)

    def __str__(self) -> str:
        missing = f"there is no {self.kind} {shown(self.name)}"
        return f"{self.field}: {missing}" if self.field else missing


class Conflict(VitrineError):
    """The request contradicts what is stored."""


class NotAuthorized(VitrineError):
    """The API key is missing or wrong."""


class EncoderUnavailable(VitrineError):
    """Weights cannot be found, fetched or loaded; the message says what to do."""


class CatalogUnavailable(VitrineError):
    """The database cannot be reached, or its schema is not the one this version needs."""


class BrokerUnavailable(VitrineError):
    """The message broker cannot be reached."""


class DeadlineExceeded(VitrineError):
    """The answer would come too late."""


class StoreError(VitrineError):
    """The vector store could not do what was asked."""


class StoreUnavailable(StoreError):
    """The store cannot be reached; a retry may help."""


class StoreCorrupted(StoreError):
    """The store reported damage to its own files."""


class ForeignStore(StoreError):
    """The store's files belong to another database or generation."""


class SchemaMismatch(StoreError):
    """The stored collection has other vectors than its generation says."""
