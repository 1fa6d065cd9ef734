"""Bring a refund one step further."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from application.fault_points import FaultPoint, reached
from application.payments.find_refund import find_refund, find_reversal
from application.payments.ports import GatewayRefund, PaymentGateway
from application.payments.refund_items import OF_STATUS, RefundItem
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain.ledger import refund_paid_posting
from domain.payments import BalanceTooLow, Payment, Refund, RefundRefused, RefundStatus

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(minutes=2)
"""How long a refund that was sent may be missing from Paystack's list before it is sent again."""
FOLLOW_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A refund as it was claimed. Without a transaction there is nothing to do at Paystack for now.

    `taken` are Paystack's numbers of the payment's other refunds.
    """

    refund: Refund
    transaction: int | None = None
    is_new: bool = False
    taken: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SendRefund:
    """Send a refund to Paystack, or look how far it has come.

    - Paystack has no idempotency key for refunds, so that it was sent is stored before the call, and whatever
      was ever sent is looked for before it is sent again.
    - One refund of a payment is with Paystack at a time; the others wait for its end.
    - What does not go on without a person stands on the operators' list for as long as that is so.
    """

    open_uow: OpenUnitOfWork
    gateway: PaymentGateway

    async def __call__(self, refund_id: UUID) -> RefundStatus:
        """The refund's state afterwards. Raises `NotFound` or `PaymentGatewayUnavailable`."""
        await reached(FaultPoint.BEFORE_REFUND_SENT_AT)
        turn = await self._claim(refund_id)
        if turn.transaction is None:
            return turn.refund.status
        known = None if turn.is_new else await self._look_up(turn, turn.transaction)
        if known is None and (turn.is_new or await self._may_send_again(refund_id)):
            await reached(FaultPoint.AFTER_REFUND_SENT_AT)
            known = await self._send(turn, turn.transaction)
        return turn.refund.status if known is None else await self.take_over(refund_id, known)

    @retried
    async def take_over(self, refund_id: UUID, known: GatewayRefund) -> RefundStatus:
        """Store what Paystack says of the refund; its state afterwards. Raises `NotFound`.

        An answer that does not fit what was promised is listed, and changes nothing.
        """
        async with self.open_uow() as uow:
            payment, refund, refunds = await lock_refund(uow, refund_id)
            if known.amount == refund.amount.amount and payment.can_believe(known.status, refund, refunds):
                await _follow(uow, known, payment, refund, refunds)
            else:
                await _list(uow, refund, RefundItem.CONTRADICTED, _contradiction(refund, known))
            await uow.refunds.save(refund, next_check_at=_follow_at(refund, await uow.now()))
            await uow.commit()
        log.info("refund.followed refund=%s status=%s", refund.id, refund.status)
        return refund.status

    @retried
    async def _claim(self, refund_id: UUID) -> Turn:
        async with self.open_uow() as uow:
            payment, refund, refunds = await lock_refund(uow, refund_id)
            is_new = refund.sent_at is None
            if payment.charge is None or (is_new and refund.is_final):
                return Turn(refund=refund)
            now = await uow.now()
            if refund.is_late(now):
                await _list(uow, refund, RefundItem.LATE, f"owed since {refund.created_at:%Y-%m-%d}")
            others = [other for other in refunds if other is not refund]
            must_wait = is_new and any(other.is_at_paystack for other in others)
            refund.sent_at = refund.sent_at or (None if must_wait else now)
            await uow.refunds.save(refund, next_check_at=now + (FOLLOW_EVERY if must_wait else LOOK_AGAIN))
            await uow.commit()
        return Turn(
            refund=refund,
            transaction=None if must_wait else payment.charge.paystack_id,
            is_new=is_new,
            taken=frozenset(other.paystack_id for other in others if other.paystack_id is not None),
        )

    @retried
    async def _may_send_again(self, refund_id: UUID) -> bool:
        """Whether the refund has been missing for long; one of several callers at once hears that it has."""
        async with self.open_uow() as uow:
            refund = await uow.refunds.lock(refund_id)
            now = await uow.now()
            if refund.paystack_id is not None:
                await _list(uow, refund, RefundItem.LOST, f"Paystack has no refund {refund.paystack_id} any more")
                await uow.refunds.save(refund, next_check_at=_follow_at(refund, now))
                await uow.commit()
                return False
            if refund.sent_at is None or now - refund.sent_at < LOOK_AGAIN:
                return False
            refund.sent_at = now
            await uow.refunds.save(refund, next_check_at=now + LOOK_AGAIN)
            await uow.commit()
        return True

    async def _look_up(self, turn: Turn, transaction: int) -> GatewayRefund | None:
        return find_refund(turn.refund, await self.gateway.refunds_of(transaction), taken=turn.taken)

    async def _send(self, turn: Turn, transaction: int) -> GatewayRefund | None:
        """What Paystack says to it; nothing when it takes no refund now, which is listed then."""
        refund = turn.refund
        try:
            sent = await self.gateway.refund(paystack_id=transaction, amount=refund.amount, note=refund.note)
        except BalanceTooLow as refusal:
            await self._wait(refund.id, RefundItem.WAITS_FOR_BALANCE, str(refusal))
            return None
        except RefundRefused as refusal:
            await self._wait(refund.id, RefundItem.REFUSED, str(refusal))
            return None
        await reached(FaultPoint.AFTER_REFUND_ANSWER)
        if sent is None:
            sent = find_reversal(refund, await self.gateway.refunds_of(transaction), taken=turn.taken)
        if sent is None:
            await self._wait(
                refund.id, RefundItem.REFUSED, "everything went back already, but by no refund of this sum"
            )
        return sent

    @retried
    async def _wait(self, refund_id: UUID, item: RefundItem, reason: str) -> None:
        """Nothing was sent; try again later."""
        async with self.open_uow() as uow:
            refund = await uow.refunds.lock(refund_id)
            await _list(uow, refund, item, reason)
            await uow.refunds.save(refund, next_check_at=await uow.now() + FOLLOW_EVERY)
            await uow.commit()
        log.warning("refund.waits refund=%s item=%s", refund_id, item)


