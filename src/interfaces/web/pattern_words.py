"""Weekly patterns and what is planned from them, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from zoneinfo import ZoneInfo

from babel.lists import format_list

from application.availability.change_pattern import ChangedPattern
from application.availability.pattern_views import PatternView
from application.availability.publish_pattern import PublishedPattern
from domain.availability import Slot
from domain.weekly_patterns import Hours
from interfaces.web import plan_words, time_words, words
from interfaces.web.language import gettext, locale, ngettext
from interfaces.web.plan_words import Counted, PlannedDay
from interfaces.web.words import Badge


def weekday_names() -> dict[int, str]:
    """The days of the week by their number, 1 for Monday."""
    return {
        1: gettext("Monday"),
        2: gettext("Tuesday"),
        3: gettext("Wednesday"),
        4: gettext("Thursday"),
        5: gettext("Friday"),
        6: gettext("Saturday"),
        7: gettext("Sunday"),
    }


def days_and_hours(weekdays: Iterable[int], hours: Hours) -> str:
    """`Mondays and Wednesdays, 9:00 am – 5:00 pm`."""
    return f"{_weekdays(sorted(weekdays))}, {_hours(hours)}"


def rhythm(pattern: PatternView) -> str:
    """`60 min each, 10 min break`."""
    if pattern.break_minutes:
        return gettext("{length} min each, {pause} min break").format(
            length=pattern.session_minutes, pause=pattern.break_minutes
        )
    return gettext("{length} min each").format(length=pattern.session_minutes)


def reach(pattern: PatternView, today: date) -> str:
    """`until further notice`, `from Mon 7 Dec 2026 to Fri 18 Dec 2026`."""
    first = time_words.calendar_date(pattern.first_date)
    has_begun = pattern.first_date <= today
    if pattern.last_date is None:
        if has_begun:
            return gettext("until further notice")
        return gettext("from {first}, until further notice").format(first=first)
    last = time_words.calendar_date(pattern.last_date)
    if has_begun:
        return gettext("until {last}").format(last=last)
    return gettext("from {first} to {last}").format(first=first, last=last)


def in_words(pattern: PatternView, today: date) -> str:
    """`Mondays and Wednesdays, 9:00 am – 5:00 pm, 60 min each, 10 min break, until further notice`."""
    when = days_and_hours(pattern.weekdays, _hours_of(pattern.start_time, pattern.end_time))
    return ", ".join([when, rhythm(pattern), reach(pattern, today)])


def exceptions(pattern: PatternView) -> str:
    """`closed on Fri 25 Dec 2026; on Thu 24 Dec 2026 9:00 am – 12:00 pm`; nothing without any."""
    closed = [time_words.calendar_date(one.date) for one in pattern.exceptions if one.start_time is None]
    others = [
        gettext("on {date} {hours}").format(
            date=time_words.calendar_date(one.date), hours=_hours(_hours_of(one.start_time, one.end_time))
        )
        for one in pattern.exceptions
        if one.start_time and one.end_time
    ]
    return "; ".join(([gettext("closed on {dates}").format(dates=_listed(closed))] if closed else []) + others)


def counted(plan: PublishedPattern | ChangedPattern, *, is_done: bool) -> str:
    """`38 sessions will be published, 2 skipped`."""
    skipped = plan_words.skipped(len(plan.skipped))
    if isinstance(plan, PublishedPattern) and not plan.created:
        why = plan_words.listed([skipped], otherwise=gettext("there is no such time"))
        nothing = gettext("Nothing was created: {why}") if is_done else gettext("Nothing will be created: {why}")
        return nothing.format(why=why)
    counts = [plan_words.published(len(plan.created), is_done=is_done)]
    if isinstance(plan, ChangedPattern):
        counts += [_withdrawn(len(plan.withdrawn), is_done=is_done), _kept(len(plan.kept), is_done=is_done)]
    return plan_words.listed(
        [*counts, skipped], otherwise=gettext("Nothing changed") if is_done else gettext("Nothing changes")
    )


def by_day(plan: PublishedPattern | ChangedPattern, zone: ZoneInfo) -> list[PlannedDay]:
    """What becomes of every session, by day in the pattern's zone."""
    times = [plan_words.of_slot(slot, zone, plan_words.new()) for slot in plan.created]
    times += [
        plan_words.of_wall_time(one.occurrence.wall, plan_words.left_out(), words.why_skipped(one.reason))
        for one in plan.skipped
    ]
    if isinstance(plan, ChangedPattern):
        stays, withdrawn = Badge(gettext("Stays"), "info"), Badge(gettext("Withdrawn"), "danger")
        times += [plan_words.of_slot(slot, zone, stays, _why_it_stays(slot)) for slot in plan.kept]
        times += [plan_words.of_slot(slot, zone, withdrawn) for slot in plan.withdrawn]
    return plan_words.by_day(times)


def _withdrawn(count: int, *, is_done: bool) -> Counted:
    if is_done:
        return Counted(
            count,
            ngettext("{count} session withdrawn", "{count} sessions withdrawn", count),
            ngettext("{count} withdrawn", "{count} withdrawn", count),
        )
    return Counted(
        count,
        ngettext("{count} session will be withdrawn", "{count} sessions will be withdrawn", count),
        ngettext("{count} will be withdrawn", "{count} will be withdrawn", count),
    )


def _kept(count: int, *, is_done: bool) -> Counted:
    if is_done:
        return Counted(
            count,
            ngettext("{count} session stayed", "{count} sessions stayed", count),
            ngettext("{count} stayed", "{count} stayed", count),
        )
    return Counted(
        count,
        ngettext("{count} session stays", "{count} sessions stay", count),
        ngettext("{count} stays", "{count} stay", count),
    )


def _why_it_stays(slot: Slot) -> str:
    if slot.seats_taken:
        return gettext("as it is: somebody has a seat in it")
    return gettext("as it is: somebody waits for a seat in it") if slot.people_waiting else ""


def _weekdays(days: list[int]) -> str:
    names = {
        1: gettext("Mondays"),
        2: gettext("Tuesdays"),
        3: gettext("Wednesdays"),
        4: gettext("Thursdays"),
        5: gettext("Fridays"),
        6: gettext("Saturdays"),
        7: gettext("Sundays"),
    }
    return gettext("Every day") if len(days) == len(names) else _listed([names[day] for day in days])


def _hours_of(start: str, end: str) -> Hours:
    return Hours(time.fromisoformat(start), time.fromisoformat(end))


def _hours(hours: Hours) -> str:
    values = {"start": plan_words.clock(hours.start), "end": plan_words.clock(hours.end)}
    if hours.end <= hours.start:
        return gettext("{start} – {end} on the next day").format(**values)
    return "{start} – {end}".format(**values)


def _listed(items: list[str]) -> str:
    return format_list(items, locale=locale()) if items else ""
