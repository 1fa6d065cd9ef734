"""Payouts: what may be paid out, which steps they take, and that a booking never carries more than it earned."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger import LedgerAccount, payout_paid_posting, payout_posting, payout_returned_posting
from domain.money import CURRENCIES, Money
from domain.payouts import (
    LAWFUL,
    NEW_ACCOUNT_WAITS,
    SMALLEST,
    UNDER_WAY,
    NoPayoutAccount,
    NothingToPayOut,
    Payout,
    PayoutAccount,
    PayoutAccountKind,
    PayoutAccountTooNew,
    PayoutMove,
    PayoutsFrozen,
    PayoutStatus,
    checked_number,
)
from domain.refusals import Invalid
from tests.unit.domain.examples import CONSULTANT_ID, NOW

ACCOUNT = PayoutAccount(
    id=uuid4(),
    consultant_id=CONSULTANT_ID,
    kind=PayoutAccountKind.NUBAN,
    currency="NGN",
    bank_code="058",
    bank_name="GTBank",
    last_four="6789",
    account_name="ADA OBI",
    recipient_code="RCP_x",
    created_at=NOW - NEW_ACCOUNT_WAITS,
    usable_from=NOW,
)


def a_request(
    owed: dict[UUID, int], *, account: PayoutAccount | None = ACCOUNT, recovered_ago: float = 99
) -> Payout:
    return Payout.request(
        owed,
        account,
        payout_id=uuid4(),
        reference="imo-payout-x",
        recovered_at=NOW - timedelta(hours=recovered_ago),
        now=NOW,
    )


def a_payout(status: PayoutStatus = PayoutStatus.REQUESTED) -> Payout:
    payout = a_request({uuid4(): 500_000})
    payout.status = status
    payout.settled_at = None if status in UNDER_WAY else NOW
    return payout


def test_every_currency_has_a_smallest_sum() -> None:
    assert set(SMALLEST) == CURRENCIES


def test_the_smallest_sum_is_paid_and_one_subunit_less_is_not() -> None:
    assert a_request({uuid4(): SMALLEST["NGN"]}).amount.amount == SMALLEST["NGN"]
    with pytest.raises(NothingToPayOut):
        a_request({uuid4(): SMALLEST["NGN"] - 1})


def test_what_went_back_after_its_payout_is_taken_off() -> None:
    assert a_request({uuid4(): 500_000, uuid4(): -100_000}).amount == Money(400_000, "NGN")
    with pytest.raises(NothingToPayOut):
        a_request({uuid4(): 100_000, uuid4(): -500_000})


def test_nothing_is_requested_without_an_account_with_a_new_one_or_after_a_recovery() -> None:
    owed = {uuid4(): 500_000}
    with pytest.raises(NoPayoutAccount):
        a_request(owed, account=None)
    new = PayoutAccount(
        **{name: getattr(ACCOUNT, name) for name in ACCOUNT.__slots__ if name != "usable_from"},
        usable_from=NOW + timedelta(seconds=1),
    )
    with pytest.raises(PayoutAccountTooNew):
        a_request(owed, account=new)
    with pytest.raises(PayoutsFrozen):
        a_request(owed, recovered_ago=71.99)
    assert a_request(owed, recovered_ago=72).amount.amount == 500_000


@pytest.mark.parametrize(("before", "after"), list(product(PayoutStatus, PayoutStatus)))
def test_only_lawful_steps_are_taken(before: PayoutStatus, after: PayoutStatus) -> None:
    payout = a_payout(before)
    move = payout.follow(after, NOW)
    assert payout.status is (after if (before, after) in LAWFUL else before)
    moved = payout.status is not before
    arrived, came_back = after is PayoutStatus.PAID, after in (PayoutStatus.FAILED, PayoutStatus.REVERSED)
    assert (move is PayoutMove.ARRIVED) == (moved and arrived)
    assert (move in (PayoutMove.RETURNED, PayoutMove.RETURNED_AFTER_ALL)) == (moved and came_back)


def test_what_arrived_is_watched_for_a_week_and_no_longer() -> None:
    payout = a_payout()
    payout.follow(PayoutStatus.PAID, NOW)
    assert payout.can_change
    payout.follow(PayoutStatus.PAID, NOW + timedelta(days=8))
    assert not payout.can_change


sums = st.dictionaries(st.uuids(), st.integers(-1_000_000, 10_000_000).filter(bool), min_size=1, max_size=6)


@given(sums, st.lists(st.sampled_from(PayoutStatus), max_size=8), st.integers(0, 50_000))
def test_whatever_paystack_says_the_books_are_right(
    owed: dict[UUID, int], said: list[PayoutStatus], fee: int
) -> None:
    if sum(owed.values()) < SMALLEST["NGN"]:
        return
    payout = a_request(owed)
    payout.fee = fee
    postings = [payout_posting(payout, owed)]
    for status in said:
        move = payout.follow(status, NOW)
        if move is PayoutMove.ARRIVED:
            postings.append(payout_paid_posting(payout))
        elif move is not None:
            had_arrived = move is PayoutMove.RETURNED_AFTER_ALL
            postings.append(payout_returned_posting(payout, owed, had_arrived=had_arrived))
    kinds = [posting.kind for posting in postings]
    assert len(kinds) == len(set(kinds))
    balance = Counter[LedgerAccount]()
    for posting in postings:
        for entry in posting.entries:
            balance[entry.account] += entry.amount
    came_back = payout.status in (PayoutStatus.FAILED, PayoutStatus.REVERSED)
    assert balance[LedgerAccount.CONSULTANTS] == (0 if came_back else payout.amount.amount)
    assert balance[LedgerAccount.PAYOUTS] == (-payout.amount.amount if payout.is_under_way else 0)
    assert sum(balance.values()) == 0


@pytest.mark.parametrize(("typed", "number"), [("012 345 6789", "0123456789"), ("0803-123-4567", "08031234567")])
def test_numbers_are_read_as_people_write_them(typed: str, number: str) -> None:
    assert checked_number(typed) == number


@pytest.mark.parametrize("typed", ["", "12345", "1" * 21, "01234x6789", "٠١٢٣٤٥٦٧"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        checked_number(typed)
