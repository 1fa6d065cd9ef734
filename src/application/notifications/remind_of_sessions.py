"""Tell people in time what is ahead of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from application.notifications.ports import Notifications
from application.transactions import OpenUnitOfWork, retried

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class RemindOfSessions:
    """Remind clients a day and an hour before their sessions, and consultants of links that are missing then.

    Each once, however often and by however many workers it is run. What a stopped worker missed is made up for,
    unless the session has begun.
    """

    open_uow: OpenUnitOfWork

    async def __call__(self) -> int:
        """How many were told."""
        return await self._all_of(lambda told, now: told.remind(now, limit=AT_ONCE)) + await self._all_of(
            lambda told, now: told.miss_links(now, limit=AT_ONCE)
        )

    async def _all_of(self, tell: Callable[[Notifications, datetime], Awaitable[int]]) -> int:
        told = 0
        while True:
            count = await self._some_of(tell)
            told += count
            if count < AT_ONCE:
                return told

    @retried
    async def _some_of(self, tell: Callable[[Notifications, datetime], Awaitable[int]]) -> int:
        async with self.open_uow() as uow:
            count = await tell(uow.notifications, await uow.now())
            await uow.commit()
        return count
