"""Close days of one's calendar: a holiday, a week off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from uuid import UUID

from application.accounts.callers import Caller
from application.availability.own_days import ChangedDays, OwnZone, PatternDate, change_sessions
from application.availability.planned_sessions import lock_consultant
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain.calendar_changes import close
from domain.closed_days import dates_asked_for, with_dates_closed
from domain.day_ranges import DayRange


@dataclass(frozen=True, slots=True)
class CloseDays:
    """Close days of one's calendar, at most 366 at a time, counted in one's own time zone.

    - Sessions to come that begin on these days are not offered any more. Bookings of them stay.
    - Weekly patterns do not apply on these dates any more, other hours that they had there included: what they
      have not published yet will not be.
    - A preview does all of this, and stores nothing.
    """

    open_uow: OpenUnitOfWork
    own_zone: OwnZone

    async def __call__(self, caller: Caller, days: DayRange, *, dry_run: bool = False) -> ChangedDays:
        """What was closed and kept. Raises `Invalid` or `NotFound`."""
        return await self._close(caller, days, await self.own_zone(caller.account_id), dry_run)

    @retried
    async def _close(self, caller: Caller, days: DayRange, zone: tzinfo, dry_run: bool) -> ChangedDays:
        async with self.open_uow() as uow:
            await lock_consultant(uow, caller.account_id)
            sessions = await change_sessions(uow, caller.account_id, days, zone, close)
            pattern_dates = await _stop_patterns(uow, caller.account_id, days)
            if not dry_run:
                await uow.commit()
        return ChangedDays(sessions=sessions, pattern_dates=pattern_dates)


async def _stop_patterns(uow: UnitOfWork, consultant_id: UUID, days: DayRange) -> list[PatternDate]:
    stopped = []
    for pattern in await uow.weekly_patterns.not_ended(consultant_id):
        if dates := dates_asked_for(pattern.terms, days):
            terms = with_dates_closed(pattern.terms, dates)
            await uow.weekly_patterns.save(pattern.change(terms, pattern.published_until))
            stopped += [PatternDate(pattern.id, date) for date in dates]
    return stopped
