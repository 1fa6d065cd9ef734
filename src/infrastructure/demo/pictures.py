"""Profile pictures, painted: a gradient, a few soft circles, a figure and the initials."""

from __future__ import annotations

import io
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFont

SIDE = 640
"""Larger than what is stored, so that scaling it down smooths the edges."""

PALETTES = (
    ("#134e4a", "#5eead4", "#fef3c7"),
    ("#4c1d95", "#f0abfc", "#fde68a"),
    ("#7c2d12", "#fdba74", "#fef9c3"),
    ("#1e3a8a", "#93c5fd", "#fce7f3"),
    ("#365314", "#bef264", "#fefce8"),
    ("#831843", "#fda4af", "#fef3c7"),
)
"""Shade, light and accent."""


def portrait(first_name: str, last_name: str) -> bytes:
    """A JPEG that is always the same for the same name."""
    rng = Random(f"{first_name} {last_name}")  # noqa: S311 - a picture, not a secret
    shade, light, accent = rng.choice(PALETTES)
    picture = _gradient(shade, light)
    for _ in range(3):
        _tint(picture, accent, _circle(rng.randrange(SIDE), rng.randrange(SIDE // 2), rng.randrange(60, 220)), 46)
    figure = ImageChops.lighter(_circle(SIDE // 2, 250, 118), _circle(SIDE // 2, 690, 285))
    _tint(picture, accent, figure, 235)
    _write(picture, f"{first_name[0]}{last_name[0]}", shade)
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=95, subsampling=0)
    return jpeg.getvalue()


def _gradient(top: str, bottom: str) -> Image.Image:
    ramp = Image.linear_gradient("L").resize((SIDE, SIDE))
    return Image.composite(Image.new("RGB", ramp.size, bottom), Image.new("RGB", ramp.size, top), ramp)


def _circle(x: int, y: int, radius: int) -> Image.Image:
    mask = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(mask).ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return mask


def _tint(picture: Image.Image, colour: str, shape: Image.Image, strength: int) -> None:
    picture.paste(colour, mask=shape.point(lambda value: value * strength // 255))


def _write(picture: Image.Image, initials: str, colour: str) -> None:
    ImageDraw.Draw(picture).text(
        (SIDE // 2, 545), initials, fill=colour, font=ImageFont.load_default(96), anchor="mm"
    )
