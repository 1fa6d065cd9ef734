"""Reads about payments and the operators' list."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import msgspec

from application.bookings.views import ConsultantName
from application.money_view import MoneyView
from application.paging import Page, PageRequest
from application.payments.views import (
    PaymentStanding,
    PaymentView,
    ReceiptLink,
    ReceivedPaymentView,
    WaitingRefundView,
)
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.pages import key_of, page_of

_OF_CLIENT = """
SELECT pay.id, pay.booking_id, pay.reference, pay.status, pay.amount, pay.currency, pay.owed_back, p.slug,
  p.time_zone, coalesce(pay.charged_currency, pay.currency) AS charged_currency,
  a.first_name || ' ' || a.last_name AS consultant_name, b.starts_at, pay.channel, pay.paid_at, pay.created_at,
  pay.is_under_way,
  (SELECT coalesce(json_agg(json_build_object('number', r.number, 'refund_id', r.refund_id) ORDER BY r.number),
    '[]') FROM receipts r WHERE r.payment_id = pay.id) AS receipts
FROM bookings b JOIN payments pay ON pay.booking_id = b.id
  JOIN consultant_profiles p ON p.account_id = b.consultant_id JOIN accounts a ON a.id = b.consultant_id
WHERE b.client_id = $1
  AND ($3::text IS NULL OR (pay.created_at, pay.id) < ($3::text::timestamptz, $4::text::uuid))
ORDER BY pay.created_at DESC, pay.id DESC LIMIT $2
"""

_OF_CONSULTANT = """
SELECT pay.id, pay.booking_id, pay.reference, pay.status, pay.amount, pay.currency, pay.refunded_amount,
  c.first_name || ' ' || c.last_name AS client_name, b.starts_at, pay.paid_at, pay.created_at
FROM bookings b JOIN payments pay ON pay.booking_id = b.id AND pay.pays_for_booking
  JOIN accounts c ON c.id = b.client_id
WHERE b.consultant_id = $1
  AND ($3::text IS NULL OR (pay.created_at, pay.id) < ($3::text::timestamptz, $4::text::uuid))
ORDER BY pay.created_at DESC, pay.id DESC LIMIT $2
"""

_STANDING = """
SELECT pay.booking_id, b.slot_id, pay.reference, pay.status, b.status AS booking_status, pay.amount, pay.currency,
  pay.problem, coalesce(pay.charged_amount, 0) AS charged_amount,
  coalesce(pay.charged_currency, pay.currency) AS charged_currency, pay.owed_back, pay.is_under_way, p.slug,
  p.time_zone, a.first_name || ' ' || a.last_name AS consultant_name, b.hold_expires_at,
  EXISTS (SELECT FROM booking_transitions t WHERE t.booking_id = b.id AND t.status = 'confirmed'
    AND t.previous IN ('expired', 'cancelled')) AS was_revived
FROM payments pay JOIN bookings b ON b.id = pay.booking_id
  JOIN consultant_profiles p ON p.account_id = b.consultant_id JOIN accounts a ON a.id = b.consultant_id
WHERE pay.reference = $2 AND b.client_id = $1
"""

_REFUNDS_WITHOUT_ACCOUNT = """
SELECT b.id AS booking_id, r.amount, r.currency, p.slug, a.first_name || ' ' || a.last_name AS consultant_name
FROM bookings b JOIN payments pay ON pay.booking_id = b.id JOIN refunds r ON r.payment_id = pay.id
  JOIN consultant_profiles p ON p.account_id = b.consultant_id JOIN accounts a ON a.id = b.consultant_id
WHERE b.client_id = $1 AND r.status = 'needs-attention' ORDER BY r.created_at, r.id
"""

_LATEST_REFERENCE = """
SELECT pay.reference FROM payments pay JOIN bookings b ON b.id = pay.booking_id
WHERE b.id = $2 AND b.client_id = $1 ORDER BY pay.created_at DESC LIMIT 1
"""


_receipts = msgspec.json.Decoder(list[ReceiptLink])


class SqlPaymentQueries:
    """`PaymentQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_client(self, client_id: UUID, page: PageRequest) -> Page[PaymentView]:
        """A client's own attempts, newest first."""
        with translated_faults():
            rows = await self._database.pool.fetch(_OF_CLIENT, client_id, page.limit + 1, *key_of(page))
        return page_of(rows, page, _payment, ("created_at", "id"))

    async def of_consultant(self, consultant_id: UUID, page: PageRequest) -> Page[ReceivedPaymentView]:
        """Payments received for a consultant's sessions, newest first."""
        with translated_faults():
            rows = await self._database.pool.fetch(_OF_CONSULTANT, consultant_id, page.limit + 1, *key_of(page))
        return page_of(rows, page, _received, ("created_at", "id"))

    async def standing(self, client_id: UUID, reference: str) -> PaymentStanding | None:
        """One of a client's own payments."""
        with translated_faults():
            row = await self._database.pool.fetchrow(_STANDING, client_id, reference)
        if row is None:
            return None
        return PaymentStanding(
            booking_id=row["booking_id"],
            slot_id=row["slot_id"],
            reference=row["reference"],
            status=row["status"],
            booking_status=row["booking_status"],
            hold_expires_at=row["hold_expires_at"],
            was_revived=row["was_revived"],
            consultant=ConsultantName(row["slug"], row["consultant_name"]),
            consultant_time_zone=row["time_zone"],
            amount=MoneyView(row["amount"], row["currency"]),
            charged=MoneyView(row["charged_amount"], row["charged_currency"]),
            refunded=MoneyView(row["owed_back"], row["charged_currency"]),
            is_under_way=row["is_under_way"],
            problem=row["problem"],
        )

    async def refunds_without_account(self, client_id: UUID) -> list[WaitingRefundView]:
        """Oldest first."""
        with translated_faults():
            rows = await self._database.pool.fetch(_REFUNDS_WITHOUT_ACCOUNT, client_id)
        return [
            WaitingRefundView(
                booking_id=row["booking_id"],
                amount=MoneyView(row["amount"], row["currency"]),
                consultant=ConsultantName(row["slug"], row["consultant_name"]),
            )
            for row in rows
        ]

    async def latest_reference(self, client_id: UUID, booking_id: UUID) -> str | None:
        """The newest attempt of a booking."""
        with translated_faults():
            reference: str | None = await self._database.pool.fetchval(_LATEST_REFERENCE, client_id, booking_id)
        return reference


def _payment(row: asyncpg.Record) -> PaymentView:
    return PaymentView(
        booking_id=row["booking_id"],
        reference=row["reference"],
        status=row["status"],
        amount=MoneyView(row["amount"], row["currency"]),
        refunded=MoneyView(row["owed_back"], row["charged_currency"]),
        consultant=ConsultantName(row["slug"], row["consultant_name"]),
        consultant_time_zone=row["time_zone"],
        starts_at=row["starts_at"],
        channel=row["channel"],
        is_under_way=row["is_under_way"],
        paid_at=row["paid_at"],
        created_at=row["created_at"],
        receipts=_receipts.decode(row["receipts"]),
    )


def _received(row: asyncpg.Record) -> ReceivedPaymentView:
    return ReceivedPaymentView(
        booking_id=row["booking_id"],
        reference=row["reference"],
        status=row["status"],
        amount=MoneyView(row["amount"], row["currency"]),
        refunded=MoneyView(row["refunded_amount"], row["currency"]),
        client_name=row["client_name"],
        starts_at=row["starts_at"],
        paid_at=row["paid_at"],
    )
