"""What a client's booking says to its client: its state, its history, how long something takes yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from application.bookings.free_times import FreeTimeView
from application.bookings.views import AbsenceReportView, BookingDetails, BookingView, HistoryView
from application.money_view import MoneyView
from domain.absences import AbsenceStatus
from domain.bookings import BookingStatus
from interfaces.web import time_words, words
from interfaces.web.money_words import exact_sum
from interfaces.web.words import Badge

JOIN_EARLY = timedelta(minutes=10)
_MOVE = re.compile(r"moved from (\S+) to (\S+)\Z")
_STEPS = {
    "pending": "Seat held",
    "confirmed": "Confirmed",
    "completed": "Session took place",
    "no_show": "Session missed",
    "expired": "Seat given back",
    "cancelled": "Cancelled",
}
_REASONS = {
    "cancelled by the client": "You cancelled.",
    "cancelled by the consultant": "Your consultant cancelled.",
    "cancelled by the operator": "Imoran cancelled.",
    "the client did not come": "You were marked as not there.",
    "refunded by an operator": "Imoran sent it back.",
    "an operator found its payment": "Imoran found your payment.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a history."""

    title: str
    by: str
    at: datetime
    note: str | None


def first_name(name: str) -> str:
    """What one calls somebody."""
    return name.split()[0]


def badge(booking: BookingView, now: datetime) -> Badge:
    """The state in two or three words; who was missing, if somebody was."""
    if booking.absent == "client":
        return Badge("You were not there", "secondary")
    if booking.absent == "consultant":
        return Badge("Consultant did not come", "secondary")
    if booking.status == BookingStatus.PENDING and not is_held(booking, now):
        return words.BOOKING_STATUS[BookingStatus.EXPIRED]
    if booking.status == BookingStatus.CONFIRMED and booking.ends_at <= now:
        return Badge("Over", "info")
    return words.BOOKING_STATUS[booking.status]


def state(booking: BookingDetails, now: datetime) -> str:
    """Where the booking stands, as a sentence."""
    name = first_name(booking.consultant.name)
    if booking.status == BookingStatus.PENDING:
        return "The seat waits for your payment." if is_held(booking, now) else "Nobody paid in time."
    if booking.status == BookingStatus.CONFIRMED:
        if booking.starts_at > now:
            return f"Your seat is yours. The session starts {in_how_long(booking.starts_at, now)}."
        return "The session is on now." if booking.ends_at > now else "The session is over."
    if booking.status == BookingStatus.COMPLETED:
        return "The session took place."
    if booking.status == BookingStatus.EXPIRED:
        return "It was not paid for in time, so that the seat was given back."
    if booking.status == BookingStatus.NO_SHOW:
        missed = "The session did not take place."
        return missed if booking.absent == "consultant" else f"{name} says that you did not come."
    return _cancelled(booking.history[-1], name)


def _cancelled(last: HistoryView, name: str) -> str:
    if last.actor == "client":
        gave_up = last.previous == BookingStatus.PENDING
        return "You gave up the seat before it was paid for." if gave_up else "You cancelled this session."
    return f"{name} cancelled this session." if last.actor == "consultant" else "Imoran cancelled this session."


def is_held(booking: BookingView, now: datetime) -> bool:
    """Whether the seat waits for its payment and there is time left."""
    return booking.hold_expires_at is not None and booking.hold_expires_at > now


def can_join(booking: BookingView, now: datetime) -> bool:
    """Whether it is time to go there: from ten minutes before the start until the end."""
    return booking.starts_at - JOIN_EARLY <= now < booking.ends_at


def can_move(booking: BookingDetails) -> bool:
    """Whether there is anything to move: a seat that is not only held, in a session that has not begun."""
    return booking.status == BookingStatus.CONFIRMED and booking.cancellation is not None


def was_moved(booking: BookingDetails) -> bool:
    """Whether it was another time once."""
    return any(_MOVE.match(step.reason or "") for step in booking.history)


def share(percent: int, price: MoneyView) -> str:
    """What a refund of so many hundredths is of what was paid."""
    paid = exact_sum(price)
    if percent == 100:
        return "That is all that you paid."
    part = "half" if percent == 50 else f"{percent} %"
    return f"That is {part} of the {paid} that you paid." if percent else f"It is too late to get the {paid} back."


