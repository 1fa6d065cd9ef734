"""Forget what everybody has read long ago."""

from __future__ import annotations

from dataclasses import dataclass

from application.transactions import OpenUnitOfWork
from domain.notifications import ALL_ARE_KEPT_FOR, BROWSERS_ARE_KNOWN_FOR, READ_ARE_KEPT_FOR

AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class TidyNotifications:
    """What was read is kept for 90 days, everything for a year; so is by which browsers an account is known."""

    open_uow: OpenUnitOfWork

    async def __call__(self) -> int:
        """How many notifications were forgotten."""
        forgotten = 0
        while True:
            count = await self._tidy()
            forgotten += count
            if count < AT_ONCE:
                return forgotten

    async def _tidy(self) -> int:
        async with self.open_uow() as uow:
            now = await uow.now()
            await uow.notifications.forget_browsers(seen_before=now - BROWSERS_ARE_KNOWN_FOR)
            count = await uow.notifications.tidy(
                read_before=now - READ_ARE_KEPT_FOR, made_before=now - ALL_ARE_KEPT_FOR, limit=AT_ONCE
            )
            await uow.commit()
        return count
