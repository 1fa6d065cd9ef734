"""What a client's booking says to its client: its state, its history, how long something takes yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from application.bookings.free_times import FreeTimeView
from application.bookings.views import (
    AbsenceReportView,
    BookableSlotView,
    BookingDetails,
    BookingView,
    HistoryView,
)
from application.money_view import MoneyView
from domain import reasons
from domain.absences import AbsenceStatus
from domain.availability import SlotNotOpen
from domain.bookings import AlreadyBooked, BookingOverlap, BookingStatus, SlotFull, SlotInPast
from domain.payments import PaymentStatus
from interfaces.web import time_words, words
from interfaces.web.language import gettext, ngettext, translated
from interfaces.web.money_words import exact_sum
from interfaces.web.words import Badge

JOIN_EARLY = timedelta(minutes=10)
"""How long before the start the way into the session grows."""
SOON = timedelta(hours=1)
"""How long before the start the minutes are counted."""
_MOVE = re.compile(r"moved from (\S+) to (\S+)\Z")


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


def title(service: str | None, consultant: str) -> str:
    """What a session is called: its kind, if it is of one, and whom it is with."""
    if service:
        return gettext("{service} with {consultant}").format(service=service, consultant=consultant)
    return gettext("Session with {consultant}").format(consultant=consultant)


def badge(booking: BookingView, now: datetime) -> Badge:
    """The state in two or three words; who was missing, if somebody was."""
    if booking.absent == "client":
        return Badge(gettext("You were not there"), "secondary")
    if booking.absent == "consultant":
        return Badge(gettext("Consultant did not come"), "secondary")
    if has_lapsed(booking, now):
        return words.booking_badge(BookingStatus.EXPIRED)
    if booking.status == BookingStatus.CONFIRMED and booking.ends_at <= now:
        return Badge(gettext("Over"), "info")
    return words.booking_badge(booking.status)


def states() -> dict[str, str]:
    """The states by which a client can look for sessions."""
    return {status.value: words.booking_badge(status).text for status in BookingStatus}


def state(booking: BookingDetails, now: datetime) -> str:
    """Where the booking stands, as a sentence."""
    name = first_name(booking.consultant.name)
    if booking.status == BookingStatus.PENDING:
        if is_held(booking, now):
            return gettext("The seat waits for your payment.")
        return gettext("Nobody paid in time.")
    if booking.status == BookingStatus.CONFIRMED:
        if booking.starts_at > now:
            left = how_long(booking.starts_at, now)
            return gettext("Your seat is yours. The session starts in {time}.").format(time=left)
        return gettext("The session is on now.") if booking.ends_at > now else gettext("The session is over.")
    if booking.status == BookingStatus.COMPLETED:
        return gettext("The session is over.") if is_in_doubt(booking) else gettext("The session took place.")
    if booking.status == BookingStatus.EXPIRED:
        return gettext("It was not paid for in time, so that the seat was given back.")
    if booking.status == BookingStatus.NO_SHOW:
        if booking.absent == "consultant":
            return gettext("The session did not take place.")
        return gettext("{name} says that you did not come.").format(name=name)
    return _cancelled(booking.history[-1], name)


def _cancelled(last: HistoryView, name: str) -> str:
    if last.actor == "client":
        if last.previous == BookingStatus.PENDING:
            return gettext("You gave up the seat before it was paid for.")
        return gettext("You cancelled this session.")
    if last.actor == "consultant":
        return gettext("{name} cancelled this session.").format(name=name)
    return gettext("Imoran cancelled this session.")


def is_in_doubt(booking: BookingDetails) -> bool:
    """Whether the client says that the consultant did not come, and nobody has decided about it yet."""
    report = booking.absence_report
    return report is not None and report.status in (AbsenceStatus.OPEN, AbsenceStatus.CONTESTED)


def obstacle(slot: BookableSlotView) -> str:
    """Why a session cannot be booked."""
    if slot.can_wait or slot.is_in_line:
        return gettext("All seats are taken.")
    return translated(slot.obstacle or "")


def is_held(booking: BookingView, now: datetime) -> bool:
    """Whether the seat waits for its payment and there is time left."""
    return booking.hold_expires_at is not None and booking.hold_expires_at > now


def seconds_held(booking: BookingView, now: datetime) -> int:
    """How long the seat waits for its payment yet; 0 when it does not."""
    left = (booking.hold_expires_at or now) - now
    return max(0, int(left.total_seconds()))


def has_lapsed(booking: BookingView, now: datetime) -> bool:
    """Whether the seat waited for its payment, and the time is over."""
    return booking.status == BookingStatus.PENDING and not is_held(booking, now)


def can_join(booking: BookingView, now: datetime) -> bool:
    """Whether it is time to go there: from ten minutes before the start until the end."""
    return booking.starts_at - JOIN_EARLY <= now < booking.ends_at


def seconds_until_joining(booking: BookingView, now: datetime) -> int | None:
    """How long until it is time to go there, when that is soon."""
    left = booking.starts_at - JOIN_EARLY - now
    return int(left.total_seconds()) if timedelta(0) < left <= SOON else None


def can_move(booking: BookingDetails) -> bool:
    """Whether there is anything to move: a seat that is not only held, in a session that has not begun."""
    return booking.status == BookingStatus.CONFIRMED and booking.cancellation is not None


def was_moved(booking: BookingDetails) -> bool:
    """Whether it was another time once."""
    return any(_MOVE.match(step.reason or "") for step in booking.history)


def has_open_payment(booking: BookingDetails) -> bool:
    """Whether somebody went to pay for it and has not come back yet, perhaps in another tab."""
    return any(payment.status == PaymentStatus.INITIALIZED for payment in booking.payments)


def share(percent: int, price: MoneyView) -> str:
    """What a refund of so many hundredths is of what was paid."""
    paid = exact_sum(price)
    if percent == 100:
        return gettext("That is all that you paid.")
    if percent == 50:
        return gettext("That is half of the {paid} that you paid.").format(paid=paid)
    if percent:
        share_of = gettext("That is {percent} % of the {paid} that you paid.")
        return share_of.format(percent=percent, paid=paid)
    return gettext("It is too late to get the {paid} back.").format(paid=paid)


def differences(free: FreeTimeView, booking: BookingDetails) -> list[str]:
    """What one ought to know of a time before one moves there: what is not as it was."""
    length = words.length(free.starts_at, free.ends_at)
    notes = [length] if length != words.length(booking.starts_at, booking.ends_at) else []
    if free.service and free.service != booking.service:
        notes.append(free.service)
    if free.capacity > 1:
        notes.append(seats_left(free.seats_left))
    return notes


def seats_left(count: int) -> str:
    """`1 seat left`, `5 seats left`."""
    return ngettext("{count} seat left", "{count} seats left", count).format(count=count)


def history(booking: BookingDetails, zone: ZoneInfo) -> list[Step]:
    """Everything that happened, first things first, times in that zone."""
    actors = {
        "client": gettext("by you"),
        "consultant": gettext("by {name}").format(name=first_name(booking.consultant.name)),
        "operator": gettext("by Imoran"),
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
        return gettext("Moved from {before} to {after}").format(before=before, after=after)
    if step.previous is None and step.status == BookingStatus.CONFIRMED:
        return gettext("Seat booked")
    if (step.previous, step.status) == (BookingStatus.PENDING, BookingStatus.CANCELLED):
        return gettext("Seat given up")
    return {
        "pending": gettext("Seat held"),
        "confirmed": gettext("Confirmed"),
        "completed": gettext("Session took place"),
        "no_show": gettext("Session missed"),
        "expired": gettext("Seat given back"),
        "cancelled": gettext("Cancelled"),
    }[step.status]


def _note(step: HistoryView) -> str | None:
    if step.reason is None or _MOVE.match(step.reason):
        return None
    return told(step.reason)


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)


def told(reason: str) -> str:
    """A stored reason as one tells it to the client; people's own words stay as they are."""
    obstacle_code = reasons.why_too_late(reason)
    if obstacle_code:
        return _why_too_late(obstacle_code)
    if reason.startswith(reasons.UNDECIDED):
        return gettext("Paystack had charged something else than we asked for.")
    return _known_reasons().get(reason) or sentence(reason)


