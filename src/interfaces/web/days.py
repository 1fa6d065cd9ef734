"""Slots laid out by calendar day, as somebody in a given zone lives those days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from application.consultants.views import SlotView
from interfaces.web import time_words


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfDay:
    """A slot under its day. `text` names the abbreviation of the zone where the same wall time comes twice."""

    slot: SlotView
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotDay:
    """A day that has slots."""

    on: date
    heading: str
    times: list[TimeOfDay]


def by_day(slots: Iterable[SlotView], zone: ZoneInfo, now: datetime) -> list[SlotDay]:
    """Days in order, each with its slots by time; a slot belongs to the day on which it starts in the zone."""
    ordered = sorted(slots, key=lambda slot: slot.starts_at)
    shown = Counter(_wall(slot, zone) for slot in ordered)
    today = now.astimezone(zone).date()
    days = []
    for on, group in groupby(ordered, key=lambda slot: _wall(slot, zone).date()):
        times = [TimeOfDay(slot=slot, text=_text(slot, zone, shown[_wall(slot, zone)] > 1)) for slot in group]
        days.append(SlotDay(on=on, heading=time_words.day_heading(on, today), times=times))
    return days


def _wall(slot: SlotView, zone: ZoneInfo) -> datetime:
    return slot.starts_at.astimezone(zone).replace(tzinfo=None, fold=0)


def _text(slot: SlotView, zone: ZoneInfo, is_ambiguous: bool) -> str:
    words = time_words.clock(slot.starts_at, zone)
    return f"{words} {slot.starts_at.astimezone(zone):%Z}" if is_ambiguous else words