def differences(free: FreeTimeView, booking: BookingDetails) -> list[str]:
    """What one ought to know of a time before one moves there: what is not as it was."""
    length = words.length(free.starts_at, free.ends_at)
    notes = [length] if length != words.length(booking.starts_at, booking.ends_at) else []
    if free.service and free.service != booking.service:
        notes.append(free.service)
    if free.capacity > 1:
        notes.append(f"{_counted(free.seats_left, 'seat')} left")
    return notes


def history(booking: BookingDetails, zone: ZoneInfo) -> list[Step]:
    """Everything that happened, first things first, times in that zone."""
    actors = {
        "client": "by you",
        "consultant": f"by {first_name(booking.consultant.name)}",
        "operator": "by Imoran",
        "system": "",
    }
    return [
        Step(title=_title(step, zone), by=actors[step.actor], at=step.at, note=_note(step))
        for step in booking.history
    ]


def _title(step: HistoryView, zone: ZoneInfo) -> str:
    move = _MOVE.match(step.reason or "")
    if move:
        before, after = (time_words.instant(_instant(text), zone) for text in move.groups())
        return f"Moved from {before} to {after}"
    if step.previous is None and step.status == BookingStatus.CONFIRMED:
        return "Seat booked"
    if (step.previous, step.status) == (BookingStatus.PENDING, BookingStatus.CANCELLED):
        return "Seat given up"
    return _STEPS[step.status]


def _note(step: HistoryView) -> str | None:
    if step.reason is None or _MOVE.match(step.reason):
        return None
    return sentence(step.reason)


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)


def sentence(reason: str) -> str:
    """A stored reason as a sentence for the client."""
    known = _REASONS.get(reason)
    if known:
        return known
    end = "" if reason.endswith((".", "!", "?", "…")) else "."
    return reason[:1].upper() + reason[1:] + end


def absence(report: AbsenceReportView, name: str) -> tuple[Badge, str]:
    """Where the report of a consultant's absence stands, and what that means."""
    if report.status == AbsenceStatus.OPEN:
        return Badge("Waiting for an answer", "warning"), (
            f"{name} has 72 hours to answer. Without an answer all of your money goes back by itself."
        )
    if report.status == AbsenceStatus.CONTESTED:
        return Badge("Being decided", "warning"), (
            f"{name} says that the session took place. A person at Imoran looks at both sides and decides."
        )
    if report.status == AbsenceStatus.UPHELD:
        return Badge("You were right", "success"), f"{name} did not come. All that you paid goes back to you."
    return Badge("Turned down", "secondary"), (
        f"A person at Imoran looked at both sides and found that {name} was there. Nothing goes back."
    )


def in_how_long(at: datetime, now: datetime) -> str:
    """`in 3 days`, `in 1 day 4 hours`, `in 2 hours 5 minutes`, `in 12 minutes`, `in less than a minute`."""
    return f"in {how_long(at, now)}"


def how_long(until: datetime, now: datetime) -> str:
    """`3 days`, `1 day 4 hours`, `2 hours 5 minutes`, `12 minutes`, `less than a minute`."""
    minutes = max(0, int((until - now).total_seconds() // 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days > 2:
        return _counted(days, "day")
    largest = [(days, "day"), (hours, "hour")] if days else [(hours, "hour"), (minutes, "minute")]
    return " ".join(_counted(count, word) for count, word in largest if count) or "less than a minute"


def span_beside(starts_at: datetime, ends_at: datetime, zone: ZoneInfo, beside: ZoneInfo) -> str | None:
    """The same time in another zone, the date only where it is another one; nothing where clocks agree."""
    there, here = ([at.astimezone(one) for at in (starts_at, ends_at)] for one in (zone, beside))
    if [at.replace(tzinfo=None) for at in there] == [at.replace(tzinfo=None) for at in here]:
        return None
    whole = time_words.span(starts_at, ends_at, zone)
    is_one_day = len({at.date() for at in [*there, *here]}) == 1
    return whole.partition(", ")[2] if is_one_day else whole


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
