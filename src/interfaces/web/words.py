"""What the product's states are called on a page, and how lengths of time are said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zlib import crc32
from zoneinfo import ZoneInfo

from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from application.bookings.views import AttemptView
from application.payments.views import PaymentView
from interfaces.web.language import gettext, locale
from interfaces.web.time_words import offset_in_words


@dataclass(frozen=True, slots=True)
class Badge:
    """A word, and the tone that goes with it; never the tone alone."""

    text: str
    tone: str


TINTS = 6
"""Colours behind initials; as many as the stylesheet knows."""


def tint(name: str) -> int:
    """The number of the colour behind a person's initials, always the same for the same name."""
    return crc32(name.encode()) % TINTS


def booking_badge(status: str) -> Badge:
    """Where a booking stands."""
    return {
        "pending": Badge(gettext("Waiting for payment"), "warning"),
        "confirmed": Badge(gettext("Confirmed"), "success"),
        "completed": Badge(gettext("Completed"), "info"),
        "no_show": Badge(gettext("Not attended"), "secondary"),
        "expired": Badge(gettext("Hold ran out"), "secondary"),
        "cancelled": Badge(gettext("Cancelled"), "danger"),
    }[status]


def waiting_badge(status: str) -> Badge:
    """Where a place in a waiting list stands, or how it ended."""
    return {
        "offered": Badge(gettext("Your turn"), "success"),
        "waiting": Badge(gettext("Waiting"), "info"),
        "taken": Badge(gettext("Seat taken"), "success"),
        "lapsed": Badge(gettext("Offer ran out"), "secondary"),
        "left": Badge(gettext("Left"), "secondary"),
        "closed": Badge(gettext("Ended"), "secondary"),
    }[status]


def payment_badge(payment: PaymentView | AttemptView) -> Badge:
    """Where a payment stands; money that a bank is still sending has a word of its own."""
    return money_on_its_way() if payment.is_under_way else payment_status(payment.status)


def payment_status(status: str) -> Badge:
    """Where a payment stands."""
    return {
        "initialized": Badge(gettext("Started"), "warning"),
        "success": Badge(gettext("Paid"), "success"),
        "failed": Badge(gettext("Failed"), "danger"),
        "abandoned": Badge(gettext("Not finished"), "secondary"),
        "mismatched": Badge(gettext("Being looked into"), "warning"),
        "refund_pending": Badge(gettext("Refund under way"), "info"),
        "refunded": Badge(gettext("Refunded"), "info"),
        "partially_refunded": Badge(gettext("Partly refunded"), "info"),
        "refund_failed": Badge(gettext("Refund delayed"), "warning"),
    }[status]


def money_on_its_way() -> Badge:
    """What slow ways of paying say until the money is there."""
    return Badge(gettext("On its way"), "info")


def refund_badge(status: str) -> Badge:
    """Where money that goes back stands."""
    return {
        "requested": Badge(gettext("Being sent"), "info"),
        "pending": Badge(gettext("Under way"), "info"),
        "processing": Badge(gettext("Under way"), "info"),
        "processed": Badge(gettext("Done"), "success"),
        "failed": Badge(gettext("Delayed"), "warning"),
        "needs-attention": Badge(gettext("Needs a bank account"), "warning"),
    }[status]


def slot_badge(status: str) -> Badge:
    """Whether a session can be booked."""
    return {
        "open": Badge(gettext("Open"), "success"),
        "closed": Badge(gettext("Closed"), "secondary"),
        "cancelled": Badge(gettext("Cancelled"), "danger"),
    }[status]


def absence_decision(status: str) -> Badge:
    """What was decided about a report that somebody did not come."""
    return {
        "upheld": Badge(gettext("Upheld: all of the money goes back"), "success"),
        "dismissed": Badge(gettext("Dismissed: nothing goes back"), "secondary"),
    }[status]


def why_skipped(obstacle: str) -> str:
    """Why a pattern or a copy leaves a session out; the end of a sentence."""
    return {
        "wall_time_does_not_exist": gettext("clocks go forward over this time, so that they never show it"),
        "hours_too_short": gettext("clocks go forward during it, so that it does not fit into the hours"),
        "in_past": gettext("this time is over"),
        "too_far_ahead": gettext("it is more than two years ahead"),
        "already_published": gettext("there is a session at exactly this time already"),
        "left_out": gettext("you moved or removed it before, so it does not come back"),
        "overlap": gettext("another session, or the time kept free around it, is in the way"),
        "is_closed": gettext("the session to copy is closed"),
        "service_not_offered": gettext("you do not offer its service any more"),
    }[obstacle]


