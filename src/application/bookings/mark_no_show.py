"""Note that a client did not come."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.bookings.disputes import refuse_while_disputed
from application.transactions import OpenUnitOfWork, retried


@dataclass(frozen=True, slots=True)
class MarkNoShow:
    """The consultant says that the client missed a confirmed session, after its start (rule 8).

    Nothing goes back. Not while the client's report that it was the consultant who did not come is undecided.
    """

    open_uow: OpenUnitOfWork

    @retried
    async def __call__(self, caller: Caller, booking_id: UUID) -> None:
        """Raises `NotFound`, `SessionNotBegun`, `AbsenceReported` or `UnlawfulTransition`."""
        async with self.open_uow() as uow:
            booking = await uow.bookings.lock(booking_id, consultant_id=caller.account_id)
            await refuse_while_disputed(uow, booking_id)
            booking.miss(await uow.now())
            await uow.bookings.save(booking)
            await uow.commit()
