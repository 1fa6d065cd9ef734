"""Disputes: what a bank takes is taken once, and comes out of what was earned before it was promised back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bookings import BookingStatus
from domain.commission import WHOLE, Commission, Shares
from domain.disputes import FOLLOW_EVERY, Dispute, DisputeStanding
from domain.ledger import LedgerAccount, charge_posting, chargeback_posting, earning_posting, refund_owed_posting
from domain.money import Money
from domain.payments import Payment, PaymentStatus
from tests.unit.domain.examples import NOW, a_booking, a_charge, a_payment

RECEIVED = 500_000


def a_standing(**changes: Any) -> DisputeStanding:
    """Open, of the whole charge."""
    facts: dict[str, Any] = {
        "amount": RECEIVED,
        "currency": "NGN",
        "status": "awaiting-merchant-feedback",
        "resolution": None,
        "category": "chargeback",
        "is_open": True,
        "is_lost": False,
        "due_at": NOW + timedelta(days=2),
        "opened_at": NOW,
        "resolved_at": None,
    }
    return DisputeStanding(**facts | changes)


LOST = a_standing(is_open=False, is_lost=True)
WON = a_standing(is_open=False)


def a_dispute() -> Dispute:
    """Open."""
    return Dispute(id=uuid4(), payment_id=uuid4(), paystack_id=7, standing=a_standing())


def test_an_open_dispute_is_looked_at_again_and_takes_nothing() -> None:
    dispute = a_dispute()
    assert dispute.follow(a_standing(status="pending"), received=RECEIVED, now=NOW) == 0
    assert dispute.next_check_at == NOW + FOLLOW_EVERY
    assert dispute.standing.status == "pending"


def test_a_won_dispute_is_over() -> None:
    dispute = a_dispute()
    assert dispute.follow(WON, received=RECEIVED, now=NOW) == 0
    assert dispute.next_check_at is None


def test_what_is_lost_is_taken_once() -> None:
    dispute = a_dispute()
    assert dispute.follow(LOST, received=RECEIVED, now=NOW) == RECEIVED
    for later in (LOST, WON, a_standing()):
        assert dispute.follow(later, received=RECEIVED, now=NOW) == 0
        assert (dispute.standing, dispute.next_check_at) == (LOST, None)


@pytest.mark.parametrize(("amount", "taken"), [(0, RECEIVED), (1, 1), (RECEIVED + 1, RECEIVED)])
def test_no_more_is_taken_than_was_charged_and_no_sum_means_all_of_it(amount: int, taken: int) -> None:
    assert a_dispute().follow(replace(LOST, amount=amount), received=RECEIVED, now=NOW) == taken


def a_paying_payment(amount: int) -> Payment:
    payment = a_payment()
    payment.expected = Money(amount, "NGN")
    payment.succeed(a_charge(amount=amount, requested_amount=amount))
    payment.pay_for_booking()
    return payment


def test_a_payment_that_the_bank_took_back_is_refunded() -> None:
    payment = a_paying_payment(RECEIVED)
    assert payment.charge_back(200_000) == 200_000
    assert (payment.status, payment.kept) == (PaymentStatus.PARTIALLY_REFUNDED, 300_000)
    assert payment.charge_back(400_000) == 300_000
    assert (payment.status, payment.kept) == (PaymentStatus.REFUNDED, 0)


def test_a_refund_that_is_under_way_goes_on() -> None:
    payment = a_paying_payment(RECEIVED)
    payment.owe_back(Money(100_000, "NGN"), refund_id=uuid4(), reason="x")
    assert payment.charge_back(RECEIVED) == 400_000
    assert payment.status is PaymentStatus.REFUND_PENDING


def test_what_is_left_of_a_charge_without_an_owner_still_waits_for_one() -> None:
    payment = Payment.of_unknown_charge(a_charge(), payment_id=uuid4(), now=NOW)
    payment.charge_back(200_000)
    assert (payment.status, payment.next_check_at is not None) == (PaymentStatus.MISMATCHED, True)
    payment.charge_back(300_000)
    assert (payment.status, payment.next_check_at) == (PaymentStatus.REFUNDED, None)


@given(st.integers(1, 1_000_000_000), st.integers(0, WHOLE).map(Commission), st.data())
def test_whatever_the_bank_takes_after_whatever_went_back_the_books_are_right(
    price: int, commission: Commission, data: st.DataObject
) -> None:
    payment, booking = a_paying_payment(price), replace(a_booking(BookingStatus.CONFIRMED), commission=commission)
    postings = [charge_posting(payment), earning_posting(payment, booking)]
    promised = data.draw(st.integers(0, price))
    if promised:
        refund = payment.owe_back(Money(promised, "NGN"), refund_id=uuid4(), reason="x")
        postings.append(refund_owed_posting(refund, payment, booking, kept_before=price))
    amount, kept_before = data.draw(st.integers(1, price)), payment.kept
    taken = payment.charge_back(amount)
    postings.append(
        chargeback_posting(uuid4(), payment, booking, amount=amount, taken=taken, kept_before=kept_before)
    )
    balance = Counter[LedgerAccount]()
    for posting in postings:
        for entry in posting.entries:
            balance[entry.account] += entry.amount
    shares = Shares.of(payment.kept, price=price, commission=commission)
    assert balance[LedgerAccount.CONSULTANTS] == -shares.consultant
    assert balance[LedgerAccount.COMMISSION] == -shares.commission
    assert balance[LedgerAccount.CLIENTS] == amount - taken - promised
    assert balance[LedgerAccount.PAYSTACK] == price - payment.fees - amount
