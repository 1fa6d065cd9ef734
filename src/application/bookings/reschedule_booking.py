"""Move a booking to another session."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.fault_points import FaultPoint, reached
from application.transactions import OpenUnitOfWork, TransactionConflictError, retried


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleBookingCommand:
    """Which booking, and which slot it moves to."""

    booking_id: UUID
    slot_id: UUID


@dataclass(frozen=True, slots=True)
class RescheduleBooking:
    """Move a confirmed booking to another open slot of the same consultant at the same price.

    - Both seats change in one transaction: the client never holds none, nor two. Nothing is paid again.
    - Everything that a new booking of the slot has to pass holds; the old session must not have begun.
    - A later cancellation gives back no more than it would have given at the moment of the move.
    """

    open_uow: OpenUnitOfWork

    @retried
    async def __call__(self, caller: Caller, command: RescheduleBookingCommand) -> None:
        """Raises what `Booking.move_to` raises, or `NotFound`."""
        async with self.open_uow() as uow:
            hint = await uow.bookings.get(command.booking_id, client_id=caller.account_id)
            offer = await uow.bookings.lock_seat(
                slot_id=command.slot_id, client_id=caller.account_id, apart_from=hint.id
            )
            booking = await uow.bookings.lock(hint.id, client_id=caller.account_id)
            if booking.slot_id != hint.slot_id:
                raise TransactionConflictError("the booking moved while its slot was locked")
            booking.move_to(offer.request, offer.now)
            await uow.bookings.save(booking)
            await reached(FaultPoint.RESCHEDULE_BETWEEN_SEATS)
            if offer.request.is_in_line:
                await uow.waiting_list.take_place(slot_id=booking.slot_id, client_id=booking.client_id)
            await uow.commit()
