"""Everything about one record, for operators. No view holds a secret: no hash, no key, no token."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.money_view import MoneyView
from application.operations.views import (
    DisputeFile,
    ErrandFile,
    ItemView,
    PayoutFile,
    PostingFile,
    RefundFile,
    TransitionFile,
    WebhookFile,
)


class PersonLine(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody, as other records name them; `slug` is a consultant's."""

    id: UUID
    name: str
    username: str
    status: str
    slug: str | None = None


class BookingLine(msgspec.Struct, frozen=True, kw_only=True):
    """A booking among others; `other` is who is at the other side of it."""

    id: UUID
    status: str
    starts_at: datetime
    ends_at: datetime
    price: MoneyView
    other: str


class ReviewLine(msgspec.Struct, frozen=True, kw_only=True):
    """A review among others; `other` is who is at the other side of it."""

    id: UUID
    rating: int
    comment: str
    created_at: datetime
    is_hidden: bool
    other: str


class PayoutLine(msgspec.Struct, frozen=True, kw_only=True):
    """A payout among others; its consultant, where that is not said already."""

    id: UUID
    reference: str
    amount: MoneyView
    status: str
    requested_at: datetime
    consultant: str = ""


class SlotLine(msgspec.Struct, frozen=True, kw_only=True):
    """A session that is to come."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    status: str
    capacity: int
    seats_taken: int
    price: MoneyView
    service: str | None


class WaitingLine(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the line of a session."""

    client: PersonLine
    status: str
    joined_at: datetime
    offer_expires_at: datetime | None


class AccountRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An account. `sessions` and `tokens` are live; the lists hold the latest."""

    id: UUID
    username: str
    email: str
    name: str
    phone_number: str | None
    role: str
    status: str
    picture: str | None
    time_zone: str | None
    language: str | None
    has_question_recovery: bool
    recovery_codes: int
    created_at: datetime
    sessions: int
    last_seen_at: datetime | None
    tokens: int
    slug: str | None
    bookings_count: int
    bookings: list[BookingLine]
    reviews: list[ReviewLine]


class ServiceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of session."""

    name: str
    length_minutes: int
    price: MoneyView
    is_offered: bool


class PayoutAccountLine(msgspec.Struct, frozen=True, kw_only=True):
    """Where payouts go; the whole number is with Paystack only."""

    bank_name: str
    last_four: str
    account_name: str
    usable_from: datetime


class ConsultantRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A consultant. `owed` are all earnings that were not paid out, `disputed` the part of them that somebody
    disputes; `slots` are the next ones.
    """

    person: PersonLine
    headline: str
    bio: str
    specializations: list[str]
    languages: list[str]
    time_zone: str
    default_price: MoneyView
    cancellation_policy: str
    is_published: bool
    rating_count: int
    rating_sum: int
    hidden_reviews: int
    services: list[ServiceLine]
    slots_ahead: int
    slots: list[SlotLine]
    bookings_count: int
    bookings: list[BookingLine]
    owed: list[MoneyView]
    disputed: list[MoneyView]
    payout_account: PayoutAccountLine | None
    weekly_payouts: bool
    payouts: list[PayoutLine]
    reviews: list[ReviewLine]


class PaymentLine(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt to pay. `received` is nothing as long as nothing was charged."""

    reference: str
    status: str
    expected: MoneyView
    received: MoneyView | None
    pays_for_booking: bool
    channel: str | None
    problem: str | None
    created_at: datetime
    paid_at: datetime | None


class ReceiptLine(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt, for a payment or for a refund."""

    number: int
    is_refund: bool
    amount: MoneyView
    happened_at: datetime


class AbsenceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A report that the consultant did not come."""

    status: str
    words: str
    answer: str | None
    reported_at: datetime
    answered_at: datetime | None
    resolved_at: datetime | None


class BookingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one booking: what was agreed, its payments, and all that happened to it."""

    id: UUID
    status: str
    absent: str | None
    client: PersonLine
    consultant: PersonLine
    slot_id: UUID
    service: str | None
    starts_at: datetime
    ends_at: datetime
    price: MoneyView
    commission_bps: int
    cancellation_policy: str
    reason: str
    meeting_platform: str | None
    meeting_link: str | None
    hold_expires_at: datetime | None
    created_at: datetime
    owed: MoneyView | None
    steps: list[TransitionFile]
    payments: list[PaymentLine]
    receipts: list[ReceiptLine]
    refunds: list[RefundFile]
    disputes: list[DisputeFile]
    postings: list[PostingFile]
    webhooks: list[WebhookFile]
    errands: list[ErrandFile]
    items: list[ItemView]
    waiting: list[WaitingLine]
    absence: AbsenceLine | None
    review: ReviewLine | None


class SlotRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One session, who has a seat in it and who waits for one."""

    id: UUID
    consultant: PersonLine
    starts_at: datetime
    ends_at: datetime
    status: str
    capacity: int
    seats_taken: int
    people_waiting: int
    price: MoneyView
    service: str | None
    is_of_pattern: bool
    bookings: list[BookingLine]
    waiting: list[WaitingLine]


class ReviewRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One review and its session."""

    id: UUID
    rating: int
    comment: str
    created_at: datetime
    reply: str | None
    replied_at: datetime | None
    hidden_at: datetime | None
    client: PersonLine
    consultant: PersonLine
    booking_id: UUID
    starts_at: datetime
    ends_at: datetime


class PayoutRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One payout and what happened to it."""

    payout: PayoutFile
    consultant: PersonLine
    postings: list[PostingFile]
    errands: list[ErrandFile]
    items: list[ItemView]


class RecordQueries(Protocol):
    """Reads of one record each, one statement each; nothing when it is not there."""

    async def account(self, account_id: UUID) -> AccountRecord | None:
        """An account."""
        ...

    async def consultant(self, account_id: UUID) -> ConsultantRecord | None:
        """A consultant, by the id of the account."""
        ...

    async def booking(self, booking_id: UUID) -> BookingRecord | None:
        """A booking."""
        ...

    async def slot(self, slot_id: UUID) -> SlotRecord | None:
        """A session."""
        ...

    async def review(self, review_id: UUID) -> ReviewRecord | None:
        """A review."""
        ...

    async def payout(self, payout_id: UUID) -> PayoutRecord | None:
        """A payout."""
        ...

    async def waiting_payouts(self) -> list[PayoutLine]:
        """Those on their way, the longest first."""
        ...

    async def receipts(self, reference: str) -> list[ReceiptLine]:
        """Those of a payment."""
        ...