async def lock_refund(uow: UnitOfWork, refund_id: UUID) -> tuple[Payment, Refund, list[Refund]]:
    """A refund's payment, the refund, and all refunds of that payment, itself included. Raises `NotFound`."""
    refund = await uow.refunds.lock(refund_id)
    payment = await uow.refunds.payment_of(refund)
    others = [other for other in await uow.refunds.of_payment(payment.id) if other.id != refund.id]
    return payment, refund, [refund, *others]


async def _follow(
    uow: UnitOfWork, known: GatewayRefund, payment: Payment, refund: Refund, refunds: list[Refund]
) -> None:
    is_news = refund.status is not known.status
    refund.paystack_id = known.paystack_id
    refund.status = known.status
    payment.follow(refunds)
    await uow.payments.save(payment)
    if is_news and refund.status is RefundStatus.PROCESSED:
        await uow.ledger.post(refund_paid_posting(refund, payment))
    if refund.is_final:
        await uow.refunds.wake_waiting(payment.id)
    await _list_as_it_stands(uow, refund)


async def _list_as_it_stands(uow: UnitOfWork, refund: Refund) -> None:
    """List what only a person can bring further; whatever else was listed about the refund is over."""
    item, reason = OF_STATUS.get(refund.status, (None, ""))
    if item is not None:
        await _list(uow, refund, item, reason)
    stays = {item} if refund.is_final else {item, RefundItem.LATE}
    await uow.operator_items.resolve(*(kind for kind in RefundItem if kind not in stays), subject=str(refund.id))


async def _list(uow: UnitOfWork, refund: Refund, item: RefundItem, reason: str) -> None:
    await uow.operator_items.add(item, subject=str(refund.id), reason=reason)


def _follow_at(refund: Refund, now: datetime) -> datetime | None:
    return None if refund.is_final else now + FOLLOW_EVERY


def _contradiction(refund: Refund, known: GatewayRefund) -> str:
    return (
        f"here it is {refund.status} with {refund.amount.amount}; Paystack says that its refund "
        f"{known.paystack_id} is {known.status} with {known.amount}"
    )
