"""What the tools for whole days and weeks do to sessions, in words."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from application.availability.copy_week import CopiedWeek
from application.availability.own_days import ChangedDays
from domain.calendar_changes import Outcome, SlotChange
from interfaces.web import plan_words, words
from interfaces.web.plan_words import PlannedDay
from interfaces.web.words import Badge

NEW = Badge("New", "success")
SKIPPED = Badge("Skipped", "warning")
OUTCOME = {
    Outcome.CLOSED: Badge("Closed", "warning"),
    Outcome.REOPENED: Badge("Open again", "success"),
    Outcome.WITHDRAWN: Badge("Deleted", "danger"),
    Outcome.KEPT: Badge("Stays as it is", "info"),
}
BUTTON = {"close": "Close these days", "reopen": "Open these days again", "delete": "Delete the free sessions"}
DONE = {Outcome.CLOSED: "closed", Outcome.REOPENED: "opened again", Outcome.WITHDRAWN: "deleted"}


def copied(week: CopiedWeek, *, is_done: bool) -> str:
    """`10 sessions will be published, 2 skipped`."""
    will = "" if is_done else "will be "
    counts = [(len(week.created), f"{will}published"), (len(week.skipped), "skipped")]
    return plan_words.counted(counts, otherwise="There is nothing to copy in that week")


def copies_by_day(week: CopiedWeek, zone: ZoneInfo) -> list[PlannedDay]:
    """Every session that the copy asks for."""
    times = [plan_words.of_slot(slot, zone, NEW) for slot in week.created]
    times += [
        plan_words.of_wall_time(copy.wall, SKIPPED, words.SKIPPED[copy.obstacle])
        for copy in week.skipped
        if copy.obstacle is not None
    ]
    return plan_words.by_day(times)


def changed(days: ChangedDays, *, is_done: bool) -> str:
    """`5 sessions will be closed, 2 stay as they are`."""
    will = "" if is_done else "will be "
    outcomes = [change.outcome for change in days.sessions]
    counts = [(outcomes.count(outcome), f"{will}{done}") for outcome, done in DONE.items()]
    counts.append((outcomes.count(Outcome.KEPT), "stayed as they were" if is_done else "stay as they are"))
    return plan_words.counted(counts, otherwise="There are no sessions on these days")


def changes_by_day(days: ChangedDays, zone: ZoneInfo) -> list[PlannedDay]:
    """Every session of these days."""
    return plan_words.by_day(
        plan_words.of_slot(change.slot, zone, OUTCOME[change.outcome], _why(change)) for change in days.sessions
    )


def dates_of_patterns(days: ChangedDays) -> list[date]:
    """The dates on which a weekly pattern stops or begins to apply."""
    return sorted({one.date for one in days.pattern_dates})


def _why(change: SlotChange) -> str:
    if change.reason is not None:
        return words.KEPT_BECAUSE[change.reason]
    return "bookings of it stay" if change.slot.seats_taken else ""
