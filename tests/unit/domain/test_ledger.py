"""The ledger: every posting balances, and nothing is earned of money that goes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bookings import BookingStatus
from domain.commission import WHOLE, Commission, Shares
from domain.ledger import (
    LedgerAccount,
    LedgerEntry,
    Posting,
    PostingKind,
    charge_posting,
    earning_posting,
    refund_owed_posting,
    refund_paid_posting,
)
from domain.money import Money
from domain.payments import Payment
from tests.unit.domain.examples import a_booking, a_charge, a_payment

commissions = st.integers(0, WHOLE).map(Commission)
prices = st.integers(1, 1_000_000_000)


@given(prices, prices, commissions)
def test_shares_are_always_all_that_is_kept(kept: int, price: int, commission: Commission) -> None:
    shares = Shares.of(kept, price=price, commission=commission)
    assert shares.consultant + shares.commission + shares.added_fees == kept
    assert min(shares.consultant, shares.commission, shares.added_fees) >= 0


def test_a_broken_subunit_of_the_commission_is_the_consultants() -> None:
    assert Commission(1500).of(99) == 14


def test_what_the_payer_paid_above_the_price_is_not_the_consultants() -> None:
    assert Shares.of(40_333, price=30_050, commission=Commission(1000)) == Shares(
        consultant=27_045, commission=3_005, added_fees=10_283
    )


def test_a_posting_that_does_not_balance_is_a_bug() -> None:
    entry = LedgerEntry(account=LedgerAccount.CLIENTS, amount=1)
    with pytest.raises(ValueError, match="balance"):
        Posting(kind=PostingKind.CHARGE, source_id=uuid4(), currency="NGN", entries=(entry,))


def a_paying_payment(amount: int, fees: int) -> Payment:
    payment = a_payment()
    payment.expected = Money(amount, "NGN")
    payment.succeed(a_charge(amount=amount, requested_amount=amount, fees=fees))
    payment.pay_for_booking()
    return payment


@given(prices, commissions, st.data())
def test_whatever_goes_back_in_however_many_parts_the_books_are_right(
    price: int, commission: Commission, data: st.DataObject
) -> None:
    payment = a_paying_payment(price, fees=data.draw(st.integers(0, price)))
    booking = replace(a_booking(BookingStatus.CONFIRMED), commission=commission)
    postings = [charge_posting(payment), earning_posting(payment, booking)]
    while payment.kept and data.draw(st.booleans()):
        part, kept_before = data.draw(st.integers(1, payment.kept)), payment.kept
        refund = payment.owe_back(Money(part, "NGN"), refund_id=uuid4(), reason="x")
        postings.append(refund_owed_posting(refund, payment, booking, kept_before=kept_before))
        postings.append(refund_paid_posting(refund, payment))
    balance = Counter[LedgerAccount]()
    for posting in postings:
        for entry in posting.entries:
            balance[entry.account] += entry.amount
    shares = Shares.of(payment.kept, price=price, commission=commission)
    assert balance[LedgerAccount.CONSULTANTS] == -shares.consultant
    assert balance[LedgerAccount.COMMISSION] == -shares.commission
    assert balance[LedgerAccount.CLIENTS] == 0
    assert balance[LedgerAccount.PAYSTACK] == payment.kept - payment.fees
    assert sum(balance.values()) == 0
