"""Ids in addresses: percent-encoded on the wire, checked as they were when they were accepted."""

from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes

from core.errors import InvalidProduct, NotFound
from core.incoming import parse_product_id


def product_id_of(segment: str) -> str:
    """The product id in one segment of a path; `%2F` is a slash inside it.

    Raises
    ------
    NotFound: no product can have such an id.
    """
    return known_form(decoded(segment, "product"))


def decoded(segment: str, kind: str) -> str:
    """The id of something else in one segment of a path.

    Parameters
    ----------
    kind: of what, for the message.

    Raises
    ------
    NotFound: nothing can have such an id.
    """
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError as error:
        raise NotFound(kind, segment) from error


def known_form(product_id: str) -> str:
    """The id in the form in which it was stored: composed Unicode, white space tidied.

    Raises
    ------
    NotFound: no product can have such an id.
    """
    try:
        return parse_product_id(product_id)
    except InvalidProduct as error:
        raise NotFound("product", product_id) from error


def photo_url(product_id: str, position: int, digest: str) -> str:
    """The address of one photo; it names the photo's content, so that it may be cached for good."""
    return f"/v1/products/{quote(product_id, safe='')}/photos/{position}?v={digest[:16]}"
