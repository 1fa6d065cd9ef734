"""A consultant's week: sessions, and who comes to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.availability.timetable import TimetableQueries, TimetableSession
from application.consultants.views import ConsultantQueries
from domain.accounts import Role
from domain.refusals import Invalid
from interfaces.web import plan_words, time_words
from interfaces.web.days import TimeOfDay, by_day
from interfaces.web.pages import Page
from interfaces.web.rooms.consultant import own_profile, zone_of
from interfaces.web.visitors import OnlyFor, caller_of

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
DAYS = 7
ROWS_AN_HOUR = 4
HOURS_A_DAY = 24
FEWEST_HOURS = 6
"""A week with little in it is as tall as that."""
MOST_NAMES = 3
"""Of a group, so many stand in the calendar; all of them stand on the session's own page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A session in its day: from which row of the grid on, and through how many."""

    session: TimetableSession
    text: str
    row: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """A day of the week that is shown, with or without sessions."""

    on: date
    is_today: bool
    entries: list[Entry]


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
        first_hour, last_hour = _hours(sessions, zone)
        return Page(
            "consultant/calendar.html",
            days=_days(first, sessions, zone, now, first_hour),
            hours=[plan_words.clock(time(hour)) for hour in range(first_hour, last_hour)],
            rows_an_hour=ROWS_AN_HOUR,
            most_names=MOST_NAMES,
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


def _hours(sessions: list[TimetableSession], zone: ZoneInfo) -> tuple[int, int]:
    """From which full hour to which the sessions of a week go; nothing at all without sessions."""
    if not sessions:
        return 0, 0
    rows = [_rows(session, zone) for session in sessions]
    first = min(start for start, _ in rows) // ROWS_AN_HOUR
    last = -(-max(end for _, end in rows) // ROWS_AN_HOUR)
    last = max(last, min(first + FEWEST_HOURS, HOURS_A_DAY))
    return min(first, last - FEWEST_HOURS) if last == HOURS_A_DAY else first, last


def _rows(session: TimetableSession, zone: ZoneInfo) -> tuple[int, int]:
    """From which quarter of an hour of its day to which; what goes on after midnight ends with the day."""
    starts_at, ends_at = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    start = _quarters(starts_at)
    end = _quarters(ends_at) if ends_at.date() == starts_at.date() else HOURS_A_DAY * ROWS_AN_HOUR
    return start, max(start + 1, end)


def _quarters(at: datetime) -> int:
    return at.hour * ROWS_AN_HOUR + at.minute * ROWS_AN_HOUR // 60


def _days(
    first: date, sessions: list[TimetableSession], zone: ZoneInfo, now: datetime, first_hour: int
) -> list[CalendarDay]:
    times = {day.on: day.times for day in by_day(sessions, zone, now)}
    today = now.astimezone(zone).date()
    dates = [first + number * DAY for number in range(DAYS)]
    return [
        CalendarDay(on=on, is_today=on == today, entries=_entries(times.get(on, []), zone, first_hour))
        for on in dates
    ]


def _entries(times: list[TimeOfDay[TimetableSession]], zone: ZoneInfo, first_hour: int) -> list[Entry]:
    """One below the other: where clocks go back, or sessions are short, one makes room for the next."""
    entries: list[Entry] = []
    free_from = 0
    for one in times:
        start, end = (row - first_hour * ROWS_AN_HOUR for row in _rows(one.slot, zone))
        row = max(start, free_from)
        free_from = max(end, row + 1)
        entries.append(Entry(session=one.slot, text=one.text, row=row, rows=free_from - row))
    return entries
