"""Weekly patterns as their consultant sees them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Protocol
from uuid import UUID

import msgspec

from application.availability.views import AvailabilityView
from application.money_view import MoneyView
from application.paging import Page, PageRequest
from domain.availability import Slot
from domain.services import MINUTE
from domain.weekly_patterns import PatternException, WeeklyPattern


class PatternExceptionView(msgspec.Struct, frozen=True, kw_only=True):
    """Other hours on a date, or none: then the date is closed."""

    date: date
    start_time: str | None
    end_time: str | None


class PatternView(msgspec.Struct, frozen=True, kw_only=True):
    """One of a consultant's own weekly patterns. `version` is what If-Match refers to.

    Weekdays are ISO 8601's: Monday is 1. Times are local to `time_zone`; an end at or before the start is on the
    next day. The sessions of the dates up to `published_until` have been published.
    """

    id: UUID
    weekdays: list[int]
    start_time: str
    end_time: str
    session_minutes: int
    break_minutes: int
    first_date: date
    last_date: date | None
    time_zone: str
    max_slots: int
    price: MoneyView
    service_id: UUID | None
    buffer_before_minutes: int
    buffer_after_minutes: int
    exceptions: list[PatternExceptionView]
    published_until: date
    ended_at: datetime | None
    version: int


class PatternQueries(Protocol):
    """Reads about a consultant's own weekly patterns; one statement each."""

    async def own_patterns(self, consultant_id: UUID, page: PageRequest) -> Page[PatternView]:
        """Patterns that were not ended, newest first."""
        ...

    async def own_pattern(self, consultant_id: UUID, pattern_id: UUID) -> PatternView | None:
        """One pattern, ended or not."""
        ...


def pattern_view(pattern: WeeklyPattern) -> PatternView:
    """The pattern as its consultant sees it."""
    terms = pattern.terms
    return PatternView(
        id=pattern.id,
        weekdays=sorted(terms.weekdays),
        start_time=_clock(terms.hours.start),
        end_time=_clock(terms.hours.end),
        session_minutes=terms.session_length // MINUTE,
        break_minutes=terms.break_length // MINUTE,
        first_date=terms.first_date,
        last_date=terms.last_date,
        time_zone=terms.time_zone,
        max_slots=terms.capacity,
        price=MoneyView(terms.price.amount, terms.price.currency),
        service_id=terms.service_id,
        buffer_before_minutes=terms.buffers.before // MINUTE,
        buffer_after_minutes=terms.buffers.after // MINUTE,
        exceptions=[_exception(exception) for exception in terms.exceptions],
        published_until=pattern.published_until,
        ended_at=pattern.ended_at,
        version=pattern.version,
    )


def session_view(slot: Slot) -> AvailabilityView:
    """A slot that a use case made or changed, as its consultant sees it."""
    terms = slot.terms
    return AvailabilityView(
        id=slot.id,
        starts_at=terms.span.starts_at,
        ends_at=terms.span.ends_at,
        max_slots=terms.capacity,
        seats_taken=slot.seats_taken,
        price=MoneyView(terms.price.amount, terms.price.currency),
        status=slot.status,
        service_id=terms.service_id,
        pattern_id=slot.pattern_id,
        buffer_before_minutes=terms.buffers.before // MINUTE,
        buffer_after_minutes=terms.buffers.after // MINUTE,
        people_waiting=slot.people_waiting,
        version=slot.version,
    )


def _exception(exception: PatternException) -> PatternExceptionView:
    hours = exception.hours
    return PatternExceptionView(
        date=exception.on,
        start_time=_clock(hours.start) if hours else None,
        end_time=_clock(hours.end) if hours else None,
    )


def _clock(moment: time) -> str:
    return f"{moment:%H:%M}"
