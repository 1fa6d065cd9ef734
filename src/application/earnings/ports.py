"""What the use cases about earnings need of the outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.ledger import Posting
from domain.money import Money
from domain.payouts import Payout, PayoutAccount


class Ledger(Protocol):
    """The append-only record of money."""

    async def overpaid(self, payment_id: UUID) -> int:
        """How much more went back to the payer of a locked payment than was ours to send, in subunits."""
        ...

    async def post(self, *postings: Posting) -> None:
        """Write balanced postings, in order. The database refuses a kind for the same source a second time."""
        ...


class Payouts(Protocol):
    """All payouts, and the accounts that they go to."""

    async def account_of(self, consultant_id: UUID) -> PayoutAccount | None:
        """Where a consultant's money goes now."""
        ...

    async def set_account(self, account: PayoutAccount) -> None:
        """Put it in the place of the consultant's earlier one."""
        ...

    async def choose_weekly(self, consultant_id: UUID, *, weekly: bool) -> None:
        """Whether a payout is made every week without being asked for."""
        ...

    async def recovered_at(self, consultant_id: UUID) -> datetime | None:
        """When the consultant's password was last reset by the security question."""
        ...

    async def lock_available(
        self, consultant_id: UUID, currency: str, *, ended_before: datetime
    ) -> dict[UUID, int]:
        """What is owed and can be paid out, in subunits by booking, locked; lock the account first.

        A session counts when it took place, was missed or was cancelled, ended before that instant, nobody
        disputes it, and nothing about its payment waits for an operator. What was paid out and then went back to
        the client counts as less than nothing.
        """
        ...

    async def add(self, payout: Payout) -> None:
        """Store a new payout. Committed before Paystack hears of its reference. Raises `PayoutUnderWay`."""
        ...

    async def find(self, payout_id: UUID) -> Payout | None:
        """One, unlocked."""
        ...

    async def id_of(self, reference: str) -> UUID | None:
        """By the reference that Paystack knows."""
        ...

    async def lock(self, payout_id: UUID) -> Payout:
        """One, locked. Raises `NotFound`."""
        ...

    async def save(self, payout: Payout) -> None:
        """Store a changed payout."""
        ...

    async def parts_of(self, payout_id: UUID) -> dict[UUID, int]:
        """What a payout carries of each booking, in subunits, by its posting in the ledger."""
        ...

    async def recipient_of(self, payout: Payout) -> str | None:
        """The code of the recipient that it goes to; nothing while its consultant is suspended."""
        ...

    async def due(self, *, now: datetime, limit: int) -> list[UUID]:
        """Payouts that wait to be looked at, longest waiting first; not locked."""
        ...

    async def weekly_due(
        self, *, since: datetime, ended_before: datetime, after: UUID | None, limit: int
    ) -> list[UUID]:
        """Consultants who chose weekly payouts, asked for none since then and have something to be paid, in the
        order of their ids; those after one of them.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """A bank, or a mobile-money network, as Paystack knows it. `kind` is the kind of recipient that it makes."""

    id: str
    code: str
    name: str
    currency: str
    kind: str


class TransferStatus(StrEnum):
    """What Paystack says of a transfer, in our words: `failed` sums up failed, abandoned, blocked and rejected;
    words that we do not know are `pending`.
    """

    PENDING = "pending"
    NEEDS_OTP = "needs_otp"
    PAID = "paid"
    FAILED = "failed"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayTransfer:
    """A transfer as Paystack knows it. Amounts in subunits; `fee` is what it costs us on top."""

    status: TransferStatus
    transfer_code: str
    amount: int
    currency: str
    fee: int
    problem: str | None


class PayoutGateway(Protocol):
    """Paystack's side of payouts. Every method raises `PaymentGatewayUnavailable` when no sensible answer comes in
    time; the outcome of a transfer is unknown then.
    """

    async def banks(self, currency: str) -> list[Bank]:
        """Where money in that currency can be sent, by name."""
        ...

    async def account_name(self, *, account_number: str, bank_code: str) -> str:
        """In whose name an account is. Raises `AccountNotResolved`."""
        ...

    async def create_recipient(
        self, *, kind: str, name: str, account_number: str, bank_code: str, currency: str
    ) -> str:
        """The code of a recipient, the same for the same account. Raises `AccountNotResolved`."""
        ...

    async def transfer(
        self, *, reference: str, amount: Money, recipient_code: str, reason: str
    ) -> GatewayTransfer:
        """Send money. The same reference never pays twice, so that an unknown outcome is repeated with it; what it
        was refused for then is no refusal.
        Raises `TransferRefused` when Paystack says that nothing was sent.
        """
        ...

    async def transfer_by(self, reference: str) -> GatewayTransfer | None:
        """What became of a transfer; nothing when Paystack does not know the reference."""
        ...

    async def confirm_transfer(self, *, transfer_code: str, otp: str) -> GatewayTransfer:
        """Finish a transfer that waits for the one-time password that Paystack sent to the business.
        Raises `TransferRefused`.
        """
        ...
