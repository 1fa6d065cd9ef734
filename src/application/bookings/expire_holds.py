"""Give back the seats of people who did not pay in time."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from application.fault_points import FaultPoint, reached
from application.payments.settle_payment import SettlePayment
from application.transactions import OpenUnitOfWork, retried
from domain.payments import PaymentGatewayUnavailable

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=2)
"""How long after its end a hold waits for Paystack to say whether it was paid."""
ROUND = 100


@dataclass(frozen=True, slots=True)
class ExpireHolds:
    """Expire pending bookings whose hold has run out.

    - Paystack is asked first: somebody who paid in the last second keeps the seat.
    - When Paystack cannot say, the seat is given back two minutes later; money that turns up after that
      is settled as late money.
    """

    open_uow: OpenUnitOfWork
    settle_payment: SettlePayment

    async def __call__(self) -> int:
        """How many bookings expired. Runs from a schedule; several at once do no harm."""
        async with self.open_uow() as uow:
            booking_ids = await uow.bookings.lapsed(before=await uow.now(), limit=ROUND)
        expired = 0
        for booking_id in booking_ids:
            try:
                patience = timedelta(0) if await self._payments_are_known(booking_id) else PATIENCE
                await reached(FaultPoint.SWEEP_BETWEEN_VERIFY_AND_LOCK)
                expired += await self._expire(booking_id, patience)
            except Exception:
                # One that cannot be dealt with must not keep the others from their turn; it stays due.
                log.exception("hold.not_expired booking=%s", booking_id)
        return expired

    async def _payments_are_known(self, booking_id: UUID) -> bool:
        async with self.open_uow() as uow:
            references = await uow.payments.unsettled_of(booking_id)
        try:
            for reference in references:
                await self.settle_payment(reference)
        except PaymentGatewayUnavailable:
            return False
        return True

    @retried
    async def _expire(self, booking_id: UUID, patience: timedelta) -> bool:
        async with self.open_uow() as uow:
            booking = await uow.bookings.lock(booking_id)
            now = await uow.now()
            if not booking.has_lapsed(now - patience):
                return False
            booking.lapse(now)
            await uow.bookings.save(booking)
            await uow.commit()
        return True
