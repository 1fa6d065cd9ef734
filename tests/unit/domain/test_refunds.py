"""Several refunds of one payment: what is owed, what Paystack may be believed, when one takes too long."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from domain.money import Money
from domain.payments import Payment, PaymentStatus, Refund, RefundNotFailed, RefundStatus, working_days
from tests.unit.domain.examples import NOW, a_charge, a_payment

P = RefundStatus


def a_paid_payment() -> Payment:
    payment = a_payment()
    payment.expected = Money(1000, "NGN")
    payment.succeed(a_charge(amount=1000))
    return payment


def owed(payment: Payment, amount: int, status: RefundStatus) -> Refund:
    refund = payment.owe_back(Money(amount, "NGN"), refund_id=uuid4(), reason="cancelled")
    refund.status = status
    refund.sent_at = None if status is P.REQUESTED else NOW
    return refund


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (P.PROCESSED, P.PROCESSED, PaymentStatus.REFUNDED),
        (P.PROCESSED, P.PENDING, PaymentStatus.REFUND_PENDING),
        (P.PROCESSED, P.REQUESTED, PaymentStatus.REFUND_PENDING),
        (P.PROCESSED, P.NEEDS_ATTENTION, PaymentStatus.REFUND_PENDING),
        (P.FAILED, P.PROCESSED, PaymentStatus.REFUND_FAILED),
        (P.FAILED, P.PENDING, PaymentStatus.REFUND_FAILED),
        (P.FAILED, P.FAILED, PaymentStatus.REFUND_FAILED),
    ],
)
def test_a_payment_is_refunded_when_all_that_is_owed_has_gone(
    first: RefundStatus, second: RefundStatus, expected: PaymentStatus
) -> None:
    payment = a_paid_payment()
    refunds = [owed(payment, 600, first), owed(payment, 400, second)]
    payment.follow(refunds)
    assert payment.status is expected


def test_a_payment_of_which_something_is_kept_is_partly_refunded() -> None:
    payment = a_paid_payment()
    refunds = [owed(payment, 600, P.PROCESSED), owed(payment, 100, P.PROCESSED)]
    payment.follow(refunds)
    assert (payment.status, payment.kept) == (PaymentStatus.PARTIALLY_REFUNDED, 300)


def test_a_failed_refund_that_was_made_good_is_history() -> None:
    payment = a_paid_payment()
    failed = owed(payment, 600, P.FAILED)
    payment.follow([failed])
    assert (payment.status, payment.missing_of([failed])) == (PaymentStatus.REFUND_FAILED, 600)
    again = payment.retry(failed, [failed], refund_id=uuid4())
    assert (again.amount, payment.owed_back, payment.status) == (failed.amount, 600, PaymentStatus.REFUND_PENDING)
    again.status = P.PROCESSED
    payment.follow([failed, again])
    assert (payment.status, payment.missing_of([failed, again])) == (PaymentStatus.PARTIALLY_REFUNDED, 0)


@pytest.mark.parametrize("status", sorted(set(P) - {P.FAILED}))
def test_only_a_failed_refund_is_sent_once_more(status: RefundStatus) -> None:
    payment = a_paid_payment()
    refund = owed(payment, 600, status)
    with pytest.raises(RefundNotFailed):
        payment.retry(refund, [refund], refund_id=uuid4())


def test_a_failed_refund_is_made_good_once() -> None:
    payment = a_paid_payment()
    failed = owed(payment, 600, P.FAILED)
    again = payment.retry(failed, [failed], refund_id=uuid4())
    with pytest.raises(RefundNotFailed):
        payment.retry(failed, [failed, again], refund_id=uuid4())
    again.status = P.FAILED
    assert payment.retry(again, [failed, again], refund_id=uuid4()).amount.amount == 600


def test_what_the_bank_took_back_is_no_refund_that_failed() -> None:
    payment = a_paid_payment()
    refund = owed(payment, 600, P.PROCESSED)
    payment.charge_back(400)
    payment.follow([refund])
    assert (payment.status, payment.missing_of([refund])) == (PaymentStatus.REFUNDED, 0)


@pytest.mark.parametrize("status", P)
def test_what_has_gone_has_gone(status: RefundStatus) -> None:
    payment = a_paid_payment()
    refund = owed(payment, 600, P.PROCESSED)
    assert payment.can_believe(status, refund, [refund]) is (status is P.PROCESSED)


@pytest.mark.parametrize("status", P)
@pytest.mark.parametrize("now", [P.REQUESTED, P.PENDING, P.PROCESSING, P.NEEDS_ATTENTION])
def test_a_refund_under_way_can_come_to_anything(now: RefundStatus, status: RefundStatus) -> None:
    payment = a_paid_payment()
    refund = owed(payment, 600, now)
    assert payment.can_believe(status, refund, [refund])


def test_a_failed_refund_that_went_after_all_counts_unless_another_went_in_its_place() -> None:
    payment = a_paid_payment()
    failed = owed(payment, 600, P.FAILED)
    assert payment.can_believe(P.PROCESSED, failed, [failed])
    again = payment.retry(failed, [failed], refund_id=uuid4())
    assert not payment.can_believe(P.PROCESSED, failed, [failed, again])


def test_a_failed_refund_does_not_come_back_beside_another_that_is_at_paystack() -> None:
    payment = a_paid_payment()
    failed, other = owed(payment, 600, P.FAILED), owed(payment, 100, P.PENDING)
    assert not payment.can_believe(P.PENDING, failed, [failed, other])
    other.status = P.PROCESSED
    assert payment.can_believe(P.PENDING, failed, [failed, other])


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2026-11-23", "2026-11-23", 0),
        ("2026-11-20", "2026-11-23", 1),
        ("2026-11-21", "2026-11-22", 0),
        ("2026-11-23", "2026-11-30", 5),
        ("2026-11-23", "2026-12-14", 15),
    ],
)
def test_working_days_are_those_from_monday_to_friday(since: str, until: str, days: int) -> None:
    assert working_days(date.fromisoformat(since), date.fromisoformat(until)) == days


@pytest.mark.parametrize(("days", "is_late"), [(21, False), (22, True)])
def test_a_refund_is_late_after_fifteen_working_days(days: int, is_late: bool) -> None:
    refund = owed(a_paid_payment(), 600, P.PENDING)
    refund.created_at = NOW
    assert refund.is_late(NOW + timedelta(days=days)) is is_late


@pytest.mark.parametrize("status", [P.PROCESSED, P.FAILED])
def test_a_refund_that_is_over_is_never_late(status: RefundStatus) -> None:
    refund = owed(a_paid_payment(), 600, status)
    refund.created_at = NOW
    assert not refund.is_late(NOW + timedelta(days=100))
