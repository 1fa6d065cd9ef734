"""Take the free sessions of some days off one's calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from application.accounts.callers import Caller
from application.availability.own_days import ChangedDays, OwnZone, change_sessions
from application.availability.planned_sessions import lock_consultant
from application.transactions import OpenUnitOfWork, retried
from domain.calendar_changes import withdraw_free
from domain.day_ranges import DayRange


@dataclass(frozen=True, slots=True)
class DeleteFreeSlots:
    """Take the free sessions of some days off one's calendar, at most 366 days at a time, counted in one's own
    time zone.

    - Every session that begins on these days goes for good, unless somebody has a seat in it or waits for one.
    - Weekly patterns still apply: close the days to keep them from publishing more.
    - A preview does all of this, and stores nothing.
    """

    open_uow: OpenUnitOfWork
    own_zone: OwnZone

    async def __call__(self, caller: Caller, days: DayRange, *, dry_run: bool = False) -> ChangedDays:
        """What was withdrawn and kept. Raises `Invalid` or `NotFound`."""
        return await self._delete(caller, days, await self.own_zone(caller.account_id), dry_run)

    @retried
    async def _delete(self, caller: Caller, days: DayRange, zone: tzinfo, dry_run: bool) -> ChangedDays:
        async with self.open_uow() as uow:
            await lock_consultant(uow, caller.account_id)
            sessions = await change_sessions(uow, caller.account_id, days, zone, withdraw_free)
            if not dry_run:
                await uow.commit()
        return ChangedDays(sessions=sessions, pattern_dates=[])
