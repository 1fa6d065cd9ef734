"""Whatever happens to the money of some bookings, in whatever order: none is paid out more than it earned."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.bookings import Booking, BookingStatus
from domain.commission import WHOLE, Commission, Shares
from domain.ledger import (
    LedgerAccount,
    Posting,
    charge_posting,
    chargeback_posting,
    earning_posting,
    payout_paid_posting,
    payout_posting,
    payout_returned_posting,
    refund_owed_posting,
)
from domain.money import LARGEST_AMOUNT, Money
from domain.payments import Payment
from domain.payouts import (
    NothingToPayOut,
    Payout,
    PayoutAccount,
    PayoutAccountKind,
    PayoutMove,
    PayoutStatus,
    payable,
)
from tests.unit.domain.examples import CONSULTANT_ID, NOW, a_booking, a_charge, a_payment

BOOKINGS = 4
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
    created_at=NOW - timedelta(days=9),
    usable_from=NOW,
)


class MoneyOfOneConsultant(RuleBasedStateMachine):
    """A ledger, and what it says of each booking."""

    def __init__(self) -> None:
        super().__init__()
        self.owed = Counter[UUID]()
        self.balance = Counter[LedgerAccount]()
        self.sessions: list[tuple[Payment, Booking]] = []
        self.payouts: list[tuple[Payout, dict[UUID, int]]] = []

    def post(self, *postings: Posting) -> None:
        for posting in postings:
            for entry in posting.entries:
                self.balance[entry.account] += entry.amount
                if entry.booking_id is not None:
                    self.owed[entry.booking_id] -= entry.amount

    @initialize(prices=st.lists(st.integers(1, LARGEST_AMOUNT), min_size=BOOKINGS, max_size=BOOKINGS))
    def sell(self, prices: list[int]) -> None:
        for place, price in enumerate(prices):
            payment = a_payment()
            payment.expected = Money(price, "NGN")
            payment.succeed(a_charge(amount=price, requested_amount=price, fees=price // 50))
            payment.pay_for_booking()
            booking = replace(
                a_booking(BookingStatus.COMPLETED),
                id=UUID(int=place + 1),
                commission=Commission(WHOLE * 15 // 100),
            )
            self.sessions.append((payment, booking))
            self.post(charge_posting(payment), earning_posting(payment, booking))

    @rule(place=st.integers(0, BOOKINGS - 1), part=st.integers(1, 100))
    def refund(self, place: int, part: int) -> None:
        payment, booking = self.sessions[place]
        amount, kept_before = payment.kept * part // 100, payment.kept
        if amount:
            refund = payment.owe_back(Money(amount, "NGN"), refund_id=uuid4(), reason="x")
            self.post(refund_owed_posting(refund, payment, booking, kept_before=kept_before))

    @rule(place=st.integers(0, BOOKINGS - 1), part=st.integers(1, 100))
    def charge_back(self, place: int, part: int) -> None:
        payment, booking = self.sessions[place]
        amount, kept_before = payment.received * part // 100, payment.kept
        taken = payment.charge_back(amount)
        if amount:
            self.post(
                chargeback_posting(uuid4(), payment, booking, amount=amount, taken=taken, kept_before=kept_before)
            )

    @precondition(lambda self: not any(payout.is_under_way for payout, _ in self.payouts))
    @rule(disputed=st.sets(st.integers(1, BOOKINGS)))
    def request(self, disputed: set[int]) -> None:
        available = {
            booking_id: amount
            for booking_id, amount in self.owed.items()
            if amount < 0 or (amount > 0 and booking_id.int not in disputed)
        }
        owed = payable(available)
        assert sum(owed.values()) <= LARGEST_AMOUNT
        try:
            payout = Payout.request(
                owed, ACCOUNT, payout_id=uuid4(), reference="imo-payout-x", recovered_at=None, now=NOW
            )
        except NothingToPayOut:
            return
        self.payouts.append((payout, owed))
        self.post(payout_posting(payout, owed))
        assert all(self.owed[booking_id] == 0 for booking_id in owed)

    @precondition(lambda self: self.payouts)
    @rule(place=st.integers(0, 9), status=st.sampled_from(PayoutStatus))
    def hear(self, place: int, status: PayoutStatus) -> None:
        payout, owed = self.payouts[place % len(self.payouts)]
        move = payout.follow(status, NOW)
        if move is PayoutMove.ARRIVED:
            payout.fee = 1_000
            self.post(payout_paid_posting(payout))
        elif move is not None:
            had_arrived = move is PayoutMove.RETURNED_AFTER_ALL
            self.post(payout_returned_posting(payout, owed, had_arrived=had_arrived))

    @invariant()
    def the_ledger_balances(self) -> None:
        assert sum(self.balance.values()) == 0

    @invariant()
    def what_was_earned_is_owed_or_paid_out_booking_by_booking(self) -> None:
        gone = Counter[UUID]()
        for payout, owed in self.payouts:
            if payout.status not in (PayoutStatus.FAILED, PayoutStatus.REVERSED):
                gone.update(owed)
        for payment, booking in self.sessions:
            earned = Shares.of(
                payment.kept, price=payment.expected.amount, commission=booking.commission
            ).consultant
            assert self.owed[booking.id] + gone[booking.id] == earned

    @invariant()
    def what_is_on_its_way_is_in_payouts(self) -> None:
        under_way = sum(payout.amount.amount for payout, _ in self.payouts if payout.is_under_way)
        assert self.balance[LedgerAccount.PAYOUTS] == -under_way


TestMoneyOfOneConsultant = MoneyOfOneConsultant.TestCase
TestMoneyOfOneConsultant.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