def why_kept(obstacle: str) -> str:
    """Why a tool for many sessions leaves one as it is; the end of a sentence."""
    return {
        "has_begun": gettext("it has begun"),
        "already_open": gettext("it is open already"),
        "already_closed": gettext("it is closed already"),
        "has_seats_taken": gettext("somebody has a seat in it"),
        "has_people_waiting": gettext("somebody waits for a seat in it"),
    }[obstacle]


def policies() -> dict[str, str]:
    """What each cancellation policy gives back, in plain words."""
    return {
        "flexible": gettext("Cancel up to 24 hours before the start and get everything back."),
        "moderate": gettext(
            "Cancel up to 72 hours before the start and get everything back, up to 24 hours before it half."
        ),
        "strict": gettext("Cancel up to 7 days before the start and get half of it back."),
    }


def policy_name(policy: str) -> str:
    """What a cancellation policy is called."""
    return {
        "flexible": gettext("Flexible"),
        "moderate": gettext("Moderate"),
        "strict": gettext("Strict"),
    }[policy]


def stars() -> dict[int, str]:
    """What each number of stars says."""
    return {
        1: gettext("1 star, poor"),
        2: gettext("2 stars, fair"),
        3: gettext("3 stars, good"),
        4: gettext("4 stars, very good"),
        5: gettext("5 stars, excellent"),
    }


def sorting() -> dict[str, str]:
    """The orders in which consultants can be listed."""
    return {
        "next_free": gettext("Soonest free time"),
        "rating": gettext("Best rated"),
        "price": gettext("Lowest price"),
        "name": gettext("Name"),
    }


def length(starts_at: datetime, ends_at: datetime) -> str:
    """`45 minutes`, `1 hour`, `1 hour 30 minutes`."""
    return minutes(int((ends_at - starts_at).total_seconds() // 60))


def minutes(count: int) -> str:
    """`45 minutes`, `1 hour`, `1 hour 30 minutes`, `0 minutes`."""
    hours, rest = divmod(count, 60)
    return amounts(("hour", hours), ("minute", rest)) or amount(0, "minute")


def too_many_attempts(seconds: int) -> str:
    """When another attempt is looked at, where that is worth waiting for."""
    if seconds > 2 * 24 * 60 * 60:
        return gettext("Too many attempts. This way stays closed for now.")
    time = minutes(max(1, -(-seconds // 60)))
    return gettext("Too many attempts. Try again in {time}.").format(time=time)


def minutes_until(until: datetime, now: datetime) -> str:
    """`12 minutes`, and never less than one."""
    return amount(max(1, int((until - now).total_seconds() // 60)), "minute")


def amounts(*counted: tuple[str, int]) -> str:
    """`1 day 4 hours`: each unit of time that there is any of; nothing without any."""
    said = [amount(count, unit) for unit, count in counted if count]
    return format_list(said, style="unit-narrow", locale=locale()) if said else ""


def amount(count: int, unit: str) -> str:
    """`1 minute`, `3 days`: so many of a unit of time, which is `minute`, `hour` or `day`."""
    return format_unit(count, f"duration-{unit}", length="long", locale=locale())


def kept_free(before: int, after: int) -> str:
    """`10 min free before, 15 min after`; nothing without either."""
    if before and after:
        return gettext("{before} min free before, {after} min after").format(before=before, after=after)
    if before:
        return gettext("{before} min free before").format(before=before)
    return gettext("{after} min free after").format(after=after) if after else ""


def one_decimal(value: float) -> str:
    """`4.8`, with the point of the page's language."""
    return format_decimal(value, "0.0", locale=locale())


def whole_number(count: int) -> str:
    """`2,000`."""
    return format_decimal(count, locale=locale())


def zone_name(zone: ZoneInfo, at: datetime, with_offset: bool) -> str:
    """`Africa/Lagos`, or `Africa/Lagos, UTC+1` as it is at that instant."""
    return f"{zone.key}, {offset_in_words(at, zone)}" if with_offset else zone.key


def host(url: str) -> str:
    """Where a link leads, for people to see before they follow it."""
    return urlsplit(url).hostname or url