def _known_reasons() -> dict[str, str]:
    did_not_come = gettext("Your consultant did not come.")
    return {
        reasons.PAYMENT_VERIFIED: gettext("Paystack confirmed your payment."),
        reasons.PAYMENT_VERIFIED_LATE: gettext(
            "Your payment came after the time to pay, and the seat was still free."
        ),
        reasons.HOLD_RAN_OUT: gettext("Nobody paid in time."),
        reasons.PAID_ALREADY: gettext("The session was paid for already."),
        reasons.SESSION_CANCELLED: gettext("The session was cancelled before your payment came."),
        reasons.CANCELLED_BY_CLIENT: gettext("You cancelled."),
        reasons.CANCELLED_BY_CONSULTANT: gettext("Your consultant cancelled."),
        reasons.CANCELLED_BY_OPERATOR: gettext("Imoran cancelled."),
        reasons.CLIENT_DID_NOT_COME: gettext("You were marked as not there."),
        reasons.CONSULTANT_DID_NOT_COME: did_not_come,
        reasons.CONSULTANT_ADMITTED_IT: did_not_come,
        reasons.OPERATOR_DECIDED_IT: did_not_come,
        reasons.CONSULTANT_DID_NOT_ANSWER: gettext("Your consultant did not answer your report."),
        reasons.BANK_TOOK_IT_BACK: gettext("Your bank took the money back."),
        reasons.REFUNDED_BY_OPERATOR: gettext("Imoran sent it back."),
        reasons.PAYMENT_FOUND: gettext("Imoran found your payment."),
    }


