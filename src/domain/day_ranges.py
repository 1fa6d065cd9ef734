"""Ranges of days on somebody's calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from domain.refusals import FieldCheck
from domain.sentences import Sentence
from domain.time_span import TimeSpan
from domain.wall_clock import instant_at

MOST_DAYS = 366
YEARS = range(2000, 2100)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayRange:
    """Whole days, the last one included. Raises `Invalid` with every field that breaks a bound."""

    first: date
    last: date

    def __post_init__(self) -> None:
        check = FieldCheck()
        for name, day in (("first_date", self.first), ("last_date", self.last)):
            check.require(day.year in YEARS, name, "Choose a year from 2000 to 2099.")
        check.require(self.first <= self.last, "last_date", "The last day cannot be before the first one.")
        check.require(
            (self.last - self.first).days < MOST_DAYS,
            "last_date",
            Sentence("Choose at most {most} days at a time.", most=MOST_DAYS),
        )
        check.done()

    @classmethod
    def week_of(cls, monday: date) -> DayRange:
        """That day and the six that follow it."""
        return cls(monday, monday + 6 * DAY)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        return (self.first + number * DAY for number in range((self.last - self.first).days + 1))

    def span(self, zone: tzinfo) -> TimeSpan:
        """From the first instant of the first day in the zone to the first instant after the last one."""
        return TimeSpan(_first_instant(self.first, zone), _first_instant(self.last + DAY, zone))


def _first_instant(day: date, zone: tzinfo) -> datetime:
    """Midnight, the first of two; where the clocks skip it, the moment at which they do."""
    return instant_at(datetime.combine(day, time.min), zone)
