"""Which seven days of a consultant's times a page shows, and where its ways to other days lead."""

from __future__ import annotations

from bisect import bisect_left
from calendar import Calendar
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from application.consultants.slot_picker import MOST_SLOTS, MOST_TIMES, OfferedTime, PickableSlot
from interfaces.web import time_words

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
MANY_SLOTS = 40
"""More than so many in a week get links that jump to its days."""


@dataclass(frozen=True, slots=True)
class OverviewDay:
    """A day of a month: how many free times it has, and whether its times are shown below."""

    on: date
    free: int
    is_shown: bool


@dataclass(frozen=True, slots=True)
class OverviewMonth:
    """Whole weeks, from Monday on; days of other months are left empty.

    `previous` and `following` are the first days of the nearest other months with free times.
    """

    first: date
    weeks: list[list[OverviewDay | None]]
    previous: date | None
    following: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PickerAddress:
    """Where a consultant's slot picker is: with the first day, the service and the zone that were asked for."""

    slug: str
    first: date | None = None
    service_id: UUID | None = None
    zone_name: str | None = None

    @property
    def path(self) -> str:
        """The page itself."""
        return f"/consultants/{self.slug}"

    @property
    def kept(self) -> dict[str, str]:
        """What stays in the address when another zone is chosen."""
        first = {"from": self.first.isoformat()} if self.first else {}
        return first | ({"service": str(self.service_id)} if self.service_id else {})

    @property
    def address(self) -> str:
        """As it was asked for."""
        fields = self.kept | ({"tz": self.zone_name} if self.zone_name else {})
        return f"{self.path}?{urlencode(fields)}" if fields else self.path

    def of_day(self, on: date) -> str:
        """The seven days from that one on."""
        return replace(self, first=on).address

    def of_service(self, service_id: UUID | None) -> str:
        """The next times of that service alone, or of all."""
        return replace(self, first=None, service_id=service_id).address


@dataclass(frozen=True)
class SlotWeek:
    """Seven days from `first` on, in a zone, among all times on offer; fewer when a page has no room for so many.

    `today` is the first day that can be asked for.
    """

    first: date
    today: date
    zone: ZoneInfo
    times: Sequence[OfferedTime]
    length: timedelta = WEEK

    @property
    def until(self) -> date:
        """The day after the last."""
        return self.first + self.length

    def with_room_for(self, slots: Sequence[PickableSlot]) -> SlotWeek:
        """These days, without the one with which the slots of a page break off."""
        if len(slots) < MOST_SLOTS:
            return self
        broken_off = slots[-1].starts_at.astimezone(self.zone).date()
        return replace(self, length=max(DAY, broken_off - self.first))

    @property
    def last(self) -> date:
        """The last of them."""
        return self.until - DAY

    @property
    def since_instant(self) -> datetime:
        """When the first day begins."""
        return time_words.start_of_day(self.first, self.zone)

    @property
    def until_instant(self) -> datetime:
        """When the last day is over."""
        return time_words.start_of_day(self.until, self.zone)

    @cached_property
    def offered_days(self) -> list[date]:
        """Days with times on offer, full ones included."""
        return sorted({_day(time, self.zone) for time in self.times})

    @cached_property
    def free(self) -> Counter[date]:
        """How many free times each day has; days without are not there."""
        return Counter(_day(time, self.zone) for time in self.times if time.is_free)

    @property
    def has_free(self) -> bool:
        """Whether one of the seven days has a free time."""
        return any(self.first <= on < self.until for on in self.free)

    @property
    def earlier(self) -> date | None:
        """Where a week with times before this one begins; nothing when there is none."""
        place = bisect_left(self.offered_days, self.first)
        if place == 0:
            return None
        nearest = self.offered_days[place - 1]
        week_before = self.first - WEEK
        return max(self.today, week_before if nearest >= week_before else nearest - WEEK + DAY)

    @property
    def later(self) -> date | None:
        """Where the next week with times begins; nothing when there is none."""
        place = bisect_left(self.offered_days, self.until)
        if place == len(self.offered_days):
            return self.until if len(self.times) == MOST_TIMES else None
        return self.until if self.offered_days[place] < self.until + WEEK else self.offered_days[place]

    @property
    def gap_until(self) -> date | None:
        """The next day with a free time, when there is none for more than a week or in all of these days."""
        following = min((on for on in self.free if on >= self.until), default=None)
        if following is None or not self.has_free:
            return following
        last_free = max(on for on in self.free if on < self.until)
        return following if following - last_free > WEEK else None

    @property
    def first_free(self) -> date | None:
        """The first day of all that has a free time."""
        return min(self.free, default=None)

    @property
    def month(self) -> OverviewMonth:
        """The month in which the week begins."""
        first = self.first.replace(day=1)
        weeks = Calendar().monthdatescalendar(first.year, first.month)
        return OverviewMonth(
            first=first,
            weeks=[[self._overview_day(on) if on.month == first.month else None for on in week] for week in weeks],
            previous=max((on for on in self._free_months if on < first), default=None),
            following=min((on for on in self._free_months if on > first), default=None),
        )

    @property
    def _free_months(self) -> set[date]:
        return {on.replace(day=1) for on in self.free}

    def _overview_day(self, on: date) -> OverviewDay:
        return OverviewDay(on, self.free[on], self.first <= on < self.until)


def slot_week(times: Sequence[OfferedTime], asked: date | None, zone: ZoneInfo, now: datetime) -> SlotWeek:
    """The week asked for, from today on; without any the one that begins with the first free time, or else with
    the first on offer.
    """
    today = now.astimezone(zone).date()
    if asked is None:
        opening = next((time for time in times if time.is_free), times[0] if times else None)
        asked = _day(opening, zone) if opening else today
    return SlotWeek(max(asked, today), today, zone, times)


def _day(time: OfferedTime, zone: ZoneInfo) -> date:
    return time.starts_at.astimezone(zone).date()
