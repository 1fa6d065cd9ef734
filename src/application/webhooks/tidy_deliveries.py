"""Forget what was sent to webhooks long ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from application.transactions import OpenUnitOfWork

KEPT_FOR = timedelta(days=30)
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class TidyDeliveries:
    """Deliveries are kept for 30 days."""

    open_uow: OpenUnitOfWork

    async def __call__(self) -> int:
        """How many were forgotten."""
        forgotten = 0
        while True:
            async with self.open_uow() as uow:
                count = await uow.webhooks.tidy(await uow.now() - KEPT_FOR, limit=AT_ONCE)
                await uow.commit()
            forgotten += count
            if count < AT_ONCE:
                return forgotten
