"""Begin to get back into an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from application.accounts.attempts import counted_as
from application.accounts.ports import Limit, Recovery, Throttles
from application.identity import NewId
from application.transactions import OpenUnitOfWork

LIFE = timedelta(minutes=30)
STARTS_PER_ADDRESS = Limit(attempts=10, window=timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class StartRecovery:
    """Begin a recovery for a username or e-mail address.

    The answer, the row and the work are the same whether or not there is such an account.
    """

    open_uow: OpenUnitOfWork
    throttles: Throttles
    new_id: NewId
    limit_addresses: bool

    async def __call__(self, identifier: str, *, address: str) -> Recovery:
        """The recovery to answer. Raises `Throttled`."""
        if self.limit_addresses:
            await self.throttles.hit(f"recovery-from:{address}", STARTS_PER_ADDRESS)
        async with self.open_uow() as uow:
            now = await uow.now()
            recovery = Recovery(
                id=self.new_id(),
                identifier=counted_as(None, identifier),
                created_at=now,
                expires_at=now + LIFE,
            )
            await uow.recoveries.add(recovery)
            await uow.audit.add("recovery.started", account_id=None, address=address)
            await uow.commit()
        return recovery
