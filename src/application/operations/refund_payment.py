"""An operator sends money back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.identity import NewId
from application.operations.close_item import Trace, close_item, leave_trace, offered
from application.operations.item_kinds import About, Action, kind_of
from application.operations.prove_operator import Proof, ProveOperator
from application.outbox.ports import Nudge
from application.payments.owe_back import owe_back
from application.payments.ports import OperatorItem
from application.payments.settle_payment import MISMATCHED
from application.transactions import OpenUnitOfWork, TransactionConflictError, UnitOfWork, retried
from domain import reasons
from domain.bookings import Booking
from domain.money import Money
from domain.operations import (
    ActionNotOffered,
    DisputeUndecided,
    MoreThanIsKept,
    NothingToRefund,
    PartOfUnownedCharge,
)
from domain.payments import Payment
from domain.refusals import NotFound

"""For the client; why is between the operators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPaymentCommand:
    """`amount` in subunits. `item_id` is what is resolved by it on the operators' list, if anything."""

    reference: str
    amount: int
    item_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RefundPayment:
    """Send back what is kept of a charge, or a sum up to it.

    - A charge that pays for no booking goes back as a whole: what was left of it would belong to nobody.
    - Nothing goes back while the payer's bank disputes the charge, for the bank may take the same money.
    - A booking that was paid by it stays as it is.
    """

    open_uow: OpenUnitOfWork
    prove_operator: ProveOperator
    new_id: NewId
    nudge: Nudge

    async def __call__(self, caller: Caller, command: RefundPaymentCommand, proof: Proof) -> Money:
        """What goes back. Raises `NotFound`, `ItemResolved`, `ActionNotOffered`, `NothingToRefund`,
        `MoreThanIsKept`, `PartOfUnownedCharge`, `DisputeUndecided`, or what the proof lacks.
        """
        note = await self.prove_operator(caller, proof)
        amount = await self._refund(Trace(caller=caller, note=note, address=proof.address), command)
        await self.nudge()
        return amount

    @retried
    async def _refund(self, trace: Trace, command: RefundPaymentCommand) -> Money:
        async with self.open_uow() as uow:
            item = await offered(uow, command.item_id, Action.REFUND) if command.item_id else None
            payment, booking = await lock_with_booking(uow, command.reference)
            if item is not None:
                await _require_about(uow, item, payment)
            amount = await _refundable(uow, payment, command.amount)
            kept_before = payment.kept
            await owe_back(uow, self.new_id, payment, amount, booking=booking, reason=reasons.REFUNDED_BY_OPERATOR)
            facts = {
                "reference": payment.reference,
                "amount": str(amount.amount),
                "currency": amount.currency,
                "kept_before": str(kept_before),
                "kept_after": str(payment.kept),
            }
            if item is not None:
                await close_item(uow, trace, item.id, Action.REFUND, resolution="refunded", **facts)
            else:
                await leave_trace(uow, trace, Action.REFUND, **facts)
            await uow.operator_items.close_about(
                MISMATCHED,
                subject=payment.reference,
                by=trace.caller.account_id,
                resolution="refunded",
                note=trace.note,
            )
            await uow.commit()
        return amount


async def lock_with_booking(uow: UnitOfWork, reference: str) -> tuple[Payment, Booking | None]:
    """A payment and its booking, locked in their order. Raises `NotFound`."""
    hint = await uow.payments.find(reference)
    if hint is None:
        raise NotFound
    booking = await uow.bookings.lock(hint.booking_id) if hint.booking_id else None
    payment = await uow.payments.lock(reference)
    if payment.booking_id != hint.booking_id:
        raise TransactionConflictError("the payment was attached to another booking meanwhile")
    return payment, booking


async def _require_about(uow: UnitOfWork, item: OperatorItem, payment: Payment) -> None:
    """Nothing is resolved by sending back another payment's money."""
    if kind_of(item.kind, item.subject).about is About.DISPUTE:
        dispute = await uow.disputes.find(int(item.subject))
        is_about = dispute is not None and dispute.payment_id == payment.id
    else:
        is_about = item.subject == payment.reference
    if not is_about:
        raise ActionNotOffered


async def _refundable(uow: UnitOfWork, payment: Payment, wanted: int) -> Money:
    if payment.kept == 0:
        raise NothingToRefund
    if wanted > payment.kept or wanted < 1:
        raise MoreThanIsKept(payment.rest_of_it)
    if not payment.pays_for_booking and wanted != payment.kept:
        raise PartOfUnownedCharge
    if await uow.disputes.is_open(payment.id):
        raise DisputeUndecided
    return Money(wanted, payment.all_of_it.currency)
