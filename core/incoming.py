"""From a raw record (a row, a JSON object) to a checked product: every rule of what a product may be stands here."""

from __future__ import annotations

import base64
import binascii
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.errors import InvalidPhoto, InvalidProduct
from core.numbers import is_finite_number
from core.products import PHOTOS_MAX, AttributeValue, Product

ID_CHARS_MAX = 200
SHORT_CHARS_MAX = 2_000
DESCRIPTION_CHARS_MAX = 100_000
ATTRIBUTES_MAX = 200
ATTRIBUTE_NAME_CHARS_MAX = 100
LIST_MAX = 200
# Whole numbers up to here survive being stored as floats.
_NUMBER_MAX = 2**53

# Unicode's categories Cc and Cs, but for tab, line feed and carriage return.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_TRUE = frozenset({"true", "1", "yes", "y", "in stock", "in_stock"})
_FALSE = frozenset({"false", "0", "no", "n", "out of stock", "out_of_stock"})
FIELDS = frozenset(
    (
        *("id", "title", "description", "brand", "category", "price", "currency", "url", "photos", "attributes"),
        *("group_id", "available", "created_at"),
    )
)


@dataclass(frozen=True, slots=True)
class IncomingPhoto:
    """A photo that is not stored yet: its bytes, undecoded, and where it came from."""

    data: bytes
    source: str


@dataclass(frozen=True, slots=True)
class IncomingProduct:
    """A checked product whose photos are not stored yet; `product.photos` is empty."""

    product: Product
    photos: tuple[IncomingPhoto, ...]


def parse_product(record: Mapping[str, Any]) -> IncomingProduct:
    """Check one raw record.

    Named fields are taken as documented at `Product`; `photos` is a list of `IncomingPhoto`, data URIs or
    `{"base64": "..."}`; every key that is no field becomes an attribute. None and empty texts count as absent.

    Raises
    ------
    InvalidProduct, InvalidPhoto: the first wrong field, with its value and a remedy.
    """
    if not isinstance(record, Mapping):
        raise InvalidProduct("must be an object", field="product", value=record, remedy='Write {"id": "1", ...}')
    present = {str(key): value for key, value in record.items() if value is not None and value != ""}
    attributes = dict(_mapping(present.get("attributes", {})))
    attributes |= {key: value for key, value in present.items() if key not in FIELDS}
    product = Product(
        id=parse_product_id(present.get("id")),
        title=_short(present.get("title"), "title", required=True) or "",
        description=_text(present.get("description"), "description", DESCRIPTION_CHARS_MAX),
        brand=_short(present.get("brand"), "brand"),
        category=_short(present.get("category"), "category"),
        price=_price(present.get("price")),
        currency=_currency(present.get("currency")),
        url=_short(present.get("url"), "url"),
        attributes=_attributes(attributes),
        group_id=_identifier(present.get("group_id"), "group_id") or None,
        available=_boolean(present.get("available", True), "available"),
        created_at=_moment(present.get("created_at"), "created_at"),
    )
    return IncomingProduct(product, parse_photos(present.get("photos", ())))


def parse_product_id(value: object) -> str:
    """A product's id in the form in which it is stored: composed Unicode, white space tidied, whole numbers as texts.

    Raises
    ------
    InvalidProduct: no product can have such an id.
    """
    text = _identifier(value, "id")
    if not text:
        raise _missing("id")
    return text


def parse_photos(value: object) -> tuple[IncomingPhoto, ...]:
    """Check a list of photos as they come in; see `parse_product`."""
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence):
        raise InvalidProduct("must be a list of photos", field="photos", value=value)
    if len(value) > PHOTOS_MAX:
        raise InvalidProduct(
            f"has {len(value)} photos, at most {PHOTOS_MAX} are kept", field="photos", remedy="Send the best ones"
        )
    return tuple(parse_photo(photo, f"photos[{i}]") for i, photo in enumerate(value))


def parse_photo(value: object, field: str) -> IncomingPhoto:
    """Check one photo: an `IncomingPhoto`, a data URI, or `{"base64": "..."}`.

    Raises
    ------
    InvalidPhoto: anything else; a web address is refused until photos by URL are supported.
    """
    if isinstance(value, IncomingPhoto):
        return value
    if isinstance(value, Mapping) and isinstance(value.get("base64"), str):
        return IncomingPhoto(_base64(value["base64"], field), "upload")
    if isinstance(value, str) and value[:5].lower() == "data:":
        head, _, body = value.partition(",")
        if not head.lower().endswith(";base64"):
            raise InvalidPhoto("is a data URI without base64", field=field, value=value, remedy="Encode it as base64")
        return IncomingPhoto(_base64(body, field), "data URI")
    if isinstance(value, str) and value.lower().startswith(("http://", "https://", "//", "ftp://")):
        raise InvalidPhoto(
            "is a web address, and photos are not fetched from the web yet",
            field=field,
            value=value,
            remedy="Send the photo itself as a data URI, or import it from a folder, a tar or a zip",
        )
    raise InvalidPhoto(
        "must be a data URI or an object with base64",
        field=field,
        value=value,
        remedy='Write "data:image/jpeg;base64,..." or {"base64": "..."}',
    )