def _why_too_late(code: str) -> str:
    """Why money that came late could not have its seat, by the code of the refusal."""
    return {
        SlotFull.code: gettext("You paid after the time to pay was over, and somebody else had taken the seat."),
        SlotInPast.code: gettext("You paid after the time to pay was over, and the session had begun."),
        SlotNotOpen.code: gettext("You paid after the time to pay was over, and the session was closed by then."),
        BookingOverlap.code: gettext(
            "You paid after the time to pay was over, and had another session at that time by then."
        ),
        AlreadyBooked.code: gettext(
            "You paid after the time to pay was over, and had another seat in it by then."
        ),
    }.get(code) or gettext(
        "You paid after the time to pay was over, and the session could not be booked any more."
    )


def sentence(reason: str) -> str:
    """A stored reason as a sentence: with a capital in front and an end."""
    end = "" if reason.endswith((".", "!", "?", "…")) else "."
    return reason[:1].upper() + reason[1:] + end


def absence(report: AbsenceReportView, name: str) -> tuple[Badge, str]:
    """Where the report of a consultant's absence stands, and what that means."""
    if report.status == AbsenceStatus.OPEN:
        return Badge(gettext("Waiting for an answer"), "warning"), gettext(
            "{name} has 72 hours to answer. Without an answer all of your money goes back by itself."
        ).format(name=name)
    if report.status == AbsenceStatus.CONTESTED:
        return Badge(gettext("Being decided"), "warning"), gettext(
            "{name} says that the session took place. A person at Imoran looks at both sides and decides."
        ).format(name=name)
    if report.status == AbsenceStatus.UPHELD:
        return Badge(gettext("You were right"), "success"), gettext(
            "{name} did not come. All that you paid goes back to you."
        ).format(name=name)
    return Badge(gettext("Turned down"), "secondary"), gettext(
        "A person at Imoran looked at both sides and found that {name} was there. Nothing goes back."
    ).format(name=name)


def how_long(until: datetime, now: datetime) -> str:
    """`3 days`, `1 day 4 hours`, `2 hours 5 minutes`, `12 minutes`, `less than a minute`."""
    minutes = max(0, int((until - now).total_seconds() // 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days > 2:
        return words.amount(days, "day")
    largest = [("day", days), ("hour", hours)] if days else [("hour", hours), ("minute", minutes)]
    return words.amounts(*largest) or gettext("less than a minute")


def span_beside(starts_at: datetime, ends_at: datetime, zone: ZoneInfo, beside: ZoneInfo) -> str | None:
    """The same time in another zone, the date only where it is another one; nothing where clocks agree."""
    there, here = ([at.astimezone(one) for at in (starts_at, ends_at)] for one in (zone, beside))
    if [at.replace(tzinfo=None) for at in there] == [at.replace(tzinfo=None) for at in here]:
        return None
    whole = time_words.span(starts_at, ends_at, zone)
    is_one_day = len({at.date() for at in [*there, *here]}) == 1
    return whole.partition(", ")[2] if is_one_day else whole
