"""What becomes of many sessions at once, in words: counted, and day by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_time

from domain.availability import Slot
from interfaces.web import time_words
from interfaces.web.language import gettext, locale, ngettext
from interfaces.web.words import Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTime:
    """One session: when clocks show its start, what becomes of it, and why."""

    wall: datetime
    text: str
    outcome: Badge
    why: str = ""


@dataclass(frozen=True, slots=True)
class SameOutcome:
    """The times of a day of which the same becomes for the same reason."""

    outcome: Badge
    why: str
    times: str


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A date, and what becomes of its sessions."""

    on: date
    groups: list[SameOutcome]


@dataclass(frozen=True, slots=True)
class Counted:
    """So many sessions of which the same becomes: as one says it first, and as one goes on with it."""

    count: int
    first: str
    further: str


def of_slot(slot: Slot, zone: ZoneInfo, outcome: Badge, why: str = "") -> PlannedTime:
    """A session that is there, or will be."""
    starts_at = slot.span.starts_at
    local = starts_at.astimezone(zone)
    wall = local.replace(tzinfo=None, fold=0)
    if not why and _is_shown_twice(wall, zone):
        why = (
            gettext("clocks show this time twice that day: it is the second one")
            if local.fold
            else gettext("clocks show this time twice that day: it is the first one")
        )
    return PlannedTime(wall=wall, text=time_words.clock(starts_at, zone), outcome=outcome, why=why)


def _is_shown_twice(wall: datetime, zone: ZoneInfo) -> bool:
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return first.utcoffset() != second.utcoffset()


def of_wall_time(wall: datetime, outcome: Badge, why: str) -> PlannedTime:
    """A session that was asked for at a wall time, which clocks may never show."""
    return PlannedTime(wall=wall, text=clock(wall.time()), outcome=outcome, why=why)


def by_day(times: Iterable[PlannedTime]) -> list[PlannedDay]:
    """Days in order; under each what becomes of its sessions, that of its first session first."""
    days = []
    for on, of_day in groupby(sorted(times, key=lambda one: one.wall), key=lambda one: one.wall.date()):
        groups: dict[tuple[Badge, str], list[str]] = {}
        for one in of_day:
            groups.setdefault((one.outcome, one.why), []).append(one.text)
        days.append(PlannedDay(on, [SameOutcome(*key, ", ".join(texts)) for key, texts in groups.items()]))
    return days


def listed(counts: Iterable[Counted], *, otherwise: str) -> str:
    """`38 sessions will be published, 2 skipped`: without what happens to none; `otherwise` if nothing happens."""
    some = [one for one in counts if one.count]
    if not some:
        return otherwise
    head, *rest = some
    return ", ".join([head.first.format(count=head.count), *(one.further.format(count=one.count) for one in rest)])


def published(count: int, *, is_done: bool) -> Counted:
    """New sessions."""
    if is_done:
        return Counted(
            count,
            ngettext("{count} session published", "{count} sessions published", count),
            ngettext("{count} published", "{count} published", count),
        )
    return Counted(
        count,
        ngettext("{count} session will be published", "{count} sessions will be published", count),
        ngettext("{count} will be published", "{count} will be published", count),
    )


def skipped(count: int) -> Counted:
    """Sessions that were asked for, and cannot be."""
    return Counted(
        count,
        ngettext("{count} session skipped", "{count} sessions skipped", count),
        ngettext("{count} skipped", "{count} skipped", count),
    )


def sentence(text: str) -> str:
    """With a full stop, to be said by itself."""
    return gettext("{text}.").format(text=text)


def new() -> Badge:
    """A session that is not there yet."""
    return Badge(gettext("New"), "success")


def left_out() -> Badge:
    """A session that was asked for, and cannot be."""
    return Badge(gettext("Skipped"), "warning")


def clock(moment: time) -> str:
    """`2:00 pm`."""
    return format_time(moment, time_words.time_pattern(), locale=locale())
