"""The form about one's calendar feed."""

from __future__ import annotations

from typing import ClassVar

from application.calendars.open_feed import OpenFeedCommand
from interfaces.web.forms.form import Form, Reading


class FeedForm(Form):
    """Make a secret address."""

    FIELDS = ("current_password",)
    SECRET = frozenset(FIELDS)
    FIELD_OF: ClassVar = {"wrong_current_password": "current_password"}

    def command(self) -> OpenFeedCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        current_password = read.secret("current_password", "Enter your current password.")
        read.done()
        return OpenFeedCommand(current_password=current_password)
