"""What a slot picker says about days and zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names

from interfaces.web import time_words, words
from interfaces.web.language import gettext, locale
from interfaces.web.zones import apart


@dataclass(frozen=True, slots=True)
class Weekday:
    """`Mo` and `Monday`."""

    short: str
    name: str


def weekdays() -> list[Weekday]:
    """From Monday on."""
    short, names = (get_day_names(width, "stand-alone", locale()) for width in ("short", "wide"))
    return [Weekday(short[number], names[number]) for number in range(7)]


def month(on: date) -> str:
    """`November 2026`."""
    return format_date(on, "LLLL y", locale=locale())


def day(on: date, today: date) -> str:
    """`Monday 23 November`, with the year when it is not this one; it can stand within a sentence."""
    return format_date(on, "EEEE d MMMM" if on.year == today.year else "EEEE d MMMM y", locale=locale())


def week(first: date, last: date, today: date) -> str:
    """`23 to 29 November`: the days that are shown."""
    pattern = "d MMMM" if first.year == last.year == today.year else "d MMMM y"
    is_one_month = (first.year, first.month) == (last.year, last.month)
    begin = format_date(first, "d" if is_one_month else pattern, locale=locale())
    return gettext("{first} to {last}").format(first=begin, last=format_date(last, pattern, locale=locale()))


def zone_beside(name: str, zone: ZoneInfo, own: ZoneInfo, at: datetime) -> str:
    """`Ada is in America/New_York, 6 hours behind.`, as it is at that instant for somebody in the own zone."""
    ahead = apart(own, zone, at)
    how_far = words.minutes(int(abs(ahead).total_seconds() // 60))
    if not ahead:
        said = gettext("{name} is in {zone}, where clocks show the same time.")
    elif ahead > timedelta():
        said = gettext("{name} is in {zone}, {how_far} ahead.")
    else:
        said = gettext("{name} is in {zone}, {how_far} behind.")
    return said.format(name=name, zone=time_words.zone_in_words(zone, at), how_far=how_far)
