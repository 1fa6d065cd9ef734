"""Days on which a weekly pattern does not apply."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.day_ranges import DayRange
from domain.refusals import Invalid
from domain.sentences import Sentence
from domain.weekly_patterns import MOST_EXCEPTIONS, PatternException, PatternTerms


def dates_asked_for(terms: PatternTerms, days: DayRange) -> list[date]:
    """The dates among these on which the pattern asks for sessions."""
    exceptions = {exception.on: exception for exception in terms.exceptions}
    return [
        day
        for day in days
        if terms.first_date <= day <= (terms.last_date or date.max)
        and (exceptions[day].hours is not None if day in exceptions else day.isoweekday() in terms.weekdays)
    ]


def dates_closed(terms: PatternTerms, days: DayRange) -> list[date]:
    """The dates among these on which an exception closes the pattern."""
    return [exception.on for exception in terms.exceptions if exception.hours is None and exception.on in days]


def with_dates_closed(terms: PatternTerms, dates: list[date]) -> PatternTerms:
    """The pattern without these dates, other hours on them included. Raises `Invalid`."""
    others = _exceptions_apart_from(terms, dates)
    if len(others) + len(dates) > MOST_EXCEPTIONS:
        raise Invalid.field(
            "last_date",
            Sentence(
                "A weekly pattern has at most {most} exceptions. Choose fewer days, or end the pattern.",
                most=MOST_EXCEPTIONS,
            ),
        )
    return replace(terms, exceptions=(*others, *map(PatternException, dates)))


def with_dates_open(terms: PatternTerms, dates: list[date]) -> PatternTerms:
    """The pattern applied to these dates again as to any other."""
    return replace(terms, exceptions=_exceptions_apart_from(terms, dates))


def _exceptions_apart_from(terms: PatternTerms, dates: list[date]) -> tuple[PatternException, ...]:
    return tuple(exception for exception in terms.exceptions if exception.on not in dates)
