"""An operator gives something up, or says that it is dealt with."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.operations.close_item import Trace, close_item, offered
from application.operations.item_kinds import Action, GivesUp, kind_of
from application.operations.prove_operator import Proof, ProveOperator
from application.operations.refund_payment import lock_with_booking
from application.payments.ports import OperatorItem
from application.payments.send_refund import lock_refund
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain.ledger import loss_posting, write_off_posting
from domain.money import Money
from domain.operations import ActionNotOffered
from domain.payments import PaymentStatus, RefundStatus


@dataclass(frozen=True, slots=True)
class WriteOff:
    """Close an item with a note, and give up the money that it is about.

    - A charge that nobody owns is kept by the platform. It can neither be sent back nor attached any more.
    - A refund that failed is not tried again.
    - What went back twice is the platform's loss.
    - Whatever else is on the list is closed, and no money moves.
    """

    open_uow: OpenUnitOfWork
    prove_operator: ProveOperator

    async def __call__(self, caller: Caller, item_id: UUID, proof: Proof) -> Money | None:
        """What was given up, if anything. Raises `NotFound`, `ItemResolved`, `ActionNotOffered`, or what the proof
        lacks.
        """
        note = await self.prove_operator(caller, proof)
        return await self._write_off(Trace(caller=caller, note=note, address=proof.address), item_id)

    @retried
    async def _write_off(self, trace: Trace, item_id: UUID) -> Money | None:
        async with self.open_uow() as uow:
            item = await offered(uow, item_id, Action.WRITE_OFF)
            given_up = await _give_up(uow, item)
            facts = {"amount": str(given_up.amount), "currency": given_up.currency} if given_up else {}
            await close_item(
                uow,
                trace,
                item_id,
                Action.WRITE_OFF,
                resolution="written_off" if given_up else "closed",
                **facts,
            )
            await uow.commit()
        return given_up


async def _give_up(uow: UnitOfWork, item: OperatorItem) -> Money | None:
    gives_up = kind_of(item.kind, item.subject).gives_up
    if gives_up is GivesUp.UNOWNED_CHARGE:
        return await _unowned_charge(uow, item)
    if gives_up is GivesUp.FAILED_REFUND:
        return await _failed_refund(uow, item)
    if gives_up is GivesUp.PAID_BACK_TWICE:
        return await _paid_back_twice(uow, item)
    return None


async def _unowned_charge(uow: UnitOfWork, item: OperatorItem) -> Money:
    payment, _ = await lock_with_booking(uow, item.subject)
    if payment.status is not PaymentStatus.MISMATCHED or not payment.kept:
        raise ActionNotOffered
    given_up = payment.write_off()
    await uow.payments.save(payment)
    await uow.ledger.post(write_off_posting(item.id, payment, given_up))
    return given_up


async def _failed_refund(uow: UnitOfWork, item: OperatorItem) -> Money | None:
    """Nothing is given up of a refund that goes on: Paystack may still bring it to its end."""
    payment, refund, refunds = await lock_refund(uow, UUID(item.subject))
    if refund.status is not RefundStatus.FAILED or payment.missing_of(refunds) < refund.amount.amount:
        return None
    payment.write_off_refund(refund)
    payment.follow(refunds)
    await uow.payments.save(payment)
    await uow.ledger.post(write_off_posting(item.id, payment, refund.amount))
    return refund.amount


async def _paid_back_twice(uow: UnitOfWork, item: OperatorItem) -> Money | None:
    """Only what has really gone: a refund that was stopped at Paystack makes good for it."""
    payment, _ = await lock_with_booking(uow, item.subject)
    lost = await uow.ledger.overpaid(payment.id)
    if not lost:
        return None
    given_up = Money(lost, payment.all_of_it.currency)
    await uow.ledger.post(loss_posting(item.id, payment, given_up))
    return given_up
