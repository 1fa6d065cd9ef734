"""Send a client to Paystack's checkout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from application.accounts.callers import Caller
from application.fault_points import FaultPoint, reached
from application.identity import NewId
from application.payments.ports import Checkout, PaymentGateway
from application.transactions import OpenUnitOfWork, retried
from domain.bookings import BookingStatus
from domain.money import Money
from domain.payments import (
    ATTEMPTS_WINDOW,
    CheckPolicy,
    NothingToPay,
    Payment,
    PaymentGatewayUnavailable,
    PaymentInProgress,
    PaymentStatus,
    refuse_too_many_attempts,
)
from domain.refusals import NotFound

BEING_STARTED = timedelta(seconds=15)
"""An attempt without an address is another request's, waiting for Paystack, for at most as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedPayment:
    """Where to pay, under which reference, and how much."""

    reference: str
    checkout: Checkout
    amount: Money


@dataclass(frozen=True, slots=True)
class StartPayment:
    """Begin to collect a booking's price.

    - Only while the seat is held. An attempt whose checkout is still open is handed out again; of new ones
      there is a limited number in an hour.
    - The attempt is stored under a fresh reference before Paystack hears of it, so that no charge can
      exist without a row of ours; a reference is never sent twice.
    """

    open_uow: OpenUnitOfWork
    gateway: PaymentGateway
    new_id: NewId
    new_reference: Callable[[], str]
    check_policy: CheckPolicy
    callback_url: str

    async def __call__(self, caller: Caller, booking_id: UUID) -> StartedPayment:
        """The payment to make.

        Raises `NotFound`, `NothingToPay`, `HoldExpired`, `PaymentInProgress`, `Throttled` or
        `PaymentGatewayUnavailable`; nothing was charged then.
        """
        payment = await self._attempt(caller, booking_id)
        if payment.authorization_url is None or payment.access_code is None:
            checkout = await self._initialize(payment)
        else:
            checkout = Checkout(authorization_url=payment.authorization_url, access_code=payment.access_code)
        return StartedPayment(reference=payment.reference, checkout=checkout, amount=payment.expected)

    @retried
    async def _attempt(self, caller: Caller, booking_id: UUID) -> Payment:
        """The attempt whose checkout is open, or a new one without an address."""
        async with self.open_uow() as uow:
            booking = await uow.bookings.lock(booking_id, client_id=caller.account_id)
            now = await uow.now()
            if booking.price.is_free or booking.status is BookingStatus.CONFIRMED:
                raise NothingToPay
            booking.require_payable(now)
            earlier = await uow.payments.open_attempt(booking.id)
            if earlier is not None and earlier.is_live:
                return earlier
            if earlier is not None and now - earlier.created_at < BEING_STARTED:
                raise PaymentInProgress
            refuse_too_many_attempts(await uow.payments.begun_since(booking.id, now - ATTEMPTS_WINDOW), now)
            account = await uow.accounts.get(caller.account_id)
            if account is None:
                raise NotFound
            payment = Payment.start(
                payment_id=self.new_id(),
                reference=self.new_reference(),
                booking=booking,
                customer_email=account.person.email,
                mode=self.gateway.mode,
                policy=self.check_policy,
                now=now,
            )
            await uow.payments.add(payment)
            await uow.commit()
        return payment

    async def _initialize(self, payment: Payment) -> Checkout:
        await reached(FaultPoint.BEFORE_INITIALIZE)
        try:
            checkout = await self.gateway.initialize(
                reference=payment.reference,
                amount=payment.expected,
                email=payment.customer_email,
                callback_url=self.callback_url,
            )
        except PaymentGatewayUnavailable:
            # Closed for the page, so that a new attempt can be made at once; the reconciler goes on
            # asking about this one, because nobody can prove that Paystack never got it.
            await self._close(payment.reference)
            raise
        await reached(FaultPoint.AFTER_INITIALIZE_SENT)
        async with self.open_uow() as uow:
            stored = await uow.payments.lock(payment.reference)
            stored.authorization_url = checkout.authorization_url
            stored.access_code = checkout.access_code
            await uow.payments.save(stored)
            await uow.commit()
        await reached(FaultPoint.AFTER_INITIALIZE_ANSWER)
        return checkout

    async def _close(self, reference: str) -> None:
        async with self.open_uow() as uow:
            stored = await uow.payments.lock(reference)
            stored.close(PaymentStatus.FAILED)
            await uow.payments.save(stored)
            await uow.commit()
