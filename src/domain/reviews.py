"""Reviews: what a client says about one completed session."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.bookings import Booking, BookingStatus
from domain.refusals import FieldCheck, Refusal
from domain.sentences import Sentence
from domain.text import is_clean

LONGEST_COMMENT = 2000
LONGEST_REPLY = 2000


class BookingNotCompleted(Refusal):
    """Rule 9: a review exists only for a completed booking."""

    code = "booking_not_completed"
    sentence = "A session can be reviewed once it is completed."


class AlreadyReviewed(Refusal):
    """Rule 9: one review for one booking."""

    code = "already_reviewed"
    sentence = "You have already reviewed this session."


class AlreadyReplied(Refusal):
    """A consultant answers a review once."""

    code = "already_replied"
    sentence = "You have already replied to this review."


class ReviewHidden(Refusal):
    """Somebody else was quicker."""

    code = "review_hidden"
    sentence = "This review is hidden already."


class ReviewShown(Refusal):
    """Somebody else was quicker."""

    code = "review_shown"
    sentence = "Everybody can read this review already."


@dataclass(frozen=True, slots=True)
class Reply:
    """What the consultant answered, and when."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """1 to 5 stars and a comment on one completed booking, by its client; its consultant may reply once."""

    id: UUID
    booking_id: UUID
    client_id: UUID
    consultant_id: UUID
    rating: int
    comment: str
    created_at: datetime
    reply: Reply | None = None
    hidden_at: datetime | None = None
    """Since when operators keep it from everybody but its client; it counts for no rating then."""

    @classmethod
    def write(cls, booking: Booking, *, review_id: UUID, rating: int, comment: str, now: datetime) -> Review:
        """Raises `BookingNotCompleted`, or `Invalid` for a rating or comment out of bounds."""
        comment = comment.strip()
        check = FieldCheck()
        check.require(1 <= rating <= 5, "rating", "Choose from 1 to 5 stars.")
        check.require(
            len(comment) <= LONGEST_COMMENT and is_clean(comment, lines=True),
            "comment",
            Sentence("Use at most {longest:,} characters.", longest=LONGEST_COMMENT),
        )
        check.done()
        if booking.status is not BookingStatus.COMPLETED:
            raise BookingNotCompleted
        return cls(
            id=review_id,
            booking_id=booking.id,
            client_id=booking.client_id,
            consultant_id=booking.consultant_id,
            rating=rating,
            comment=comment,
            created_at=now,
        )

    def replied(self, text: str, now: datetime) -> Review:
        """The review with what its consultant answers. Raises `AlreadyReplied` or `Invalid`."""
        text = text.strip()
        check = FieldCheck()
        check.require(bool(text), "reply", "Write a reply.")
        check.require(
            len(text) <= LONGEST_REPLY and is_clean(text, lines=True),
            "reply",
            Sentence("Use at most {longest:,} characters.", longest=LONGEST_REPLY),
        )
        check.done()
        if self.reply is not None:
            raise AlreadyReplied
        return replace(self, reply=Reply(text, now))

    def hidden(self, now: datetime) -> Review:
        """The review, out of everybody's sight. Raises `ReviewHidden`."""
        if self.hidden_at is not None:
            raise ReviewHidden
        return replace(self, hidden_at=now)

    def shown(self) -> Review:
        """The review, for everybody again. Raises `ReviewShown`."""
        if self.hidden_at is None:
            raise ReviewShown
        return replace(self, hidden_at=None)
