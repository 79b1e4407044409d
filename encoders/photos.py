"""From the bytes of a photo to upright RGB pixels, or an `InvalidPhoto` that says what is wrong with them.

A photo is judged by what it holds, never by its name. Only formats that shops use are opened, because each further
decoder is one more way in for a hostile file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import InvalidPhoto

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")  # JPEG brings MPO, its kind with several pictures.
_ACCEPTED = "JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF"
_ASPECT_MAX = 50
_DRAFT_MARGIN = 3
_SNIFFED_BYTES = 512

# Pillow's own guard is one number for the whole process and warns from half of it on. Here every photo is judged by its
# header, before decoding, against the limit that its caller sets.
Image.MAX_IMAGE_PIXELS = None

_SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%!PS", "a PostScript document"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"8BPS", "a Photoshop document"),
    (b"\x00\x00\x01\x00", "an icon"),
)
_MARKUP = ((b"<svg", "an SVG drawing"), (b"<!doctype html", "a web page"), (b"<html", "a web page"))
_PHOTO_STARTS = (b"\xff\xd8", b"\x89PNG", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*")
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """How large a photo may be.

    Attributes
    ----------
    bytes_max: of the file; None for any.
    pixels_max: width times height, as the header says.
    """

    bytes_max: int | None = None
    pixels_max: int = 100_000_000


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What a photo's header says: its format as Pillow names it, and its size in pixels before any turning."""

    format: str
    width: int
    height: int


def probe_photo(photo: bytes, limits: PhotoLimits) -> PhotoFacts:
    """Look at a photo's header only, which takes microseconds; a file cut off further on still passes.

    Raises
    ------
    InvalidPhoto: empty, too large, not a photo, or of an impossible shape.
    """
    with _opened(photo, limits) as image:
        return PhotoFacts(image.format or "", image.width, image.height)


def open_photo(photo: bytes, limits: PhotoLimits, needed_px: int | None = None) -> Image.Image:
    """Decode a photo to upright RGB: orientation applied, transparency on white, first frame of an animation.

    With `needed_px`, a JPEG whose sides are many times that is decoded at a half, a quarter or an eighth of its size,
    never below three times `needed_px`; smaller ones are decoded exactly.

    Raises
    ------
    InvalidPhoto: as `probe_photo`, and when the pixels cannot be decoded.
    """
    with _opened(photo, limits) as image, _decoding():
        if needed_px is not None and image.format in ("JPEG", "MPO"):
            image.draft(None, (needed_px * _DRAFT_MARGIN, needed_px * _DRAFT_MARGIN))
        image.load()
        return _flattened(_upright(image))


@contextmanager
def _opened(photo: bytes, limits: PhotoLimits) -> Iterator[Image.Image]:
    """The image with only its header read, checked against the limits."""
    if not photo:
        raise InvalidPhoto("is empty", remedy="Send the photo's bytes")
    if limits.bytes_max is not None and len(photo) > limits.bytes_max:
        raise InvalidPhoto(
            f"has {len(photo):,} bytes, at most {limits.bytes_max:,} are allowed",
            remedy="Send a smaller photo, or raise photo_bytes_max",
        )
    with _identified(photo) as image:
        _check_size(image, limits)
        yield image


def _identified(photo: bytes) -> Image.Image:
    with _decoding():
        try:
            return Image.open(io.BytesIO(photo), formats=FORMATS)
        except UnidentifiedImageError as error:
            raise InvalidPhoto(f"is {_guess(photo[:_SNIFFED_BYTES])}", remedy=f"Send a photo as {_ACCEPTED}") from error


def _check_size(image: Image.Image, limits: PhotoLimits) -> None:
    shape = f"{image.width:,} x {image.height:,} pixels"
    if image.width < 1 or image.height < 1:
        raise InvalidPhoto(f"claims a size of {shape}", remedy="Export the photo again")
    if image.width * image.height > limits.pixels_max:
        raise InvalidPhoto(
            f"has {shape}, at most {limits.pixels_max:,} in all are allowed",
            remedy="Send a smaller photo, or raise photo_pixels_max",
        )
    if max(image.size) > _ASPECT_MAX * min(image.size):
        raise InvalidPhoto(
            f"has {shape}: one side is more than {_ASPECT_MAX} times the other", remedy="Crop it to the product"
        )


@contextmanager
def _decoding() -> Iterator[None]:
    """Translate what decoders raise. They parse hostile bytes and raise nearly anything; nearly anything is caught."""
    try:
        yield
    except (InvalidPhoto, MemoryError):
        raise
    except Exception as error:
        reason = "is cut off or damaged" if isinstance(error, OSError | EOFError | SyntaxError) else "is damaged"
        raise InvalidPhoto(f"{reason} ({error})", remedy="Export or upload the photo again") from error


def _guess(head: bytes) -> str:
    """What bytes that cannot be opened might be, for the error message."""
    if head.startswith(_PHOTO_STARTS) or head[4:12] == b"ftypavif":
        return "cut off or damaged in its header"
    if head[4:8] == b"ftyp":
        return "a HEIC photo, which cannot be read" if head[8:12] in _HEIC_BRANDS else "a video, not a photo"
    lowered = head.lower()
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return f"{name}, not a photo"
    for tag, name in _MARKUP:
        if tag in lowered:
            return f"{name}, not a photo"
    printable = all(9 <= byte <= 13 or 32 <= byte < 127 for byte in head)
    return "text, not a photo" if printable else "not a photo, or one whose header is damaged"


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF orientation says. Orientation is a courtesy: a photo with broken EXIF stays as it is."""
    try:
        return ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, ArithmeticError):
        return image


def _flattened(image: Image.Image) -> Image.Image:
    """Any mode to RGB, with what is transparent shown on white."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode == "F" or image.mode.startswith("I"):
        return _from_deep(image)
    if image.has_transparency_data:
        with_alpha = image.convert("RGBA")
        white = Image.new("RGBA", with_alpha.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, with_alpha).convert("RGB")
    return image.convert("RGB")


def _from_deep(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits, or of floats, to RGB of 8 bits; Pillow's own conversion would cut all above 255 off.

    Whole numbers up to 255 are taken as they are, others as shares of 65,535; floats up to 1 as shares of one.
    """
    pixels = np.nan_to_num(np.asarray(image, dtype=np.float64))
    brightest = float(pixels.max(initial=0.0))
    if image.mode == "F":
        full = 1.0 if brightest <= 1.0 else 255.0 if brightest <= 255.0 else 65535.0
    else:
        full = 255.0 if brightest <= 255.0 and image.mode == "I" else 65535.0
    grey = np.clip(pixels * (255.0 / full), 0.0, 255.0).astype(np.uint8)
    return Image.fromarray(grey).convert("RGB")
