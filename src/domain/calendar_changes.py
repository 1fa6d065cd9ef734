"""What becomes of a consultant's sessions when many of them are changed at once."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum
from operator import attrgetter
from uuid import UUID

from domain.availability import FURTHEST_AHEAD, Slot, SlotStatus, SlotTerms
from domain.day_ranges import DayRange
from domain.refusals import Invalid
from domain.time_span import TimeSpan
from domain.wall_clock import exists, instant_at
from domain.weekly_patterns import MOST_EXCEPTIONS, PatternException, PatternTerms


class Outcome(StrEnum):
    """What happens to a session. One that is skipped would have been a new one."""

    CREATED = "created"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    KEPT = "kept"
    SKIPPED = "skipped"


class Reason(StrEnum):
    """Why a session is kept as it is, or a new one skipped."""

    HAS_BEGUN = "has_begun"
    ALREADY_OPEN = "already_open"
    ALREADY_CLOSED = "already_closed"
    HAS_SEATS_TAKEN = "has_seats_taken"
    HAS_PEOPLE_WAITING = "has_people_waiting"
    IS_CLOSED = "is_closed"
    """The session to copy is closed."""
    SERVICE_NOT_OFFERED = "service_not_offered"
    WALL_TIME_DOES_NOT_EXIST = "wall_time_does_not_exist"
    """The clocks are put forward over its start."""
    IN_PAST = "in_past"
    TOO_FAR_AHEAD = "too_far_ahead"
    OVERLAP = "overlap"
    """Another session is in the way, buffers included."""


@dataclass(frozen=True, slots=True)
class SlotChange:
    """What happens to one session, which is as `slot` says afterwards; `reason` where nothing happens."""

    outcome: Outcome
    slot: Slot
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A session as it would be in another week, at the wall time that it has there. `obstacle` keeps it away."""

    wall: datetime
    terms: SlotTerms
    obstacle: Reason | None


Rule = Callable[[Iterable[Slot], datetime], list[SlotChange]]
"""What becomes of these sessions at that moment."""


def close(slots: Iterable[Slot], now: datetime) -> list[SlotChange]:
    """Sessions to come are not offered any more; bookings of them stay."""
    return [_turned(slot, SlotStatus.CLOSED, Outcome.CLOSED, Reason.ALREADY_CLOSED, now) for slot in slots]


def reopen(slots: Iterable[Slot], now: datetime) -> list[SlotChange]:
    """Closed sessions to come are offered again."""
    return [_turned(slot, SlotStatus.OPEN, Outcome.REOPENED, Reason.ALREADY_OPEN, now) for slot in slots]


def withdraw_free(slots: Iterable[Slot], _: datetime) -> list[SlotChange]:
    """Sessions in which nobody has a seat and for which nobody waits go for good."""
    return [_withdrawn(slot) for slot in slots]


def copy_week(
    source: date, targets: Iterable[date], slots: Collection[Slot], zone: tzinfo, offered: Set[UUID], now: datetime
) -> list[Copy]:
    """The sessions of the week that begins on the Monday `source`, in each of the other weeks.

    They keep their wall time in the zone, their length, seats, price, service and buffers. `slots` are all of
    the consultant's slots that can be in the way, those of the source week among them; `offered` the services of
    which new sessions can be published.
    """
    copied = sorted(starting_in(DayRange.week_of(source).span(zone), slots), key=attrgetter("span.starts_at"))
    calendar = _Calendar(slot.terms.occupied for slot in slots)
    copies = []
    for target in targets:
        for slot in copied:
            copy = _copy(slot, target - source, zone, calendar, offered, now)
            if copy.obstacle is None:
                calendar.take(copy.terms.occupied)
            copies.append(copy)
    return copies
