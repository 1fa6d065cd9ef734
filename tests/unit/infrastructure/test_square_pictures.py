"""Squares out of what people send: made of pixels alone, small enough, and nothing else gets through."""

from __future__ import annotations

import io
import struct
import zlib
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, PngImagePlugin

from domain.pictures import LARGE_SIDE, SMALL_SIDE, Crop
from domain.refusals import Invalid
from infrastructure.media.square_pictures import LARGEST_UPLOAD, square_picture

CANARY = "6.5244N 3.3792E canary"


def drawn(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", size, "red")
    ImageDraw.Draw(picture).rectangle((size[0] // 2, 0, *size), fill="blue")
    return picture.convert(mode)


def large(sent: bytes, crop: Crop | None = None) -> bytes:
    return square_picture(sent, crop).large


def upload(form: str, picture: Image.Image | None = None, **options: object) -> bytes:
    file = io.BytesIO()
    (picture or drawn()).save(file, form, **options)
    return file.getvalue()


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = CANARY
    exif.get_ifd(0x8825)[0x0002] = (6.0, 31.0, 27.8)
    return upload("JPEG", exif=exif, comment=CANARY.encode())


def with_text() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", CANARY)
    return upload("PNG", pnginfo=notes)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_two_square_webps(form: str) -> None:
    stored = square_picture(upload(form))
    for content, side in ((stored.large, LARGE_SIDE), (stored.small, SMALL_SIDE)):
        with Image.open(io.BytesIO(content)) as picture:
            assert (picture.format, picture.size, picture.mode) == ("WEBP", (side, side), "RGB")


def test_both_sizes_keep_to_their_budget_even_when_there_is_no_order_in_the_picture() -> None:
    noise = Image.frombytes("RGB", (LARGE_SIDE, LARGE_SIDE), Random(1).randbytes(LARGE_SIDE * LARGE_SIDE * 3))  # noqa: S311 - a picture
    stored = square_picture(upload("PNG", noise))
    assert len(stored.large) <= 20 * 1024
    assert len(stored.small) <= 4 * 1024


@pytest.mark.parametrize("mode", ["RGBA", "L", "LA", "P", "1", "I;16"])
def test_every_kind_of_pixel_is_understood(mode: str) -> None:
    picture = Image.new("I;16", (20, 20), 4000) if mode == "I;16" else drawn((20, 20), mode)
    with Image.open(io.BytesIO(large(upload("PNG", picture)))) as stored:
        assert stored.size == (LARGE_SIDE, LARGE_SIDE)


@pytest.mark.parametrize("make", [with_exif, with_text])
def test_nothing_that_came_with_the_picture_is_kept(make: object) -> None:
    assert callable(make)
    sent = make()
    assert CANARY.encode() in sent
    stored = large(sent)
    assert b"canary" not in stored
    assert b"EXIF" not in stored
    with Image.open(io.BytesIO(stored)) as picture:
        assert not picture.getexif()
        assert not set(picture.info) & {"exif", "xmp", "icc_profile", "comment", "Comment"}


def test_a_picture_taken_sideways_is_turned_before_its_note_of_that_is_dropped() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    with Image.open(io.BytesIO(large(upload("PNG", exif=exif)))) as picture:
        left, right = picture.getpixel((10, 200)), picture.getpixel((LARGE_SIDE - 10, 200))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[2] > 200 > 60 > left[0]
    assert right[0] > 200 > 60 > right[2]


@pytest.mark.parametrize("tail", [b"PK\x03\x04 canary", b"<script>canary</script>", b"<?php canary ?>"])
def test_what_hangs_behind_a_picture_is_cut_off(tail: bytes) -> None:
    assert b"canary" not in large(upload("JPEG") + tail)


def header_of_png(width: int, height: int) -> bytes:
    """A tiny file that says it is huge."""
    ihdr = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [ihdr, b"IDAT" + zlib.compress(b"\x00" * 100), b"IEND"]
    parts = [struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


JPEG, PNG, WEBP = upload("JPEG"), upload("PNG"), upload("WEBP")


WRONG_KIND = "Choose a JPEG, PNG or WebP picture. This file is something else."
DAMAGED = "This picture is damaged and does not open. Save it again, or choose another one."
TOO_MANY_PIXELS = "Choose a picture of at most 25 million pixels and 8,000 pixels a side."
MOVES = "This picture moves. Choose one that stands still."
FRAMES: dict[str, Any] = {"save_all": True, "append_images": [drawn(mode="L").convert("RGB")], "duration": 100}
REFUSED = {
    "nothing": (b"", WRONG_KIND),
    "text": (b"hello", WRONG_KIND),
    "GIF": (upload("GIF"), WRONG_KIND),
    "GIF that is a script as well": (b"GIF89a/*" + upload("GIF")[8:] + b"*/=1;alert(1)", WRONG_KIND),
    "BMP": (upload("BMP"), WRONG_KIND),
    "TIFF": (upload("TIFF"), WRONG_KIND),
    "ICO": (upload("ICO"), WRONG_KIND),
    "PDF": (upload("PDF"), WRONG_KIND),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', WRONG_KIND),
    "HTML": (b"<html><body>hello</body></html>", WRONG_KIND),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", WRONG_KIND),
    "sound in the same wrapping as WebP": (b"RIFF\x24\x00\x00\x00WAVEfmt ", WRONG_KIND),
    "HTML behind the first bytes of a JPEG": (JPEG[:4] + b"<script>alert(1)</script>", DAMAGED),
    "half a JPEG": (JPEG[: len(JPEG) // 2], DAMAGED),
    "half a PNG": (PNG[: len(PNG) // 2], DAMAGED),
    "half a WebP": (WEBP[: len(WEBP) // 2], DAMAGED),
    "a header alone": (PNG[:33], DAMAGED),
    "no pixels": (header_of_png(0, 0), DAMAGED),
    "a wide bomb": (header_of_png(8_001, 10), TOO_MANY_PIXELS),
    "a large bomb": (header_of_png(5_001, 5_000), TOO_MANY_PIXELS),
    "a bomb of which Pillow warns": (header_of_png(12_000, 12_000), TOO_MANY_PIXELS),
    "a bomb that Pillow refuses": (header_of_png(60_000, 60_000), TOO_MANY_PIXELS),
    "a PNG that moves": (upload("PNG", **FRAMES), MOVES),
    "a WebP that moves": (upload("WEBP", **FRAMES), MOVES),
    "too many bytes": (PNG + b"\x00" * LARGEST_UPLOAD, "Choose a picture of at most 5 MB."),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_anything_else_is_refused_for_its_field_with_a_sentence_of_its_own(kind: str) -> None:
    sent, sentence = REFUSED[kind]
    with pytest.raises(Invalid) as refusal:
        square_picture(sent)
    assert [(error.field, error.message) for error in refusal.value.errors] == [("picture", sentence)]


def test_a_jpeg_with_a_second_picture_behind_it_is_the_first_one() -> None:
    sent = upload("MPO", save_all=True, append_images=[Image.new("RGB", (60, 40), "green")])
    with Image.open(io.BytesIO(large(sent))) as picture:
        left = picture.getpixel((10, 200))
    assert isinstance(left, tuple)
    assert left[0] > 200 > 60 > left[1]


def test_what_one_can_see_through_stands_on_white() -> None:
    with Image.open(io.BytesIO(large(upload("PNG", Image.new("RGBA", (20, 20), (255, 0, 0, 0)))))) as picture:
        assert picture.getpixel((5, 5)) == (255, 255, 255)


def colours(sent: bytes, crop: Crop | None) -> tuple[str, str]:
    """What is on the left and on the right of the square."""
    with Image.open(io.BytesIO(large(sent, crop))) as picture:
        pixels = [picture.getpixel((x, 200)) for x in (10, LARGE_SIDE - 10)]
    left, right = ("red" if isinstance(pixel, tuple) and pixel[0] > 150 else "blue" for pixel in pixels)
    return left, right


SIDEWAYS = Image.Exif()
SIDEWAYS[0x0112] = 6


@pytest.mark.parametrize(
    ("crop", "shown"),
    [(None, ("red", "blue")), (Crop(0, 0, 30), ("red", "red")), (Crop(30, 10, 30), ("blue", "blue"))],
)
def test_the_chosen_part_is_shown_or_the_middle(crop: Crop | None, shown: tuple[str, str]) -> None:
    assert colours(PNG, crop) == shown


def test_the_part_is_chosen_in_the_picture_as_one_sees_it() -> None:
    # 60 × 40, but turned by a quarter: 40 wide and 60 high, red above and blue below.
    sent = upload("PNG", exif=SIDEWAYS)
    assert colours(sent, Crop(0, 0, 25)) == ("red", "red")
    assert colours(sent, Crop(15, 35, 25)) == ("blue", "blue")


@pytest.mark.parametrize("crop", [Crop(0, 0, 41), Crop(21, 0, 40), Crop(0, 1, 40), Crop(-1, 0, 10), Crop(5, 5, 0)])
def test_a_part_outside_of_the_picture_is_refused(crop: Crop) -> None:
    with pytest.raises(Invalid) as refusal:
        square_picture(PNG, crop)
    assert [error.message for error in refusal.value.errors] == ["Choose a part inside of the picture."]


def accepted_or_refused(sent: bytes) -> None:
    try:
        stored = large(sent)
    except Invalid:
        return
    with Image.open(io.BytesIO(stored)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (LARGE_SIDE, LARGE_SIDE))


SENT = [JPEG, PNG, WEBP, with_exif(), with_text(), upload("PNG", drawn(mode="P")), upload("WEBP", lossless=True)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(SENT),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_a_damaged_picture_is_accepted_or_refused(sent: bytes, damage: list[tuple[float, int]]) -> None:
    damaged = bytearray(sent)
    for place, byte in damage:
        damaged[int(place * len(damaged))] = byte
    accepted_or_refused(bytes(damaged))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SENT), st.floats(0, 1))
def test_a_picture_cut_anywhere_is_accepted_or_refused(sent: bytes, place: float) -> None:
    accepted_or_refused(sent[: int(place * len(sent))])
