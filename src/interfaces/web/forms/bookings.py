"""The forms about one booking."""

from __future__ import annotations

from uuid import UUID

from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.report_absence import ReportAbsenceCommand
from application.bookings.reschedule_booking import RescheduleBookingCommand
from application.bookings.reserve_seat import ReserveSeatCommand
from application.bookings.set_meeting_link import SetMeetingLinkCommand
from application.reviews.write_review import WriteReviewCommand
from domain.bookings import LONGEST_LINK, LONGEST_PLATFORM, LONGEST_REASON
from domain.refusals import Invalid
from domain.reviews import LONGEST_COMMENT
from interfaces.web.forms.form import Form, Reading
from interfaces.web.words import stars

LONGEST_SUM = 12
"""Digits of a sum in subunits."""


class ReasonForm(Form):
    """Take a seat: what the session is about. `tz` is the zone in which the time was shown."""

    FIELDS = ("reason_for_session", "tz")

    def command(self, slot_id: UUID) -> ReserveSeatCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        reason = read.text(
            "reason_for_session",
            "Say in a few words what the session is about.",
            longest=LONGEST_REASON,
            lines=True,
        )
        read.done()
        return ReserveSeatCommand(slot_id=slot_id, reason=reason)


class CancellationForm(Form):
    """Call a session off. `expected_refund`, in subunits, is the sum that the page named."""

    FIELDS = ("reason", "expected_refund")

    def command(self, booking_id: UUID) -> CancelBookingCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        reason = read.text("reason", longest=LONGEST_REASON, lines=True)
        agreed = self.typed.get("expected_refund", "")
        is_sum = agreed.isascii() and agreed.isdigit() and len(agreed) <= LONGEST_SUM
        read.check.require(is_sum, "", "Look at the sum that you get back, then cancel.")
        read.done()
        return CancelBookingCommand(booking_id=booking_id, reason=reason or None, expected_refund=int(agreed))


class MoveForm(Form):
    """Move a session to another slot."""

    FIELDS = ("slot",)

    def slot_id(self) -> UUID | None:
        """The slot, unless that is no slot's name."""
        try:
            return UUID(self.typed.get("slot", ""))
        except ValueError:
            return None

    def command(self, booking_id: UUID) -> RescheduleBookingCommand:
        """Raises `Invalid`."""
        slot_id = self.slot_id()
        if slot_id is None:
            raise Invalid.field("", "Choose one of the times below.")
        return RescheduleBookingCommand(booking_id=booking_id, slot_id=slot_id)


class AbsenceForm(Form):
    """Report that the consultant did not come."""

    FIELDS = ("reason",)

    def command(self, booking_id: UUID) -> ReportAbsenceCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        reason = read.text("reason", longest=LONGEST_REASON, lines=True)
        read.done()
        return ReportAbsenceCommand(booking_id=booking_id, reason=reason or None)


class MeetingLinkForm(Form):
    """Say where a session takes place."""

    FIELDS = ("meeting_platform", "meeting_link")

    def command(self, booking_id: UUID) -> SetMeetingLinkCommand:
        """For one booking. Raises `Invalid`."""
        platform, link = self.place()
        return SetMeetingLinkCommand(booking_id=booking_id, platform=platform, link=link)

    def place(self) -> tuple[str, str]:
        """The platform, and the address. Raises `Invalid`."""
        read = Reading(self.typed)
        platform = read.text(
            "meeting_platform", "Name the platform, such as Google Meet.", longest=LONGEST_PLATFORM
        )
        link = read.text("meeting_link", "Enter the link to the meeting.", longest=LONGEST_LINK)
        read.done()
        return platform, link


class ReviewForm(Form):
    """Stars and a comment."""

    FIELDS = ("rating", "comment")

    def command(self, booking_id: UUID) -> WriteReviewCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        rating = read.choice("rating", map(str, stars()), "Choose from 1 to 5 stars.")
        comment = read.text("comment", longest=LONGEST_COMMENT, lines=True)
        read.done()
        return WriteReviewCommand(booking_id=booking_id, rating=int(rating), comment=comment)
