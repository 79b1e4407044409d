"""Origins of web pages: scheme, host and port, as browsers send them."""

from __future__ import annotations

import re

from core.errors import shown

_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?/?", re.ASCII)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PORT_MAX = 65_535


def web_origin(text: str) -> str:
    """One origin in the form in which browsers send it: lower case, without a default port, without a closing slash.

    Raises
    ------
    ValueError: it is none, or stands for more than one; says what to write.
    """
    if "*" in text:
        raise ValueError(f"{shown(text)} stands for pages of strangers, too. List the origins of the shop one by one")
    found = _ORIGIN.fullmatch(text.strip().lower())
    port = int(found[3]) if found and found[3] else None
    if found is None or (port is not None and not 1 <= port <= _PORT_MAX):
        raise ValueError(f"{shown(text)} is no origin. Write scheme and host, as https://shop.example, without a path")
    scheme, host = found[1], found[2]
    return f"{scheme}://{host}" if port in (None, _DEFAULT_PORTS[scheme]) else f"{scheme}://{host}:{port}"
