"""Close a calendar feed."""

from __future__ import annotations

from dataclasses import dataclass

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork, retried


@dataclass(frozen=True, slots=True)
class CloseFeed:
    """Make the caller's calendar feed answer nobody any more. Nothing happens when there is none."""

    open_uow: OpenUnitOfWork

    @retried
    async def __call__(self, caller: Caller) -> None:
        """It is closed from the next request on."""
        async with self.open_uow() as uow:
            if await uow.calendar_feeds.close(caller.account_id):
                await uow.audit.add("calendar_feed.closed", account_id=caller.account_id)
            await uow.commit()
