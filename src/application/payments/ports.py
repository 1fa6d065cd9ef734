"""What the use cases about payments need of the outside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.disputes import Dispute
from domain.money import Money
from domain.payments import Charge, Payment, Refund, RefundStatus


class Payments(Protocol):
    """All attempts to collect money."""

    async def add(self, payment: Payment) -> None:
        """Store a new attempt. Committed before Paystack hears of its reference."""
        ...

    async def add_unknown(self, payment: Payment) -> bool:
        """Store a charge that no attempt is known for; whether it is news."""
        ...

    async def find(self, reference: str) -> Payment | None:
        """By reference, unlocked: a hint only."""
        ...

    async def find_charged(self, paystack_id: int) -> Payment | None:
        """By Paystack's number of its charge, unlocked: a hint only."""
        ...

    async def lock(self, reference: str) -> Payment:
        """By reference, locked; lock the booking first. Raises `NotFound`."""
        ...

    async def open_attempt(self, booking_id: UUID) -> Payment | None:
        """The newest attempt that is still `initialized`, if there is one."""
        ...

    async def begun_since(self, booking_id: UUID, since: datetime) -> list[datetime]:
        """When the booking's attempts since then were begun, oldest first; only those that got as far as a
        checkout.
        """
        ...

    async def booking_is_paid(self, booking_id: UUID) -> bool:
        """Whether some attempt pays for the booking."""
        ...

    async def lock_paying(self, booking_id: UUID) -> Payment | None:
        """The attempt that pays for a locked booking, locked."""
        ...

    async def save(self, payment: Payment) -> None:
        """Store a changed attempt."""
        ...

    async def due(self, *, now: datetime, limit: int) -> list[str]:
        """References of attempts whose next check is due, longest waiting first; not locked."""
        ...

    async def unsettled_of(self, booking_id: UUID) -> list[str]:
        """References of a booking's attempts that Paystack may still call successful, newest first."""
        ...


class Refunds(Protocol):
    """All refunds."""

    async def add(self, refund: Refund) -> None:
        """Store a new refund."""
        ...

    async def lock(self, refund_id: UUID) -> Refund:
        """A refund, locked. Raises `NotFound`."""
        ...

    async def save(self, refund: Refund, *, next_check_at: datetime | None) -> None:
        """Store a changed refund; it is looked at again at `next_check_at`."""
        ...

    async def payment_of(self, refund: Refund) -> Payment:
        """The payment that the refund goes back for, locked."""
        ...

    async def of_payment(self, payment_id: UUID) -> list[Refund]:
        """All refunds of a locked payment, oldest first."""
        ...

    async def waiting_for_account(self, booking_id: UUID, *, client_id: UUID) -> UUID | None:
        """The oldest refund of a client's booking that Paystack cannot make without a bank account; unlocked."""
        ...

    async def wake(self, payment_reference: str) -> None:
        """Look at the refunds of this payment at the next round, at those that are over as well."""
        ...

    async def wake_waiting(self, payment_id: UUID) -> None:
        """It is the turn of the next refund that was never sent."""
        ...

    async def due(self, *, now: datetime, limit: int) -> list[UUID]:
        """Refunds that wait to be looked at, longest waiting first; not locked."""
        ...


class Disputes(Protocol):
    """All disputes. The lock of its payment guards each of them."""

    async def find(self, paystack_id: int) -> Dispute | None:
        """By Paystack's number."""
        ...

    async def save(self, dispute: Dispute) -> None:
        """Store a new or changed dispute."""
        ...

    async def is_open(self, payment_id: UUID) -> bool:
        """Whether some dispute of a locked payment is not decided."""
        ...

    async def due(self, *, now: datetime, limit: int) -> list[int]:
        """Paystack's numbers of those to be looked at, longest waiting first; not locked."""
        ...


