"""Ask Paystack now whether a booking is paid for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.payments.settle_payment import SettlePayment
from application.transactions import OpenUnitOfWork


@dataclass(frozen=True, slots=True)
class VerifyBooking:
    """Settle every unsettled attempt of one of the caller's bookings, newest first."""

    open_uow: OpenUnitOfWork
    settle_payment: SettlePayment

    async def __call__(self, caller: Caller, booking_id: UUID) -> None:
        """Raises `NotFound` or `PaymentGatewayUnavailable`."""
        async with self.open_uow() as uow:
            await uow.bookings.get(booking_id, client_id=caller.account_id)
            references = await uow.payments.unsettled_of(booking_id)
        for reference in references:
            await self.settle_payment(reference)
