"""Disputes in PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg

from domain.disputes import Dispute, DisputeStanding
from infrastructure.postgres.database import Driver

FIND = """
SELECT id, payment_id, paystack_id, amount, currency, status, resolution, category, is_open, is_lost, due_at,
  opened_at, resolved_at, charged_back, next_check_at
FROM disputes WHERE paystack_id = $1
"""

SAVE = """
INSERT INTO disputes (id, payment_id, paystack_id, amount, currency, status, resolution, category, is_open,
  is_lost, due_at, opened_at, resolved_at, charged_back, next_check_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (paystack_id) DO UPDATE SET amount = EXCLUDED.amount, currency = EXCLUDED.currency,
  status = EXCLUDED.status, resolution = EXCLUDED.resolution, category = EXCLUDED.category,
  is_open = EXCLUDED.is_open, is_lost = EXCLUDED.is_lost, due_at = EXCLUDED.due_at,
  resolved_at = EXCLUDED.resolved_at, charged_back = EXCLUDED.charged_back, next_check_at = EXCLUDED.next_check_at
"""

IS_OPEN = "SELECT EXISTS (SELECT FROM disputes WHERE payment_id = $1 AND is_open)"

DUE = "SELECT paystack_id FROM disputes WHERE next_check_at <= $1 ORDER BY next_check_at LIMIT $2"


class SqlDisputes:
    """`Disputes` on a table; a trigger tells the earnings of their bookings."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def find(self, paystack_id: int) -> Dispute | None:
        """By Paystack's number; the lock of its payment guards it."""
        row = await self._driver.fetchrow(FIND, paystack_id)
        return _to_dispute(row) if row else None

    async def save(self, dispute: Dispute) -> None:
        """Insert it, or write it back."""
        standing = dispute.standing
        await self._driver.execute(
            SAVE,
            dispute.id,
            dispute.payment_id,
            dispute.paystack_id,
            standing.amount,
            standing.currency,
            standing.status,
            standing.resolution,
            standing.category,
            standing.is_open,
            standing.is_lost,
            standing.due_at,
            standing.opened_at,
            standing.resolved_at,
            dispute.charged_back,
            dispute.next_check_at,
        )

    async def is_open(self, payment_id: UUID) -> bool:
        """Whether any of a payment is open."""
        return bool(await self._driver.fetchval(IS_OPEN, payment_id))

    async def due(self, *, now: datetime, limit: int) -> list[int]:
        """Paystack's numbers, longest waiting first."""
        return [row["paystack_id"] for row in await self._driver.fetch(DUE, now, limit)]


def _to_dispute(row: asyncpg.Record) -> Dispute:
    return Dispute(
        id=row["id"],
        payment_id=row["payment_id"],
        paystack_id=row["paystack_id"],
        standing=DisputeStanding(
            amount=row["amount"],
            currency=row["currency"],
            status=row["status"],
            resolution=row["resolution"],
            category=row["category"],
            is_open=row["is_open"],
            is_lost=row["is_lost"],
            due_at=row["due_at"],
            opened_at=row["opened_at"],
            resolved_at=row["resolved_at"],
        ),
        charged_back=row["charged_back"],
        next_check_at=row["next_check_at"],
    )
