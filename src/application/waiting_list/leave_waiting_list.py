"""Give up one's place in line."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork, retried


@dataclass(frozen=True, slots=True)
class LeaveWaitingList:
    """Leave the waiting list of a session.

    The others move up. A seat that was on offer goes to the next in line.
    """

    open_uow: OpenUnitOfWork

    @retried
    async def __call__(self, caller: Caller, entry_id: UUID) -> None:
        """Raises `NotFound` when it is not the caller's own place, or `NotInLine` when it is over already."""
        async with self.open_uow() as uow:
            entry = await uow.waiting_list.lock(entry_id, client_id=caller.account_id)
            entry.leave()
            await uow.waiting_list.save([entry])
            await uow.commit()
