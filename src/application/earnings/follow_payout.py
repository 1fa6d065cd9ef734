"""Bring a payout one step further."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from application.earnings.ports import GatewayTransfer, PayoutGateway, TransferStatus
from application.fault_points import FaultPoint, reached
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain.ledger import payout_paid_posting, payout_returned_posting
from domain.payments import BalanceTooLow, PaymentGatewayUnavailable, is_own_reference
from domain.payouts import Payout, PayoutMove, PayoutStatus, RecipientRefused, TransferRefused

log = logging.getLogger(__name__)

NEEDS_OTP = "payout_needs_otp"
WAITS_FOR_BALANCE = "payout_waits_for_balance"
REFUSED = "payout_refused"
ON_HOLD = "payout_on_hold"
LOST = "payout_lost"
RETURNED = "payout_returned"
CONTRADICTED = "payout_contradicted"
UNKNOWN = "payout_unknown"
"""On the operators' list; the subject is the payout's id, of an unknown one the reference. What waits is resolved
by itself; what came back, contradicts or is unknown is closed by an operator.
"""
WHILE_UNDER_WAY = (NEEDS_OTP, WAITS_FOR_BALANCE, REFUSED, ON_HOLD, LOST)
ROUND = 50

STATUS = {
    TransferStatus.PENDING: PayoutStatus.PENDING,
    TransferStatus.NEEDS_OTP: PayoutStatus.NEEDS_OTP,
    TransferStatus.PAID: PayoutStatus.PAID,
    TransferStatus.FAILED: PayoutStatus.FAILED,
    TransferStatus.REVERSED: PayoutStatus.REVERSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A payout as it was claimed, and whether Paystack may have heard of it before. Without a recipient its
    consultant is suspended.
    """

    payout: Payout
    recipient_code: str | None
    was_sent: bool


