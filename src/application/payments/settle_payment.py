"""The only way to money: ask Paystack about a payment and act on the answer."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from application.fault_points import FaultPoint, reached
from application.identity import NewId
from application.payments.owe_back import owe_back
from application.payments.ports import PaymentGateway
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain import reasons
from domain.bookings import Booking
from domain.ledger import charge_posting, earning_posting
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
    is_own_reference,
)
from domain.refusals import NotFound

log = logging.getLogger(__name__)

MISMATCHED = "payment_mismatched"
"""On the operators' list: a charge that is not the one we asked for, or that no booking is known for."""


@dataclass(frozen=True, slots=True)
class SettlePayment:
    """Ask Paystack's verify about a reference and bring payment and booking to where they belong.

    Called by the return page, the webhook's errand and the reconciler; any number of times, at once.

    - Only `success` with our reference, amount, currency, mode and customer counts.
    - A charge that is not the one we asked for never confirms: it goes on the operators' list, and all of it goes
      back when nobody decides in time. So does a charge under a reference of ours that we have lost.
    - The booking is confirmed while its seat is held, or when the seat it gave up is still free; else
      all of the money goes back by itself. So does a second charge for a booking that is paid for.
    - While the payer's money is on its way, the seat is kept, up to a limit.
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
            return await self._adopt(reference)
        if payment.status is PaymentStatus.MISMATCHED:
            return await self._return_undecided(reference)
        if payment.status not in UNSETTLED or payment.booking_id is None:
            return payment.status
        charge = await self.gateway.verify(reference)
        if charge is None or charge.status is not ChargeStatus.SUCCESS:
            return await self._note_check(reference, payment.booking_id, charge)
        await reached(FaultPoint.BEFORE_SETTLE_TX)
        status = await self._settle(reference, payment.booking_id, charge)
        await reached(FaultPoint.AFTER_SETTLE_COMMIT)
        return status

    @retried
    async def _note_check(self, reference: str, booking_id: UUID, charge: Charge | None) -> PaymentStatus:
        """Not paid yet; when to look again."""
        answer = charge.status if charge else None
        async with self.open_uow() as uow:
            is_slow = answer is ChargeStatus.PENDING
            booking = await uow.bookings.lock(booking_id) if is_slow else None
            payment = await uow.payments.lock(reference)
            if payment.status in UNSETTLED:
                payment.checked(answer, self.check_policy, await uow.now())
                await uow.payments.save(payment)
                if booking is not None:
                    booking.wait_for_slow_payment(self.check_policy.worth_waiting_until(payment))
                    await uow.bookings.save(booking)
                await uow.commit()
        return payment.status

    @retried
    async def _settle(self, reference: str, booking_id: UUID, charge: Charge) -> PaymentStatus:
        async with self.open_uow() as uow:
            hint = await uow.bookings.get(booking_id)
            offer = await uow.bookings.lock_seat(
                slot_id=hint.slot_id, client_id=hint.client_id, apart_from=hint.id
            )
            booking = await uow.bookings.lock(booking_id)
            payment = await uow.payments.lock(reference)
            if payment.status not in UNSETTLED:
                return payment.status
            await reached(FaultPoint.IN_SETTLE_TX_AFTER_BOOKING)
            problem = payment.why_mismatched(charge)
            if problem is not None:
                await self._list_mismatch(uow, payment, charge, problem, offer.now)
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
            await reached(FaultPoint.BEFORE_SETTLE_COMMIT)
            await uow.commit()
        log.info(
            "payment.settled reference=%s status=%s booking=%s", payment.reference, payment.status, booking.id
        )
        return payment.status

    async def _carry_out(
        self, uow: UnitOfWork, settlement: Settlement, payment: Payment, booking: Booking, now: datetime
    ) -> None:
        if settlement.outcome is SettlementOutcome.CONFIRM:
            payment.pay_for_booking()
            booking.confirm(now, reason=settlement.reason)
            await uow.payments.save(payment)
            await uow.bookings.save(booking)
            await uow.ledger.post(charge_posting(payment), earning_posting(payment, booking))
            return
        await uow.ledger.post(charge_posting(payment))
        await owe_back(uow, self.new_id, payment, payment.all_of_it, booking=booking, reason=settlement.reason)

    async def _list_mismatch(
        self, uow: UnitOfWork, payment: Payment, charge: Charge, problem: str, now: datetime
    ) -> None:
        payment.mismatch(charge, problem, now)
        await uow.payments.save(payment)
        await uow.ledger.post(charge_posting(payment))
        await uow.operator_items.add(MISMATCHED, subject=payment.reference, reason=problem)
        log.error("payment.mismatched reference=%s problem=%s", payment.reference, problem)

    async def _adopt(self, reference: str) -> PaymentStatus:
        """A reference without a row: nothing to do with us, or a charge whose row was lost with a database."""
        charge = await self.gateway.verify(reference) if is_own_reference(reference) else None
        if charge is None or charge.status is not ChargeStatus.SUCCESS or charge.domain != self.gateway.mode:
            raise NotFound
        return await self._store_unknown(charge)

    @retried
    async def _store_unknown(self, charge: Charge) -> PaymentStatus:
        async with self.open_uow() as uow:
            payment = Payment.of_unknown_charge(charge, payment_id=self.new_id(), now=await uow.now())
            if await uow.payments.add_unknown(payment):
                await uow.ledger.post(charge_posting(payment))
                await uow.operator_items.add(MISMATCHED, subject=charge.reference, reason=str(payment.problem))
                log.error("payment.unknown reference=%s", charge.reference)
            await uow.commit()
        return payment.status

    @retried
    async def _return_undecided(self, reference: str) -> PaymentStatus:
        """Nobody decided about a charge in time: all of it goes back."""
        async with self.open_uow() as uow:
            payment = await uow.payments.lock(reference)
            if payment.is_undecided_for_too_long(await uow.now()):
                reason = f"{reasons.UNDECIDED}: {payment.problem}"
                await owe_back(uow, self.new_id, payment, payment.rest_of_it, booking=None, reason=reason)
                await uow.operator_items.resolve(MISMATCHED, subject=reference)
                await uow.commit()
        return payment.status
