"""Services in PostgreSQL."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from domain.money import Money
from domain.refusals import NotFound
from domain.services import Service
from infrastructure.postgres.database import Driver
from infrastructure.postgres.slot_rows import MINUTE, to_buffers

ADD = """
INSERT INTO services (id, consultant_id, name, description, length_minutes, price_amount, price_currency,
  capacity, buffer_before_minutes, buffer_after_minutes, is_offered, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, clock_timestamp())
"""

LOCK_OWN = "SELECT * FROM services WHERE consultant_id = $1 AND id = $2 FOR NO KEY UPDATE"

SAVE = """
UPDATE services SET name = $2, description = $3, length_minutes = $4, price_amount = $5, price_currency = $6,
  capacity = $7, buffer_before_minutes = $8, buffer_after_minutes = $9, is_offered = $10, version = version + 1
WHERE id = $1
"""


class SqlServices:
    """`Services` on a table."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def add(self, service: Service) -> None:
        """Insert one."""
        await self._driver.execute(ADD, service.id, service.consultant_id, *_fields(service))

    async def lock_own(self, consultant_id: UUID, service_id: UUID) -> Service:
        """By owner and id, for change."""
        row = await self._driver.fetchrow(LOCK_OWN, consultant_id, service_id)
        if row is None:
            raise NotFound
        return _to_service(row)

    async def save(self, service: Service) -> None:
        """Write a locked service back."""
        await self._driver.execute(SAVE, service.id, *_fields(service))


def _fields(service: Service) -> tuple[object, ...]:
    return (
        service.name,
        service.description,
        service.length // MINUTE,
        service.price.amount,
        service.price.currency,
        service.capacity,
        service.buffers.before // MINUTE,
        service.buffers.after // MINUTE,
        service.is_offered,
    )


def _to_service(row: asyncpg.Record) -> Service:
    return Service(
        id=row["id"],
        consultant_id=row["consultant_id"],
        name=row["name"],
        description=row["description"],
        length=row["length_minutes"] * MINUTE,
        price=Money(row["price_amount"], row["price_currency"]),
        capacity=row["capacity"],
        buffers=to_buffers(row),
        is_offered=row["is_offered"],
        version=row["version"],
    )
