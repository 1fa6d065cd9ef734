"""Profile pictures: what is stored is made of pixels alone."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, PngImagePlugin

from domain.refusals import Invalid
from infrastructure.media.picture_files import LARGEST_UPLOAD, STORED_SIDE, PictureFiles, _encoded

CANARY = "6.5244N 3.3792E canary"


def drawn(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", size, "red")
    ImageDraw.Draw(picture).rectangle((size[0] // 2, 0, *size), fill="blue")
    return picture.convert(mode)


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


@pytest.fixture
def pictures(tmp_path: Path) -> PictureFiles:
    return PictureFiles(tmp_path / "media")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_becomes_a_square_webp(pictures: PictureFiles, form: str) -> None:
    stored = await pictures.read(await pictures.store(upload(form)))
    assert stored is not None
    with Image.open(io.BytesIO(stored)) as picture:
        assert (picture.format, picture.size, picture.mode) == ("WEBP", (STORED_SIDE, STORED_SIDE), "RGB")


@pytest.mark.parametrize("mode", ["RGBA", "L", "LA", "P", "1", "I;16"])
def test_every_kind_of_pixel_is_understood(mode: str) -> None:
    picture = Image.new("I;16", (20, 20), 4000) if mode == "I;16" else drawn((20, 20), mode)
    with Image.open(io.BytesIO(_encoded(upload("PNG", picture)))) as stored:
        assert stored.size == (STORED_SIDE, STORED_SIDE)


@pytest.mark.parametrize("make", [with_exif, with_text])
def test_nothing_that_came_with_the_picture_is_kept(make: object) -> None:
    assert callable(make)
    sent = make()
    assert CANARY.encode() in sent
    stored = _encoded(sent)
    assert b"canary" not in stored
    assert b"EXIF" not in stored
    with Image.open(io.BytesIO(stored)) as picture:
        assert not picture.getexif()
        assert not set(picture.info) & {"exif", "xmp", "icc_profile", "comment", "Comment"}


def test_a_picture_taken_sideways_is_turned_before_its_note_of_that_is_dropped() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    with Image.open(io.BytesIO(_encoded(upload("PNG", exif=exif)))) as picture:
        left, right = picture.getpixel((10, 200)), picture.getpixel((STORED_SIDE - 10, 200))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[2] > 200 > 60 > left[0]
    assert right[0] > 200 > 60 > right[2]


@pytest.mark.parametrize("tail", [b"PK\x03\x04 canary", b"<script>canary</script>", b"<?php canary ?>"])
def test_what_hangs_behind_a_picture_is_cut_off(tail: bytes) -> None:
    assert b"canary" not in _encoded(upload("JPEG") + tail)


def header_of_png(width: int, height: int) -> bytes:
    """A tiny file that says it is huge."""
    ihdr = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [ihdr, b"IDAT" + zlib.compress(b"\x00" * 100), b"IEND"]
    parts = [struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


JPEG, PNG, WEBP = upload("JPEG"), upload("PNG"), upload("WEBP")


def stored_in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


REFUSED = {
    "nothing": b"",
    "text": b"hello",
    "GIF": upload("GIF"),
    "GIF that is a script as well": b"GIF89a/*" + upload("GIF")[8:] + b"*/=1;alert(1)",
    "BMP": upload("BMP"),
    "TIFF": upload("TIFF"),
    "ICO": upload("ICO"),
    "PDF": upload("PDF"),
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "HTML": b"<html><body>hello</body></html>",
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "HTML behind the first bytes of a JPEG": JPEG[:4] + b"<script>alert(1)</script>",
    "half a JPEG": JPEG[: len(JPEG) // 2],
    "half a PNG": PNG[: len(PNG) // 2],
    "half a WebP": WEBP[: len(WEBP) // 2],
    "a header alone": PNG[:33],
    "a wide bomb": header_of_png(8_001, 10),
    "a large bomb": header_of_png(5_001, 5_000),
    "a bomb of which Pillow warns": header_of_png(12_000, 12_000),
    "a bomb that Pillow refuses": header_of_png(60_000, 60_000),
    "no pixels": header_of_png(0, 0),
    "too many bytes": PNG + b"\x00" * LARGEST_UPLOAD,
}


@pytest.mark.parametrize("kind", REFUSED)
async def test_anything_else_is_refused_for_its_field_and_leaves_no_file(
    pictures: PictureFiles, tmp_path: Path, kind: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        await pictures.store(REFUSED[kind])
    assert [error.field for error in refusal.value.errors] == ["picture"]
    assert stored_in(tmp_path) == []


def accepted_or_refused(sent: bytes) -> None:
    try:
        stored = _encoded(sent)
    except Invalid:
        return
    with Image.open(io.BytesIO(stored)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (STORED_SIDE, STORED_SIDE))


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


async def test_names_are_random_and_say_nothing(pictures: PictureFiles) -> None:
    names = {await pictures.store(JPEG) for _ in range(3)}
    assert len(names) == 3
    assert all(len(name) == 37 and name.endswith(".webp") for name in names)


async def test_a_removed_picture_is_gone_and_can_be_removed_again(pictures: PictureFiles) -> None:
    name = await pictures.store(JPEG)
    await pictures.remove(name)
    await pictures.remove(name)
    assert await pictures.read(name) is None


@pytest.mark.parametrize(
    "name",
    ["../secret.webp", "/etc/passwd", "secret.webp", "", ".", "..\\secret.webp", "a" * 32 + ".webp\n"],
)
async def test_no_name_leads_out_of_the_folder(pictures: PictureFiles, tmp_path: Path, name: str) -> None:
    await pictures.store(JPEG)
    secrets = [tmp_path / "secret.webp", tmp_path / "media" / "secret.webp"]
    for secret in secrets:
        secret.write_bytes(b"secret")
    assert await pictures.read(name) is None
    await pictures.remove(name)
    assert [secret.read_bytes() for secret in secrets] == [b"secret", b"secret"]
