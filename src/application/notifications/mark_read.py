"""Mark what one has read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork, retried
from domain.refusals import NotFound


@dataclass(frozen=True, slots=True)
class MarkRead:
    """Mark one of one's own notifications as read. Doing it again changes nothing."""

    open_uow: OpenUnitOfWork

    @retried
    async def __call__(self, caller: Caller, notification_id: UUID) -> None:
        """Raises `NotFound`."""
        async with self.open_uow() as uow:
            if not await uow.notifications.mark_read(caller.account_id, notification_id, await uow.now()):
                raise NotFound
            await uow.commit()


@dataclass(frozen=True, slots=True)
class MarkAllRead:
    """Mark all of one's own notifications as read, or those up to an instant: what came meanwhile stays unread."""

    open_uow: OpenUnitOfWork

    @retried
    async def __call__(self, caller: Caller, *, until: datetime | None = None) -> int:
        """How many were unread."""
        async with self.open_uow() as uow:
            now = await uow.now()
            count = await uow.notifications.mark_all_read(caller.account_id, until=until or now, now=now)
            await uow.commit()
        return count
