"""Products as every part knows them: a catalogue's truth, and what an index shows of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.passages import passage

AttributeValue = str | int | float | bool | Sequence[str | int | float | bool]

PHOTOS_MAX = 18


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a product. Its bytes lie in the photo store under `digest`.

    Attributes
    ----------
    position: 0 is the photo shown first.
    digest: SHA-256 of the bytes, 64 lower-case hex digits.
    source: where it came from, for a person (`upload`, `images.zip:15970.jpg`).
    """

    position: int
    digest: str
    source: str


@dataclass(frozen=True, slots=True)
class Product:
    """One product of a shop, as accepted.

    Attributes
    ----------
    price: in whole units of `currency` (an ISO 4217 code); both None when unknown.
    attributes: everything a shop knows beyond the named fields; values are strings, numbers, booleans or lists of them.
    group_id: products that share one are variants of each other.
    created_at: when the shop first had it, with a time zone.
    """

    id: str
    title: str
    description: str = ""
    brand: str | None = None
    category: str | None = None
    price: float | None = None
    currency: str | None = None
    url: str | None = None
    photos: tuple[Photo, ...] = ()
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    group_id: str | None = None
    available: bool = True
    created_at: datetime | None = None

    def passage(self) -> str:
        """The words of this product as encoders and the lexical index see them."""
        return passage(self.title, self.brand, self.category, self.description, self.attributes)

    def encode_hash(self) -> str:
        """Changes exactly when an encoder would see something else: the words, or the photos and their order."""
        return _digest([self.passage(), [photo.digest for photo in self.photos]])

    def payload_hash(self) -> str:
        """Changes exactly when what is stored beside the vectors would be something else."""
        return _digest([self.payload(), self.description, [photo.source for photo in self.photos]])

    def payload(self) -> dict[str, Any]:
        """What an index stores beside the vectors: everything that is filtered, faceted or shown in a result list."""
        known = {
            "id": self.id,
            "title": self.title,
            "brand": self.brand,
            "category": self.category,
            "price": self.price,
            "currency": self.currency,
            "url": self.url,
            "group_id": self.group_id,
            "created_at": None if self.created_at is None else rfc3339(self.created_at),
        }
        payload: dict[str, Any] = {name: value for name, value in known.items() if value is not None}
        payload["available"] = self.available
        payload["photos"] = [photo.digest for photo in self.photos]
        payload["attributes"] = {
            name: value if isinstance(value, str | int | float | bool) else list(value)
            for name, value in self.attributes.items()
        }
        return payload


def rfc3339(moment: datetime) -> str:
    """A moment as text, in UTC with microseconds, so that texts sort as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
