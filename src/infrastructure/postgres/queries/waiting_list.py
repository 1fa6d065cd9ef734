"""Reads about places in waiting lists."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from application.bookings.views import ConsultantName
from application.paging import Page
from application.waiting_list.views import WaitingEntryView, WaitingFilter
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.pages import key_of, money, page_of

_ENTRIES = """
SELECT w.id, w.slot_id, standing.status, w.joined_at, w.offer_expires_at, s.starts_at, s.ends_at, s.price_amount,
  s.price_currency, service.name AS service, p.slug, p.time_zone,
  a.first_name || ' ' || a.last_name AS consultant_name,
  CASE standing.status WHEN 'offered' THEN 2 WHEN 'waiting' THEN 1 ELSE 0 END AS rank,
  CASE WHEN standing.status = 'waiting' THEN (SELECT count(*) FROM waiting_entries ahead
    WHERE ahead.slot_id = w.slot_id AND ahead.status IN ('waiting', 'offered')
      AND (ahead.joined_at, ahead.id) <= (w.joined_at, w.id)) END AS position
FROM waiting_entries w JOIN slots s ON s.id = w.slot_id
  JOIN consultant_profiles p ON p.account_id = s.consultant_id JOIN accounts a ON a.id = s.consultant_id
  LEFT JOIN services service ON service.id = s.service_id
  CROSS JOIN LATERAL (SELECT CASE
    WHEN w.status NOT IN ('waiting', 'offered') THEN w.status
    WHEN s.status = 'cancelled' OR s.starts_at <= clock_timestamp() THEN 'closed'
    WHEN w.offer_expires_at <= clock_timestamp() THEN 'lapsed'
    ELSE w.status END AS status) standing
WHERE w.client_id = $1
"""
"""The status is what it will be in a moment, when the line is advanced: nobody is shown an offer that is over."""

_OF_CLIENT = f"""
SELECT * FROM ({_ENTRIES} AND ($3::uuid IS NULL OR w.slot_id = $3)) entry
WHERE $4::text IS NULL OR (rank, joined_at, id) < ($4::text::integer, $5::text::timestamptz, $6::text::uuid)
ORDER BY rank DESC, joined_at DESC, id DESC LIMIT $2
"""

_OPEN_OFFERS = f"""{_ENTRIES}
  AND w.status = 'offered' AND standing.status = 'offered' ORDER BY w.offer_expires_at, w.id
"""


class SqlWaitingQueries:
    """`WaitingQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_client(self, client_id: UUID, wanted: WaitingFilter) -> Page[WaitingEntryView]:
        """By what they are, then by when the client joined."""
        with translated_faults():
            rows = await self._database.pool.fetch(
                _OF_CLIENT, client_id, wanted.page.limit + 1, wanted.slot_id, *key_of(wanted.page, 3)
            )
        return page_of(rows, wanted.page, _entry, ("rank", "joined_at", "id"))

    async def open_offers(self, client_id: UUID) -> list[WaitingEntryView]:
        """By when they end."""
        with translated_faults():
            rows = await self._database.pool.fetch(_OPEN_OFFERS, client_id)
        return [_entry(row) for row in rows]


def _entry(row: asyncpg.Record) -> WaitingEntryView:
    return WaitingEntryView(
        id=row["id"],
        slot_id=row["slot_id"],
        status=row["status"],
        position=row["position"],
        joined_at=row["joined_at"],
        offer_expires_at=row["offer_expires_at"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        price=money(row),
        consultant=ConsultantName(row["slug"], row["consultant_name"]),
        consultant_time_zone=row["time_zone"],
        service=row["service"],
    )
