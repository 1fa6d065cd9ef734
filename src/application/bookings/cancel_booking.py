"""Call a booking off."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.bookings.disputes import refuse_while_disputed
from application.fault_points import FaultPoint, reached
from application.identity import NewId
from application.outbox.ports import Nudge
from application.payments.owe_back import owe_back
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain.accounts import Role
from domain.bookings import Actor, Booking
from domain.cancellation import RefundChanged, RefundQuote


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelBookingCommand:
    """`expected_refund`, in subunits, is the sum that the caller agreed to; nothing agrees to any."""

    booking_id: UUID
    reason: str | None = None
    expected_refund: int | None = None


@dataclass(frozen=True, slots=True)
class CancelBooking:
    """Cancel a booking, by its client or by its consultant, and send back what is owed.

    - A client can cancel until the session begins, and gets back what the policy gives that was fixed when
      the booking was made. A held seat is simply given up.
    - When the consultant cancels, all of the money goes back.
    - Where the caller says which refund they agreed to and it is another one by now, nothing happens.
    """

    open_uow: OpenUnitOfWork
    new_id: NewId
    nudge: Nudge

    async def __call__(self, caller: Caller, command: CancelBookingCommand) -> RefundQuote:
        """What goes back. Raises `NotFound`, `RefundChanged`, `SessionBegun`, `UnlawfulTransition`, `Invalid`."""
        quote = await self._cancel(caller, command)
        if quote.refund.amount:
            await self.nudge()
        return quote

    @retried
    async def _cancel(self, caller: Caller, command: CancelBookingCommand) -> RefundQuote:
        actor = Actor.CONSULTANT if caller.role is Role.CONSULTANT else Actor.CLIENT
        async with self.open_uow() as uow:
            booking = await uow.bookings.lock(
                command.booking_id,
                client_id=caller.account_id if actor is Actor.CLIENT else None,
                consultant_id=caller.account_id if actor is Actor.CONSULTANT else None,
            )
            quote = await cancel(
                uow, self.new_id, booking, actor, reason=command.reason, expected_refund=command.expected_refund
            )
            await uow.commit()
        return quote


async def cancel(
    uow: UnitOfWork,
    new_id: NewId,
    booking: Booking,
    actor: Actor,
    *,
    reason: str | None,
    expected_refund: int | None = None,
) -> RefundQuote:
    """Cancel a locked booking and note its refund, in the caller's transaction."""
    now = await uow.now()
    if booking.span.has_begun(now):
        await refuse_while_disputed(uow, booking.id)
    payment = await uow.payments.lock_paying(booking.id)
    quote = booking.quote(actor, now, received=payment.kept if payment else 0)
    booking.cancel(actor, now, reason=reason)
    if expected_refund not in (None, quote.refund.amount):
        raise RefundChanged(quote)
    await uow.bookings.save(booking)
    await reached(FaultPoint.CANCEL_BETWEEN_STATE_AND_REFUND)
    if payment and quote.refund.amount:
        await owe_back(uow, new_id, payment, quote.refund, booking=booking, reason=f"cancelled by the {actor}")
    return quote
