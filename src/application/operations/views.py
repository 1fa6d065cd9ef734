"""What operators see: the list, one item, everything about one payment, and the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.money_view import MoneyView
from application.paging import Page, PageRequest


class ItemView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the system could not resolve by itself, or what became of it.

    It was raised `times` times. `resolution` is nothing for what resolved itself.
    """

    id: UUID
    kind: str
    subject: str
    reason: str
    times: int
    created_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str | None
    note: str | None


class RefundFile(msgspec.Struct, frozen=True, kw_only=True):
    """A refund as operators see it."""

    id: UUID
    reference: str
    amount: MoneyView
    status: str
    reason: str
    paystack_id: int | None
    sent_at: datetime | None
    next_check_at: datetime | None
    created_at: datetime


class DisputeFile(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute as operators see it; `charged_back` is what the bank took."""

    paystack_id: int
    reference: str
    amount: MoneyView
    status: str
    resolution: str | None
    category: str | None
    is_open: bool
    is_lost: bool
    due_at: datetime | None
    opened_at: datetime
    resolved_at: datetime | None
    charged_back: MoneyView


class PayoutFile(msgspec.Struct, frozen=True, kw_only=True):
    """A payout as operators see it."""

    id: UUID
    reference: str
    consultant: str
    amount: MoneyView
    status: str
    problem: str | None
    bank_name: str
    last_four: str
    account_name: str
    requested_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None


class ErrandFile(msgspec.Struct, frozen=True, kw_only=True):
    """Work that was to be done outside: how often it was tried, and what came of it last."""

    topic: str
    subject: str
    attempts: int
    created_at: datetime
    done_at: datetime | None
    last_error: str | None


class ItemDetails(msgspec.Struct, frozen=True, kw_only=True):
    """An item and what it is about. `payment` is the reference of the payment that it concerns, if one does."""

    item: ItemView
    payment: str | None
    refund: RefundFile | None
    dispute: DisputeFile | None
    payout: PayoutFile | None
    errand: ErrandFile | None


class TransitionFile(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the booking."""

    previous: str | None
    status: str
    actor: str
    at: datetime
    reason: str | None


class BookingFile(msgspec.Struct, frozen=True, kw_only=True):
    """The booking that a payment was made for."""

    id: UUID
    status: str
    starts_at: datetime
    ends_at: datetime
    price: MoneyView
    client: str
    consultant: str
    consultant_slug: str
    has_absence_report: bool
    steps: list[TransitionFile]


class EntryFile(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a posting; debits are positive."""

    account: str
    amount: int


class PostingFile(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger says."""

    kind: str
    at: datetime
    currency: str
    entries: list[EntryFile]


class WebhookFile(msgspec.Struct, frozen=True, kw_only=True):
    """What Paystack told us."""

    event: str
    received_at: datetime


class AttemptFile(msgspec.Struct, frozen=True, kw_only=True):
    """Another attempt to pay for the same booking."""

    reference: str
    status: str
    created_at: datetime


class PaymentFile(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one payment. `kept` was neither promised back nor written off; `received` is nothing as
    long as nothing was charged.
    """

    id: UUID
    reference: str
    status: str
    expected: MoneyView
    received: MoneyView | None
    fees: int | None
    kept: MoneyView
    owed_back: MoneyView
    written_off: MoneyView
    pays_for_booking: bool
    customer_email: str
    mode: str
    channel: str | None
    gateway_response: str | None
    paystack_id: int | None
    problem: str | None
    checks: int
    next_check_at: datetime | None
    created_at: datetime
    paid_at: datetime | None
    booking: BookingFile | None
    other_attempts: list[AttemptFile]
    refunds: list[RefundFile]
    disputes: list[DisputeFile]
    postings: list[PostingFile]
    webhooks: list[WebhookFile]
    errands: list[ErrandFile]
    items: list[ItemView]


class FoundPayment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that a search found."""

    reference: str
    status: str
    amount: MoneyView
    customer_email: str
    booking_id: UUID | None
    created_at: datetime


class AuditEntryView(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what, when, from where. `details` hold no secrets."""

    id: int
    at: datetime
    kind: str
    account_id: UUID | None
    who: str | None
    address: str | None
    details: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """Open or resolved ones, all of them or those of a kind."""

    is_resolved: bool = False
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Nothing asks for all. `who` is a username, `about` any id or reference that an entry names, `about_any`
    one of several of these, `of_account` asks for what an account did and for what was done about it; from `since`
    until before `until`. `without_reading` leaves out who merely looked at a record.
    """

    kind: str | None = None
    who: str | None = None
    about: str | None = None
    about_any: tuple[str, ...] | None = None
    of_account: UUID | None = None
    without_reading: bool = False
    since: datetime | None = None
    until: datetime | None = None


class OperationQueries(Protocol):
    """Reads for operators; one statement each."""

    async def items(self, wanted: ItemFilter, page: PageRequest) -> Page[ItemView]:
        """Open ones, oldest first; resolved ones, last resolved first."""
        ...

    async def open_kinds(self) -> dict[str, int]:
        """How many are open of each kind."""
        ...

    async def item(self, item_id: UUID) -> ItemDetails | None:
        """One and what it is about."""
        ...

    async def payment(self, reference: str) -> PaymentFile | None:
        """Everything about one payment."""
        ...

    async def find_payments(self, words: str) -> list[FoundPayment]:
        """By reference, e-mail address or booking id, newest first; at most fifty."""
        ...

    async def audit(self, wanted: AuditFilter, page: PageRequest) -> Page[AuditEntryView]:
        """The audit trail, newest first."""
        ...

    async def audit_kinds(self) -> list[str]:
        """Kinds that occur in the audit trail."""
        ...
