"""A cardholder's bank wants a charge back: ask Paystack how that stands, and act on the answer."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from application.identity import NewId
from application.payments.ports import GatewayDispute, PaymentGateway
from application.payments.settle_payment import SettlePayment
from application.transactions import OpenUnitOfWork, TransactionConflictError, UnitOfWork, retried
from domain.bookings import Booking
from domain.disputes import Dispute, DisputeStanding
from domain.ledger import chargeback_posting
from domain.payments import UNSETTLED, Payment, is_own_reference
from domain.refusals import NotFound

log = logging.getLogger(__name__)

DISPUTE_OPEN = "dispute_open"
"""On the operators' list: Paystack waits for an answer, and takes the money when none comes."""
DISPUTE_LOST = "dispute_lost"
"""The money of a booking is gone, whatever became of the session."""
DISPUTE_UNKNOWN = "dispute_unknown"
"""A dispute of a charge under a reference of ours that is no charge here."""
CHARGED_BACK_TWICE = "charged_back_twice"
"""The bank took what had been promised, or had gone, back to the client already."""


@dataclass(frozen=True, slots=True)
class FollowDispute:
    """Take over where a dispute stands. Only Paystack's answer counts; any number of times, at once.

    - While it is open, nothing of the booking is paid out, and it stands on the operators' list.
    - When it is lost, the bank has taken the money: what was earned with it is taken back.
    - When it is won, nothing changes but that the money is free again.
    """

    open_uow: OpenUnitOfWork
    gateway: PaymentGateway
    settle_payment: SettlePayment
    new_id: NewId

    async def __call__(self, paystack_id: str) -> None:
        """By Paystack's number, as text. Raises `NotFound` or `PaymentGatewayUnavailable`."""
        if not (paystack_id.isascii() and paystack_id.isdigit()):
            raise NotFound
        known = await self.gateway.dispute(int(paystack_id))
        if known is None:
            raise NotFound
        await self.take_over(known)

    async def take_over(self, known: GatewayDispute) -> None:
        """Act on what Paystack said. Raises `PaymentGatewayUnavailable`."""
        if not is_own_reference(known.reference):
            return
        await self._make_sure_of_charge(known.reference)
        await self._store(known)

    async def _make_sure_of_charge(self, reference: str) -> None:
        """A charge can be disputed before anybody told us of it."""
        async with self.open_uow() as uow:
            payment = await uow.payments.find(reference)
        if payment is not None and payment.status not in UNSETTLED:
            return
        try:
            await self.settle_payment(reference)
        except NotFound:
            log.warning("dispute.unknown reference=%s", reference)

    @retried
    async def _store(self, known: GatewayDispute) -> None:
        async with self.open_uow() as uow:
            found = await _lock(uow, known.reference)
            problem = _why_unknown(known, found[0] if found else None)
            if found is None or problem is not None:
                await uow.operator_items.add(
                    DISPUTE_UNKNOWN, subject=str(known.paystack_id), reason=f"{known.reference}: {problem}"
                )
            else:
                await self._follow(uow, known, *found)
                await uow.operator_items.resolve(DISPUTE_UNKNOWN, subject=str(known.paystack_id))
            await uow.commit()

    async def _follow(
        self, uow: UnitOfWork, known: GatewayDispute, payment: Payment, booking: Booking | None
    ) -> None:
        earlier = await uow.disputes.find(known.paystack_id)
        standing = _standing(known)
        dispute = earlier or Dispute(
            id=self.new_id(), payment_id=payment.id, paystack_id=known.paystack_id, standing=standing
        )
        is_news = earlier is None or earlier.standing != standing
        amount = dispute.follow(standing, received=payment.received, now=await uow.now())
        await uow.disputes.save(dispute)
        if amount:
            await _charge_back(uow, dispute, amount, payment, booking)
        if dispute.standing.is_open and is_news:
            await uow.operator_items.add(DISPUTE_OPEN, subject=str(known.paystack_id), reason=_in_words(standing))
        elif not dispute.standing.is_open:
            await uow.operator_items.resolve(DISPUTE_OPEN, subject=str(known.paystack_id))


async def _lock(uow: UnitOfWork, reference: str) -> tuple[Payment, Booking | None] | None:
    """The payment and the booking that it was made for, locked in their order."""
    hint = await uow.payments.find(reference)
    if hint is None:
        return None
    booking = await uow.bookings.lock(hint.booking_id) if hint.booking_id else None
    payment = await uow.payments.lock(reference)
    if payment.booking_id != hint.booking_id:
        raise TransactionConflictError("the payment was attached to another booking meanwhile")
    return payment, booking


async def _charge_back(
    uow: UnitOfWork, dispute: Dispute, amount: int, payment: Payment, booking: Booking | None
) -> None:
    """The bank took the money; what was earned with it is taken back."""
    earner = booking if payment.pays_for_booking else None
    kept_before = payment.kept
    taken = payment.charge_back(amount)
    await uow.payments.save(payment)
    await uow.ledger.post(
        chargeback_posting(dispute.id, payment, earner, amount=amount, taken=taken, kept_before=kept_before)
    )
    if amount > taken:
        await uow.operator_items.add(
            CHARGED_BACK_TWICE,
            subject=payment.reference,
            reason=f"the bank took {amount - taken} more than was kept of the charge of {payment.received}",
        )
    if earner is not None and not earner.span.has_begun(await uow.now()):
        await uow.operator_items.add(
            DISPUTE_LOST, subject=str(dispute.paystack_id), reason="the session that it paid for is still to come"
        )
    log.warning("dispute.lost reference=%s amount=%d", payment.reference, amount)


def _why_unknown(known: GatewayDispute, payment: Payment | None) -> str | None:
    if payment is None:
        return "no payment is known for it"
    if payment.charge is None:
        return "Paystack disputes a charge that it does not call successful"
    if known.currency != payment.charge.currency:
        return f"disputed in {known.currency}, charged in {payment.charge.currency}"
    return None


def _standing(known: GatewayDispute) -> DisputeStanding:
    return DisputeStanding(
        amount=known.amount,
        currency=known.currency,
        status=known.status,
        resolution=known.resolution,
        category=known.category,
        is_open=known.is_open,
        is_lost=known.is_lost,
        due_at=known.due_at,
        opened_at=known.opened_at,
        resolved_at=known.resolved_at,
    )


def _in_words(standing: DisputeStanding) -> str:
    words = f"Paystack says: {standing.status.replace('-', ' ')}"
    return f"{words}, answer by {standing.due_at:%Y-%m-%d %H:%M} UTC" if standing.due_at else words
