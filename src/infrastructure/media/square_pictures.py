"""Pictures that people send become fresh squares, made of nothing but their pixels."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from domain.pictures import LARGE_SIDE, SMALL_SIDE, Crop
from domain.refusals import Invalid

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_UPLOAD = 5 * 1024 * 1024
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 8_000
MOST_BYTES = {LARGE_SIDE: 20 * 1024, SMALL_SIDE: 4 * 1024}
QUALITIES = (82, 74, 66, 58, 50, 40, 30, 20, 10, 0)
"""The best whose file is small enough is taken."""
BACKGROUND = "white"
"""Behind pictures that one can see through."""


@dataclass(frozen=True, slots=True)
class SquarePicture:
    """One picture in its two sizes, as WebP files without any metadata."""

    large: bytes
    small: bytes


def square_picture(upload: bytes, crop: Crop | None = None) -> SquarePicture:
    """The chosen square, or the middle. Raises `Invalid` for the field `picture` for anything but a picture."""
    if len(upload) > LARGEST_UPLOAD:
        raise Invalid.field("picture", "Choose a picture of at most 5 MB.")
    if not _says_that_it_is_one(upload):
        raise Invalid.field("picture", "Choose a JPEG, PNG or WebP picture. This file is something else.")
    square = _square(upload, crop)
    return SquarePicture(large=_encoded(square, LARGE_SIDE), small=_encoded(square, SMALL_SIDE))


def _says_that_it_is_one(upload: bytes) -> bool:
    """By its first bytes; what the sender calls it does not matter."""
    return upload.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        upload.startswith(b"RIFF") and upload[8:12] == b"WEBP"
    )


def _square(upload: bytes, crop: Crop | None) -> Image.Image:
    """The pixels of the part that is shown, at most as many as the large size has."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # about metadata, none of which is kept
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(upload), formats=FORMATS) as picture:
                _require_sensible(picture)
                return _cut_out(_upright(picture), crop)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise _too_many_pixels() from fault
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as fault:
        raise Invalid.field(
            "picture", "This picture is damaged and does not open. Save it again, or choose another one."
        ) from fault


def _require_sensible(picture: Image.Image) -> None:
    """From the header, before any pixel is decoded."""
    if picture.width * picture.height > MOST_PIXELS or max(picture.size) > LONGEST_SIDE:
        raise _too_many_pixels()
    # Cameras put a preview or a map of depth behind a JPEG: that is no movement.
    if picture.format in ("PNG", "WEBP") and getattr(picture, "is_animated", False):
        raise Invalid.field("picture", "This picture moves. Choose one that stands still.")


def _upright(picture: Image.Image) -> Image.Image:
    """As one sees it: turned as its camera noted, on a plain background."""
    turned = ImageOps.exif_transpose(picture)
    if not turned.has_transparency_data:
        return turned.convert("RGB")
    seen = turned.convert("RGBA")
    flat = Image.new("RGB", seen.size, BACKGROUND)
    flat.paste(seen, mask=seen.getchannel("A"))
    return flat


def _cut_out(picture: Image.Image, crop: Crop | None) -> Image.Image:
    chosen = crop or Crop.centred(*picture.size)
    chosen.require_inside(*picture.size)
    box = (chosen.x, chosen.y, chosen.x + chosen.side, chosen.y + chosen.side)
    square = picture.resize((LARGE_SIDE, LARGE_SIDE), Image.Resampling.LANCZOS, box=box)
    fresh = Image.new("RGB", square.size)
    fresh.paste(square)
    return fresh


def _encoded(square: Image.Image, side: int) -> bytes:
    scaled = square if side == square.width else square.resize((side, side), Image.Resampling.LANCZOS)
    for quality in QUALITIES:
        file = io.BytesIO()
        scaled.save(file, "WEBP", quality=quality, method=4)
        if file.tell() <= MOST_BYTES[side]:
            break
    return file.getvalue()


def _too_many_pixels() -> Invalid:
    return Invalid.field("picture", "Choose a picture of at most 25 million pixels and 8,000 pixels a side.")
