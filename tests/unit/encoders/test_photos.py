"""Photos of every kind that shops send, and of every kind they should not."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from core.errors import InvalidPhoto
from encoders.photos import PhotoLimits, open_photo, probe_photo

LIMITS = PhotoLimits()
Scene = Callable[..., Image.Image]
AsFile = Callable[..., bytes]


def png_header_only(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds one byte of pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def opened(photo: bytes) -> np.ndarray:
    return np.asarray(open_photo(photo, LIMITS))


# What is accepted


@pytest.mark.parametrize("file_format", ["PNG", "BMP", "TIFF", "GIF"])
def test_lossless_formats_keep_every_pixel(file_format: str, as_file: AsFile) -> None:
    flat = Image.new("RGB", (9, 7), (10, 200, 30))
    assert (opened(as_file(flat, file_format)) == (10, 200, 30)).all()


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP", "AVIF"])
def test_lossy_formats_are_read(file_format: str, scene: Scene, as_file: AsFile) -> None:
    picture = scene(40, 30)
    difference = opened(as_file(picture, file_format)).astype(int) - np.asarray(picture)
    assert np.abs(difference).mean() < 12


def test_a_photo_is_judged_by_its_content_and_not_by_what_it_is_called(as_file: AsFile) -> None:
    png_sent_as_jpg = as_file(Image.new("RGB", (3, 2)), "PNG")
    assert probe_photo(png_sent_as_jpg, LIMITS).format == "PNG"


def test_the_probe_reports_the_size_of_the_header(as_file: AsFile) -> None:
    facts = probe_photo(as_file(Image.new("RGB", (31, 17)), "JPEG"), LIMITS)
    assert (facts.format, facts.width, facts.height) == ("JPEG", 31, 17)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation: int, as_file: AsFile) -> None:
    upright = Image.new("RGB", (40, 20), "white")
    upright.paste((200, 0, 0), (0, 0, 20, 10))
    undo = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    stored = upright
    for turn in undo.get(orientation, []):
        stored = stored.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert (opened(as_file(stored, "PNG", exif=exif)) == np.asarray(upright)).all()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # Pillow says so, and reads on.
@pytest.mark.parametrize("exif", [b"Exif\0\0broken", b"Exif\0\0II*\0\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\0\x05"])
def test_broken_exif_leaves_the_photo_as_it_is(exif: bytes, as_file: AsFile) -> None:
    assert opened(as_file(Image.new("RGB", (6, 4)), "JPEG", exif=exif)).shape == (4, 6, 3)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_becomes_white(mode: str, as_file: AsFile) -> None:
    see_through = Image.new(mode, (4, 4))
    assert (opened(as_file(see_through)) == 255).all()


def test_half_transparent_red_becomes_pink(as_file: AsFile) -> None:
    assert opened(as_file(Image.new("RGBA", (2, 2), (255, 0, 0, 128))))[0, 0].tolist() == [255, 127, 127]


def test_a_palette_with_a_transparent_entry_becomes_white_there(as_file: AsFile) -> None:
    indexed = Image.new("P", (2, 1), 0)
    indexed.putpalette([0, 0, 0, 0, 0, 255])
    indexed.putpixel((1, 0), 1)
    pixels = opened(as_file(indexed, "PNG", transparency=0))
    assert pixels[0].tolist() == [[255, 255, 255], [0, 0, 255]]


def test_one_colour_declared_transparent_becomes_white(as_file: AsFile) -> None:
    picture = Image.new("RGB", (2, 1), (1, 2, 3))
    picture.putpixel((1, 0), (9, 9, 9))
    pixels = opened(as_file(picture, "PNG", transparency=(1, 2, 3)))
    assert pixels[0].tolist() == [[255, 255, 255], [9, 9, 9]]


def test_sixteen_bit_grey_keeps_its_shades(as_file: AsFile) -> None:
    shades = np.array([[0, 16_384, 32_768, 65_535]], dtype=np.uint16)
    pixels = opened(as_file(Image.fromarray(shades)))
    assert pixels[0, :, 0].tolist() == [0, 63, 127, 255]


@pytest.mark.parametrize("brightest", [1.0, 255.0, 65535.0])
def test_floating_point_grey_is_scaled_to_its_own_range(brightest: float, as_file: AsFile) -> None:
    shades = np.array([[0.0, brightest / 2, brightest]], dtype=np.float32)
    pixels = opened(as_file(Image.fromarray(shades), "TIFF"))
    assert pixels[0, :, 0].tolist() == [0, 127, 255]


def test_cmyk_becomes_rgb(as_file: AsFile) -> None:
    cyan = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    red, green, blue = opened(as_file(cyan, "JPEG", quality=95))[8, 8].tolist()
    assert red < 30
    assert min(green, blue) > 200


@pytest.mark.parametrize("mode", ["1", "L", "P", "YCbCr"])
def test_every_other_mode_becomes_rgb(mode: str, as_file: AsFile) -> None:
    picture = Image.new("RGB", (5, 3), "white").convert(mode)
    assert opened(as_file(picture, "JPEG" if mode == "YCbCr" else "PNG")).shape == (3, 5, 3)


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG"])
def test_an_animation_shows_its_first_frame(file_format: str, as_file: AsFile) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    pixels = opened(as_file(frames[0], file_format, save_all=True, append_images=frames[1:], duration=100))
    red, green, blue = pixels[4, 4].tolist()
    assert red > 240
    assert max(green, blue) < 15


def test_small_jpegs_are_decoded_exactly(scene: Scene, as_file: AsFile) -> None:
    photo = as_file(scene(400, 300), "JPEG")
    whole = np.asarray(Image.open(io.BytesIO(photo)))
    assert (np.asarray(open_photo(photo, LIMITS, needed_px=80)) == whole).all()


def test_large_jpegs_are_decoded_smaller_but_never_near_the_needed_size(scene: Scene, as_file: AsFile) -> None:
    small = open_photo(as_file(scene(2000, 3000), "JPEG"), LIMITS, needed_px=80)
    assert small.size == (250, 375)


def test_a_single_pixel_is_a_photo(as_file: AsFile) -> None:
    assert opened(as_file(Image.new("RGB", (1, 1), "red")))[0, 0].tolist() == [255, 0, 0]


# What is refused


@pytest.mark.parametrize("read", [probe_photo, open_photo])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"hello, this is no photo at all", "is text"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "is a web page"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "is an SVG drawing"),
        (b"%PDF-1.7\n\x93\x8c", "is a PDF document"),
        (b"PK\x03\x04\x14\x00\x00", "is a zip archive"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "HEIC"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "is a video"),
        (b"\x00\x01\x02\x03" * 50, "header is damaged"),
        (b"\xff\xd8\xff\xe0", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (b"GIF89a", "damaged"),
    ],
)
def test_what_is_no_photo_is_named(read: Callable[..., object], content: bytes, said: str) -> None:
    with pytest.raises(InvalidPhoto, match=said) as caught:
        read(content, LIMITS)
    assert caught.value.remedy


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_a_photo_cut_off_in_the_middle_is_refused(file_format: str, as_file: AsFile) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    whole = as_file(noise, file_format)
    with pytest.raises(InvalidPhoto, match=r"cut off|damaged"):
        open_photo(whole[: len(whole) // 2], LIMITS)


def test_a_damaged_middle_is_refused(as_file: AsFile) -> None:
    photo = bytearray(as_file(Image.effect_noise((64, 64), 90), "PNG"))
    photo[len(photo) // 2 : len(photo) // 2 + 40] = b"\xaa" * 40
    with pytest.raises(InvalidPhoto, match="damaged"):
        open_photo(bytes(photo), LIMITS)


@pytest.mark.parametrize("read", [probe_photo, open_photo])
def test_a_decompression_bomb_is_refused_from_its_header(read: Callable[..., object]) -> None:
    with pytest.raises(InvalidPhoto, match="50,000 x 50,000 pixels") as caught:
        read(png_header_only(50_000, 50_000), LIMITS)
    assert "photo_pixels_max" in caught.value.remedy


def test_the_pixel_limit_is_the_callers(as_file: AsFile) -> None:
    photo = as_file(Image.new("L", (101, 100)))
    assert probe_photo(photo, PhotoLimits(pixels_max=10_100)).width == 101
    with pytest.raises(InvalidPhoto, match="at most 10,099"):
        probe_photo(photo, PhotoLimits(pixels_max=10_099))


def test_a_file_over_the_byte_limit_is_refused(as_file: AsFile) -> None:
    photo = as_file(Image.new("L", (10, 10)))
    with pytest.raises(InvalidPhoto, match=f"has {len(photo)} bytes") as caught:
        probe_photo(photo, PhotoLimits(bytes_max=len(photo) - 1))
    assert "photo_bytes_max" in caught.value.remedy


def test_a_sliver_is_refused_before_it_is_stretched(as_file: AsFile) -> None:
    with pytest.raises(InvalidPhoto, match="more than 50 times"):
        probe_photo(as_file(Image.new("L", (1, 51))), LIMITS)


def test_formats_that_run_foreign_programs_are_not_opened(as_file: AsFile) -> None:
    with pytest.raises(InvalidPhoto, match="PostScript"):
        probe_photo(as_file(Image.new("RGB", (4, 4)), "EPS"), LIMITS)


def test_every_truncation_of_a_file_is_a_photo_or_an_invalid_photo(as_file: AsFile) -> None:
    for file_format in ("JPEG", "PNG", "GIF", "WEBP"):
        whole = as_file(Image.effect_noise((24, 24), 60).convert("RGB"), file_format)
        for end in range(0, len(whole), max(1, len(whole) // 40)):
            with contextlib.suppress(InvalidPhoto):
                assert open_photo(whole[:end], LIMITS).mode == "RGB"
