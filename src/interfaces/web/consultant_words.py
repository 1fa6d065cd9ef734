"""What bookings, sessions and the profile say to their consultant: how they stand, and what there is to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from application.availability.timetable import TimetableSession
from application.bookings.today import Session, TodayView
from application.bookings.views import AbsenceReportView, ConsultantBookingView
from application.consultants.views import ProfileView
from domain.absences import AbsenceStatus
from domain.availability import SlotStatus
from domain.bookings import BookingStatus
from domain.consultants import missing_for_publication
from interfaces.web import words
from interfaces.web.language import gettext, ngettext
from interfaces.web.words import Badge

SOON = timedelta(days=3)
JOIN_EARLY = timedelta(minutes=10)
_UNDECIDED = (AbsenceStatus.OPEN, AbsenceStatus.CONTESTED)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing on the way to the first booking, and where it is done."""

    words: str
    href: str
    is_done: bool


def badge(booking: ConsultantBookingView, now: datetime) -> Badge:
    """The state in two or three words; who was missing, if somebody was."""
    if booking.absent == "client":
        return Badge(gettext("Client did not come"), "secondary")
    if booking.absent == "consultant":
        return Badge(gettext("You did not come"), "secondary")
    if booking.status == BookingStatus.PENDING and not is_held(booking, now):
        return words.booking_badge(BookingStatus.EXPIRED)
    if booking.status == BookingStatus.CONFIRMED and booking.starts_at <= now:
        is_on = booking.ends_at > now
        return Badge(gettext("On now"), "success") if is_on else Badge(gettext("Over"), "info")
    return words.booking_badge(booking.status)


def no_link_yet() -> Badge:
    """Beside a booking whose client cannot know yet where to meet."""
    return Badge(gettext("No link yet"), "warning")


def not_published() -> Badge:
    """Beside a profile that clients cannot find."""
    return Badge(gettext("Not published"), "warning")


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


def needs_session_link_soon(session: Session, now: datetime) -> bool:
    """The same for everybody in a session."""
    return bool(session.without_link) and session.starts_at - now < SOON


def can_be_called_off(booking: ConsultantBookingView, now: datetime) -> bool:
    """Whether its consultant is offered to cancel it."""
    is_waiting = booking.status == BookingStatus.PENDING and is_held(booking, now)
    return (is_waiting or booking.status == BookingStatus.CONFIRMED) and not is_undecided(booking)


def can_be_settled(booking: ConsultantBookingView, now: datetime) -> bool:
    """Whether its consultant is asked if it took place."""
    return booking.status == BookingStatus.CONFIRMED and booking.ends_at <= now and not is_undecided(booking)


def can_start(session: Session, now: datetime) -> bool:
    """Whether it is time to go there: from ten minutes before the start until the end."""
    return session.starts_at - JOIN_EARLY <= now < session.ends_at


def bank_dispute(standing: str) -> str:
    """What a dispute at the client's bank means."""
    return {
        "open": gettext(
            "The client’s bank disputes this payment. Nothing of it is paid out until that is decided."
        ),
        "lost": gettext(
            "The client’s bank took the money for this session back, so that you earn nothing with what it took."
        ),
    }[standing]


def absence(report: AbsenceReportView, client: str) -> str:
    """Where a report of one's absence stands, and what that means."""
    return {
        AbsenceStatus.OPEN: gettext("{client} reported that you did not come."),
        AbsenceStatus.CONTESTED: gettext(
            "{client} reported that you did not come, and you said that you were there. "
            "A person at Imoran looks at both sides and decides."
        ),
        AbsenceStatus.UPHELD: gettext("{client} reported that you did not come. All of the money went back."),
        AbsenceStatus.DISMISSED: gettext(
            "{client} reported that you did not come. A person at Imoran decided that you were there."
        ),
    }[AbsenceStatus(report.status)].format(client=client)


def seats(session: TimetableSession, now: datetime) -> Badge:
    """Whether a session can be booked, and how many seats are taken, in a few words."""
    taken = _taken(session.seats_taken, session.max_slots)
    if session.status == SlotStatus.CLOSED:
        closed = gettext("Closed, {seats}").format(seats=taken) if session.seats_taken else gettext("Closed")
        return Badge(closed, "secondary")
    if not session.seats_taken:
        if session.starts_at <= now:
            return Badge(gettext("Nobody booked"), "secondary")
        free = gettext("Free") if session.max_slots == 1 else gettext("Free, {seats}").format(seats=taken)
        return Badge(free, "success")
    if session.max_slots == 1:
        return Badge(gettext("Held"), "warning") if session.seats_held else Badge(gettext("Taken"), "info")
    if session.seats_held:
        taken = gettext("{seats}, {held} held").format(seats=taken, held=session.seats_held)
    return Badge(taken, "info" if session.seats_taken >= session.max_slots else "success")


def attendance(session: Session) -> Badge:
    """How many come to a session."""
    return Badge(_taken(len(session.seats), session.max_slots), "info")


def _taken(taken: int, seats: int) -> str:
    return gettext("{taken} of {seats} taken").format(taken=taken, seats=seats)


def waiting(count: int) -> str:
    """`2 people wait for a seat`."""
    return ngettext("{count} person waits for a seat", "{count} people wait for a seat", count).format(count=count)


def seat_count(count: int) -> str:
    """`4 seats`."""
    return ngettext("{count} seat", "{count} seats", count).format(count=count)


def states() -> dict[str, str]:
    """By what a list of bookings can be narrowed, the first without being asked."""
    return {
        "coming": gettext("Still to come"),
        "no-link": gettext("Without a meeting link"),
        "over": gettext("Over, to be settled"),
        "pending": gettext("Waiting for payment"),
        "completed": gettext("Completed"),
        "no_show": gettext("Not attended"),
        "cancelled": gettext("Cancelled"),
        "expired": gettext("Hold ran out"),
        "all": gettext("All bookings"),
    }


def lacks_for_publication(profile: ProfileView) -> list[tuple[str, str]]:
    """What has to be there before clients can find one: the field, and what to do about it."""
    todo = {
        "headline": gettext("Add a headline"),
        "bio": gettext("Write something about you"),
        "specializations": gettext("Name a specialisation"),
    }
    missing = missing_for_publication(profile.headline, profile.bio, profile.specializations)
    return [(field, todo[field]) for field in missing]


def steps(profile: ProfileView, today: TodayView) -> list[Step]:
    """The way to the first booking."""
    return [
        Step(gettext("Write your profile"), "/consultant/profile", not lacks_for_publication(profile)),
        Step(gettext("Add a service"), "/consultant/services/new", today.has_services),
        Step(gettext("Publish times"), "/consultant/patterns/new", today.has_free_times),
        Step(gettext("Publish your page"), "/consultant/profile#is_published", profile.is_published),
    ]


def completeness(profile: ProfileView) -> list[Step]:
    """What a full profile has; the first that are not done are worth doing first."""
    lacking = {field for field, _ in lacks_for_publication(profile)}
    return [
        Step(gettext("Headline"), "/consultant/profile#headline", "headline" not in lacking),
        Step(gettext("About you"), "/consultant/profile#bio", "bio" not in lacking),
        Step(gettext("Specialisations"), "/consultant/profile#specializations", "specializations" not in lacking),
        Step(gettext("Languages"), "/consultant/profile#languages", bool(profile.languages)),
        Step(gettext("Picture"), "/account/picture", profile.picture_url is not None),
        Step(gettext("Published"), "/consultant/profile#is_published", profile.is_published),
    ]
