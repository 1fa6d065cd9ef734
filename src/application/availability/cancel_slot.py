"""Call a whole session off."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.bookings.cancel_booking import cancel
from application.identity import NewId
from application.outbox.ports import Nudge
from application.transactions import OpenUnitOfWork, retried
from domain.bookings import Actor
from domain.refusals import NotFound


@dataclass(frozen=True, slots=True)
class CancelSlot:
    """Cancel one of one's own slots, whoever has a seat in it (rule 5).

    Every booking of it is cancelled, and all of their money goes back. It cannot be taken back.
    """

    open_uow: OpenUnitOfWork
    new_id: NewId
    nudge: Nudge

    async def __call__(self, caller: Caller, slot_id: UUID, *, reason: str | None = None) -> int:
        """How many bookings were cancelled. Raises `NotFound`, `SlotHasSeatsTaken` when the session is over,
        or `Invalid`.
        """
        cancelled = await self._cancel(caller, slot_id, reason)
        await self.nudge()
        return cancelled

    @retried
    async def _cancel(self, caller: Caller, slot_id: UUID, reason: str | None) -> int:
        async with self.open_uow() as uow:
            await uow.accounts.lock(caller.account_id)  # saves of one consultant queue up here
            known = await uow.slots.lock_own(caller.account_id, [slot_id])
            if slot_id not in known:
                raise NotFound
            bookings = await uow.bookings.lock_of_slot(slot_id)
            for booking in bookings:
                await cancel(uow, self.new_id, booking, Actor.CONSULTANT, reason=reason)
            slot = known[slot_id].without_seats(len(bookings))
            await uow.slots.save(slot.withdraw())
            await uow.commit()
        return len(bookings)
