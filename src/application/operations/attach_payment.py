"""An operator says which booking a charge pays for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from application.accounts.callers import Caller
from application.operations.close_item import Trace, close_item, offered
from application.operations.item_kinds import Action
from application.operations.prove_operator import Proof, ProveOperator
from application.payments.ports import PaymentGateway
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain import reasons
from domain.bookings import Booking, SeatRequest
from domain.ledger import earning_posting
from domain.operations import CannotAttach
from domain.payments import Charge, ChargeStatus, Payment, PaymentStatus, SettlementCase, SettlementOutcome
from domain.refusals import Invalid, NotFound
from domain.sentences import Sentence

"""For the history of the booking; why is between the operators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachPaymentCommand:
    """The item about a charge without an owner, and the booking that it is for."""

    item_id: UUID
    booking_id: UUID


@dataclass(frozen=True, slots=True)
class AttachPayment:
    """Confirm a booking with a charge that was not the one we asked for, or that no booking was known for.

    - Only when Paystack still calls the charge successful, in our mode, and it covers the booking's price in its
      currency.
    - Only where a late payment would confirm the booking too: its seat is held, or still free. Else the operator
      hears why, and can send the money back.
    """

    open_uow: OpenUnitOfWork
    prove_operator: ProveOperator
    gateway: PaymentGateway

    async def __call__(self, caller: Caller, command: AttachPaymentCommand, proof: Proof) -> None:
        """Raises `NotFound`, `Invalid` for the field `booking`, `ItemResolved`, `ActionNotOffered`,
        `CannotAttach`, `PaymentGatewayUnavailable`, or what the proof lacks.
        """
        note = await self.prove_operator(caller, proof)
        async with self.open_uow() as uow:
            item = await offered(uow, command.item_id, Action.ATTACH)
        charge = await self.gateway.verify(item.subject)
        if charge is None or charge.status is not ChargeStatus.SUCCESS or charge.domain != self.gateway.mode:
            raise CannotAttach(Sentence("Paystack does not call it a successful charge any more"))
        await self._attach(Trace(caller=caller, note=note, address=proof.address), command, charge)

    @retried
    async def _attach(self, trace: Trace, command: AttachPaymentCommand, charge: Charge) -> None:
        async with self.open_uow() as uow:
            hint = await _booking(uow, command.booking_id)
            offer = await uow.bookings.lock_seat(
                slot_id=hint.slot_id, client_id=hint.client_id, apart_from=hint.id
            )
            booking = await uow.bookings.lock(hint.id)
            payment = await uow.payments.lock(charge.reference)
            facts = {
                "reference": payment.reference,
                "booking_before": str(payment.booking_id or ""),
                "booking": str(booking.id),
                "status_before": booking.status.value,
            }
            _refuse_unless_it_covers(payment, charge, booking)
            await _refuse_unless_seat_is_free(uow, booking, offer.request, offer.now)
            await self._confirm(uow, payment, booking, offer.now, trace.caller.account_id)
            if offer.request.is_in_line:
                await uow.waiting_list.take_place(slot_id=booking.slot_id, client_id=booking.client_id)
            await close_item(uow, trace, command.item_id, Action.ATTACH, resolution="attached", **facts)
            await uow.commit()

    async def _confirm(
        self, uow: UnitOfWork, payment: Payment, booking: Booking, now: datetime, operator_id: UUID
    ) -> None:
        payment.attach_to(booking)
        payment.pay_for_booking()
        booking.confirm(now, reason=reasons.PAYMENT_FOUND, operator_id=operator_id)
        await uow.payments.save(payment)
        await uow.bookings.save(booking)
        await uow.ledger.post(earning_posting(payment, booking))


async def _booking(uow: UnitOfWork, booking_id: UUID) -> Booking:
    try:
        return await uow.bookings.get(booking_id)
    except NotFound:
        raise Invalid.field("booking", "There is no such booking.") from None


def _refuse_unless_it_covers(payment: Payment, charge: Charge, booking: Booking) -> None:
    if payment.status is not PaymentStatus.MISMATCHED or payment.kept != payment.received:
        raise CannotAttach(Sentence("it is decided already what becomes of it"))
    if (charge.amount, charge.currency) != (payment.received, payment.all_of_it.currency):
        raise CannotAttach(Sentence("Paystack says now that it is another sum"))
    if booking.price.currency != charge.currency:
        raise CannotAttach(
            Sentence(
                "it was charged in {charged}, and the price is in {price}",
                charged=charge.currency,
                price=booking.price.currency,
            )
        )
    if charge.amount < booking.price.amount:
        raise CannotAttach(Sentence("it is less than the price"))
    if booking.price.is_free:
        raise CannotAttach(Sentence("the session is free"))


async def _refuse_unless_seat_is_free(uow: UnitOfWork, booking: Booking, seat: SeatRequest, now: datetime) -> None:
    is_paid = await uow.payments.booking_is_paid(booking.id)
    settlement = SettlementCase(booking=booking, booking_is_paid=is_paid, seat=seat).decide(now)
    if settlement.outcome is not SettlementOutcome.CONFIRM:
        raise CannotAttach(settlement.reason)
