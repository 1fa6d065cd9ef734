"""The forms with which a consultant calls a session off, and answers a report of their absence."""

from __future__ import annotations

from uuid import UUID

from application.bookings.answer_absence_report import AnswerAbsenceReportCommand
from domain.bookings import LONGEST_REASON
from interfaces.web.forms.form import Form, Reading

ATTENDED = {"yes": True, "no": False}


class SessionCancellationForm(Form):
    """Call off a session with all of its bookings."""

    FIELDS = ("reason",)

    def reason(self) -> str | None:
        """What its clients read. Raises `Invalid`."""
        read = Reading(self.typed)
        reason = read.text("reason", longest=LONGEST_REASON, lines=True)
        read.done()
        return reason or None


class AbsenceAnswerForm(Form):
    """Say whether one was there."""

    FIELDS = ("attended", "comment")

    def command(self, booking_id: UUID) -> AnswerAbsenceReportCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        attended = read.choice("attended", ATTENDED, "Choose whether you were there.")
        comment = read.text("comment", longest=LONGEST_REASON, lines=True)
        read.done()
        return AnswerAbsenceReportCommand(
            booking_id=booking_id, attended=ATTENDED[attended], comment=comment or None
        )
