"""Mark a session as completed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.bookings.disputes import refuse_while_disputed
from application.transactions import OpenUnitOfWork, retried


@dataclass(frozen=True, slots=True)
class CompleteSession:
    """The consultant says that a confirmed session took place, after its end (rule 8).

    Not while the client's report that the consultant did not come is undecided.
    """

    open_uow: OpenUnitOfWork

    @retried
    async def __call__(self, caller: Caller, booking_id: UUID) -> None:
        """Raises `NotFound`, `SessionNotOver`, `AbsenceReported` or `UnlawfulTransition`."""
        async with self.open_uow() as uow:
            booking = await uow.bookings.lock(booking_id, consultant_id=caller.account_id)
            await refuse_while_disputed(uow, booking_id)
            booking.complete(await uow.now())
            await uow.bookings.save(booking)
            await uow.commit()
