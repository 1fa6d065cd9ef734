"""Weekly patterns and what is planned from them, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from zoneinfo import ZoneInfo

from babel.dates import get_day_names

from application.availability.change_pattern import ChangedPattern
from application.availability.pattern_views import PatternView
from application.availability.publish_pattern import PublishedPattern
from domain.availability import Slot
from domain.weekly_patterns import Hours
from interfaces.web import plan_words, time_words, words
from interfaces.web.language import locale
from interfaces.web.plan_words import PlannedDay
from interfaces.web.words import Badge

NEW = Badge("New", "success")
STAYS = Badge("Stays", "info")
WITHDRAWN = Badge("Withdrawn", "danger")
SKIPPED = Badge("Skipped", "warning")


def days_and_hours(weekdays: Iterable[int], hours: Hours) -> str:
    """`Mondays and Wednesdays, 9:00 am – 5:00 pm`."""
    return f"{_weekdays(sorted(weekdays))}, {_hours(hours)}"


def rhythm(pattern: PatternView) -> str:
    """`60 min each, 10 min break`."""
    pause = f", {pattern.break_minutes} min break" if pattern.break_minutes else ""
    return f"{pattern.session_minutes} min each{pause}"


def reach(pattern: PatternView, today: date) -> str:
    """`until further notice`, `from Mon 7 Dec 2026 to Fri 18 Dec 2026`."""
    begins = f"from {time_words.calendar_date(pattern.first_date)}"
    if pattern.last_date is None:
        return "until further notice" if pattern.first_date <= today else f"{begins}, until further notice"
    until = time_words.calendar_date(pattern.last_date)
    return f"until {until}" if pattern.first_date <= today else f"{begins} to {until}"


def in_words(pattern: PatternView, today: date) -> str:
    """`Mondays and Wednesdays, 9:00 am – 5:00 pm, 60 min each, 10 min break, until further notice`."""
    when = days_and_hours(pattern.weekdays, _hours_of(pattern.start_time, pattern.end_time))
    return ", ".join([when, rhythm(pattern), reach(pattern, today)])


def exceptions(pattern: PatternView) -> str:
    """`closed on Fri 25 Dec 2026; on Thu 24 Dec 2026 9:00 am – 12:00 pm`; nothing without any."""
    closed = [time_words.calendar_date(one.date) for one in pattern.exceptions if one.start_time is None]
    others = [
        f"on {time_words.calendar_date(one.date)} {_hours(_hours_of(one.start_time, one.end_time))}"
        for one in pattern.exceptions
        if one.start_time and one.end_time
    ]
    return "; ".join(([f"closed on {_listed(closed)}"] if closed else []) + others)


def counted(plan: PublishedPattern | ChangedPattern, *, is_done: bool) -> str:
    """`38 sessions will be published, 2 skipped`."""
    will = "" if is_done else "will be "
    skipped = [(len(plan.skipped), "skipped")]
    if isinstance(plan, PublishedPattern) and not plan.created:
        nothing = f"Nothing {'was' if is_done else 'will be'} created"
        return f"{nothing}: {plan_words.counted(skipped, otherwise='there is no such time')}"
    counts = [(len(plan.created), f"{will}published")]
    if isinstance(plan, ChangedPattern):
        counts += [(len(plan.withdrawn), f"{will}withdrawn"), (len(plan.kept), "stayed" if is_done else "stay")]
    return plan_words.counted(counts + skipped, otherwise="nothing changed" if is_done else "Nothing changes")


def by_day(plan: PublishedPattern | ChangedPattern, zone: ZoneInfo) -> list[PlannedDay]:
    """What becomes of every session, by day in the pattern's zone."""
    times = [plan_words.of_slot(slot, zone, NEW) for slot in plan.created]
    times += [
        plan_words.of_wall_time(one.occurrence.wall, SKIPPED, words.SKIPPED[one.reason]) for one in plan.skipped
    ]
    if isinstance(plan, ChangedPattern):
        times += [plan_words.of_slot(slot, zone, STAYS, _why_it_stays(slot)) for slot in plan.kept]
        times += [plan_words.of_slot(slot, zone, WITHDRAWN) for slot in plan.withdrawn]
    return plan_words.by_day(times)


def _why_it_stays(slot: Slot) -> str:
    if slot.seats_taken:
        return "as it is: somebody has a seat in it"
    return "as it is: somebody waits for a seat in it" if slot.people_waiting else ""


def _weekdays(days: list[int]) -> str:
    names = get_day_names(locale=locale())
    return "Every day" if len(days) == len(names) else _listed([f"{names[day - 1]}s" for day in days])


def _hours_of(start: str, end: str) -> Hours:
    return Hours(time.fromisoformat(start), time.fromisoformat(end))


def _hours(hours: Hours) -> str:
    next_day = " on the next day" if hours.end <= hours.start else ""
    return f"{plan_words.clock(hours.start)} – {plan_words.clock(hours.end)}{next_day}"


def _listed(items: list[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
