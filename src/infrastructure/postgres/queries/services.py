"""Reads about services."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg

from application.availability.services_views import OfferedServiceView, ServiceView
from application.paging import Page, PageRequest
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.pages import key_of, money, page_of

COLUMNS = """
s.id, s.name, lower(s.name) AS sort_name, s.description, s.length_minutes, s.price_amount, s.price_currency,
s.capacity, s.buffer_before_minutes, s.buffer_after_minutes, s.is_offered, s.version
"""

OWN_SERVICES = f"""
SELECT {COLUMNS} FROM services s
WHERE s.consultant_id = $1 AND ($3::bool IS NULL OR s.is_offered = $3)
  AND ($4::text IS NULL OR (lower(s.name), s.id) > ($4, $5::text::uuid))
ORDER BY lower(s.name), s.id LIMIT $2
"""

OWN_SERVICE = f"SELECT {COLUMNS} FROM services s WHERE s.consultant_id = $1 AND s.id = $2"

OFFERED = f"""
SELECT {COLUMNS} FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id
  LEFT JOIN LATERAL (
    SELECT * FROM services
    WHERE consultant_id = p.account_id AND is_offered
      AND ($3::text IS NULL OR (lower(name), id) > ($3, $4::text::uuid))
    ORDER BY lower(name), id LIMIT $2
  ) s ON true
WHERE p.slug = $1 AND p.is_published AND a.status = 'active'
ORDER BY lower(s.name), s.id
"""
"""One row without a service when there is none, no row when there is no such consultant."""

KEY = ("sort_name", "id")


class SqlServiceQueries:
    """`ServiceQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def own_services(
        self, consultant_id: UUID, *, is_offered: bool | None = None, page: PageRequest
    ) -> Page[ServiceView]:
        """By name."""
        with translated_faults():
            rows = await self._database.pool.fetch(
                OWN_SERVICES, consultant_id, page.limit + 1, is_offered, *key_of(page)
            )
        return page_of(rows, page, _own, KEY)

    async def own_service(self, consultant_id: UUID, service_id: UUID) -> ServiceView | None:
        """One service."""
        with translated_faults():
            row = await self._database.pool.fetchrow(OWN_SERVICE, consultant_id, service_id)
        return _own(row) if row else None

    async def offered(self, slug: str, page: PageRequest) -> Page[OfferedServiceView] | None:
        """By name."""
        with translated_faults():
            rows = await self._database.pool.fetch(OFFERED, slug, page.limit + 1, *key_of(page))
        if not rows:
            return None
        return page_of([row for row in rows if row["id"]], page, _offered, KEY)


def _offered(row: asyncpg.Record) -> OfferedServiceView:
    return OfferedServiceView(**_public_fields(row))


def _own(row: asyncpg.Record) -> ServiceView:
    return ServiceView(
        **_public_fields(row),
        buffer_before_minutes=row["buffer_before_minutes"],
        buffer_after_minutes=row["buffer_after_minutes"],
        is_offered=row["is_offered"],
        version=row["version"],
    )


def _public_fields(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "description": row["description"],
        "length_minutes": row["length_minutes"],
        "price": money(row),
        "max_slots": row["capacity"],
    }
