"""Which column holds which field: named by the caller, or recognised by its name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import InvalidSource
from core.incoming import FIELDS

REQUIRED = ("id", "title")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
# The first name that a file has is taken. Written without case, spaces and underscores.
_KNOWN: Mapping[str, tuple[str, ...]] = {
    "id": (
        *("id", "productid", "itemid", "articleid", "sku", "asin", "parentasin", "variantid", "handle", "uniqid"),
        *("productcode", "itemcode", "articlenumber", "styleid", "code", "gtin", "ean"),
    ),
    "title": (
        *("title", "name", "productname", "productdisplayname", "producttitle", "displayname", "itemname"),
        *("prodname", "articlename", "itemtitle"),
    ),
    "description": (
        *("description", "bodyhtml", "productdescription", "longdescription", "detaildesc", "body", "itemdescription"),
    ),
    "brand": ("brand", "brandname", "vendor", "manufacturer"),
    "category": (
        *("category", "producttype", "googleproductcategory", "articletype", "categoryname", "maincategory"),
        *("producttypename", "productcategory"),
    ),
    "price": ("price", "variantprice", "priceamount", "currentprice", "finalprice", "listprice", "retailprice"),
    "currency": ("currency", "currencycode", "pricecurrency"),
    "url": ("url", "link", "producturl", "permalink", "productlink"),
    "photos": (
        *("photos", "photo", "images", "image", "imagepath", "imagefile", "imagefilename", "filename", "picture"),
        *("pictures", "photopath", "imagelink", "imageurl", "imageurls", "photourl", "imagesrc", "img", "imgurl"),
    ),
    "group_id": ("groupid", "itemgroupid", "parentid", "parentsku", "parentasin"),
    "available": ("available", "availability", "instock", "isavailable", "stockstatus"),
    "created_at": ("createdat", "created", "dateadded", "datecreated", "publishedat", "launchdate"),
    "attributes": ("attributes",),
}


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """Where each field comes from.

    Attributes
    ----------
    mapping: field -> column, named ones and recognised ones; a key that is no field is an attribute's name.
    named: those of its fields that the caller named.
    attributes: columns that become attributes under their own name.
    ignored: columns that are left out.
    """

    mapping: Mapping[str, str]
    named: frozenset[str]
    attributes: tuple[str, ...]
    ignored: tuple[str, ...]


def plan_columns(columns: Sequence[str], named: Mapping[str, str], file_name: str) -> ColumnPlan:
    """Decide what every column is.

    Parameters
    ----------
    named: field -> column as the caller wants it; "" leaves out the column, or the automatic column of the field.

    Raises
    ------
    InvalidSource: a named column does not exist, or there is none for `id` or `title`.
    """
    mapping = {field: _existing(column, columns, field) for field, column in named.items() if column}
    left_out = [key for key, column in named.items() if not column]
    ignored = {_existing(key, columns, key) for key in left_out if _found(key, columns) or key not in FIELDS}
    ignored |= {column for column in columns if not column}
    free = [column for column in columns if column not in ignored and column not in mapping.values()]
    for field, known in _KNOWN.items():
        if field in mapping or field in left_out:
            continue
        column = _recognised(known, free)
        if column is not None:
            mapping[field] = column
            free.remove(column)
    for field in REQUIRED:
        if field not in mapping:
            raise InvalidSource(
                f"has no column for {field}. Its columns are: {_listed(columns)}",
                field=file_name,
                remedy=f"Name it: --map {field}=COLUMN",
            )
    return ColumnPlan(
        mapping=mapping,
        named=frozenset(field for field, column in named.items() if column),
        attributes=tuple(free),
        ignored=tuple(column for column in columns if column in ignored and column),
    )


def _plain(name: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", name.casefold().removeprefix("g:"))


def _recognised(known: Sequence[str], columns: Sequence[str]) -> str | None:
    plain = {_plain(column): column for column in reversed(columns)}
    return next((plain[name] for name in known if name in plain), None)


def _found(name: str, columns: Sequence[str]) -> str | None:
    if name in columns:
        return name
    alike = [column for column in columns if _plain(column) == _plain(name)]
    return alike[0] if len(alike) == 1 else None


def _existing(name: str, columns: Sequence[str], field: str) -> str:
    column = _found(name, columns)
    if column is None:
        near = difflib.get_close_matches(name, columns, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        raise InvalidSource(
            "there is no such column",
            field=f"--map {field}",
            value=name,
            remedy=f"{hint}The columns are: {_listed(columns)}",
        )
    return column


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(column[:100] for column in columns if column) or "none"
