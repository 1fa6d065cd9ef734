"""Time zones as calendar files define them (RFC 5545, section 3.6.5)."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def is_told_by_wall_time(at: datetime, zone: ZoneInfo) -> bool:
    """Whether the wall time there names this instant alone: when clocks go back, an hour comes twice."""
    local = at.astimezone(zone)
    return local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()


@functools.lru_cache(maxsize=512)
def zone_definition(zone: ZoneInfo, year: int) -> Timezone:
    """A VTIMEZONE that is right from the first to the last day of that year, and some days beyond.

    The library's own maker is not used: it puts the onset of a forward change an hour late, at the wall time after
    the change instead of the one before it.
    """
    first, last = datetime(year - 1, 12, 30, tzinfo=UTC), datetime(year + 1, 1, 4, tzinfo=UTC)
    definition = Timezone()
    definition.add("tzid", zone.key)
    for onset in (first, *_changes(zone, first, last)):
        definition.add_component(_observance(zone, onset, before=_offset(zone, max(first, onset - MINUTE))))
    return definition


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """The instants at which clocks there change. No zone changes them there and back within a day."""
    day = first
    while day < last:
        if _offset(zone, day) != _offset(zone, day + DAY):
            yield _change_after(zone, day)
        day += DAY


def _change_after(zone: ZoneInfo, day: datetime) -> datetime:
    """The first minute of the day with another offset than the day began with, by halving."""
    earlier, later = 0, DAY // MINUTE
    while later - earlier > 1:
        middle = (earlier + later) // 2
        if _offset(zone, day + middle * MINUTE) == _offset(zone, day):
            earlier = middle
        else:
            later = middle
    return day + later * MINUTE


def _observance(zone: ZoneInfo, onset: datetime, *, before: timedelta) -> TimezoneStandard | TimezoneDaylight:
    """What holds from that instant on; it begins at a wall time of the offset `before` it."""
    local = onset.astimezone(zone)
    observance = TimezoneDaylight() if (local.dst() or timedelta()) > timedelta() else TimezoneStandard()
    observance.add("dtstart", (onset + before).replace(tzinfo=None))
    observance.TZOFFSETFROM = before
    observance.TZOFFSETTO = _offset(zone, onset)
    observance.add("tzname", local.tzname() or zone.key)
    return observance


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