def _base64(text: str, field: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidPhoto(
            "is not valid base64", field=field, value=text[:40], remedy="Encode the bytes anew"
        ) from error


def clean_text(value: object, field: str, chars_max: int, *, multiline: bool = False) -> str:
    """One text with its white space tidied, in Unicode's composed form.

    Raises
    ------
    InvalidProduct: not a text, too long, or with control characters.
    """
    if is_finite_number(value) and abs(value) <= _NUMBER_MAX:
        value = str(int(value)) if value == int(value) else str(value)
    if not isinstance(value, str):
        raise InvalidProduct("must be a text", field=field, value=value)
    if len(value) > chars_max:
        raise InvalidProduct(
            f"has {len(value):,} characters, at most {chars_max:,} are allowed",
            field=field,
            value=value,
            remedy="Shorten it",
        )
    if control := _CONTROL.search(value):
        raise InvalidProduct(
            f"has the control character U+{ord(control[0]):04X}", field=field, value=value, remedy="Remove it"
        )
    text = unicodedata.normalize("NFC", value)
    return text.strip() if multiline else " ".join(text.split())


def _text(value: object, field: str, chars_max: int) -> str:
    return "" if value is None else clean_text(value, field, chars_max, multiline=True)


def _short(value: object, field: str, *, required: bool = False) -> str | None:
    text = "" if value is None else clean_text(value, field, SHORT_CHARS_MAX)
    if required and not text:
        raise _missing(field)
    return text or None


def _identifier(value: object, field: str) -> str:
    if isinstance(value, float) and not value.is_integer():
        raise InvalidProduct("must be a text or a whole number", field=field, value=value)
    if isinstance(value, float):
        value = int(value)
    text = _short(value, field) or ""
    if len(text) > ID_CHARS_MAX:
        raise InvalidProduct(f"is longer than {ID_CHARS_MAX} characters", field=field, value=text)
    return text


def _missing(field: str) -> InvalidProduct:
    return InvalidProduct(
        "is missing",
        field=field,
        remedy=f"Every product needs one; for a file, name its column: --map {field}=COLUMN",
    )


def _price(value: object) -> float | None:
    if value is None:
        return None
    try:
        price = float(value) if is_finite_number(value) or isinstance(value, str) else math.nan
    except ValueError:
        price = math.nan
    if not math.isfinite(price) or price < 0:
        raise InvalidProduct(
            "must be a number of at least 0",
            field="price",
            value=value,
            remedy="Write it like 19.99, without a currency",
        )
    return price


def _currency(value: object) -> str | None:
    if value is None:
        return None
    if not (isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha()):
        raise InvalidProduct("must be an ISO 4217 code", field="currency", value=value, remedy="Write it like EUR")
    return value.upper()


def _boolean(value: object, field: str) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise InvalidProduct("must be true or false", field=field, value=value)


def _moment(value: object, field: str) -> datetime | None:
    if value is None:
        return None
    try:
        if isinstance(value, datetime):
            moment = value
        elif isinstance(value, int | float) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(value, UTC)
        else:
            moment = datetime.fromisoformat(str(value).strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise InvalidProduct(
            "must be a date or a time", field=field, value=value, remedy="Write it like 2026-11-20T09:30:00Z"
        ) from error


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidProduct("must be an object", field="attributes", value=value, remedy='Write {"colour": "blue"}')
    return {str(key): item for key, item in value.items() if item is not None and item != ""}


def _attributes(values: Mapping[str, object]) -> dict[str, AttributeValue]:
    if len(values) > ATTRIBUTES_MAX:
        raise InvalidProduct(f"has {len(values)} entries, at most {ATTRIBUTES_MAX} are allowed", field="attributes")
    return {_attribute_name(name): _attribute_value(value, f"attributes.{name}") for name, value in values.items()}


def _attribute_name(name: str) -> str:
    text = clean_text(name, "attributes", ATTRIBUTE_NAME_CHARS_MAX)
    if not text or any(char in text for char in '"[]\\'):
        raise InvalidProduct(
            'has a name that is empty or holds one of " [ ] \\',
            field="attributes",
            value=name,
            remedy="Rename the column",
        )
    return text


def _attribute_value(value: object, field: str) -> AttributeValue:
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        if len(value) > LIST_MAX:
            raise InvalidProduct(f"has {len(value)} entries, at most {LIST_MAX} are allowed", field=field)
        return tuple(_scalar(item, f"{field}[{i}]") for i, item in enumerate(value) if item is not None and item != "")
    return _scalar(value, field)


def _scalar(value: object, field: str) -> str | int | float | bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if not is_finite_number(value) or abs(value) > _NUMBER_MAX:
            raise InvalidProduct("must be a finite number below 2^53", field=field, value=value)
        return value
    if isinstance(value, str):
        return clean_text(value, field, SHORT_CHARS_MAX)
    raise InvalidProduct("must be a text, a number, true or false, or a list of these", field=field, value=value)
