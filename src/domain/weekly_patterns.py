"""Weekly patterns: rules about local wall time that become sessions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from operator import attrgetter
from uuid import UUID

from domain.availability import (
    FURTHEST_AHEAD,
    LONGEST_SESSION,
    NO_BUFFERS,
    Buffers,
    SlotTerms,
    check_offer,
)
from domain.money import Money
from domain.refusals import FieldCheck, Invalid, Refusal
from domain.sentences import Sentence
from domain.services import MINUTE, SHORTEST_SESSION
from domain.time_span import TimeSpan
from domain.wall_clock import exists, instant_at

DAY = timedelta(days=1)
LONGEST_BREAK = timedelta(hours=24)
WEEKDAYS = frozenset(range(1, 8))
"""As ISO 8601 numbers them: Monday is 1."""
YEARS = range(2000, 2100)
MOST_EXCEPTIONS = 366
MOST_SESSIONS = 2500
"""That one publication or change looks at."""
MOST_PATTERNS = 50
"""That a consultant has at a time."""
HORIZON = timedelta(weeks=12)
"""How far ahead a pattern without an end is published."""


class PatternEnded(Refusal):
    """An ended pattern stays ended."""

    code = "pattern_ended"
    sentence = "This pattern has been ended."


class TooManyPatterns(Refusal):
    """A consultant's calendar is made of a few patterns, not of one for each session."""

    code = "too_many_patterns"
    sentence = Sentence("You have {most} weekly patterns. End one of them first.", most=MOST_PATTERNS)


class SkipReason(StrEnum):
    """Why a session that a pattern asks for is not published."""

    WALL_TIME_DOES_NOT_EXIST = "wall_time_does_not_exist"
    """The clocks are put forward over its start."""
    HOURS_TOO_SHORT = "hours_too_short"
    """The clocks are put forward during it, and the hours are over before it is."""
    IN_PAST = "in_past"
    TOO_FAR_AHEAD = "too_far_ahead"
    ALREADY_PUBLISHED = "already_published"
    """There is a session of exactly that time."""
    LEFT_OUT = "left_out"
    """The pattern asked for it before, and it was moved, removed or never published: a change of the pattern does
    not bring it back.
    """
    OVERLAP = "overlap"
    """Another session is in the way, buffers included."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From one wall time to another. An end at or before the start is on the next day."""

    start: time
    end: time

    @property
    def length(self) -> timedelta:
        """As the clocks show it: more than nothing, and up to 24 hours."""
        day = date(2000, 1, 1)
        length = datetime.combine(day, self.end) - datetime.combine(day, self.start)
        return length if length > timedelta(0) else length + DAY


