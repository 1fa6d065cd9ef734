"""The only way to money: ask Paystack about a payment and act on the answer."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from application.identity import NewId
from application.payments.owe_back import owe_back
from application.payments.ports import PaymentGateway
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain.bookings import Booking
from domain.payments import (
    UNSETTLED,
    Charge,
    ChargeStatus,
    CheckPolicy,
    Payment,
    PaymentStatus,
    Settlement,
    SettlementCase,
    SettlementOutcome,
)
from domain.refusals import NotFound

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SettlePayment:
    """Ask Paystack's verify about a reference and bring payment and booking to where they belong.

    Called by the return page, the webhook's errand and the reconciler; any number of times, at once.

    - Only `success` with our reference, amount, currency, mode and customer counts.
    - A charge that is not the one we asked for never confirms: it goes on the operators' list.
    - The booking is confirmed while its seat is held, or when the seat it gave up is still free; else
      all of the money goes back by itself. So does a second charge for a booking that is paid for.
    - Whoever gets a seat back has no place in its waiting list any more.
    """

    open_uow: OpenUnitOfWork
    gateway: PaymentGateway
    new_id: NewId
    check_policy: CheckPolicy

    async def __call__(self, reference: str) -> PaymentStatus:
        """The payment's state afterwards. Raises `NotFound` or `PaymentGatewayUnavailable`."""
        async with self.open_uow() as uow:
            payment = await uow.payments.find(reference)
        if payment is None:
            raise NotFound
        if payment.status not in UNSETTLED:
            return payment.status
        charge = await self.gateway.verify(reference)
        if charge is None or charge.status is not ChargeStatus.SUCCESS:
            return await self._note_check(reference, charge)
        return await self._settle(payment, charge)

    @retried
    async def _note_check(self, reference: str, charge: Charge | None) -> PaymentStatus:
        async with self.open_uow() as uow:
            payment = await uow.payments.lock(reference)
            if payment.status in UNSETTLED:
                payment.checked(charge.status if charge else None, self.check_policy, await uow.now())
                await uow.payments.save(payment)
                await uow.commit()
        return payment.status

    @retried
    async def _settle(self, hint: Payment, charge: Charge) -> PaymentStatus:
        async with self.open_uow() as uow:
            booking = await uow.bookings.get(hint.booking_id)
            offer = await uow.bookings.lock_seat(
                slot_id=booking.slot_id, client_id=booking.client_id, apart_from=booking.id
            )
            booking = await uow.bookings.lock(booking.id)
            payment = await uow.payments.lock(hint.reference)
            if payment.status not in UNSETTLED:
                return payment.status
            problem = payment.why_mismatched(charge)
            if problem is not None:
                await self._list_mismatch(uow, payment, charge, problem)
            else:
                payment.succeed(charge)
                case = SettlementCase(
                    booking=booking,
                    booking_is_paid=await uow.payments.booking_is_paid(booking.id),
                    seat=offer.request,
                )
                settlement = case.decide(offer.now)
                await self._carry_out(uow, settlement, payment, booking, offer.now)
                if settlement.outcome is SettlementOutcome.CONFIRM and offer.request.is_in_line:
                    await uow.waiting_list.take_place(slot_id=booking.slot_id, client_id=booking.client_id)
            await uow.commit()
        log.info(
            "payment.settled reference=%s status=%s booking=%s", payment.reference, payment.status, booking.id
        )
        return payment.status

    async def _list_mismatch(self, uow: UnitOfWork, payment: Payment, charge: Charge, problem: str) -> None:
        payment.mismatch(charge, problem)
        await uow.payments.save(payment)
        await uow.operator_items.add("payment_mismatched", subject=payment.reference, reason=problem)
        log.error("payment.mismatched reference=%s problem=%s", payment.reference, problem)

    async def _carry_out(
        self, uow: UnitOfWork, settlement: Settlement, payment: Payment, booking: Booking, now: datetime
    ) -> None:
        if settlement.outcome is SettlementOutcome.CONFIRM:
            payment.pay_for_booking()
            booking.confirm(now, reason=settlement.reason)
            await uow.payments.save(payment)
            await uow.bookings.save(booking)
            return
        await owe_back(uow, self.new_id, payment, payment.all_of_it, reason=settlement.reason)
