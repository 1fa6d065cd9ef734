"""What a consultant offers every week, by the clocks of their own zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.time_span import TimeSpan, as_utc

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Kind:
    """What a consultant calls a kind of session, and what they say of it."""

    name: str
    about: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A session held every week, plain or of a kind. `naira` is nothing for the consultant's usual price."""

    weekday: int
    at: time
    length: timedelta
    seats: int
    naira: int | None
    kind: Kind | None


def weekly(
    days: str,
    times: str,
    *,
    minutes: int = 60,
    seats: int = 1,
    naira: int | None = None,
    kind: Kind | None = None,
) -> tuple[Offer, ...]:
    """An offer for each of the days at each of the times: `weekly("Mon Wed", "09:00 14:30")`."""
    return tuple(
        Offer(
            weekday=DAYS.index(day),
            at=time.fromisoformat(at),
            length=timedelta(minutes=minutes),
            seats=seats,
            naira=naira,
            kind=kind,
        )
        for day in days.split()
        for at in times.split()
    )


def sessions(
    offers: tuple[Offer, ...], zone: ZoneInfo, *, first: date, last: date
) -> Iterator[tuple[Offer, TimeSpan]]:
    """Every session from the first day to the last, both included, in the order of time.

    The wall time stays when the clocks change; the instant moves.
    """
    in_order = sorted(offers, key=lambda offer: offer.at)
    for count in range((last - first).days + 1):
        day = first + timedelta(days=count)
        for offer in in_order:
            if offer.weekday == day.weekday():
                starts_at = as_utc(datetime.combine(day, offer.at, tzinfo=zone))
                yield offer, TimeSpan(starts_at, starts_at + offer.length)
