"""A refund that only Paystack knew of: what it carries counts as promised back, and no other state is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from domain.money import Money
from domain.payments import Charge, ChargeStatus, Payment, PaymentStatus, Refund, RefundStatus

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def unknown_charge() -> Payment:
    charge = Charge(
        status=ChargeStatus.SUCCESS,
        reference="imo-lost",
        amount=500_000,
        requested_amount=None,
        currency="NGN",
        domain="test",
        customer_email="lost@example.com",
        paystack_id=1,
        fees=17_500,
        channel="card",
        paid_at=NOW,
        gateway_response=None,
    )
    return Payment.of_unknown_charge(charge, payment_id=UUID(int=1), now=NOW)


def made(amount: int, status: RefundStatus) -> Refund:
    return Refund(
        id=UUID(int=amount), payment_id=UUID(int=1), amount=Money(amount, "NGN"), reason="lost", status=status
    )


def test_the_rest_of_a_charge_without_an_owner_goes_on_waiting_for_one() -> None:
    payment = unknown_charge()
    refund = made(200_000, RefundStatus.PENDING)
    payment.take_over(refund, [refund])
    assert (payment.status, payment.kept, payment.owed_back) == (PaymentStatus.MISMATCHED, 300_000, 200_000)
    assert payment.next_check_at is not None
    refund.status = RefundStatus.PROCESSED
    payment.follow([refund])
    assert payment.status is PaymentStatus.MISMATCHED


def test_nothing_is_left_to_decide_about_a_charge_that_went_back_as_a_whole() -> None:
    payment = unknown_charge()
    refund = made(500_000, RefundStatus.PROCESSED)
    payment.take_over(refund, [refund])
    assert (payment.status, payment.kept) == (PaymentStatus.REFUNDED, 0)
    assert payment.next_check_at is None


def test_what_pays_for_a_booking_is_partly_refunded() -> None:
    payment = unknown_charge()
    payment.status, payment.pays_for_booking = PaymentStatus.SUCCESS, True
    refund = made(200_000, RefundStatus.PROCESSED)
    payment.take_over(refund, [refund])
    assert (payment.status, payment.kept) == (PaymentStatus.PARTIALLY_REFUNDED, 300_000)


def test_several_refunds_add_up() -> None:
    payment = unknown_charge()
    first, second = made(200_000, RefundStatus.PROCESSED), made(300_000, RefundStatus.PENDING)
    payment.take_over(first, [first])
    payment.take_over(second, [first, second])
    assert (payment.status, payment.owed_back) == (PaymentStatus.REFUND_PENDING, 500_000)