@dataclass(frozen=True, slots=True)
class FollowPayout:
    """Send a payout to Paystack, or look how far it has come.

    - Its reference is stored before Paystack hears of it, and it is never sent under another one: Paystack pays a
      reference once. What was ever sent is looked for before it is sent again, and while an earlier try can have
      gone through, no refusal is believed.
    - Nothing is sent for consultants who are suspended, as long as they are.
    - When it failed or came back, what was owed for each booking is owed again.
    - A bank can send back what had arrived: it is watched for a week after that.
    """

    open_uow: OpenUnitOfWork
    gateway: PayoutGateway

    async def __call__(self, payout_id: UUID) -> PayoutStatus:
        """The payout's state afterwards. Raises `NotFound` or `PaymentGatewayUnavailable`."""
        turn = await self._claim(payout_id)
        known = await self.gateway.transfer_by(turn.payout.reference) if turn.was_sent else None
        if known is not None:
            return await self.take_over(payout_id, known)
        if not turn.payout.may_be_sent:
            return await self._wait(payout_id, LOST, "Paystack does not know the transfer any more")
        if turn.recipient_code is None:
            return turn.payout.status
        return await self._send(turn, turn.recipient_code)

    async def by_reference(self, reference: str) -> None:
        """Paystack said something about a transfer; what was not made by us is none of our business. One of ours
        that was lost here is listed: what it carries may still be owed, and would be paid again.

        Raises `PaymentGatewayUnavailable`.
        """
        async with self.open_uow() as uow:
            payout_id = await uow.payouts.id_of(reference)
            if payout_id is None and is_own_reference(reference):
                await uow.operator_items.add(UNKNOWN, subject=reference, reason="no payout is known for it")
                await uow.commit()
        if payout_id is not None:
            await self(payout_id)

    @retried
    async def take_over(self, payout_id: UUID, known: GatewayTransfer) -> PayoutStatus:
        """Store what Paystack says of the transfer; the payout's state afterwards. Raises `NotFound`."""
        async with self.open_uow() as uow:
            payout = await uow.payouts.lock(payout_id)
            contradiction = _contradiction(payout, known)
            if contradiction is None:
                await self._follow(uow, payout, known)
            else:
                payout.stay(await uow.now())
                await uow.payouts.save(payout)
                await self._list(uow, payout, CONTRADICTED, contradiction)
            await uow.commit()
        log.info("payout.followed payout=%s status=%s", payout.id, payout.status)
        return payout.status

    @retried
    async def _claim(self, payout_id: UUID) -> Turn:
        async with self.open_uow() as uow:
            payout = await uow.payouts.lock(payout_id)
            was_sent = payout.sent_at is not None
            recipient_code = await uow.payouts.recipient_of(payout)
            if recipient_code is None and not was_sent:
                payout.wait(await uow.now())
                await self._list(uow, payout, ON_HOLD, "the consultant is suspended")
            elif payout.can_change:
                payout.send(await uow.now())
            await uow.payouts.save(payout)
            await uow.commit()
        return Turn(payout=payout, recipient_code=recipient_code, was_sent=was_sent)

    async def _send(self, turn: Turn, recipient_code: str) -> PayoutStatus:
        payout = turn.payout
        try:
            known = await self.gateway.transfer(
                reference=payout.reference,
                amount=payout.amount,
                recipient_code=recipient_code,
                reason="Imoran earnings",
            )
        except BalanceTooLow as refusal:
            return await self._wait(payout.id, WAITS_FOR_BALANCE, str(refusal))
        except RecipientRefused as refusal:
            return await self._refused(turn, refusal.reason)
        except TransferRefused as refusal:
            return await self._wait(payout.id, REFUSED, refusal.reason)
        await reached(FaultPoint.PAYOUT_AFTER_SENT)
        return await self.take_over(payout.id, known)

    @retried
    async def _wait(self, payout_id: UUID, kind: str, reason: str) -> PayoutStatus:
        """It does not go on now; try again later."""
        async with self.open_uow() as uow:
            payout = await uow.payouts.lock(payout_id)
            now = await uow.now()
            if payout.is_under_way:
                payout.wait(now)
            else:
                payout.stay(now)
            await uow.payouts.save(payout)
            await self._list(uow, payout, kind, reason)
            await uow.commit()
        return payout.status

    @retried
    async def _refused(self, turn: Turn, reason: str) -> PayoutStatus:
        """Nothing will be sent to that account. What was owed is owed again once that is sure of earlier tries."""
        async with self.open_uow() as uow:
            payout = await uow.payouts.lock(turn.payout.id)
            now = await uow.now()
            if payout.was_surely_not_sent(now, is_first_try=not turn.was_sent):
                await self._move(uow, payout, PayoutStatus.FAILED, problem=reason)
            else:
                payout.wait(now)
                await uow.payouts.save(payout)
                await self._list(uow, payout, REFUSED, reason)
            await uow.commit()
        return payout.status

    async def _follow(self, uow: UnitOfWork, payout: Payout, known: GatewayTransfer) -> None:
        payout.transfer_code = known.transfer_code
        if payout.is_under_way:
            payout.fee = known.fee
        await self._move(uow, payout, STATUS[known.status], problem=known.problem)

    async def _move(self, uow: UnitOfWork, payout: Payout, status: PayoutStatus, *, problem: str | None) -> None:
        move = payout.follow(status, await uow.now(), problem=problem)
        await uow.payouts.save(payout)
        if move is PayoutMove.ARRIVED:
            await uow.ledger.post(payout_paid_posting(payout))
        elif move is not None:
            owed = await uow.payouts.parts_of(payout.id)
            had_arrived = move is PayoutMove.RETURNED_AFTER_ALL
            await uow.ledger.post(payout_returned_posting(payout, owed, had_arrived=had_arrived))
            await self._list(uow, payout, RETURNED, payout.problem or f"Paystack says {payout.status}")
        await self._list_what_waits(uow, payout)

    async def _list_what_waits(self, uow: UnitOfWork, payout: Payout) -> None:
        subject = str(payout.id)
        if payout.status is PayoutStatus.NEEDS_OTP:
            await self._list(uow, payout, NEEDS_OTP, "Paystack sent a one-time password to the business")
            others = [kind for kind in WHILE_UNDER_WAY if kind != NEEDS_OTP]
            await uow.operator_items.resolve(*others, subject=subject)
        elif payout.status is not PayoutStatus.REQUESTED:
            await uow.operator_items.resolve(*WHILE_UNDER_WAY, subject=subject)

    async def _list(self, uow: UnitOfWork, payout: Payout, kind: str, reason: str) -> None:
        await uow.operator_items.add(kind, subject=str(payout.id), reason=reason)


def _contradiction(payout: Payout, known: GatewayTransfer) -> str | None:
    if (known.amount, known.currency) != (payout.amount.amount, payout.amount.currency):
        return f"Paystack says {known.amount} {known.currency}"
    if payout.has_other_end(STATUS[known.status]):
        return f"here it is {payout.status}; Paystack says that it is {known.status}"
    return None


@dataclass(frozen=True, slots=True)
class FollowPayouts:
    """Follow every payout whose next look is due. A round ends when Paystack cannot be reached."""

    open_uow: OpenUnitOfWork
    follow_payout: FollowPayout

    async def __call__(self) -> int:
        """How many were looked at. Several rounds at once do no harm."""
        async with self.open_uow() as uow:
            payout_ids = await uow.payouts.due(now=await uow.now(), limit=ROUND)
        looked_at = 0
        for payout_id in payout_ids:
            try:
                await self.follow_payout(payout_id)
                looked_at += 1
            except PaymentGatewayUnavailable as unavailable:
                log.warning("payouts.interrupted looked_at=%d reason=%s", looked_at, unavailable)
                break
            except Exception:
                # One that cannot be dealt with must not keep the others from their turn; it stays due.
                log.exception("payout.not_followed payout=%s", payout_id)
        return looked_at
