"""Profile pictures: which part of one is shown, and what its two sizes are called."""

from __future__ import annotations

from dataclasses import dataclass

from domain.refusals import Invalid, Kind, Refusal

LARGE_SIDE = 384
SMALL_SIDE = 128
"""Pixels of the two squares that are stored of each picture."""


class PicturesUnavailable(Refusal):
    """The place where pictures are kept does not answer, or is full."""

    code = "pictures_unavailable"
    kind = Kind.UNAVAILABLE
    sentence = "Pictures cannot be stored at the moment. Yours is as it was; try again in a few minutes."


@dataclass(frozen=True, slots=True)
class Crop:
    """The square of a picture that is shown, in pixels of the picture as one sees it, upright."""

    x: int
    y: int
    side: int

    @classmethod
    def centred(cls, width: int, height: int) -> Crop:
        """The largest square in the middle."""
        side = min(width, height)
        return cls((width - side) // 2, (height - side) // 2, side)

    def require_inside(self, width: int, height: int) -> None:
        """Raises `Invalid` for the field `picture` when any of it lies outside of the picture."""
        is_inside = (
            self.x >= 0
            and self.y >= 0
            and self.side >= 1
            and self.x + self.side <= width
            and self.y + self.side <= height
        )
        if not is_inside:
            raise Invalid.field("picture", "Choose a part inside of the picture.")


def small_picture(name: str) -> str:
    """What the small size is called; also as the end of an address. The large one has the picture's own name."""
    return f"{name.removesuffix('.webp')}-{SMALL_SIDE}.webp"
