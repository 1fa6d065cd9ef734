"""What the product's states are called on a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from application.bookings.views import AttemptView
from application.payments.views import PaymentView


@dataclass(frozen=True, slots=True)
class Badge:
    """A word, and the tone that goes with it; never the tone alone."""

    text: str
    tone: str


BOOKING_STATUS = {
    "pending": Badge("Waiting for payment", "warning"),
    "confirmed": Badge("Confirmed", "success"),
    "completed": Badge("Completed", "info"),
    "no_show": Badge("Not attended", "secondary"),
    "expired": Badge("Hold ran out", "secondary"),
    "cancelled": Badge("Cancelled", "danger"),
}

WAITING_STATUS = {
    "offered": Badge("Your turn", "success"),
    "waiting": Badge("Waiting", "info"),
    "taken": Badge("Seat taken", "success"),
    "lapsed": Badge("Offer ran out", "secondary"),
    "left": Badge("Left", "secondary"),
    "closed": Badge("Ended", "secondary"),
}

PAYMENT_STATUS = {
    "initialized": Badge("Started", "warning"),
    "success": Badge("Paid", "success"),
    "failed": Badge("Failed", "danger"),
    "abandoned": Badge("Not finished", "secondary"),
    "mismatched": Badge("Being looked into", "warning"),
    "refund_pending": Badge("Refund under way", "info"),
    "refunded": Badge("Refunded", "info"),
    "partially_refunded": Badge("Partly refunded", "info"),
    "refund_failed": Badge("Refund delayed", "warning"),
}

MONEY_ON_ITS_WAY = Badge("On its way", "info")

REFUND_STATUS = {
    "requested": Badge("Being sent", "info"),
    "pending": Badge("Under way", "info"),
    "processing": Badge("Under way", "info"),
    "processed": Badge("Done", "success"),
    "failed": Badge("Delayed", "warning"),
    "needs-attention": Badge("Needs a bank account", "warning"),
}

SLOT_STATUS = {
    "open": Badge("Open", "success"),
    "closed": Badge("Closed", "secondary"),
    "cancelled": Badge("Cancelled", "danger"),
}


ABSENCE_DECISION = {
    "upheld": Badge("Upheld: all of the money goes back", "success"),
    "dismissed": Badge("Dismissed: nothing goes back", "secondary"),
}

SKIPPED = {
    "wall_time_does_not_exist": "clocks go forward over this time, so that they never show it",
    "hours_too_short": "clocks go forward during it, so that it does not fit into the hours",
    "in_past": "this time is over",
    "too_far_ahead": "it is more than two years ahead",
    "already_published": "there is a session at exactly this time already",
    "left_out": "you moved or removed it before, so it does not come back",
    "overlap": "another session, or the time kept free around it, is in the way",
    "is_closed": "the session to copy is closed",
    "service_not_offered": "you do not offer its service any more",
}

KEPT_BECAUSE = {
    "has_begun": "it has begun",
    "already_open": "it is open already",
    "already_closed": "it is closed already",
    "has_seats_taken": "somebody has a seat in it",
    "has_people_waiting": "somebody waits for a seat in it",
}

POLICY = {
    "flexible": "Cancel up to 24 hours before the start and get everything back.",
    "moderate": "Cancel up to 72 hours before the start and get everything back, up to 24 hours before it half.",
    "strict": "Cancel up to 7 days before the start and get half of it back.",
}
POLICY_NAME = {"flexible": "Flexible", "moderate": "Moderate", "strict": "Strict"}

STARS = {1: "poor", 2: "fair", 3: "good", 4: "very good", 5: "excellent"}

SORTING = {
    "next_free": "Soonest free time",
    "rating": "Best rated",
    "price": "Lowest price",
    "name": "Name",
}


def payment_badge(payment: PaymentView | AttemptView) -> Badge:
    """Where a payment stands."""
    return MONEY_ON_ITS_WAY if payment.is_under_way else PAYMENT_STATUS[payment.status]


def length(starts_at: datetime, ends_at: datetime) -> str:
    """`45 minutes`, `1 hour`, `1 hour 30 minutes`."""
    return minutes(int((ends_at - starts_at).total_seconds() // 60))


def minutes(count: int) -> str:
    """`45 minutes`, `1 hour`, `1 hour 30 minutes`, `0 minutes`."""
    hours, rest = divmod(count, 60)
    parts = [_counted(hours, "hour")] if hours else []
    return " ".join([*parts, _counted(rest, "minute")] if rest or not hours else parts)


def kept_free(before: int, after: int) -> str:
    """`10 min free before, 15 min after`; nothing without either."""
    if before and after:
        return f"{before} min free before, {after} min after"
    if before or after:
        return f"{before} min free before" if before else f"{after} min free after"
    return ""


def minutes_until(until: datetime, now: datetime) -> str:
    """`12 minutes`, and never less than one."""
    return _counted(max(1, int((until - now).total_seconds() // 60)), "minute")


def host(url: str) -> str:
    """Where a link leads, for people to see before they follow it."""
    return urlsplit(url).hostname or url


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
