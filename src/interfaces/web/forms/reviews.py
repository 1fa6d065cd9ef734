"""The form with which a consultant answers a review."""

from __future__ import annotations

from uuid import UUID

from application.reviews.reply_to_review import ReplyToReviewCommand
from domain.reviews import LONGEST_REPLY
from interfaces.web.forms.form import Form, Reading


class ReplyForm(Form):
    """Answer a review, once."""

    FIELDS = ("reply",)

    def command(self, review_id: UUID) -> ReplyToReviewCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        reply = read.text("reply", "Write a reply.", longest=LONGEST_REPLY, lines=True)
        read.done()
        return ReplyToReviewCommand(review_id=review_id, reply=reply)
