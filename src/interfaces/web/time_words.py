"""Instants in words, always in a zone that the caller names, and wall times as people type them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, get_timezone_name

from domain.refusals import Invalid
from domain.sentences import Sentence
from interfaces.web.language import gettext, locale, speech

_HALF_OF_DAY = re.compile(r"(?<=[0-9]) (?=[ap]m\b)")


def time_pattern() -> str:
    """How a time of day is written, in Babel's letters: `2:00 pm`, or `14:00`."""
    return "HH:mm" if speech().has_long_day else "h:mm a"


def instant(at: datetime, zone: ZoneInfo) -> str:
    """`Mon 23 Nov 2026, 2:00 pm`."""
    return format_datetime(at, f"EEE d MMM y, {time_pattern()}", tzinfo=zone, locale=locale())


def clock(at: datetime, zone: ZoneInfo) -> str:
    """`2:00 pm`."""
    return format_datetime(at, time_pattern(), tzinfo=zone, locale=locale())


def day(at: datetime, zone: ZoneInfo) -> str:
    """`Mon 23 Nov 2026`."""
    return format_datetime(at, "EEE d MMM y", tzinfo=zone, locale=locale())


def span(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """`Mon 23 Nov 2026, 2:00 – 3:00 pm`; both dates when it goes past midnight in that zone."""
    first, last = starts_at.astimezone(zone), ends_at.astimezone(zone)
    if first.date() != last.date():
        return f"{instant(starts_at, zone)} – {instant(ends_at, zone)}"
    same_half = (first.hour < 12) == (last.hour < 12) and first.utcoffset() == last.utcoffset()
    pattern = "h:mm" if same_half and not speech().has_long_day else time_pattern()
    begin = format_datetime(starts_at, pattern, tzinfo=zone, locale=locale())
    return f"{day(starts_at, zone)}, {begin} – {clock(ends_at, zone)}"


def unbroken(in_words: Callable[..., str]) -> Callable[..., str]:
    """The same for a page, on which no line ends between a time and its `am` or `pm`."""

    def said(*about: object) -> str:
        return _HALF_OF_DAY.sub("\N{NO-BREAK SPACE}", in_words(*about))

    return said


def day_heading(on: date, today: date) -> str:
    """`Monday 23 November`, with the year when it is not this one, and `Today` or `Tomorrow` in front."""
    pattern = "EEEE d MMMM" if on.year == today.year else "EEEE d MMMM y"
    date_words = format_date(on, pattern, locale=locale())
    if on == today:
        return gettext("Today, {date}").format(date=date_words)
    return gettext("Tomorrow, {date}").format(date=date_words) if on == today + timedelta(days=1) else date_words


def calendar_date(on: date) -> str:
    """`Mon 23 Nov 2026`: a date that is no instant."""
    return format_date(on, "EEE d MMM y", locale=locale())


def long_date(on: date) -> str:
    """`Monday 23 November 2026`."""
    return format_date(on, "EEEE d MMMM y", locale=locale())


def short_date(on: date) -> str:
    """`Mon 23 Nov`, beside other days of its year."""
    return format_date(on, "EEE d MMM", locale=locale())


def offset_in_words(at: datetime, zone: ZoneInfo) -> str:
    """`UTC+1`, `UTC-3:30`, `UTC`: how the zone is off at that instant."""
    minutes = int((at.astimezone(zone).utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"


def zone_in_words(zone: ZoneInfo, at: datetime) -> str:
    """`Africa/Lagos (West Africa Standard Time, UTC+1)`, as it is at that instant."""
    if zone.key in ("UTC", "Etc/UTC"):
        return "UTC"
    name = get_timezone_name(at.astimezone(zone), locale=locale())
    has_name = not name.startswith("GMT+") and not name.startswith("GMT-")
    return f"{zone.key} ({f'{name}, ' if has_name else ''}{offset_in_words(at, zone)})"


def as_datetime_attribute(at: datetime) -> str:
    """For `<time datetime>`: UTC with `Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_date(typed: str, *, field: str) -> date:
    """A native date field's value. Raises `Invalid` for `field`."""
    try:
        found = datetime.strptime(typed.strip(), "%Y-%m-%d")  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        raise Invalid.field(field, "Enter a date, such as 2026-11-23.") from None
    if not 2000 <= found.year <= 2100:
        raise Invalid.field(field, "Enter a date from this century.")
    return found.date()


def read_time(typed: str, *, field: str) -> time:
    """A native time field's value, seconds ignored. Raises `Invalid` for `field`."""
    try:
        return datetime.strptime(typed.strip()[:5], "%H:%M").time()  # noqa: DTZ007 - a wall time gets its zone later
    except ValueError:
        raise Invalid.field(field, "Enter a time, such as 14:00.") from None


def wall_to_instant(on: date, at: time, zone: ZoneInfo, *, field: str) -> datetime:
    """The instant, in UTC, at which clocks in the zone show that. When they do so twice, the first.

    Raises `Invalid` for `field` when the clocks go forward over that time and never show it.
    """
    local = datetime.combine(on, at, tzinfo=zone)
    found = local.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Invalid.field(
            field,
            Sentence(
                "Clocks in {zone} skip {time:%H:%M} on that day: they go forward. Choose another time.",
                zone=zone.key,
                time=at,
            ),
        )
    return found


def start_of_day(on: date, zone: ZoneInfo) -> datetime:
    """The first instant of a calendar day in the zone, in UTC."""
    return datetime.combine(on, time(), tzinfo=zone).astimezone(UTC)
