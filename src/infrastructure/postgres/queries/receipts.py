"""Reads of receipts."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from application.money_view import MoneyView
from application.paging import Page, PageRequest
from application.payments.receipts import ReceiptView
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.pages import key_of, page_of

_RECEIPTS = """
SELECT r.number, r.refund_id, r.amount, r.happened_at, r.reason, r.client_name, r.client_email, r.consultant_name,
  r.service, r.starts_at, r.ends_at, r.time_zone, r.price, r.price_currency, r.charged, r.currency, r.reference,
  r.channel, p.booking_id,
  CASE WHEN r.refund_id IS NOT NULL THEN (SELECT paid.number FROM receipts paid
    WHERE paid.payment_id = r.payment_id AND paid.refund_id IS NULL) END AS payment_number
FROM receipts r JOIN payments p ON p.id = r.payment_id
WHERE r.client_id = $1
"""

_OF_CLIENT = f"{_RECEIPTS} AND ($3::text IS NULL OR r.number < $3::text::bigint) ORDER BY r.number DESC LIMIT $2"
_BY_NUMBER = f"{_RECEIPTS} AND r.number = $2"
_OF_PAYMENT = f"{_RECEIPTS} AND p.reference = $2 AND r.refund_id IS NULL"
_OF_REFUND = f"{_RECEIPTS} AND r.refund_id = $2"

LARGEST_NUMBER = 2**63 - 1


class SqlReceiptQueries:
    """`ReceiptQueries`. Triggers issue the receipts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_client(self, client_id: UUID, page: PageRequest) -> Page[ReceiptView]:
        """Newest first."""
        with translated_faults():
            rows = await self._database.pool.fetch(_OF_CLIENT, client_id, page.limit + 1, *key_of(page, length=1))
        return page_of(rows, page, _receipt, ("number",))

    async def by_number(self, client_id: UUID, number: int) -> ReceiptView | None:
        """By number."""
        return await self._one(_BY_NUMBER, client_id, number) if number <= LARGEST_NUMBER else None

    async def of_payment(self, client_id: UUID, reference: str) -> ReceiptView | None:
        """By the payment's reference."""
        return await self._one(_OF_PAYMENT, client_id, reference)

    async def of_refund(self, client_id: UUID, refund_id: UUID) -> ReceiptView | None:
        """By the refund."""
        return await self._one(_OF_REFUND, client_id, refund_id)

    async def _one(self, query: str, client_id: UUID, key: int | str | UUID) -> ReceiptView | None:
        with translated_faults():
            row = await self._database.pool.fetchrow(query, client_id, key)
        return _receipt(row) if row else None


def _receipt(row: asyncpg.Record) -> ReceiptView:
    currency = row["currency"]
    return ReceiptView(
        number=row["number"],
        kind="refund" if row["refund_id"] else "payment",
        happened_at=row["happened_at"],
        amount=MoneyView(row["amount"], currency),
        charged=MoneyView(row["charged"], currency),
        price=MoneyView(row["price"], row["price_currency"]),
        reference=row["reference"],
        refund_id=row["refund_id"],
        reason=row["reason"],
        payment_number=row["payment_number"],
        channel=row["channel"],
        client_name=row["client_name"],
        client_email=row["client_email"],
        consultant_name=row["consultant_name"],
        service=row["service"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        time_zone=row["time_zone"],
        booking_id=row["booking_id"],
    )
