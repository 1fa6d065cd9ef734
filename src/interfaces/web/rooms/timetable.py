"""A consultant's week: sessions, and who comes to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.availability.timetable import TimetableQueries, TimetableSession
from application.consultants.views import ConsultantQueries
from domain.accounts import Role
from domain.refusals import Invalid
from interfaces.web import time_words
from interfaces.web.days import TimeOfDay, by_day
from interfaces.web.pages import Page
from interfaces.web.rooms.consultant import own_profile, zone_of
from interfaces.web.visitors import OnlyFor, caller_of

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """A day of the week that is shown, with or without sessions."""

    on: date
    is_today: bool
    times: list[TimeOfDay[TimetableSession]]


class TimetableController(Controller):
    """Only for consultants; each sees their own week."""

    path = "/consultant/calendar"
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/")
    async def week(
        self,
        request: Request[Any, Any, Any],
        timetable_queries: NamedDependency[SkipValidation[TimetableQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Page:
        """Seven days in the consultant's zone: from `?from=`, else from the Monday of this week."""
        zone = zone_of(await own_profile(request, consultant_queries))
        now = datetime.now(UTC)
        today = now.astimezone(zone).date()
        monday = today - timedelta(days=today.weekday())
        asked, is_misread = _first_day(request)
        first = asked or monday
        sessions = await timetable_queries.between(
            caller_of(request).account_id,
            time_words.start_of_day(first, zone),
            time_words.start_of_day(first + WEEK, zone),
        )
        return Page(
            "consultant/calendar.html",
            days=_days(first, sessions, zone, now),
            first=first,
            last=first + WEEK - DAY,
            earlier=first - WEEK,
            later=first + WEEK,
            is_this_week=first == monday,
            is_misread=is_misread,
            zone=zone,
        )


def _first_day(request: Request[Any, Any, Any]) -> tuple[date | None, bool]:
    """The day that the address asks for, and whether it asks for something that is no day."""
    typed = request.query_params.get("from", "")
    if not typed:
        return None, False
    try:
        return time_words.read_date(typed, field="from"), False
    except Invalid:
        return None, True


def _days(first: date, sessions: list[TimetableSession], zone: ZoneInfo, now: datetime) -> list[CalendarDay]:
    times = {day.on: day.times for day in by_day(sessions, zone, now)}
    today = now.astimezone(zone).date()
    dates = [first + number * DAY for number in range(DAYS)]
    return [CalendarDay(on=on, is_today=on == today, times=times.get(on, [])) for on in dates]
