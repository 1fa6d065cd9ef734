"""Open closed days of one's calendar again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from uuid import UUID

from application.accounts.callers import Caller
from application.availability.own_days import ChangedDays, OwnZone, PatternDate, change_sessions
from application.availability.planned_sessions import lock_consultant
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain.calendar_changes import reopen
from domain.closed_days import dates_closed, with_dates_open
from domain.day_ranges import DayRange


@dataclass(frozen=True, slots=True)
class ReopenDays:
    """Open days of one's calendar again, at most 366 at a time, counted in one's own time zone.

    - Closed sessions to come that begin on these days are offered again.
    - Weekly patterns apply to these dates again. What they had not published when the days were closed, they
      publish when its time comes, or when the same pattern is published once more.
    - A preview does all of this, and stores nothing.
    """

    open_uow: OpenUnitOfWork
    own_zone: OwnZone

    async def __call__(self, caller: Caller, days: DayRange, *, dry_run: bool = False) -> ChangedDays:
        """What was reopened and kept. Raises `Invalid` or `NotFound`."""
        return await self._reopen(caller, days, await self.own_zone(caller.account_id), dry_run)

    @retried
    async def _reopen(self, caller: Caller, days: DayRange, zone: tzinfo, dry_run: bool) -> ChangedDays:
        async with self.open_uow() as uow:
            await lock_consultant(uow, caller.account_id)
            sessions = await change_sessions(uow, caller.account_id, days, zone, reopen)
            pattern_dates = await _apply_patterns(uow, caller.account_id, days)
            if not dry_run:
                await uow.commit()
        return ChangedDays(sessions=sessions, pattern_dates=pattern_dates)


async def _apply_patterns(uow: UnitOfWork, consultant_id: UUID, days: DayRange) -> list[PatternDate]:
    applied = []
    for pattern in await uow.weekly_patterns.not_ended(consultant_id):
        if dates := dates_closed(pattern.terms, days):
            terms = with_dates_open(pattern.terms, dates)
            await uow.weekly_patterns.save(pattern.change(terms, pattern.published_until))
            applied += [PatternDate(pattern.id, date) for date in dates]
    return applied
