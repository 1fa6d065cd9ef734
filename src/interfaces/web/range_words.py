"""What the tools for whole days and weeks do to sessions, in words."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from application.availability.copy_week import CopiedWeek
from application.availability.own_days import ChangedDays
from domain.calendar_changes import Outcome, SlotChange
from interfaces.web import plan_words, words
from interfaces.web.language import gettext, ngettext
from interfaces.web.plan_words import Counted, PlannedDay
from interfaces.web.words import Badge


def button(tool: str) -> str:
    """What the button of a preview does."""
    return {
        "close": gettext("Close these days"),
        "reopen": gettext("Open these days again"),
        "delete": gettext("Delete the free sessions"),
    }[tool]


def tools() -> dict[str, tuple[str, str]]:
    """What can be done with days, each with what it means."""
    return {
        "close": (
            gettext("Close them"),
            gettext("Nobody can book their sessions, and weekly patterns leave these dates out. Bookings stay."),
        ),
        "reopen": (
            gettext("Open them again"),
            gettext("Closed sessions can be booked, and weekly patterns apply to these dates."),
        ),
        "delete": (
            gettext("Delete their free sessions"),
            gettext("Sessions without a seat taken, and that nobody waits for, go for good."),
        ),
    }


def copied(week: CopiedWeek, *, is_done: bool) -> str:
    """`10 sessions will be published, 2 skipped`."""
    counts = [
        plan_words.published(len(week.created), is_done=is_done),
        plan_words.skipped(len(week.skipped)),
    ]
    if week.skipped and not week.created:
        return _nothing_new(plan_words.listed(counts, otherwise=""), is_done=is_done)
    return plan_words.listed(counts, otherwise=gettext("There is nothing to copy in that week"))


def copies_by_day(week: CopiedWeek, zone: ZoneInfo) -> list[PlannedDay]:
    """Every session that the copy asks for."""
    times = [plan_words.of_slot(slot, zone, plan_words.new()) for slot in week.created]
    times += [
        plan_words.of_wall_time(copy.wall, plan_words.left_out(), words.why_skipped(copy.obstacle))
        for copy in week.skipped
        if copy.obstacle is not None
    ]
    return plan_words.by_day(times)


def changed(days: ChangedDays, *, is_done: bool) -> str:
    """`5 sessions will be closed, 2 stay as they are`."""
    outcomes = [change.outcome for change in days.sessions]
    counts = [_counted(outcome, outcomes.count(outcome), is_done=is_done) for outcome in Outcome]
    return plan_words.listed(counts, otherwise=gettext("There are no sessions on these days"))


def changes_by_day(days: ChangedDays, zone: ZoneInfo) -> list[PlannedDay]:
    """Every session of these days."""
    return plan_words.by_day(
        plan_words.of_slot(change.slot, zone, _outcome(change.outcome), _why(change)) for change in days.sessions
    )


def dates_of_patterns(days: ChangedDays) -> list[date]:
    """The dates on which a weekly pattern stops or begins to apply."""
    return sorted({one.date for one in days.pattern_dates})


def _nothing_new(skipped: str, *, is_done: bool) -> str:
    text = gettext("Nothing was created: {why}") if is_done else gettext("Nothing will be created: {why}")
    return text.format(why=skipped)


def _outcome(outcome: Outcome) -> Badge:
    return {
        Outcome.CLOSED: Badge(gettext("Closed"), "warning"),
        Outcome.REOPENED: Badge(gettext("Open again"), "success"),
        Outcome.WITHDRAWN: Badge(gettext("Deleted"), "danger"),
        Outcome.KEPT: Badge(gettext("Stays as it is"), "info"),
    }[outcome]


def _counted(outcome: Outcome, count: int, *, is_done: bool) -> Counted:
    return Counted(count, *(_done(outcome, count) if is_done else _planned(outcome, count)))


def _planned(outcome: Outcome, count: int) -> tuple[str, str]:
    return {
        Outcome.CLOSED: (
            ngettext("{count} session will be closed", "{count} sessions will be closed", count),
            ngettext("{count} will be closed", "{count} will be closed", count),
        ),
        Outcome.REOPENED: (
            ngettext("{count} session will be opened again", "{count} sessions will be opened again", count),
            ngettext("{count} will be opened again", "{count} will be opened again", count),
        ),
        Outcome.WITHDRAWN: (
            ngettext("{count} session will be deleted", "{count} sessions will be deleted", count),
            ngettext("{count} will be deleted", "{count} will be deleted", count),
        ),
        Outcome.KEPT: (
            ngettext("{count} session stays as it is", "{count} sessions stay as they are", count),
            ngettext("{count} stays as it is", "{count} stay as they are", count),
        ),
    }[outcome]


def _done(outcome: Outcome, count: int) -> tuple[str, str]:
    return {
        Outcome.CLOSED: (
            ngettext("{count} session closed", "{count} sessions closed", count),
            ngettext("{count} closed", "{count} closed", count),
        ),
        Outcome.REOPENED: (
            ngettext("{count} session opened again", "{count} sessions opened again", count),
            ngettext("{count} opened again", "{count} opened again", count),
        ),
        Outcome.WITHDRAWN: (
            ngettext("{count} session deleted", "{count} sessions deleted", count),
            ngettext("{count} deleted", "{count} deleted", count),
        ),
        Outcome.KEPT: (
            ngettext("{count} session stayed as it was", "{count} sessions stayed as they were", count),
            ngettext("{count} stayed as it was", "{count} stayed as they were", count),
        ),
    }[outcome]


def _why(change: SlotChange) -> str:
    if change.reason is not None:
        return words.why_kept(change.reason)
    return gettext("bookings of it stay") if change.slot.seats_taken else ""
