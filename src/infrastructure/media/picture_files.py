"""Profile pictures as files, re-encoded from their pixels."""

from __future__ import annotations

import asyncio
import io
import re
import secrets
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from domain.refusals import Invalid

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_UPLOAD = 5 * 1024 * 1024
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 8_000
STORED_SIDE = 384
NAME = re.compile(r"[0-9a-f]{32}\.webp\Z")


class PictureFiles:
    """`Pictures` in a folder. Names are random; nothing that a person sent becomes part of a path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turns = asyncio.Semaphore(2)

    async def store(self, upload: bytes) -> str:
        """A square WebP of 384 pixels without any metadata. Raises `Invalid` for anything but a picture."""
        async with self._turns:
            picture = await asyncio.to_thread(_encoded, upload)
        name = f"{secrets.token_hex(16)}.webp"
        await asyncio.to_thread(self._write, name, picture)
        return name

    async def read(self, name: str) -> bytes | None:
        """The file, or nothing when there is none of that name."""
        if not NAME.match(name):
            return None
        try:
            return await asyncio.to_thread((self._folder / name).read_bytes)
        except FileNotFoundError:
            return None

    async def remove(self, name: str) -> None:
        """Delete the file, if it is there."""
        if NAME.match(name):
            await asyncio.to_thread((self._folder / name).unlink, missing_ok=True)

    def _write(self, name: str, picture: bytes) -> None:
        """Whole or not at all: readers never see half a file."""
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f".{name}"
        unfinished.write_bytes(picture)
        unfinished.rename(self._folder / name)


def _encoded(upload: bytes) -> bytes:
    if len(upload) > LARGEST_UPLOAD:
        raise Invalid.field("picture", "Choose a picture of at most 5 MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # about metadata, none of which is kept
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(upload), formats=FORMATS) as picture:
                _require_sensible_size(picture)
                square = ImageOps.fit(
                    ImageOps.exif_transpose(picture).convert("RGB"),
                    (STORED_SIDE, STORED_SIDE),
                    Image.Resampling.LANCZOS,
                )
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as fault:
        raise Invalid.field("picture", "Choose a JPEG, PNG or WebP picture that opens.") from fault
    except Image.DecompressionBombWarning as fault:
        raise _too_large() from fault
    fresh = Image.new("RGB", square.size)
    fresh.paste(square)
    encoded = io.BytesIO()
    fresh.save(encoded, "WEBP", quality=80)
    return encoded.getvalue()


def _require_sensible_size(picture: Image.Image) -> None:
    """From the header, before any pixel is decoded."""
    if picture.width * picture.height > MOST_PIXELS or max(picture.size) > LONGEST_SIDE:
        raise _too_large()


def _too_large() -> Invalid:
    return Invalid.field("picture", "Choose a picture of at most 25 million pixels and 8,000 pixels a side.")
