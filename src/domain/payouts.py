"""Payouts: what consultants earned, on its way to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.money import LARGEST_AMOUNT, Money
from domain.refusals import FieldCheck, Refusal
from domain.sentences import Sentence

NEW_ACCOUNT_WAITS = timedelta(hours=24)
"""Before anything is sent to an account: whoever stole a session is found out by then."""
FROZEN_AFTER_RECOVERY = timedelta(hours=72)
"""After a password was reset by the security question."""
SMALLEST = {"NGN": 100_000, "GHS": 1_000, "KES": 10_000, "ZAR": 5_000, "USD": 500, "XOF": 50_000}
"""Payouts in subunits: below that, sending costs more than it is worth."""
SHORTEST_NUMBER = 6
LONGEST_NUMBER = 20
FOLLOW_EVERY = timedelta(minutes=10)
"""Between two looks at a payout that is under way."""
TRY_EVERY = timedelta(hours=1)
"""Between two tries to send what Paystack does not take."""
KNOWN_AFTER = timedelta(days=1)
"""By then Paystack knows of every transfer that it was ever given."""
WATCHED_FOR = timedelta(days=7)
"""How long a payout that arrived can still be reversed by the receiving bank."""


class AccountNotResolved(Refusal):
    """The bank does not know the account, or Paystack cannot pay into it."""

    code = "account_not_resolved"
    sentence = "The bank does not know this account. Check the number and the bank."


class TransferRefused(Refusal):
    """Paystack says that nothing was sent."""

    code = "transfer_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Paystack did not send the money: {reason}")
        self.reason = reason


class RecipientRefused(TransferRefused):
    """Paystack cannot send money to that account any more."""

    code = "recipient_refused"


class NoPayoutAccount(Refusal):
    """Nobody said yet where the money should go."""

    code = "no_payout_account"
    sentence = "Add a bank account or a mobile-money number first."


class PayoutAccountTooNew(Refusal):
    """The account was added less than a day ago."""

    code = "payout_account_too_new"

    def __init__(self, usable_from: datetime) -> None:
        super().__init__(
            Sentence(
                "This account is new. In case it was not you who added it, payouts begin on {moment}.",
                moment=_in_words(usable_from),
            )
        )
        self.usable_from = usable_from


class PayoutsFrozen(Refusal):
    """The password was reset by the security question not long ago."""

    code = "payouts_frozen"

    def __init__(self, until: datetime) -> None:
        super().__init__(
            Sentence(
                "Your password was reset by your security question. In case it was not you, payouts and the "
                "account that they go to rest until {moment}.",
                moment=_in_words(until),
            )
        )
        self.until = until


class NothingToPayOut(Refusal):
    """Too little is available."""

    code = "nothing_to_pay_out"
    sentence = "There is not enough available for a payout yet."


class PayoutSumChanged(Refusal):
    """Another sum is available than the one that was agreed to."""

    code = "payout_sum_changed"
    sentence = "Another sum is available by now. Look at it, and ask once more."


class PayoutUnderWay(Refusal):
    """One at a time in a currency."""

    code = "payout_under_way"
    sentence = "A payout is on its way already. The next one can follow when it has arrived."


def _in_words(instant: datetime) -> str:
    return f"{instant:%d %B %Y, %H:%M} UTC"


class PayoutAccountKind(StrEnum):
    """Paystack's kinds of recipients: bank accounts of its countries, and mobile money."""

    NUBAN = "nuban"
    MOBILE_MONEY = "mobile_money"
    GHIPSS = "ghipss"
    KEPSS = "kepss"
    BASA = "basa"


def checked_number(typed: str) -> str:
    """The number of an account or a telephone, without the blanks and hyphens that people group digits with.

    Raises `Invalid` naming the field `account_number`.
    """
    number = typed.replace(" ", "").replace("-", "")
    check = FieldCheck()
    check.require(
        number.isascii() and number.isdigit() and SHORTEST_NUMBER <= len(number) <= LONGEST_NUMBER,
        "account_number",
        Sentence(
            "Enter the number of the account: from {shortest} to {longest} digits.",
            shortest=SHORTEST_NUMBER,
            longest=LONGEST_NUMBER,
        ),
    )
    check.done()
    return number


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutAccount:
    """Where a consultant's money goes. Only the last four digits are known here; Paystack knows the account by
    the code of its recipient. Nothing is sent to it before `usable_from`.
    """

    id: UUID
    consultant_id: UUID
    kind: PayoutAccountKind
    currency: str
    bank_code: str
    bank_name: str
    last_four: str
    account_name: str
    recipient_code: str
    created_at: datetime
    usable_from: datetime


def refuse_while_frozen(recovered_at: datetime | None, now: datetime) -> None:
    """`recovered_at` is when the password was last reset by the security question. Raises `PayoutsFrozen`."""
    if recovered_at is not None and now < recovered_at + FROZEN_AFTER_RECOVERY:
        raise PayoutsFrozen(recovered_at + FROZEN_AFTER_RECOVERY)


class PayoutStatus(StrEnum):
    """`requested` is ours (not sent yet); after `failed` and `reversed` the money is owed again."""

    REQUESTED = "requested"
    PENDING = "pending"
    NEEDS_OTP = "needs_otp"
    PAID = "paid"
    FAILED = "failed"
    REVERSED = "reversed"