class WebhookEvents(Protocol):
    """The inbox: what Paystack told us, each thing once."""

    async def add(self, *, dedupe_key: str, event: str, reference: str | None) -> bool:
        """Whether this is news."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorItem:
    """Something that the system could not resolve by itself; `subject` is the id or reference that it is about."""

    id: UUID
    kind: str
    subject: str
    is_resolved: bool


class OperatorItems(Protocol):
    """The operators' list: what the system cannot resolve by itself."""

    async def add(self, kind: str, *, subject: str, reason: str) -> None:
        """List something; the same kind and subject is listed once while it is open."""
        ...

    async def resolve(self, *kinds: str, subject: str) -> None:
        """It is dealt with: whatever is open of these kinds."""
        ...

    async def find(self, item_id: UUID) -> OperatorItem:
        """One, unlocked: a hint only. Raises `NotFound`."""
        ...

    async def lock(self, item_id: UUID) -> OperatorItem:
        """One, locked after everything that it is about. Raises `NotFound`."""
        ...

    async def close(self, item_id: UUID, *, by: UUID, resolution: str, note: str) -> None:
        """An operator resolved a locked one: how, and why. What another operator resolved stays theirs."""
        ...

    async def close_about(self, kind: str, *, subject: str, by: UUID, resolution: str, note: str) -> None:
        """An operator dealt with what it is about; nothing happens when it is not listed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """Where to send the payer."""

    authorization_url: str
    access_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRefund:
    """A refund as Paystack knows it. `note` is the merchant's note, which carries our id; `created_at` is by
    Paystack's clock.
    """

    paystack_id: int
    amount: int
    status: RefundStatus
    note: str | None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRefund:
    """A refund in Paystack's list; `transaction` is Paystack's number of the charge that it goes back for."""

    transaction: int
    refund: GatewayRefund


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayDispute:
    """A cardholder's bank wants a charge back: `is_open` until that is decided, `is_lost` when the money goes."""

    paystack_id: int
    reference: str
    amount: int
    currency: str
    status: str
    resolution: str | None
    category: str | None
    is_open: bool
    is_lost: bool
    due_at: datetime | None
    opened_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookNotice:
    """What a signed webhook is about. It is a reason to ask, never a proof. `dispute_id` is Paystack's number of a
    dispute, as text.
    """

    event: str
    dedupe_key: str
    reference: str | None
    dispute_id: str | None = None


class WebhookReader(Protocol):
    """Knows Paystack's signature and its events."""

    def __call__(self, body: bytes, signatures: list[str]) -> WebhookNotice:
        """Read a delivery as it came over the wire. Raises `BadSignature`, or `Invalid` for nonsense."""
        ...


class PaymentGateway(Protocol):
    """Paystack. Every method raises `PaymentGatewayUnavailable` when no sensible answer comes in time."""

    @property
    def mode(self) -> str:
        """`test` or `live`: which of Paystack's two worlds our key belongs to."""
        ...

    async def initialize(self, *, reference: str, amount: Money, email: str, callback_url: str) -> Checkout:
        """Begin a transaction. An unknown outcome is never repeated with the same reference."""
        ...

    async def verify(self, reference: str) -> Charge | None:
        """What Paystack says of a transaction; nothing when it does not know the reference."""
        ...

    async def refund(self, *, paystack_id: int, amount: Money, note: str) -> GatewayRefund | None:
        """Send money back; nothing when the transaction is already reversed in full. Raises `BalanceTooLow`, or
        `RefundRefused` when Paystack says no for another reason: nothing was sent then.
        """
        ...

    async def refunds_of(self, paystack_id: int) -> list[GatewayRefund]:
        """All refunds of a transaction, newest first."""
        ...

    async def retry_refund(
        self, *, paystack_refund_id: int, currency: str, account_number: str, bank_id: str
    ) -> GatewayRefund:
        """Send a refund that needs attention to the client's bank account. Raises `RefundNotRetried`."""
        ...

    def charges(self, *, since: datetime, until: datetime) -> AsyncIterator[Charge]:
        """Every charge that Paystack collected of transactions begun in that time, those that went back since
        included, whoever began them; page by page.
        """
        ...

    def refunds(self, *, since: datetime, until: datetime) -> AsyncIterator[ListedRefund]:
        """Every refund made in that time, whoever made it; page by page."""
        ...

    async def dispute(self, paystack_id: int) -> GatewayDispute | None:
        """A dispute; nothing when Paystack does not know it."""
        ...

    def disputes(self, *, since: datetime) -> AsyncIterator[GatewayDispute]:
        """Every dispute opened since then."""
        ...
