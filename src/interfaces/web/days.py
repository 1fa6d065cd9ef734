"""Slots laid out by calendar day, as somebody in a given zone lives those days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from interfaces.web import time_words


class Timed(Protocol):
    """What has a place in a calendar."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        ...


Slot = TypeVar("Slot", bound=Timed)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfDay(Generic[Slot]):
    """A slot under its day. `text` names the abbreviation of the zone where the same wall time comes twice."""

    slot: Slot
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotDay(Generic[Slot]):
    """A day that has slots."""

    on: date
    heading: str
    times: list[TimeOfDay[Slot]]


def by_day(slots: Iterable[Slot], zone: ZoneInfo, now: datetime) -> list[SlotDay[Slot]]:
    """Days in order, each with its slots by time; a slot belongs to the day on which it starts in the zone."""
    ordered = sorted(slots, key=lambda slot: slot.starts_at)
    shown = Counter(_wall(slot, zone) for slot in ordered)
    today = now.astimezone(zone).date()
    days = []
    for on, group in groupby(ordered, key=lambda slot: _wall(slot, zone).date()):
        times = [TimeOfDay(slot=slot, text=_text(slot, zone, shown[_wall(slot, zone)] > 1)) for slot in group]
        days.append(SlotDay(on=on, heading=time_words.day_heading(on, today), times=times))
    return days


def _wall(slot: Timed, zone: ZoneInfo) -> datetime:
    return slot.starts_at.astimezone(zone).replace(tzinfo=None, fold=0)


def _text(slot: Timed, zone: ZoneInfo, is_ambiguous: bool) -> str:
    words = time_words.clock(slot.starts_at, zone)
    return f"{words} {slot.starts_at.astimezone(zone):%Z}" if is_ambiguous else words
