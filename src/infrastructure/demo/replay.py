"""Stores what happened step by step, as if it happened again: reserved, paid, confirmed, completed, reviewed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import count
from uuid import UUID

from application.transactions import UnitOfWork
from domain.accounts import Account
from domain.bookings import Booking, HoldPolicy, SeatRequest
from domain.commission import Commission
from domain.consultants import NO_LIMITS
from domain.ledger import charge_posting, earning_posting
from domain.payments import Charge, ChargeStatus, CheckPolicy, Payment
from domain.reviews import Review
from infrastructure.demo.history import Visit
from infrastructure.identity import new_id, new_payment_reference
from infrastructure.paystack.sandbox.fees import transaction_fee

COMMISSION = Commission(1500)
HOLD = HoldPolicy(length=timedelta(minutes=15))
CHECKS = CheckPolicy(first_after=timedelta(minutes=2))
TIME_TO_PAY = timedelta(minutes=3)
TIME_TO_MARK = timedelta(minutes=15)
FIRST_PAYSTACK_ID = 3_900_000_001
LAST_PAYSTACK_ID = 4_000_000_000
"""All below every id that the sandbox gives out, so that its charges never clash with these."""


class Replay:
    """Takes each visit through the domain's own steps, at the instants of the past."""

    def __init__(self, uow: UnitOfWork, accounts: Mapping[str, Account]) -> None:
        self._uow = uow
        self._accounts = accounts
        self._seats_taken: Counter[UUID] = Counter()
        self._paystack_ids = count(FIRST_PAYSTACK_ID)

    async def store(self, visit: Visit) -> None:
        """One booking, with its payment and its review where it has them."""
        booking = self._reserve(visit)
        payment = None if booking.price.is_free else self._pay(visit, booking)
        await self._uow.bookings.add(booking)
        booking.unsaved.clear()
        if payment:
            await self._uow.payments.add(payment)
            await self._uow.payments.save(payment)
            await self._uow.ledger.post(charge_posting(payment), earning_posting(payment, booking))
        await self._follow_up(visit, booking)

    def _reserve(self, visit: Visit) -> Booking:
        request = SeatRequest(
            slot=replace(visit.slot, seats_taken=self._seats_taken[visit.slot.id]),
            client_id=self._accounts[visit.client.username].id,
            consultant_takes_bookings=True,
            client_has_seat=False,
            client_is_busy=False,
            limits=NO_LIMITS,
        )
        self._seats_taken[visit.slot.id] += 1
        return Booking.reserve(
            request,
            booking_id=new_id(),
            reason=visit.reason,
            policy=visit.consultant.policy,
            hold=HOLD,
            now=visit.booked_at,
            commission=COMMISSION,
        )

    def _pay(self, visit: Visit, booking: Booking) -> Payment:
        """The attempt that confirms the booking."""
        payment = Payment.start(
            payment_id=new_id(),
            reference=new_payment_reference(),
            booking=booking,
            customer_email=visit.client.person.email,
            mode="test",
            policy=CHECKS,
            now=visit.booked_at,
        )
        payment.succeed(self._charge(visit, payment))
        payment.pay_for_booking()
        booking.confirm(visit.booked_at + TIME_TO_PAY, reason="payment verified")
        return payment

    def _charge(self, visit: Visit, payment: Payment) -> Charge:
        return Charge(
            status=ChargeStatus.SUCCESS,
            reference=payment.reference,
            amount=payment.expected.amount,
            requested_amount=payment.expected.amount,
            currency=payment.expected.currency,
            domain=payment.mode,
            customer_email=payment.customer_email,
            paystack_id=next(self._paystack_ids),
            fees=transaction_fee(payment.expected.amount, payment.expected.currency),
            channel="card",
            paid_at=visit.booked_at + TIME_TO_PAY,
            gateway_response="Successful",
        )

    async def _follow_up(self, visit: Visit, booking: Booking) -> None:
        if visit.meeting:
            booking.meet_at(visit.meeting)
        if visit.is_completed:
            booking.complete(visit.slot.span.ends_at + TIME_TO_MARK)
        if visit.meeting or visit.is_completed:
            await self._uow.bookings.save(booking)
        if visit.remark and visit.reviewed_at:
            await self._uow.reviews.add(
                Review.write(
                    booking,
                    review_id=new_id(),
                    rating=visit.remark.rating,
                    comment=visit.remark.comment,
                    now=visit.reviewed_at,
                )
            )
