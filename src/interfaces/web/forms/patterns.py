"""The form for a weekly pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from functools import partial
from typing import ClassVar, TypeVar
from uuid import UUID

from application.availability.pattern_views import PatternExceptionView, PatternView
from application.availability.wanted_pattern import WantedPattern
from domain.refusals import FieldCheck, FieldError, Invalid, Refusal
from domain.sentences import Sentence
from domain.services import MINUTE
from domain.weekly_patterns import Hours, PatternException
from interfaces.web import time_words
from interfaces.web.forms.form import Form, Reading
from interfaces.web.language import translated
from interfaces.web.money_words import money_as_typed

Value = TypeVar("Value")

WEEKDAYS = range(1, 8)
LONGEST_LIST = 20_000
_EXCEPTION = re.compile(r"exceptions\.([0-9]+)\.")
_OTHER_HOURS = re.compile(r"(\S+)[\s,]+([0-9]{1,2}:[0-9]{2})\s*(?:-|–|to)\s*([0-9]{1,2}:[0-9]{2})\Z")
_NIGHT = Hours(time(), time())
"""Stands in for hours that could not be read; that was noted then."""


class PatternForm(Form):
    """Weekdays, hours and dates of sessions. What is left empty is as the service, or the profile, has it.

    Exceptions are typed one on a line: dates in `closed_dates`, dates with hours in `other_hours`.
    """

    FIELDS = (
        "service_id",
        "weekdays",
        *(f"weekday_{day}" for day in WEEKDAYS),
        "start_time",
        "end_time",
        "session_minutes",
        "break_minutes",
        "max_slots",
        "price",
        "buffer_before_minutes",
        "buffer_after_minutes",
        "first_date",
        "last_date",
        "closed_dates",
        "other_hours",
        "time_zone",
        "version",
    )
    FIELD_OF: ClassVar = {"service_not_offered": "service_id"}

    def __init__(self, typed: Mapping[str, str] | None = None) -> None:
        super().__init__(typed)
        self._exceptions: list[tuple[str, date]] = []

    @classmethod
    def blank(cls, today: date, time_zone: str) -> PatternForm:
        """For a new pattern: office hours on working days from tomorrow on."""
        return cls(
            {f"weekday_{day}": "yes" for day in range(1, 6)}
            | {
                "start_time": "09:00",
                "end_time": "17:00",
                "first_date": str(today + timedelta(days=1)),
                "time_zone": time_zone,
            }
        )

    @classmethod
    def of(cls, pattern: PatternView) -> PatternForm:
        """Filled with what is stored."""
        return cls(
            {f"weekday_{day}": "yes" for day in pattern.weekdays}
            | {
                "service_id": str(pattern.service_id or ""),
                "start_time": pattern.start_time,
                "end_time": pattern.end_time,
                "session_minutes": str(pattern.session_minutes),
                "break_minutes": str(pattern.break_minutes),
                "max_slots": str(pattern.max_slots),
                "price": money_as_typed(pattern.price),
                "buffer_before_minutes": str(pattern.buffer_before_minutes),
                "buffer_after_minutes": str(pattern.buffer_after_minutes),
                "first_date": str(pattern.first_date),
                "last_date": str(pattern.last_date or ""),
                "closed_dates": "\n".join(str(one.date) for one in pattern.exceptions if not one.start_time),
                "other_hours": "\n".join(_hours_as_typed(one) for one in pattern.exceptions if one.start_time),
                "time_zone": pattern.time_zone,
                "version": str(pattern.version),
            }
        )

    def wanted(self, currency: str) -> WantedPattern:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        days = frozenset(day for day in WEEKDAYS if self.typed.get(f"weekday_{day}") == "yes")
        read.check.require(bool(days), "weekdays", "Choose at least one day of the week.")
        first = read.check.attempt(lambda: self._date("first_date"))
        wanted = WantedPattern(
            weekdays=days,
            hours=read.check.attempt(self._hours) or _NIGHT,
            session_length=self._if_typed("session_minutes", lambda name: _minutes(read, name)),
            break_length=self._if_typed("break_minutes", lambda name: _minutes(read, name)) or timedelta(0),
            first_date=first or date.min,
            last_date=self._if_typed("last_date", lambda name: read.check.attempt(lambda: self._date(name))),
            time_zone=read.text("time_zone") or None,
            capacity=self._if_typed(
                "max_slots", lambda name: read.whole_number(name, "Enter a number, such as 1.")
            ),
            price=self._if_typed("price", lambda name: read.money(name, currency)),
            service_id=self._if_typed("service_id", lambda name: read.check.attempt(lambda: self._id(name))),
            buffer_before=self._if_typed("buffer_before_minutes", lambda name: _minutes(read, name)),
            buffer_after=self._if_typed("buffer_after_minutes", lambda name: _minutes(read, name)),
            exceptions=(
                *self._read_lines(read, "closed_dates", _closed),
                *self._read_lines(read, "other_hours", _open),
            ),
        )
        read.done()
        return wanted

    def version(self) -> int:
        """Of the pattern that the page was made from. Raises `Invalid`."""
        read = Reading(self.typed)
        version = read.whole_number("version", "Load this page again.")
        read.done()
        return version

    def take(self, refusal: Refusal) -> None:
        """What is wrong with an exception stands at the list in which it was typed, with its date."""
        if isinstance(refusal, Invalid):
            super().take(Invalid(self._placed(error) for error in refusal.errors))
        else:
            super().take(refusal)

    def _placed(self, error: FieldError) -> FieldError:
        found = _EXCEPTION.match(error.field)
        if found is None:
            return FieldError("closed_dates", error.message) if error.field == "exceptions" else error
        name, on = self._exceptions[int(found.group(1))]
        return FieldError(name, f"{time_words.calendar_date(on)}: {translated(error.message)}")

    def _if_typed(self, name: str, read: Callable[[str], Value]) -> Value | None:
        return read(name) if self.typed.get(name, "").strip() else None

    def _date(self, name: str) -> date:
        return time_words.read_date(self.typed.get(name, ""), field=name)

    def _time(self, name: str) -> time:
        return time_words.read_time(self.typed.get(name, ""), field=name)

    def _hours(self) -> Hours:
        check = FieldCheck()
        start, end = check.attempt(lambda: self._time("start_time")), check.attempt(lambda: self._time("end_time"))
        if start is None or end is None:
            raise check.refusal()
        return Hours(start, end)

    def _id(self, name: str) -> UUID:
        try:
            return UUID(self.typed[name])
        except ValueError:
            raise Invalid.field(name, "Choose one of your services.") from None

    def _read_lines(
        self, read: Reading, name: str, read_line: Callable[[str, str], PatternException]
    ) -> list[PatternException]:
        """One exception a line, in the order of the lines."""
        lines = read.text(name, longest=LONGEST_LIST, lines=True).split("\n")
        found = [read.check.attempt(partial(read_line, line.strip(), name)) for line in lines if line.strip()]
        exceptions = [exception for exception in found if exception is not None]
        self._exceptions += [(name, exception.on) for exception in exceptions]
        return exceptions


def _minutes(read: Reading, name: str) -> timedelta:
    return read.whole_number(name, "Enter whole minutes, such as 60.") * MINUTE


def _closed(line: str, name: str) -> PatternException:
    try:
        return PatternException(time_words.read_date(line, field=name))
    except Invalid:
        message = Sentence("“{line}” is no date. Write one on a line, such as 2026-12-25.", line=line[:40])
        raise Invalid.field(name, message) from None


def _open(line: str, name: str) -> PatternException:
    found = _OTHER_HOURS.match(line)
    try:
        if found is None:
            raise Invalid.field(name, "")
        on = time_words.read_date(found.group(1), field=name)
        start, end = (time_words.read_time(typed.zfill(5), field=name) for typed in found.groups()[1:])
    except Invalid:
        message = Sentence(
            "“{line}” cannot be read. Write one on a line, such as 2026-12-24 09:00-12:00.", line=line[:40]
        )
        raise Invalid.field(name, message) from None
    return PatternException(on, Hours(start, end))


def _hours_as_typed(exception: PatternExceptionView) -> str:
    return f"{exception.date} {exception.start_time}-{exception.end_time}"