@dataclass(frozen=True, slots=True)
class PatternException:
    """Other hours on a date, whatever its weekday; without hours the date is closed."""

    on: date
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One session of a pattern: the wall time of its start, and its instants.

    With an obstacle there is something about the clocks that keeps it from taking place.
    """

    wall: datetime
    span: TimeSpan
    obstacle: SkipReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternTerms:
    """What a consultant decides about a pattern. Raises `Invalid` with every field that breaks a bound.

    On each of the weekdays sessions begin at `hours.start` and then one after another, with a break between
    them that is at least as long as the buffers that lie there, as long as a whole session fits into the hours.
    `time_zone` is an IANA name; that it exists is checked where the zone database is known.
    """

    weekdays: frozenset[int]
    hours: Hours
    session_length: timedelta
    break_length: timedelta = timedelta(0)
    first_date: date
    last_date: date | None = None
    time_zone: str
    capacity: int
    price: Money
    service_id: UUID | None = None
    buffers: Buffers = NO_BUFFERS
    exceptions: tuple[PatternException, ...] = ()

    def __post_init__(self) -> None:
        check = FieldCheck()
        self._check_lengths(check)
        self._check_dates(check)
        self._check_exceptions(check)
        check_offer(check, capacity=self.capacity, price=self.price)
        check.done()
        object.__setattr__(self, "exceptions", tuple(sorted(self.exceptions, key=attrgetter("on"))))

    @property
    def step(self) -> timedelta:
        """From the start of a session to the start of the next one."""
        return self.session_length + max(self.break_length, self.buffers.before + self.buffers.after)

    def session(self, span: TimeSpan) -> SlotTerms:
        """The session of that time."""
        return SlotTerms(
            span=span,
            capacity=self.capacity,
            price=self.price,
            service_id=self.service_id,
            buffers=self.buffers,
        )

    def sessions(self, zone: tzinfo, first: date, last: date) -> Iterator[Occurrence]:
        """The sessions of the dates from `first` to `last`, in order, as far as the pattern reaches.

        Local wall time is kept. A start that exists twice is taken the first time, and a session always lasts its
        full length.
        """
        exceptions = {exception.on: exception.hours for exception in self.exceptions}
        on = max(first, self.first_date)
        last = min(last, self.last_date or last)
        while on <= last:
            hours = exceptions.get(on, self.hours if on.isoweekday() in self.weekdays else None)
            if hours is not None:
                yield from self._sessions_on(on, hours, zone)
            on += DAY

    def publishes_until(self, today: date, so_far: date | None = None) -> date:
        """The last date whose sessions are to be published by now; `so_far` it was published before.

        A pattern with a last date is published whole; another one for `HORIZON`, and never less than so far.
        """
        if self.last_date is not None:
            return self.last_date
        ahead = min(max(today, self.first_date) + HORIZON, today + FURTHEST_AHEAD - DAY)
        return max(ahead, so_far or ahead)

    def require_time_left(self, today: date) -> None:
        """Raises `Invalid` when the last date is over."""
        if self.last_date is not None and self.last_date < today:
            raise Invalid.field("last_date", "This date is over.")

    def _sessions_on(self, on: date, hours: Hours, zone: tzinfo) -> Iterator[Occurrence]:
        wall = datetime.combine(on, hours.start)
        closing = wall + hours.length
        while wall + self.session_length <= closing:
            yield self._occurrence(wall, instant_at(closing, zone), zone)
            wall += self.step

    def _occurrence(self, wall: datetime, closes_at: datetime, zone: tzinfo) -> Occurrence:
        starts_at = instant_at(wall, zone)
        span = TimeSpan(starts_at, starts_at + self.session_length)
        if not exists(wall, zone):
            return Occurrence(wall, span, SkipReason.WALL_TIME_DOES_NOT_EXIST)
        if span.ends_at > closes_at:
            return Occurrence(wall, span, SkipReason.HOURS_TOO_SHORT)
        return Occurrence(wall, span)

    def _check_lengths(self, check: FieldCheck) -> None:
        check.require(
            bool(self.weekdays) and self.weekdays <= WEEKDAYS, "weekdays", "Choose at least one day of the week."
        )
        check.require(
            SHORTEST_SESSION <= self.session_length <= LONGEST_SESSION and not self.session_length % MINUTE,
            "session_minutes",
            "A session lasts from 5 minutes to 24 hours.",
        )
        check.require(
            timedelta(0) <= self.break_length <= LONGEST_BREAK and not self.break_length % MINUTE,
            "break_minutes",
            "A break lasts at most 24 hours.",
        )
        self._check_hours(check, self.hours, "")

    def _check_hours(self, check: FieldCheck, hours: Hours, prefix: str) -> None:
        for name, moment in (("start_time", hours.start), ("end_time", hours.end)):
            check.require(
                not (moment.second or moment.microsecond), f"{prefix}{name}", "Enter a time such as 09:00."
            )
        check.require(
            self.session_length <= hours.length, f"{prefix}end_time", "No session fits into these hours."
        )

    def _check_dates(self, check: FieldCheck) -> None:
        for name, on in (("first_date", self.first_date), ("last_date", self.last_date)):
            check.require(on is None or on.year in YEARS, name, "Choose a year from 2000 to 2099.")
        check.require(
            self.last_date is None or self.last_date >= self.first_date,
            "last_date",
            "The last date cannot be before the first one.",
        )

    def _check_exceptions(self, check: FieldCheck) -> None:
        check.require(
            len(self.exceptions) <= MOST_EXCEPTIONS,
            "exceptions",
            Sentence("Make at most {most} exceptions.", most=MOST_EXCEPTIONS),
        )
        seen: set[date] = set()
        for index, exception in enumerate(self.exceptions[:MOST_EXCEPTIONS]):
            place = f"exceptions.{index}."
            check.require(exception.on not in seen, f"{place}date", "There is an exception for this date already.")
            check.require(
                self.first_date <= exception.on <= (self.last_date or date.max),
                f"{place}date",
                "Choose a date from the first to the last date of the pattern.",
            )
            if exception.hours is not None:
                self._check_hours(check, exception.hours, place)
            seen.add(exception.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyPattern:
    """A pattern that was published. The sessions of the dates up to `published_until` have had their turn."""

    id: UUID
    consultant_id: UUID
    terms: PatternTerms
    published_until: date
    ended_at: datetime | None = None
    version: int = 1

    def is_current(self, today: date) -> bool:
        """Whether it can still ask for sessions."""
        return self.ended_at is None and (self.terms.last_date is None or self.terms.last_date >= today)

    def change(self, terms: PatternTerms, published_until: date) -> WeeklyPattern:
        """The pattern on new terms. Raises `PatternEnded`."""
        self._require_not_ended()
        return replace(self, terms=terms, published_until=published_until)

    def end(self, now: datetime) -> WeeklyPattern:
        """The pattern, asking for nothing any more. Raises `PatternEnded`."""
        self._require_not_ended()
        return replace(self, ended_at=now)

    def _require_not_ended(self) -> None:
        if self.ended_at is not None:
            raise PatternEnded
