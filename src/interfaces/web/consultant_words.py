"""What a booking says to its consultant: its state, what there is to do, what money does."""

from __future__ import annotations

from datetime import datetime, timedelta

from application.availability.timetable import TimetableSession
from application.bookings.views import AbsenceReportView, ConsultantBookingView
from domain.absences import AbsenceStatus
from domain.availability import SlotStatus
from domain.bookings import BookingStatus
from interfaces.web import words
from interfaces.web.words import Badge

SOON = timedelta(days=3)
_UNDECIDED = (AbsenceStatus.OPEN, AbsenceStatus.CONTESTED)


def badge(booking: ConsultantBookingView, now: datetime) -> Badge:
    """The state in two or three words; who was missing, if somebody was."""
    if booking.absent == "client":
        return Badge("Client did not come", "secondary")
    if booking.absent == "consultant":
        return Badge("You did not come", "secondary")
    if booking.status == BookingStatus.PENDING and not is_held(booking, now):
        return words.BOOKING_STATUS[BookingStatus.EXPIRED]
    if booking.status == BookingStatus.CONFIRMED and booking.starts_at <= now:
        return Badge("On now", "success") if booking.ends_at > now else Badge("Over", "info")
    return words.BOOKING_STATUS[booking.status]


def is_held(booking: ConsultantBookingView, now: datetime) -> bool:
    """Whether the seat waits for its payment."""
    return booking.hold_expires_at is not None and booking.hold_expires_at > now


def is_undecided(booking: ConsultantBookingView) -> bool:
    """Whether the booking waits for what becomes of a report; until then nothing else is done with it."""
    return booking.absence_report is not None and booking.absence_report.status in _UNDECIDED


def lacks_link(booking: ConsultantBookingView, now: datetime) -> bool:
    """Whether its client cannot know yet where to meet."""
    return booking.status == BookingStatus.CONFIRMED and booking.ends_at > now and not booking.meeting_link


def needs_link_soon(booking: ConsultantBookingView, now: datetime) -> bool:
    """Whether the field for the link is better open at once."""
    return lacks_link(booking, now) and booking.starts_at - now < SOON


def can_be_called_off(booking: ConsultantBookingView, now: datetime) -> bool:
    """Whether its consultant is offered to cancel it."""
    is_waiting = booking.status == BookingStatus.PENDING and is_held(booking, now)
    return (is_waiting or booking.status == BookingStatus.CONFIRMED) and not is_undecided(booking)


BANK_DISPUTE = {
    "open": "The client’s bank disputes this payment. Nothing of it is paid out until that is decided.",
    "lost": "The client’s bank took the money for this session back, so that you earn nothing with what it took.",
}


def absence(report: AbsenceReportView, client: str) -> str:
    """Where a report of one's absence stands, and what that means."""
    return {
        AbsenceStatus.OPEN: f"{client} reported that you did not come.",
        AbsenceStatus.CONTESTED: (
            f"{client} reported that you did not come, and you said that you were there. "
            "A person at Imoran looks at both sides and decides."
        ),
        AbsenceStatus.UPHELD: f"{client} reported that you did not come. All of the money went back.",
        AbsenceStatus.DISMISSED: (
            f"{client} reported that you did not come. A person at Imoran decided that you were there."
        ),
    }[AbsenceStatus(report.status)]


def seats(session: TimetableSession, now: datetime) -> Badge:
    """Whether a session can be booked, and how many seats are taken, in a few words."""
    taken = f"{session.seats_taken} of {session.max_slots} taken"
    held = f", {session.seats_held} held" if session.seats_held else ""
    if session.status == SlotStatus.CLOSED:
        return Badge(f"Closed, {taken}" if session.seats_taken else "Closed", "secondary")
    if not session.seats_taken:
        if session.starts_at <= now:
            return Badge("Nobody booked", "secondary")
        return Badge("Free" if session.max_slots == 1 else f"Free, {taken}", "success")
    if session.max_slots == 1:
        return Badge("Held", "warning") if held else Badge("Taken", "info")
    return Badge(taken + held, "info" if session.seats_taken >= session.max_slots else "success")