UNDER_WAY = frozenset({PayoutStatus.REQUESTED, PayoutStatus.PENDING, PayoutStatus.NEEDS_OTP})
LAWFUL = frozenset(
    {(begun, end) for begun in UNDER_WAY for end in PayoutStatus if end is not PayoutStatus.REQUESTED}
    | {(PayoutStatus.PAID, PayoutStatus.REVERSED)}
)


class PayoutMove(StrEnum):
    """What a payout's new state means for the money: it arrived, or it is owed again."""

    ARRIVED = "arrived"
    RETURNED = "returned"
    RETURNED_AFTER_ALL = "returned_after_all"


@dataclass(slots=True, kw_only=True)
class Payout:
    """One transfer to a consultant. Its reference is Paystack's key: the same one never pays twice.

    `sent_at` is stored before Paystack is called; `fee` is what the transfer costs the platform, in subunits.
    """

    id: UUID
    consultant_id: UUID
    account_id: UUID
    reference: str
    amount: Money
    requested_at: datetime
    status: PayoutStatus = PayoutStatus.REQUESTED
    transfer_code: str | None = None
    fee: int = 0
    problem: str | None = None
    sent_at: datetime | None = None
    next_check_at: datetime | None = None
    settled_at: datetime | None = None

    @classmethod
    def request(
        cls,
        owed: Mapping[UUID, int],
        account: PayoutAccount | None,
        *,
        payout_id: UUID,
        reference: str,
        recovered_at: datetime | None,
        now: datetime,
    ) -> Payout:
        """All that is available: `owed` by booking, in subunits of the account's currency; less than nothing where
        more went back than is still owed.

        Raises `NoPayoutAccount`, `PayoutAccountTooNew`, `PayoutsFrozen` or `NothingToPayOut`.
        """
        if account is None:
            raise NoPayoutAccount
        refuse_while_frozen(recovered_at, now)
        if now < account.usable_from:
            raise PayoutAccountTooNew(account.usable_from)
        amount = sum(owed.values())
        if amount < SMALLEST[account.currency]:
            raise NothingToPayOut
        return cls(
            id=payout_id,
            consultant_id=account.consultant_id,
            account_id=account.id,
            reference=reference,
            amount=Money(amount, account.currency),
            requested_at=now,
            next_check_at=now,
        )

    @property
    def is_under_way(self) -> bool:
        """Whether nobody knows yet how it ends."""
        return self.status in UNDER_WAY

    @property
    def can_change(self) -> bool:
        """Whether Paystack may still say something new of it: a bank can send back what arrived."""
        return self.is_under_way or (self.status is PayoutStatus.PAID and self.next_check_at is not None)

    @property
    def may_be_sent(self) -> bool:
        """Whether Paystack never said that it has it."""
        return self.status is PayoutStatus.REQUESTED

    def send(self, now: datetime) -> None:
        """It is given to Paystack now; look again soon, in case no answer comes."""
        self.sent_at = self.sent_at or now
        self.next_check_at = now + FOLLOW_EVERY

    def wait(self, now: datetime) -> None:
        """It cannot be sent now, and is tried again."""
        self.next_check_at = now + TRY_EVERY

    def stay(self, now: datetime) -> None:
        """It is as it was; look again when it is time."""
        self.next_check_at = self._next_look(now)

    def was_surely_not_sent(self, now: datetime, *, is_first_try: bool) -> bool:
        """Whether a refusal means that nothing is on its way. It is no proof of that as long as an earlier try can
        have gone through, and Paystack's list can come late.
        """
        return is_first_try or (self.sent_at is not None and now >= self.sent_at + KNOWN_AFTER)

    def has_other_end(self, status: PayoutStatus) -> bool:
        """Whether Paystack calls it ended in another way than it did. What is behind its end is no news."""
        return status not in (self.status, *UNDER_WAY) and (self.status, status) not in LAWFUL

    def follow(self, status: PayoutStatus, now: datetime, *, problem: str | None = None) -> PayoutMove | None:
        """Take over how far it has come; what that means for the money, if anything. What is not lawful, such as
        arriving after it came back, changes nothing.
        """
        before = self.status
        if (before, status) not in LAWFUL or before is status:
            self.next_check_at = self._next_look(now)
            return None
        self.status = status
        self.problem = problem
        self.settled_at = now if status not in UNDER_WAY else None
        self.next_check_at = self._next_look(now)
        if status is PayoutStatus.PAID:
            return PayoutMove.ARRIVED
        if status in UNDER_WAY:
            return None
        return PayoutMove.RETURNED_AFTER_ALL if before is PayoutStatus.PAID else PayoutMove.RETURNED

    def _next_look(self, now: datetime) -> datetime | None:
        if self.is_under_way:
            return now + FOLLOW_EVERY
        if self.status is PayoutStatus.PAID and self.settled_at and now < self.settled_at + WATCHED_FOR:
            return now + timedelta(days=1)
        return None


def payable(owed: Mapping[UUID, int]) -> dict[UUID, int]:
    """Of what is available as much as one transfer can carry: first what reduces it, then booking by booking in
    the order of their ids, which is the order in which they were made.
    """
    chosen = {booking_id: amount for booking_id, amount in owed.items() if amount < 0}
    room = LARGEST_AMOUNT - sum(chosen.values())
    for booking_id in sorted(owed.keys() - chosen.keys()):
        if owed[booking_id] > room:
            break
        chosen[booking_id] = owed[booking_id]
        room -= owed[booking_id]
    return chosen
