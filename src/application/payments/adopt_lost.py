"""Take over what only Paystack knows: lost with a database, or done by somebody at Paystack itself."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from uuid import UUID

from application.identity import NewId
from application.payments.ports import GatewayRefund, ListedRefund, PaymentGateway
from application.payments.settle_payment import MISMATCHED
from application.transactions import OpenUnitOfWork, TransactionConflictError, UnitOfWork, retried
from domain.bookings import Booking
from domain.ledger import charge_posting, refund_owed_posting, refund_paid_posting
from domain.money import Money
from domain.payments import (
    REFUND_NOTE,
    UNSETTLED,
    Charge,
    ChargeStatus,
    Payment,
    Refund,
    RefundStatus,
)

log = logging.getLogger(__name__)

REFUND_FOUND = "refund_found"
"""On the operators' list: a refund of ours that was lost here. It is known again; why it was made is not."""
REFUND_UNKNOWN = "refund_unknown"
"""A refund that somebody made at Paystack, or that carries more than is kept: it is not in the ledger."""
_OWN_NOTE = re.compile(rf"{REFUND_NOTE} ([0-9a-f-]{{36}})")


@dataclass(frozen=True, slots=True)
class AdoptLost:
    """Bring charges and refunds that only Paystack knows into the ledger.

    - A charge that went back before it was settled here needs no refund: it is kept like one without a booking,
      and what went back of it is taken over from Paystack's refunds. The rest waits for an operator.
    - A refund that carries our note was made by us: it is taken over as it stands, so that its money is not
      promised a second time. Other refunds are listed only.
    """

    open_uow: OpenUnitOfWork
    gateway: PaymentGateway
    new_id: NewId

    async def charge(self, charge: Charge) -> None:
        """A charge that went back and is not settled here. Raises `PaymentGatewayUnavailable`."""
        await self._store(replace(charge, status=ChargeStatus.SUCCESS))
        await self.refunds_of(charge.paystack_id)

    async def refunds_of(self, transaction: int) -> None:
        """All that went back of a charge that is known here. Raises `PaymentGatewayUnavailable`."""
        for refund in reversed(await self.gateway.refunds_of(transaction)):
            await self.refund(ListedRefund(transaction=transaction, refund=refund))

    @retried
    async def refund(self, listed: ListedRefund) -> None:
        """A refund of a charge that is known here; nothing happens when it is known too."""
        async with self.open_uow() as uow:
            found = await _lock(uow, listed.transaction)
            if found is None:
                return
            payment, booking = found
            refunds = await uow.refunds.of_payment(payment.id)
            own_id = _own_id(listed.refund)
            if any(known.paystack_id == listed.refund.paystack_id for known in refunds):
                await uow.operator_items.resolve(REFUND_UNKNOWN, subject=payment.reference)
            elif any(known.id == own_id or _may_be_it(known, listed.refund) for known in refunds):
                await uow.refunds.wake(payment.reference)
            elif listed.refund.status is not RefundStatus.FAILED:
                await self._take_over(uow, payment, booking, refunds, listed.refund)
            await uow.commit()

    async def _take_over(
        self,
        uow: UnitOfWork,
        payment: Payment,
        booking: Booking | None,
        refunds: list[Refund],
        known: GatewayRefund,
    ) -> None:
        own_id = _own_id(known)
        if own_id is None or known.amount > payment.kept or any(other.is_at_paystack for other in refunds):
            await uow.operator_items.add(
                REFUND_UNKNOWN,
                subject=payment.reference,
                reason=f"Paystack sent {known.amount} of {payment.received} back by its refund "
                f"{known.paystack_id}, which is not known here and not in the ledger",
            )
            return
        kept_before = payment.kept
        refund = Refund(
            id=own_id,
            payment_id=payment.id,
            amount=Money(known.amount, payment.all_of_it.currency),
            reason="refunded before it was lost here",
            status=known.status,
            paystack_id=known.paystack_id,
            sent_at=known.created_at or await uow.now(),
        )
        payment.take_over(refund, [*refunds, refund])
        await uow.payments.save(payment)
        await uow.refunds.add(refund)
        await uow.refunds.save(refund, next_check_at=None if refund.is_final else await uow.now())
        if payment.pays_for_booking and booking is not None:
            await uow.ledger.post(refund_owed_posting(refund, payment, booking, kept_before=kept_before))
        if refund.status is RefundStatus.PROCESSED:
            await uow.ledger.post(refund_paid_posting(refund, payment))
        if not payment.kept:
            await uow.operator_items.resolve(MISMATCHED, subject=payment.reference)
        await uow.operator_items.add(
            REFUND_FOUND, subject=payment.reference, reason=_in_words(payment, refund, booking)
        )
        log.error("refund.found reference=%s refund=%s", payment.reference, refund.id)

    @retried
    async def _store(self, charge: Charge) -> None:
        async with self.open_uow() as uow:
            now = await uow.now()
            hint = await uow.payments.find(charge.reference)
            if hint is None:
                payment = Payment.of_unknown_charge(charge, payment_id=self.new_id(), now=now)
                is_news = await uow.payments.add_unknown(payment)
            else:
                payment = await uow.payments.lock(charge.reference)
                is_news = payment.status in UNSETTLED
                if is_news:
                    payment.mismatch(charge, "it went back before it was settled here", now)
                    await uow.payments.save(payment)
            if is_news:
                await uow.ledger.post(charge_posting(payment))
                await uow.operator_items.add(MISMATCHED, subject=charge.reference, reason=str(payment.problem))
                log.error("payment.went_back reference=%s", charge.reference)
            await uow.commit()


async def _lock(uow: UnitOfWork, transaction: int) -> tuple[Payment, Booking | None] | None:
    """The payment and its booking, locked in their order."""
    hint = await uow.payments.find_charged(transaction)
    if hint is None:
        return None
    booking = await uow.bookings.lock(hint.booking_id) if hint.booking_id else None
    payment = await uow.payments.lock(hint.reference)
    if payment.booking_id != hint.booking_id:
        raise TransactionConflictError("the payment was attached to another booking meanwhile")
    return payment, booking


def _own_id(known: GatewayRefund) -> UUID | None:
    found = _OWN_NOTE.search(known.note or "")
    try:
        return UUID(found.group(1)) if found else None
    except ValueError:
        return None


def _may_be_it(refund: Refund, known: GatewayRefund) -> bool:
    """Whether it was sent, and Paystack's number for it is not known yet."""
    return refund.sent_at is not None and refund.paystack_id is None and refund.amount.amount == known.amount


def _in_words(payment: Payment, refund: Refund, booking: Booking | None) -> str:
    sent = f"{refund.amount.amount} of {payment.received} went back by refund {refund.id}, which was lost here"
    if booking is None:
        return f"{sent}; no booking is known for it"
    if payment.pays_for_booking:
        return f"{sent}; whoever called the session off is not known, and the booking is {booking.status.value}"
    return f"{sent}; its booking is {booking.status.value}"
