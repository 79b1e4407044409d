"""From a row to a record: fields by the plan of columns, attributes, and photos found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from catalog.readers.columns import ColumnPlan
from catalog.readers.photo_files import PhotoFiles, is_address, split_names
from catalog.readers.records import Record, Row
from core.errors import InvalidInput, InvalidProduct
from core.incoming import ATTRIBUTE_NAME_CHARS_MAX, FIELDS, IncomingPhoto

_AMOUNT = r"\d+(?:[.,]\d{1,2})?|\d+\.\d+"
_PRICE = re.compile(
    rf"(?:(?P<before>[A-Za-z]{{3}})\s*)?(?P<amount>{_AMOUNT})(?:\s*(?P<after>[A-Za-z]{{3}}))?", re.ASCII
)
_STOCK = {
    "instock": True,
    "outofstock": False,
    # A shopper can order these now, and waits for them.
    "preorder": True,
    "backorder": True,
    "onbackorder": True,
}
_NOT_IN_NAMES = re.compile(r'["\[\]\\\s]+')


class Assembler:
    """Makes records of rows.

    Parameters
    ----------
    numbers: columns whose texts are numbers, as attributes.
    photos: where photo files are found; None: only what stands in the rows themselves.
    """

    def __init__(self, plan: ColumnPlan, numbers: frozenset[str], photos: PhotoFiles | None, file_name: str) -> None:
        self._fields = [(field, column) for field, column in plan.mapping.items() if field in FIELDS]
        self._attributes = [(field, column) for field, column in plan.mapping.items() if field not in FIELDS]
        self._attributes += [(_attribute_name(column), column) for column in plan.attributes]
        self._known = {*plan.mapping.values(), *plan.attributes, *plan.ignored, ""}
        self._id_column = plan.mapping["id"]
        self._photos_named = "photos" in plan.named
        self._numbers = numbers
        self._photos = photos
        self._file_name = file_name

    def record(self, row: Row) -> Record:
        """The record of a row; an error instead of values when a value of it cannot be used."""
        if row.values is None:
            return Record(row.line, None, row.error, product_id=self._id_of(row.cells))
        try:
            values = {field: row.values.get(column) for field, column in self._fields}
            values["attributes"] = self._attributes_of(row.values, values.get("attributes"))
            _tidy_price(values)
            _tidy_stock(values)
            values["photos"], missing = self._photos_of(values, row.line)
        except InvalidInput as error:
            return Record(row.line, None, error, product_id=self._id_of(row.values))
        return Record(row.line, {field: value for field, value in values.items() if not _absent(value)}, None, missing)

    def _id_of(self, cells: Mapping[str, Any] | None) -> Any:
        return None if cells is None else cells.get(self._id_column)

    def _attributes_of(self, row: Mapping[str, Any], nested: Any) -> dict[str, Any]:
        attributes = _parsed_attributes(nested)
        for name, column in self._attributes:
            value = row.get(column)
            if not _absent(value):
                attributes[name] = _number(value) if column in self._numbers else value
        if len(row) > len(self._known) or not self._known.issuperset(row):
            # Keys of JSON objects that stood in none of the first ones.
            attributes |= {_attribute_name(key): value for key, value in row.items() if key not in self._known}
        return attributes

    def _photos_of(self, values: Mapping[str, Any], line: int) -> tuple[list[Any], str | None]:
        """The record's photos, and the first one it names that was not found."""
        photos: list[Any] = []
        missing: str | None = None
        for photo in _photo_cells(values.get("photos")):
            found = self._resolved(photo, line)
            if found is None:
                missing = missing or str(photo)
            else:
                photos.append(found)
        if self._photos is not None and not self._photos_named and all(_is_web(photo) for photo in photos):
            # Recognised by its name alone, a column of web addresses gives way to the files at hand.
            photos = list(self._photos.of_product(_id_text(values.get("id")))) or photos
            missing = None if photos else missing
        return photos, missing

    def _resolved(self, photo: Any, line: int) -> Any:
        if isinstance(photo, bytes):
            return IncomingPhoto(photo, f"{self._file_name}:{line}")
        if not isinstance(photo, str):
            return photo
        if is_address(photo):
            return self._file_of_address(photo) or photo
        return None if self._photos is None else self._photos.named(photo)

    def _file_of_address(self, address: str) -> IncomingPhoto | None:
        if self._photos is None or not _is_web(address):
            return None
        try:
            name = PurePosixPath(unquote(urlsplit(address).path)).name
        except ValueError:
            return None  # Not an address after all; what it is will be refused as it stands.
        return self._photos.named(name) if name else None


def _photo_cells(value: Any) -> Iterable[Any]:
    if _absent(value):
        return ()
    if isinstance(value, str):
        return split_names(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_photo_bytes(photo) for photo in value if not _absent(photo)]
    return (_photo_bytes(value),)


def _photo_bytes(value: Any) -> Any:
    """Data sets in Parquet keep a photo as `{"bytes": ..., "path": ...}`."""
    return value["bytes"] if isinstance(value, Mapping) and isinstance(value.get("bytes"), bytes) else value


def _is_web(photo: Any) -> bool:
    return isinstance(photo, str) and is_address(photo) and not photo.lstrip()[:5].lower().startswith("data:")


def _absent(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def _id_text(value: Any) -> str:
    return str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()


def _number(text: Any) -> Any:
    """A number where the text is one; later rows may hold other things than the first ones did."""
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def _attribute_name(column: str) -> str:
    return _NOT_IN_NAMES.sub(" ", column).strip()[:ATTRIBUTE_NAME_CHARS_MAX] or "unnamed"


def _parsed_attributes(value: Any) -> dict[str, Any]:
    if _absent(value):
        return {}
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = None
    if not isinstance(value, Mapping):
        raise InvalidProduct(
            "must be a JSON object",
            field="attributes",
            value=value,
            remedy='Write {"colour": "blue"}, or leave the column out with --map attributes=',
        )
    return dict(value)


def _tidy_price(values: dict[str, Any]) -> None:
    """Split `19.99 EUR`, as product feeds write it, and read a decimal comma."""
    price = values.get("price")
    match = _PRICE.fullmatch(price.strip()) if isinstance(price, str) else None
    if match is None:
        return
    codes = {code.upper() for code in (match["before"], match["after"], values.get("currency")) if code}
    if len(codes) > 1:
        return  # Two currencies contradict each other; the price is refused as it stands.
    values["price"] = match["amount"].replace(",", ".")
    if codes:
        values["currency"] = codes.pop()


def _tidy_stock(values: dict[str, Any]) -> None:
    available = values.get("available")
    if isinstance(available, str):
        values["available"] = _STOCK.get(re.sub(r"[\W_]", "", available).lower(), available)
