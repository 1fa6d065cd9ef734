"""The form for one's picture."""

from __future__ import annotations

from domain.pictures import Crop
from interfaces.web.forms.form import Form, Reading

PART = ("x", "y", "side")
"""The square that is shown, in pixels; a script fills it in. Without it, the middle is."""


class PictureForm(Form):
    """A new profile picture, and which part of it is shown."""

    FIELDS = ("picture", *PART)
    SECRET = frozenset(FIELDS)
    FIELD_OF = dict.fromkeys(PART, "picture")

    def crop(self) -> Crop | None:
        """The part that was chosen; nothing for the middle. Raises `Invalid`."""
        if not any(self.typed.get(name, "").strip() for name in PART):
            return None
        read = Reading(self.typed)
        x, y, side = (read.whole_number(name, "Choose the part of the picture again.") for name in PART)
        read.done()
        return Crop(x, y, side)
