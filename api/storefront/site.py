"""The page and its files as they are sent: read once, named by their content, with the headers that protect them."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from core.errors import NotFound

PAGE = "index.html"
ASSETS = "/storefront"
_MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
# Nothing is loaded from elsewhere, no script stands in the page, and no text can become markup. `blob:` is the picture
# that a person has chosen and not yet sent.
_POLICY_PARTS = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)
_FOREVER_S = 365 * 24 * 3_600


@dataclass(frozen=True, slots=True)
class SiteFile:
    """One file of the page.

    Attributes
    ----------
    data, packed: its bytes, and the same with gzip.
    """

    media_type: str
    data: bytes
    packed: bytes

    @classmethod
    def of(cls, name: str, data: bytes) -> SiteFile:
        """Packed as small as gzip can."""
        return cls(_MEDIA_TYPES[name.rpartition(".")[2]], data, gzip.compress(data, 9, mtime=0))


@dataclass(frozen=True, slots=True)
class Site:
    """All files of the page, under an address that changes when one of them does.

    Attributes
    ----------
    digest: of all files together, 16 hex digits; a segment of their addresses.
    """

    digest: str
    page: SiteFile
    assets: Mapping[str, SiteFile]

    def asset(self, digest: str, name: str) -> SiteFile:
        """One file beside the page; raises `NotFound` also for an address from before an update."""
        if digest != self.digest or name not in self.assets:
            raise NotFound("file", f"{ASSETS}/{digest}/{name}")
        return self.assets[name]

    def page_headers(self) -> dict[str, str]:
        """The page is asked for anew every time, so that it always names the files of now."""
        return {
            "Cache-Control": "no-cache",
            "Content-Security-Policy": "; ".join(_POLICY_PARTS),
            "ETag": f'"{self.digest}"',
            "Referrer-Policy": "same-origin",
            **_ALWAYS,
        }

    def asset_headers(self) -> dict[str, str]:
        """What an address names never changes."""
        return {"Cache-Control": f"public, max-age={_FOREVER_S}, immutable", **_ALWAYS}


_ALWAYS: Mapping[str, str] = {"X-Content-Type-Options": "nosniff", "Vary": "Accept-Encoding"}


def read_site() -> Site:
    """Read the files that lie beside this module, and write their addresses into the page."""
    folder = files("api.storefront").joinpath("web")
    found = {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}
    digest = hashlib.sha256(b"\0".join(name.encode() + b"\0" + found[name] for name in sorted(found))).hexdigest()[:16]
    page = found.pop(PAGE).decode()
    here = f"{ASSETS}/{digest}"
    modules = (name for name in sorted(found) if name.endswith(".js") and f"/{name}" not in page)
    preloads = "\n".join(f'<link rel="modulepreload" href="{here}/{name}">' for name in modules)
    page = page.replace("{{assets}}", here).replace("{{preloads}}", preloads)
    return Site(digest, SiteFile.of(PAGE, page.encode()), {name: SiteFile.of(name, found[name]) for name in found})
