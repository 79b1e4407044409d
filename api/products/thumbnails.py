"""Smaller versions of stored photos, made when they are first asked for."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from dataclasses import dataclass

from PIL import Image

from encoders.photos import PhotoLimits, open_photo, probe_photo

SIZES_PX = (160, 320, 480, 640, 960, 1280)
WEBP = "image/webp"
_QUALITY = 80
_CACHE_BYTES_MAX = 64 * 2**20
# Pillow reads these; every other format is named by Pillow itself.
_MEDIA_TYPES = {"MPO": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Rendition:
    """A photo as it is sent."""

    data: bytes
    media_type: str


class Thumbnails:
    """Photos scaled to fit a square, as WebP, the latest of them kept in memory up to 64 MiB. Thread-safe."""

    def __init__(self, limits: PhotoLimits, cache_bytes_max: int = _CACHE_BYTES_MAX) -> None:
        self._limits = limits
        self._bytes_max = cache_bytes_max
        self._bytes = 0
        self._kept: OrderedDict[tuple[str, int], Rendition] = OrderedDict()
        self._lock = threading.Lock()

    def kept(self, digest: str, size_px: int) -> Rendition | None:
        """The scaled photo if it is still in memory."""
        with self._lock:
            rendition = self._kept.get((digest, size_px))
            if rendition is not None:
                self._kept.move_to_end((digest, size_px))
            return rendition

    def scaled(self, digest: str, photo: bytes, size_px: int) -> Rendition:
        """Scale a photo so that its longer side has at most `size_px` pixels; it is never enlarged.

        Raises
        ------
        InvalidPhoto: its pixels cannot be decoded.
        """
        image = open_photo(photo, self._limits, size_px)
        image.thumbnail((size_px, size_px), Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", quality=_QUALITY)
        rendition = Rendition(buffer.getvalue(), WEBP)
        self._keep((digest, size_px), rendition)
        return rendition

    def original(self, photo: bytes) -> Rendition:
        """The photo as it was accepted, with the media type its header gives."""
        name = probe_photo(photo, self._limits).format
        return Rendition(photo, _MEDIA_TYPES.get(name) or Image.MIME[name])

    def _keep(self, key: tuple[str, int], rendition: Rendition) -> None:
        with self._lock:
            old = self._kept.pop(key, None)
            self._bytes += len(rendition.data) - (0 if old is None else len(old.data))
            self._kept[key] = rendition
            while self._bytes > self._bytes_max:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= len(oldest.data)
