"""Absence reports: a client says that the consultant did not come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain import reasons
from domain.bookings import Actor, Booking, BookingStatus, SessionNotBegun, checked_words
from domain.refusals import Refusal

TIME_TO_ANSWER = timedelta(hours=72)
"""For the consultant; silence means a full refund."""
TIME_TO_REPORT = timedelta(days=7)
"""After the session's end."""

REPORTABLE = frozenset({BookingStatus.CONFIRMED, BookingStatus.COMPLETED, BookingStatus.NO_SHOW})


class AbsenceStatus(StrEnum):
    """`open` waits for the consultant, `contested` for an operator; the others are final."""

    OPEN = "open"
    CONTESTED = "contested"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class CannotReportAbsence(Refusal):
    """Only a session that was to take place can have been missed, and only its client can say so, in time."""

    code = "cannot_report_absence"
    sentence = "An absence can be reported from a session's start until seven days after its end."


class AbsenceAlreadyReported(Refusal):
    """There is one report for a booking."""

    code = "absence_already_reported"
    sentence = "You have reported this already."


class AbsenceReported(Refusal):
    """The booking waits for what becomes of its report."""

    code = "absence_reported"
    sentence = "The client reported that you did not come. Answer the report first."


class AbsenceUndecided(Refusal):
    """Whoever says that the session did not take place does not review it."""

    code = "absence_undecided"
    sentence = "You reported that the consultant did not come. Wait for what becomes of your report."


class AbsenceNotOpen(Refusal):
    """The report is answered or decided already."""

    code = "absence_not_open"
    sentence = "This report has been answered already."


@dataclass(slots=True, kw_only=True)
class AbsenceReport:
    """What a client reported of one booking, what the consultant answers, and how it ends."""

    booking_id: UUID
    words: str
    reported_at: datetime
    answer_due_at: datetime
    status: AbsenceStatus = AbsenceStatus.OPEN
    answer: str | None = None
    answered_at: datetime | None = None
    resolved_at: datetime | None = None

    @classmethod
    def make(cls, booking: Booking, now: datetime, *, words: str | None, is_reviewed: bool) -> AbsenceReport:
        """Raises `SessionNotBegun`, `CannotReportAbsence` or `Invalid`.

        Whoever reviewed the session was there, and so was the consultant.
        """
        words = checked_words(words, "reason")
        if booking.status is BookingStatus.CONFIRMED and not booking.span.has_begun(now):
            raise SessionNotBegun
        in_time = now <= booking.span.ends_at + TIME_TO_REPORT
        if booking.status not in REPORTABLE or not in_time or is_reviewed:
            raise CannotReportAbsence
        return cls(booking_id=booking.id, words=words or "", reported_at=now, answer_due_at=now + TIME_TO_ANSWER)

    @property
    def is_settled(self) -> bool:
        """Whether nobody has to do anything about it any more."""
        return self.status in (AbsenceStatus.UPHELD, AbsenceStatus.DISMISSED)

    def admit(self, booking: Booking, now: datetime, *, words: str | None) -> None:
        """The consultant says that it is so. Raises `AbsenceNotOpen`."""
        self._answer(now, words)
        self._uphold(booking, now, Actor.CONSULTANT, reasons.CONSULTANT_ADMITTED_IT)

    def contest(self, now: datetime, *, words: str | None) -> None:
        """The consultant says that they were there: an operator decides. Raises `AbsenceNotOpen`."""
        self._answer(now, words)
        self.status = AbsenceStatus.CONTESTED

    def lapse(self, booking: Booking, now: datetime) -> None:
        """The consultant did not answer in time. Raises `AbsenceNotOpen` before that, and afterwards."""
        if self.status is not AbsenceStatus.OPEN or now < self.answer_due_at:
            raise AbsenceNotOpen
        self._uphold(booking, now, Actor.SYSTEM, reasons.CONSULTANT_DID_NOT_ANSWER)

    def decide(self, booking: Booking, now: datetime, *, upheld: bool) -> None:
        """An operator says who is right. Raises `AbsenceNotOpen`."""
        if self.is_settled:
            raise AbsenceNotOpen
        if upheld:
            self._uphold(booking, now, Actor.OPERATOR, reasons.OPERATOR_DECIDED_IT)
        else:
            self.status, self.resolved_at = AbsenceStatus.DISMISSED, now

    def _answer(self, now: datetime, words: str | None) -> None:
        if self.status is not AbsenceStatus.OPEN:
            raise AbsenceNotOpen
        self.answer, self.answered_at = checked_words(words, "comment") or "", now

    def _uphold(self, booking: Booking, now: datetime, actor: Actor, reason: str) -> None:
        booking.was_missed_by_consultant(now, actor=actor, reason=reason)
        self.status, self.resolved_at = AbsenceStatus.UPHELD, now
